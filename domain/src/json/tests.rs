use super::*;
use proptest::prelude::*;
use serde_json::json;

fn invalid(text: &str) -> (usize, usize, String) {
    match parse(text.as_bytes()) {
        Err(JsonError::Invalid { line, column, message }) => (line, column, message),
        other => panic!("{text} gave {other:?}"),
    }
}

#[test]
fn depth_bombs_are_refused_without_recursion() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(nested(64).as_bytes()).is_ok());
    assert_eq!(parse(nested(65).as_bytes()), Err(JsonError::TooDeep));
    assert_eq!(parse("[".repeat(1_000_000).as_bytes()), Err(JsonError::TooDeep));
    assert_eq!(parse(r#"{"a":"#.repeat(1_000_000).as_bytes()), Err(JsonError::TooDeep));
}

#[test]
fn brackets_in_strings_are_no_depth() {
    let text = format!(r#"["{}", "\"[[", "\\"]"#, "[".repeat(1000));
    assert!(parse(text.as_bytes()).is_ok());
}

#[test]
fn of_duplicate_keys_the_last_wins() {
    assert_eq!(parse(br#"{"a":1,"b":2,"a":3}"#), Ok(json!({"a": 3, "b": 2})));
}

#[test]
fn ten_thousand_keys_are_read() {
    let keys: Vec<_> = (0..10_000).map(|n| format!(r#""k{n}":{n}"#)).collect();
    let value = parse(format!("{{{}}}", keys.join(",")).as_bytes()).expect("JSON");
    assert_eq!(value.as_object().map(Map::len), Some(10_000));
}

#[test]
fn big_numbers_keep_every_digit() {
    let text = "[123456789012345678901234567890,0.1000000000000000000000001,-0]";
    assert_eq!(parse(text.as_bytes()).expect("JSON").to_string(), text);
}

#[test]
fn nul_is_refused_in_strings_and_keys() {
    assert_eq!(invalid("{\n \"a\": \"x\\u0000\"}"), (2, 9, "NUL (\\u0000) is not allowed in strings".into()));
    assert_eq!(invalid(r#"{"\u0000":1}"#).0, 1);
    assert_eq!(invalid("\"\0\"").0, 1);
    assert_eq!(parse(br#""\\u0000""#), Ok(json!("\\u0000")));
}

#[test]
fn keys_of_the_parser_itself_are_refused() {
    for key in ["$serde_json::private::Number", "$serde_json::private::RawValue"] {
        assert_eq!(invalid(&format!(r#"{{"{key}": "1"}}"#)).2, "this key is reserved");
        assert_eq!(invalid(&format!(r#"{{"\u0024{}":"[[1]]"}}"#, &key[1..])).2, "this key is reserved");
        assert_eq!(parse(format!(r#"["{key}"]"#).as_bytes()), Ok(json!([key])));
    }
    assert_eq!(parse(br#"{"$ref": "x"}"#), Ok(json!({"$ref": "x"})));
}

#[test]
fn d1_single_quoted_samples_are_refused_with_their_place() {
    assert_eq!(invalid("{\n  'ok': true}"), (2, 3, "JSON strings stand in double quotes".into()));
    assert_eq!(invalid("{\"ok\": 'yes'}").2, "JSON strings stand in double quotes");
}

#[test]
fn what_is_no_json_is_refused() {
    for text in
        ["", " ", "{", "[1,]", "{\"a\":1,}", "nul", "01", "1 2", "\"a\nb\"", r#""\ud800""#, "NaN", "// x"]
    {
        assert!(matches!(parse(text.as_bytes()), Err(JsonError::Invalid { .. })), "{text}");
    }
    assert!(parse(b"\"\xff\"").is_err(), "invalid UTF-8");
    assert!(parse(b"\xef\xbb\xbf{}").is_err(), "byte order mark");
}

#[test]
fn names_are_for_people() {
    let long = "ä".repeat(101);
    for (name, is_fine) in [
        ("Orders", true),
        ("", false),
        ("  ", false),
        (" a", false),
        ("a\u{7}b", false),
        (long.as_str(), false),
    ] {
        let mut errors = FieldErrors::default();
        check_name(name, "name", &mut errors);
        assert_eq!(errors.0.is_empty(), is_fine, "{name:?}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn any_text_of_json_letters_is_read_or_refused(text in r#"[\[\]{}":,\\u0 ea1$\n]{0,60}"#) {
        if let Ok(value) = parse(text.as_bytes()) {
            prop_assert_eq!(parse(value.to_string().as_bytes()), Ok(value));
        }
    }
}
