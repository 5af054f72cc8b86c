//! Paths that stand for each element of a list.

use super::INBOUND_ROOTS;
use super::tests::{Body, filter, problems};
use serde_json::json;

#[test]
fn a4_of_a_list_a_criterion_holds_where_it_does_of_any_element() {
    let body = Body(json!({
        "items": [{"sku": "a", "n": 1, "tags": ["x"]}, {"n": 5}, {"sku": "b", "tags": ["y", "z"]}],
        "none": [], "map": {"*": "star"}, "text": "t", "many": vec![0; 1_001],
    }));
    for (path, op, value, expected) in [
        ("body.items.*.sku", "exists", json!(null), true),
        ("body.items.*.absent", "exists", json!(null), false),
        ("body.items.*.absent", "not_exists", json!(null), true),
        ("body.items.*.sku", "not_exists", json!(null), false),
        ("body.items.*.sku", "equals", json!("b"), true),
        ("body.items.*.sku", "equals", json!("c"), false),
        ("body.items.*.sku", "not_equals", json!("b"), false),
        ("body.items.*.sku", "not_equals", json!("c"), true),
        ("body.items[].n", "greater_than", json!(4), true),
        ("body.items[].n", "greater_than", json!(5), false),
        ("body.items.*.tags.*", "in", json!(["z"]), true),
        ("body.items.*.tags", "contains", json!("y"), true),
        ("body.items.*.tags.0", "matches_regex", json!("^y$"), true),
        ("body.none.*", "exists", json!(null), false),
        ("body.none.*.a", "not_equals", json!(1), true),
        ("body.absent.*", "exists", json!(null), false),
        ("body.text.*", "exists", json!(null), false),
        ("body.map.*", "equals", json!("star"), true),
        (r#"body.map["*"]"#, "equals", json!("star"), true),
        (r#"body.items["*"]"#, "exists", json!(null), false),
        ("body.many.*", "equals", json!(0), true),
    ] {
        let filter = filter(json!({"path": path, "op": op, "value": value}));
        assert_eq!(filter.passes(&body), expected, "{path} {op} {value}");
        assert_eq!(filter.first_failure(&body).is_none(), expected, "{path} {op} {value}");
    }
    let last = Body(json!({"v": [vec![0; 1_000], vec![1]]}));
    let equals = |path: &str| filter(json!({"path": path, "op": "equals", "value": 1})).passes(&last);
    assert!(equals("body.v.1.*") && !equals("body.v.*.*"), "1,000 values are looked at");
}

#[test]
fn d2_of_a_list_the_first_value_is_told_and_how_many_there_are() {
    let body = Body(json!({"lines": [{"sku": "a"}, {}, {"sku": "b"}], "one": [1], "none": []}));
    for (path, expected) in [
        (
            "body.lines.*.sku",
            "`body.lines.*.sku` is equal to \"c\": does not hold, the first of 2 values is \"a\"",
        ),
        ("body.one.*", "`body.one.*` is equal to \"c\": does not hold, it is 1"),
        ("body.none.*", "`body.none.*` is equal to \"c\": does not hold, it is missing"),
    ] {
        let filter = filter(json!({"path": path, "op": "equals", "value": "c"}));
        assert_eq!(filter.first_failure(&body).expect("it fails").message, expected);
    }
}

#[test]
fn a_list_is_named_by_an_asterisk_or_empty_brackets() {
    for (path, expected) in
        [("body.a.*.b", vec![]), ("body.a[].b", vec![]), ("body.a[0].b", vec!["filter.path"])]
    {
        assert_eq!(problems(json!({"path": path, "op": "exists"}), INBOUND_ROOTS), expected, "{path}");
    }
}
