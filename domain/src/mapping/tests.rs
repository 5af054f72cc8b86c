use super::*;
use proptest::prelude::*;
use serde_json::json;

fn rows(value: Value) -> Vec<Mapping> {
    serde_json::from_value(value).expect("mapping rows")
}

fn mapped(mapping: Value, body: Value) -> Value {
    apply(&rows(mapping), &body).expect("it maps")
}

fn problems(value: Value) -> Vec<String> {
    let mut errors = FieldErrors::default();
    check(&rows(value), "mapping", &mut errors);
    errors.0.into_iter().map(|error| error.field).collect()
}

#[test]
fn a19_point_add_is_mapped() {
    let mapping = json!([
        {"from": "clientID", "to": "customer"},
        {"from": "reason", "to": "data.reason"},
        {"from": "pointstobeadded", "to": "data.points"},
    ]);
    let body = json!({"clientID": "c1", "reason": "purchase", "pointstobeadded": 10, "other": 1});
    let mapped = mapped(mapping, body);
    assert_eq!(mapped, json!({"customer": "c1", "data": {"reason": "purchase", "points": 10}}));
    assert_eq!(event_data(mapped), json!({"reason": "purchase", "points": 10, "customer": "c1"}));
}

#[test]
fn a9_from_is_a_path_in_the_body_without_prefix() {
    let mapping = json!([{"from": "items.1.sku", "to": "data.sku"}, {"from": "body.n", "to": "data.n"}]);
    let body = json!({"items": [{}, {"sku": "b"}], "n": 1, "body": {"n": 2}});
    assert_eq!(mapped(mapping, body), json!({"data": {"sku": "b", "n": 2}}));
}

#[test]
fn a9_from_may_name_each_element_of_a_list() {
    let body = json!({
        "items": [{"sku": "a", "tags": ["x", "y"]}, {"sku": null}, {"n": 1}, {"sku": "b", "tags": ["z"]}],
        "labels": ["new", "old"], "none": [], "map": {"*": "star"}, "grid": [[1, 2], [3]], "text": "t",
    });
    for (from, expected) in [
        ("items.*.sku", json!(["a", null, "b"])),
        ("items[].sku", json!(["a", null, "b"])),
        ("items.*.tags", json!([["x", "y"], ["z"]])),
        ("items.*.tags.*", json!(["x", "y", "z"])),
        ("items[].tags[]", json!(["x", "y", "z"])),
        ("items.*.tags.0", json!(["x", "z"])),
        ("items.0.tags.*", json!(["x", "y"])),
        ("items.*.absent", json!([])),
        ("labels.*", json!(["new", "old"])),
        ("none.*.a", json!([])),
        ("grid.*.*", json!([1, 2, 3])),
        ("map.*", json!("star")),
        (r#"map["*"]"#, json!("star")),
    ] {
        let mapping = json!([{"from": from, "to": "v"}]);
        assert_eq!(mapped(mapping, body.clone()), json!({"v": expected}), "{from}");
    }
    for from in ["absent.*", "text.*", "map[]", "items.*.tags..a", "items[0]"] {
        assert_eq!(mapped(json!([{"from": from, "to": "v"}]), body.clone()), json!({}), "{from}");
    }
}

#[test]
fn a11_a12_each_element_has_its_default_and_replacement() {
    let body = json!({"items": [{"n": "one"}, {"n": ""}, {}, {"n": null}, {"n": 4}]});
    let replace = json!([{"value": "one", "with": 1}]);
    let mapping = json!([
        {"from": "items.*.n", "to": "filled", "default": 0, "replace": replace},
        {"from": "items.*.n", "to": "sent", "replace": replace},
        {"from": "absent.*.n", "to": "absent", "default": 0},
    ]);
    let expected = json!({"filled": [1, 0, 0, 0, 4], "sent": [1, "", null, 4], "absent": 0});
    assert_eq!(mapped(mapping, body), expected);
}

#[test]
fn each_of_many_elements_counts_towards_the_size() {
    let body = json!({"items": vec![json!({}); 3_000]});
    let mapping = rows(json!([{"from": "items.*.n", "to": "v", "default": "x".repeat(400)}]));
    assert_eq!(apply(&mapping, &body), Err(MappingError::TooLarge { row: 1 }));
}

#[test]
fn a11_default_is_put_where_the_value_is_empty() {
    let with_default = json!([{"from": "n", "to": "data.n", "default": 7}]);
    let without = json!([{"from": "n", "to": "data.n"}]);
    for (body, expected, copied) in [
        (json!({}), json!({"data": {"n": 7}}), json!({})),
        (json!({"n": null}), json!({"data": {"n": 7}}), json!({"data": {"n": null}})),
        (json!({"n": ""}), json!({"data": {"n": 7}}), json!({"data": {"n": ""}})),
        (json!({"n": 0}), json!({"data": {"n": 0}}), json!({"data": {"n": 0}})),
        (json!({"n": false}), json!({"data": {"n": false}}), json!({"data": {"n": false}})),
        (json!([]), json!({"data": {"n": 7}}), json!({})),
    ] {
        assert_eq!(mapped(with_default.clone(), body.clone()), expected, "{body}");
        assert_eq!(mapped(without.clone(), body.clone()), copied, "{body}");
    }
}

#[test]
fn a12_values_are_replaced_by_the_first_pair_that_fits() {
    let mapping = json!([{"from": "v", "to": "v", "default": "none", "replace": [
        {"value": 1, "with": "one"}, {"value": "1", "with": "never"}, {"value": "", "with": "empty"},
        {"value": "gone", "with": ""}, {"value": {"a": 1}, "with": [1]}
    ]}]);
    for (value, expected) in [
        (json!(1), json!("one")),
        (json!("1"), json!("one")),
        (json!(1.0), json!("one")),
        (json!(""), json!("empty")),
        (json!("gone"), json!("")),
        (json!({"a": 1}), json!([1])),
        (json!("x"), json!("x")),
        (json!(null), json!("none")),
    ] {
        assert_eq!(mapped(mapping.clone(), json!({"v": value})), json!({"v": expected}), "{value}");
    }
}

#[test]
fn later_rows_overwrite_earlier_ones() {
    let mapping = json!([{"from": "a", "to": "v"}, {"from": "b", "to": "v"}, {"from": "c", "to": "v"}]);
    assert_eq!(mapped(mapping, json!({"a": 1, "b": 2})), json!({"v": 2}));
}

#[test]
fn a_value_in_the_way_is_an_error_with_its_row() {
    let mapping = rows(json!([{"from": "a", "to": "data.a"}, {"from": "a", "to": "data.a.b"}]));
    let error = apply(&mapping, &json!({"a": 1})).expect_err("1 is no object").to_string();
    assert_eq!(error, "mapping row 2: there is already a plain value on the way to `b`");
    let error = apply(&rows(json!([{"from": "a", "to": "x..y"}])), &json!({"a": 1}));
    assert_eq!(error, Err(MappingError::Path { row: 1, error: PathError::Empty }));
}

#[test]
fn many_rows_of_one_big_value_are_refused() {
    let big = json!({"a": "x".repeat(600_000)});
    let mapping = rows(json!([{"from": "a", "to": "b"}, {"from": "a", "to": "c"}]));
    assert_eq!(apply(&mapping, &big), Err(MappingError::TooLarge { row: 2 }));
}

#[test]
fn event_data_is_the_data_with_the_root_beside_it() {
    for (mapped, expected) in [
        (json!({"customer": 1}), json!({"customer": 1})),
        (json!({"customer": 1, "data": {"customer": 2, "a": 3}}), json!({"customer": 2, "a": 3})),
        (json!({"data": [1]}), json!([1])),
        (json!({"data": [1], "a": 2}), json!({"data": [1], "a": 2})),
        (json!({}), json!({})),
        (json!([1]), json!([1])),
    ] {
        assert_eq!(event_data(mapped.clone()), expected, "{mapped}");
    }
}

#[test]
fn rows_round_trip_and_unknown_keys_are_refused() {
    let json = json!([
        {"from": "n", "to": "data.n", "default": 1, "replace": [{"value": "a", "with": null}]},
        {"from": "m", "to": "data.m"}
    ]);
    assert_eq!(json!(rows(json.clone())), json);
    for wrong in [
        json!([{"from": "a"}]),
        json!([{"from": "a", "to": "b", "x": 1}]),
        json!([{"from": "a", "to": "b",
        "replace": [{"value": 1, "with": 2, "x": 3}]}]),
    ] {
        assert!(serde_json::from_value::<Vec<Mapping>>(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn checks_name_the_field() {
    let long = "a".repeat(513);
    for (value, expected) in [
        (json!([{"from": "a", "to": "b"}]), vec![]),
        (json!([{"from": "", "to": "b..c"}]), vec!["mapping.0.from", "mapping.0.to"]),
        (json!([{"from": "a.*.b", "to": "b"}, {"from": "a[].b", "to": "c"}]), vec![]),
        (
            json!([{"from": "a[0]", "to": "b"}, {"from": "a", "to": "b[]"}]),
            vec!["mapping.0.from", "mapping.1.to"],
        ),
        (json!([{"from": &long, "to": "b"}]), vec!["mapping.0.from"]),
        (json!([{"from": "a", "to": "b", "default": &long}]), vec!["mapping.0.default"]),
        (json!([{"from": "a", "to": "b", "default": "x\u{0}"}]), vec!["mapping.0.default"]),
        (
            json!([{"from": "a", "to": "b", "replace": [{"value": 1, "with": &long}]}]),
            vec!["mapping.0.replace.0.with"],
        ),
        (json!(vec![json!({"from": "a", "to": "b"}); 100]), vec![]),
        (json!(vec![json!({"from": "a", "to": "b"}); 101]), vec!["mapping"]),
    ] {
        assert_eq!(problems(value.clone()), expected, "{value}");
    }
}

proptest! {
    #[test]
    fn big_integers_survive_digit_for_digit(digits in "-?[1-9][0-9]{0,60}") {
        let body = json::parse(format!(r#"{{"n":{digits},"list":[{digits}]}}"#).as_bytes()).expect("JSON");
        let mapping = json!([{"from": "n", "to": "data.n"}, {"from": "list.0", "to": "data.m.0"}]);
        let data = event_data(mapped(mapping, body)).to_string();
        prop_assert_eq!(data, format!(r#"{{"n":{digits},"m":[{digits}]}}"#));
    }

    #[test]
    fn any_rows_map_or_are_refused(
        paths in prop::collection::vec((r#"[ab0.\["\]]{0,6}"#, r#"[ab0.\["\]]{0,6}|.{0,10}"#), 0..6),
        text in ".{0,5}",
    ) {
        let rows: Vec<_> = paths
            .into_iter()
            .map(|(from, to)| Mapping { from, to, default: Some(json!(text)), ..Mapping::default() })
            .collect();
        check(&rows, "mapping", &mut FieldErrors::default());
        if let Ok(mapped) = apply(&rows, &json!({"a": {"b": [text]}, "b": [{"0": 1}]})) {
            prop_assert!(mapped.is_object());
            prop_assert!(!event_data(mapped).is_null());
        }
    }
}
