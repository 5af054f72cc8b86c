use super::*;
use crate::event::{Event, EventType};
use crate::hops::Hops;
use crate::ids::{AccountId, EventId};
use crate::inbound::InboundFacts;
use crate::time::Timestamp;
use serde_json::json;
use serde_json::value::RawValue;

/// Facts of a body alone.
pub(super) struct Body(pub(super) Value);

impl Facts for Body {
    fn look_up(&self, path: &str) -> Option<std::borrow::Cow<'_, Value>> {
        crate::json::get_text(&self.0, crate::json::below(path, "body")?).map(std::borrow::Cow::Borrowed)
    }

    fn look_up_each(&self, path: &str) -> Option<Vec<&Value>> {
        crate::json::each_of(&self.0, crate::json::below(path, "body")?)
    }
}

pub(super) fn filter(value: Value) -> Filter {
    serde_json::from_value(value).expect("a filter")
}

fn passes(op: &str, value: Value, actual: Value) -> bool {
    filter(json!({"path": "body.v", "op": op, "value": value})).passes(&Body(json!({"v": actual})))
}

pub(super) fn problems(value: Value, roots: &[&str]) -> Vec<String> {
    let mut errors = FieldErrors::default();
    filter(value).check(roots, "filter", &mut errors);
    errors.0.into_iter().map(|error| error.field).collect()
}

#[test]
fn a6_exists_and_is_greater_than() {
    let exists = filter(json!({"path": "body.pointadd", "op": "exists"}));
    assert!(exists.passes(&Body(json!({"pointadd": 3}))));
    assert!(exists.passes(&Body(json!({"pointadd": null}))), "a key with null is there");
    assert!(!exists.passes(&Body(json!({"points": 3}))));
    let greater = filter(json!({"path": "body.pointsub", "op": "greater_than", "value": 0}));
    assert!(greater.passes(&Body(json!({"pointsub": 1}))));
    assert!(!greater.passes(&Body(json!({"pointsub": 0}))));
}

#[test]
fn a5_criteria_combine_with_and_and_or() {
    let both = filter(json!({"all": [
        {"path": "body.a", "op": "exists"},
        {"any": [{"path": "body.b", "op": "equals", "value": 1}, {"path": "body.c", "op": "equals", "value": 1}]}
    ]}));
    for (body, expected) in [
        (json!({"a": 1, "b": 1}), true),
        (json!({"a": 1, "c": 1}), true),
        (json!({"a": 1, "b": 2, "c": 2}), false),
        (json!({"b": 1}), false),
    ] {
        assert_eq!(both.passes(&Body(body.clone())), expected, "{body}");
    }
}

#[test]
fn d23_decimal_strings_compare_as_numbers() {
    for (op, value, actual, expected) in [
        ("greater_than", json!(0), json!("12.50"), true),
        ("greater_than", json!("9"), json!("10"), true),
        ("greater_than", json!(0), json!("many"), false),
        ("greater_than", json!(0), json!(null), false),
        ("greater_than", json!(0), json!([1]), false),
        ("less_than", json!(0), json!("many"), false),
        ("greater_or_equal", json!(1), json!("1.0"), true),
        ("less_or_equal", json!("1"), json!(1), true),
        ("less_than", json!(10), json!("-3"), true),
        ("equals", json!(5), json!("5"), true),
        ("equals", json!(5), json!(5.0), true),
        ("not_equals", json!(5), json!("5"), false),
        ("equals", json!("5"), json!("5.0"), false),
    ] {
        assert_eq!(passes(op, value.clone(), actual.clone()), expected, "{actual} {op} {value}");
    }
}

#[test]
fn d23_otherwise_both_are_times_or_it_is_false() {
    for (op, value, actual, expected) in [
        ("greater_than", json!("2026-01-01T00:00:00Z"), json!("2026-01-01T02:00:00+01:00"), true),
        ("less_than", json!("2026-01-01T00:00:00Z"), json!("2026-01-01T02:00:00+01:00"), false),
        ("greater_than", json!("2026-01-01T00:00:00Z"), json!("2026-01-02"), false),
        ("greater_than", json!("2026-01-01T00:00:00Z"), json!(9_999_999), false),
    ] {
        assert_eq!(passes(op, value.clone(), actual.clone()), expected, "{actual} {op} {value}");
    }
}

#[test]
fn d23_large_integers_are_compared_exactly() {
    let number = |text: &str| serde_json::from_str::<Value>(text).expect("a number");
    assert!(passes("greater_than", number("9007199254740992"), number("9007199254740993")));
    assert!(!passes(
        "equals",
        number("123456789012345678901234567890"),
        number("123456789012345678901234567891")
    ));
    assert!(passes("less_than", number("0.30000000000000000001"), number("0.3")));
}

#[test]
fn texts_and_lists() {
    for (op, value, actual, expected) in [
        ("contains", json!("ell"), json!("hello"), true),
        ("contains", json!("x"), json!("hello"), false),
        ("contains", json!("b"), json!(["a", "b"]), true),
        ("contains", json!(2), json!(["1", "2"]), true),
        ("contains", json!("a"), json!({"a": 1}), false),
        ("starts_with", json!("he"), json!("hello"), true),
        ("starts_with", json!(49), json!("4912"), true),
        ("ends_with", json!("lo"), json!("hello"), true),
        ("ends_with", json!("he"), json!("hello"), false),
        ("in", json!(["a", 1]), json!("a"), true),
        ("in", json!(["a", 1]), json!("1"), true),
        ("in", json!(["a", 1]), json!("b"), false),
        ("in", json!("abc"), json!("a"), false),
        ("matches_regex", json!("^a+$"), json!("aaa"), true),
        ("matches_regex", json!("^a+$"), json!("aab"), false),
        ("matches_regex", json!("("), json!("("), false),
        ("matches_regex", json!("[0-9]"), json!(12), true),
        ("matches_regex", json!("."), json!(true), false),
    ] {
        assert_eq!(passes(op, value.clone(), actual.clone()), expected, "{actual} {op} {value}");
    }
}

#[test]
fn of_an_absent_value_only_the_negative_operators_are_true() {
    for operator in Operator::ALL {
        let criterion = Criterion::new("body.absent", operator, json!("x"));
        let expected = matches!(operator, Operator::NotExists | Operator::NotEquals);
        assert_eq!(criterion.passes(&Body(json!({}))), expected, "{operator}");
    }
}

#[test]
fn operators_have_one_name_each_and_symbols_are_read() {
    for operator in Operator::ALL {
        assert_eq!(json!(operator), json!(operator.as_str()));
        assert_eq!(operator.as_str().parse(), Ok(operator));
    }
    for (symbol, expected) in [
        (">", Operator::GreaterThan),
        (">=", Operator::GreaterOrEqual),
        ("<", Operator::LessThan),
        ("<=", Operator::LessOrEqual),
        ("=", Operator::Equals),
        ("!=", Operator::NotEquals),
    ] {
        assert_eq!(serde_json::from_value::<Operator>(json!(symbol)).ok(), Some(expected), "{symbol}");
    }
}

#[test]
fn unknown_shapes_are_refused() {
    for (value, part) in [
        (json!({}), "a filter is"),
        (json!([]), "a filter is"),
        (json!({"all": [], "any": []}), "unknown field `any`"),
        (json!({"all": {}}), "list"),
        (json!({"none": []}), "a filter is"),
        (json!({"path": "body.a"}), "missing field `op`"),
        (json!({"path": "body.a", "op": "exists", "x": 1}), "unknown field `x`"),
        (json!({"path": "body.a", "op": "is"}), "unknown variant `is`"),
        (json!({"any": [{"path": 1, "op": "exists"}]}), "invalid type"),
    ] {
        let error = serde_json::from_value::<Filter>(value.clone()).expect_err("refused").to_string();
        assert!(error.contains(part), "{value}: {error}");
    }
}

#[test]
fn checks_name_the_field() {
    let one = |path: &str, op: &str, value: Value| json!({"path": path, "op": op, "value": value});
    for (value, expected) in [
        (one("body.a", "exists", json!(null)), vec![]),
        (one("headers.x-topic", "equals", json!("a")), vec![]),
        (one("headers.x topic", "exists", json!(null)), vec!["filter.path"]),
        (one("a", "exists", json!(null)), vec!["filter.path"]),
        (one("data.a", "exists", json!(null)), vec!["filter.path"]),
        (one("body.", "exists", json!(null)), vec!["filter.path"]),
        (one("body", "exists", json!(null)), vec!["filter.path"]),
        (one("bodyx.a", "exists", json!(null)), vec!["filter.path"]),
        (one(r#"body["a.b"].c"#, "exists", json!(null)), vec![]),
        (one("body.a..b", "exists", json!(null)), vec!["filter.path"]),
        (one("body.a", "equals", json!(null)), vec!["filter.value"]),
        (one("body.a", "greater_than", json!("many")), vec!["filter.value"]),
        (one("body.a", "greater_than", json!("1.5")), vec![]),
        (one("body.a", "less_than", json!("2026-01-01T00:00:00Z")), vec![]),
        (one("body.a", "in", json!("a")), vec!["filter.value"]),
        (one("body.a", "in", json!([])), vec!["filter.value"]),
        (one("body.a", "starts_with", json!([])), vec!["filter.value"]),
        (one("body.a", "matches_regex", json!("(")), vec!["filter.value"]),
        (one("body.a", "matches_regex", json!("a".repeat(513))), vec!["filter.value"]),
        (one("body.a", "matches_regex", json!("a{1000}{1000}")), vec!["filter.value"]),
        (json!({"all": []}), vec!["filter"]),
        (
            json!({"any": [{"all": []}, one("x", "exists", json!(null))]}),
            vec!["filter.any.0", "filter.any.1.path"],
        ),
    ] {
        assert_eq!(problems(value.clone(), INBOUND_ROOTS), expected, "{value}");
    }
    assert_eq!(problems(one("event.type", "equals", json!("a")), EVENT_ROOTS), Vec::<String>::new());
    assert_eq!(problems(one("event.types", "equals", json!("a")), EVENT_ROOTS), ["filter.path"]);
}

#[test]
fn d17_fifty_criteria_and_eight_levels_are_the_most() {
    let leaf = json!({"path": "body.a", "op": "exists"});
    assert!(problems(json!({"all": vec![&leaf; 50]}), INBOUND_ROOTS).is_empty());
    assert_eq!(problems(json!({"all": vec![&leaf; 51]}), INBOUND_ROOTS), ["filter"]);
    let nested = |levels: usize| (0..levels).fold(leaf.clone(), |inner, _| json!({"all": [inner]}));
    assert!(problems(nested(8), INBOUND_ROOTS).is_empty());
    assert_eq!(problems(nested(9), INBOUND_ROOTS).len(), 1);
}

#[test]
fn d2_the_failing_criterion_is_named_with_what_was_found() {
    // The sample of the document does not pass its own filter: it has no `pointadd`.
    let sample = Body(json!({"clientID": "1", "reason": "purchase", "pointstobeadded": 10}));
    for (value, expected) in [
        (
            json!({"path": "body.pointadd", "op": "exists"}),
            "`body.pointadd` exists: does not hold, it is missing",
        ),
        (
            json!({"path": "body.pointstobeadded", "op": ">", "value": 10}),
            "`body.pointstobeadded` is greater than 10: does not hold, it is 10",
        ),
        (
            json!({"any": [{"path": "body.a", "op": "exists"}, {"path": "body.b", "op": "exists"}]}),
            "none of 2 alternatives holds; the first: `body.a` exists: does not hold, it is missing",
        ),
    ] {
        let failure = filter(json!({"all": [{"path": "body.reason", "op": "exists"}, value]}))
            .first_failure(&sample)
            .expect("it fails");
        assert_eq!(failure.message, expected);
    }
    let passing = Body(json!({"pointadd": true}));
    assert_eq!(filter(json!({"path": "body.pointadd", "op": "exists"})).first_failure(&passing), None);
}

#[test]
fn failures_shorten_values_and_mask_secret_headers() {
    let headers = [("authorization".to_owned(), "Bearer canary".to_owned())];
    let body = json!({"long": "ä".repeat(1000), "list": [1, 2], "map": {"a": 1}});
    let facts = InboundFacts::new(&headers, &body, None);
    let message = |path: &str| {
        let value = json!({"path": path, "op": "equals", "value": "Bearer other"});
        filter(value).first_failure(&facts).expect("it fails").message
    };
    assert!(message("body.long").chars().count() < 200);
    assert!(message("body.list").ends_with("it is a list of 2"));
    assert!(message("body.map").ends_with("it is an object of 1"));
    let masked = message("headers.Authorization");
    assert!(!masked.contains("canary") && !masked.contains("other") && masked.contains("***"), "{masked}");
}

pub(super) fn event(data: &str) -> Event {
    Event {
        id: EventId::new(Timestamp(1), &[0; 10]),
        account_id: AccountId::new(Timestamp(1), &[0; 10]),
        event_type: EventType::new("order.created").expect("a type"),
        occurred_at: Timestamp(1),
        data: RawValue::from_string(data.into()).expect("JSON"),
        hops: Hops::default(),
    }
}

#[test]
fn d26_filters_of_subscriptions_see_the_type_and_the_data() {
    let event = event(r#"{"total": 12345678901234567890, "items":[{"sku":"a"}]}"#);
    let facts = EventFacts::of(&event);
    for (path, op, value, expected) in [
        ("event.type", "equals", json!("order.created"), true),
        ("data.items.0.sku", "equals", json!("a"), true),
        ("data.total", "equals", json!("12345678901234567890"), true),
        ("data.absent", "exists", json!(null), false),
        ("body.total", "exists", json!(null), false),
    ] {
        assert_eq!(
            filter(json!({"path": path, "op": op, "value": value})).passes(&facts),
            expected,
            "{path}"
        );
    }
}
