use super::*;
use proptest::prelude::*;
use serde_json::json;

fn path(text: &str) -> Path {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn values_are_found_by_keys_and_indexes() {
    let value =
        json!({"items": [{"sku": "a"}], "a.b": {"c": 1}, "n": null, "list": {"0": "zero"}, "First Name": 2});
    for (text, expected) in [
        ("items.0.sku", Some(json!("a"))),
        ("items.1.sku", None),
        ("items.00.sku", None),
        (r#"items["0"]"#, None),
        (r#"["a.b"].c"#, Some(json!(1))),
        (r#"["items"].0.sku"#, Some(json!("a"))),
        ("n", Some(json!(null))),
        ("n.x", None),
        ("list.0", Some(json!("zero"))),
        (r#"list["0"]"#, Some(json!("zero"))),
        ("First Name", Some(json!(2))),
    ] {
        assert_eq!(get_path(&value, &path(text)), expected.as_ref(), "{text}");
        assert_eq!(get_text(&value, text), expected.as_ref(), "{text}");
        assert_eq!(get_in(value.as_object().expect("an object"), text), expected.as_ref(), "{text}");
    }
}

#[test]
fn a_path_is_its_first_key_and_the_path_under_it() {
    for (text, expected) in [
        ("a", Some(("a", ""))),
        ("a.b.c", Some(("a", "b.c"))),
        (r#"["a.b"].c"#, Some(("a.b", "c"))),
        (r#"a["b.c"]"#, Some(("a", r#"["b.c"]"#))),
        ("", None),
        (".a", None),
    ] {
        let split = split_first(text);
        assert_eq!(split.as_ref().map(|(key, rest)| (key.as_ref(), *rest)), expected, "{text}");
    }
}

#[test]
fn malformed_paths_are_refused() {
    for (text, expected) in [
        ("", PathError::Empty),
        (".a", PathError::Empty),
        ("a.", PathError::Empty),
        ("a..b", PathError::Empty),
        ("a[0]", PathError::Malformed),
        ("a]", PathError::Malformed),
        (r#"a["b"#, PathError::Malformed),
        (r#"a["b"]c"#, PathError::Malformed),
        (r#"a.["b"]"#, PathError::Malformed),
    ] {
        assert_eq!(text.parse::<Path>(), Err(expected), "{text}");
        assert_eq!(get_text(&json!({"a": {"b": 1}}), text), None, "{text}");
    }
    let twenty = vec!["a"; 20].join(".");
    assert!(twenty.parse::<Path>().is_ok());
    assert_eq!(format!("{twenty}.a").parse::<Path>(), Err(PathError::TooLong));
}

#[test]
fn setting_makes_objects_and_lists() {
    let mut value = Value::Null;
    for (at, new) in [("a.b", 1), ("list.0", 2), ("list.1.x", 3), (r#"years["2024"]"#, 4), ("a.b", 5)] {
        set_path(&mut value, &path(at), json!(new)).expect(at);
    }
    assert_eq!(value, json!({"a": {"b": 5}, "list": [2, {"x": 3}], "years": {"2024": 4}}));
    for (at, expected) in [
        ("a.b.c", SetError::NotAContainer("c".into())),
        ("list.x", SetError::NotAnIndex("x".into())),
        ("list.7", SetError::Gap(7)),
    ] {
        assert_eq!(set_path(&mut value, &path(at), json!(0)), Err(expected), "{at}");
    }
}

#[test]
fn each_of_a_list_is_found_where_the_path_names_one_that_is_there() {
    let value = json!({"lines": [{"sku": "a"}, {}, {"sku": null}], "*": [{"n": 1}], "none": []});
    for (text, expected) in [
        ("lines.*.sku", Some(json!(["a", null]))),
        ("lines[].sku", Some(json!(["a", null]))),
        ("none.*.sku", Some(json!([]))),
        ("lines.0.sku", None),
        ("lines", None),
        ("absent.*", None),
        ("*", None),
        ("*.*.n", Some(json!([1]))),
        (r#"["*"].*.n"#, Some(json!([1]))),
        (r#"lines["*"]"#, None),
        ("lines.*..sku", None),
    ] {
        assert_eq!(each_of(&value, text).map(|found| json!(found)), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn each_never_panics_and_is_as_long_as_its_lists(text in r#"[a*.\["\]]{0,10}"#, lengths in prop::collection::vec(0_usize..4, 0..4)) {
        let lists: Vec<_> = lengths.iter().map(|length| json!({"a": vec![1; *length]})).collect();
        let value = json!({"a": lists});
        if let Some(Found::Each(found)) = find_each(&value, &text) {
            prop_assert!(check_each(&text).is_ok());
            prop_assert!(found.len() <= lengths.len().max(lengths.iter().sum()));
        }
        let all = find_each(&value, "a.*.a.*");
        prop_assert!(matches!(all, Some(Found::Each(found)) if found.len() == lengths.iter().sum::<usize>()));
    }

    #[test]
    fn any_text_is_a_path_or_refused_and_paths_round_trip(text in r#"[a0."\[\]\\ ]{0,12}|.{0,20}"#) {
        if let Ok(path) = text.parse::<Path>() {
            prop_assert_eq!(&path.to_string().parse::<Path>().expect("what is shown can be read"), &path);
            let mut value = Value::Null;
            if set_path(&mut value, &path, json!(7)).is_ok() {
                prop_assert_eq!(get_path(&value, &path), Some(&json!(7)));
                prop_assert_eq!(get_text(&value, &text), Some(&json!(7)));
            }
        }
    }
}
