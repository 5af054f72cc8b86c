use super::*;
use proptest::prelude::*;
use serde_json::json;

fn form(text: &str) -> Value {
    parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn d24_pairs_become_one_object() {
    for (text, expected) in [
        ("", json!({})),
        ("a=1", json!({"a": "1"})),
        ("a=1&b=two+words&c=%C3%A4%26%3D%2B", json!({"a": "1", "b": "two words", "c": "ä&=+"})),
        ("a", json!({"a": ""})),
        ("a=", json!({"a": ""})),
        ("=a", json!({"": "a"})),
        ("a=b=c", json!({"a": "b=c"})),
        ("&a=1&&b=2&", json!({"a": "1", "b": "2"})),
        ("a=100%&b=%zz&c=%4", json!({"a": "100%", "b": "%zz", "c": "%4"})),
        ("a;b=1", json!({"a;b": "1"})),
        ("a.b=1", json!({"a.b": "1"})),
    ] {
        assert_eq!(form(text), expected, "{text}");
    }
}

#[test]
fn d24_brackets_nest() {
    for (text, expected) in [
        ("data[id]=1&data[email]=a%40b.example", json!({"data": {"id": "1", "email": "a@b.example"}})),
        ("data%5Bmerges%5D%5BFNAME%5D=A", json!({"data": {"merges": {"FNAME": "A"}}})),
        ("a[]=1&a[]=2", json!({"a": ["1", "2"]})),
        ("a[b][]=1&a[b][]=2", json!({"a": {"b": ["1", "2"]}})),
        ("a[][b]=1&a[][c]=2", json!({"a": [{"b": "1"}, {"c": "2"}]})),
        ("a[0][id]=1&a[1][id]=2", json!({"a": {"0": {"id": "1"}, "1": {"id": "2"}}})),
        ("a[b]", json!({"a": {"b": ""}})),
        ("a[b]=1&x=0&a[c]=2", json!({"a": {"b": "1", "c": "2"}, "x": "0"})),
    ] {
        assert_eq!(form(text), expected, "{text}");
    }
    assert_eq!(json::get_text(&form("a[0][id]=x"), "a.0.id"), Some(&json!("x")));
}

#[test]
fn d24_of_repeated_keys_the_last_wins() {
    for (text, expected) in [
        ("a=1&b=2&a=3", r#"{"a":"3","b":"2"}"#),
        ("a[b]=1&a[b]=2", r#"{"a":{"b":"2"}}"#),
        ("a=1&a[b]=2", r#"{"a":{"b":"2"}}"#),
        ("a[b]=1&a=2", r#"{"a":"2"}"#),
        ("a[b]=1&a[]=2", r#"{"a":["2"]}"#),
        ("a[]=1&a[b]=2", r#"{"a":{"b":"2"}}"#),
    ] {
        assert_eq!(form(text).to_string(), expected, "{text}");
    }
}

#[test]
fn names_whose_brackets_do_not_pair_up_are_plain_keys() {
    for name in ["a[b", "a]b", "a[b]c", "[a]", "[]", "a[[b]]", "a[b][", "][", "a[b]]"] {
        let text = format!("{name}=1");
        assert_eq!(form(&text), json!({name: "1"}), "{name}");
    }
}

#[test]
fn d24_forms_have_the_bounds_of_json() {
    let nested = |brackets: &str, depth: usize| format!("a{}=1", brackets.repeat(depth - 1));
    for brackets in ["[b]", "[]"] {
        assert!(json::parse(form(&nested(brackets, 64)).to_string().as_bytes()).is_ok());
        let too_deep = parse(nested(brackets, 65).as_bytes());
        assert_eq!(too_deep, Err(FormError::TooDeep { pair: 1 }));
        assert_eq!(parse(nested(brackets, 300_000).as_bytes()), Err(FormError::TooDeep { pair: 1 }));
    }
    let invalid = |text: &[u8]| match parse(text) {
        Err(FormError::Invalid { pair, message }) => (pair, message),
        other => panic!("{other:?}"),
    };
    assert_eq!(invalid(b"a=1&b=%00"), (2, "NUL (%00) is not allowed"));
    assert_eq!(invalid(b"a=1&b=\0"), (2, "NUL (%00) is not allowed"));
    assert_eq!(invalid(b"a%00=1").0, 1);
    assert_eq!(invalid(b"a=%ff"), (1, "this is not UTF-8"));
    assert_eq!(invalid(b"a=\xc3").1, "this is not UTF-8");
    assert_eq!(invalid(b"a[$serde_json::private::Number]=1"), (1, "this key is reserved"));
    assert_eq!(invalid(b"%24serde_json::private::RawValue=1").1, "this key is reserved");
    let keys: Vec<_> = (0..10_000).map(|n| format!("k{n}={n}")).collect();
    assert_eq!(form(&keys.join("&")).as_object().map(Map::len), Some(10_000));
}

#[test]
fn d18_a_token_is_masked_wherever_it_may_be() {
    for (text, path, expected) in [
        ("token=canary&n=1", "token", Some("token=***&n=1")),
        ("token=canary&token=other", "token", Some("token=***&token=***")),
        ("auth[token]=canary&auth[n]=1", "auth.token", Some("auth%5Btoken%5D=***&auth%5Bn%5D=1")),
        ("a[]=canary&a[]=x", "a.0", Some("a%5B%5D=***&a%5B%5D=***")),
        ("a=canary", "a.b", Some("a=***")),
        ("n=1", "token", None),
        ("a[b]=1", "a.c", None),
        ("token=%ff", "token", None),
    ] {
        let masked = mask(text.as_bytes(), &path.parse().expect("a path"));
        let masked = masked.map(|bytes| String::from_utf8(bytes).expect("UTF-8"));
        assert_eq!(masked.as_deref(), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_form_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..100), text in r"[ab\[\]=&%0+]{0,60}") {
        for bytes in [bytes.as_slice(), text.as_bytes()] {
            if let Ok(value) = parse(bytes) {
                prop_assert_eq!(json::parse(value.to_string().as_bytes()), Ok(value));
            }
        }
    }

    #[test]
    fn pairs_are_those_that_were_written(fields in prop::collection::vec(("[^\0]{1,5}", "[^\0]{0,5}"), 0..8)) {
        let written = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        prop_assert_eq!(pairs(written.as_bytes()), Ok(fields));
    }
}
