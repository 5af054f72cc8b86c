//! Arrays, for sources whose action takes them (D12). None does today, so what decides about them is asked itself.

use super::tests::{request, routing, run, shown, source};
use super::*;
use crate::record::Rules;
use serde_json::json;

fn decide(source: &RoutedSource, elements: Vec<Value>) -> Decision {
    let request = request(&[("x-id", "h1")], "");
    let routing = routing(Vec::new());
    let arrival = Arrival { source, routing: &routing, request: &request };
    match array::decide(arrival, elements, &mut || [5; 10]) {
        Ok(decision) => decision,
        Err(refused) => *refused,
    }
}

fn data(element: &Element) -> Option<&str> {
    match &element.made {
        Some(Made::Event(_, data)) => Some(data.get()),
        _ => None,
    }
}

fn shop() -> RoutedSource {
    source(&json!({
        "filter": {"path": "body.n", "op": "exists"}, "idempotency_key": "body.id",
        "mapping": [{"from": "n", "to": "data.n"}, {"from": "deep", "to": "data.n.deep"}],
    }))
}

#[test]
fn d12_filter_key_and_mapping_apply_to_each_element() {
    let elements =
        json!([{"n": 1, "id": "a"}, {"id": "b"}, {"n": 2, "deep": 1, "id": "c"}, 7, {"n": 3, "id": []}]);
    let elements =
        array::examine_each(&shop(), &Rules::default(), &[], elements.as_array().expect("a list").clone());
    let shown: Vec<_> = elements
        .iter()
        .map(|element| (element.outcome, element.idempotency_key.as_deref(), data(element)))
        .collect();
    let expected = [
        (Outcome::Accepted, Some("a"), Some(r#"{"n":1}"#)),
        (Outcome::Filtered, None, None),
        (Outcome::MappingFailed, Some("c"), None),
        (Outcome::NotAnObject, None, None),
        (Outcome::MappingFailed, None, None),
    ];
    assert_eq!(shown, expected);
    let because = |place: usize| elements[place].explanation.clone().unwrap_or_default();
    assert!(because(1).contains("`body.n` exists") && because(2).contains("mapping row 2"));
    assert_eq!(because(3), "the body is a single value, not an object");
}

#[test]
fn d12_any_element_that_is_taken_commits_and_the_others_are_named() {
    let decision = decide(&shop(), vec![json!({"n": 1, "id": "a"}), json!({"id": "b"}), json!({"n": 2})]);
    let error = json!({
        "code": "filtered", "index": 1, "message": "This element does not pass the filter of this address.",
    });
    let answer = json!({"ok": true, "accepted": 2, "rejected": 1, "errors": [error]});
    assert_eq!(shown(&decision), (Outcome::Accepted, 200, answer));
    let data: Vec<_> = decision.events.iter().map(|event| event.data.get()).collect();
    assert_eq!((data, decision.elements.len()), (vec![r#"{"n":1}"#, r#"{"n":2}"#], 3));
    assert_eq!(decision.idempotency_key, None, "the keys are those of the elements");
    assert_eq!(decision.explanation.as_deref(), Some("2 of 3 elements were taken; filtered: 1"));
}

#[test]
fn d12_an_array_of_which_nothing_is_taken_is_refused_as_its_first_element() {
    let decision = decide(&shop(), vec![json!({"id": "a"}), json!(1)]);
    let (outcome, status, body) = shown(&decision);
    assert_eq!((outcome, status, &body["code"]), (Outcome::Filtered, 422, &json!("filtered")));
    assert_eq!((decision.events.len(), decision.elements.len()), (0, 2));
    let empty = shown(&decide(&shop(), Vec::new()));
    let answer = json!({"ok": true, "accepted": 0, "rejected": 0, "errors": []});
    assert_eq!(empty, (Outcome::Accepted, 200, answer));
}

#[test]
fn d12_at_most_a_thousand_elements_are_taken() {
    assert_eq!(decide(&shop(), vec![json!({"n": 1}); 1_000]).events.len(), 1_000);
    let decision = decide(&shop(), vec![json!({"n": 1}); 1_001]);
    let (outcome, status, body) = shown(&decision);
    assert_eq!((outcome, status), (Outcome::NotAnObject, 422));
    assert_eq!(body["error"]["message"], "Send at most 1000 objects in one request.");
    assert!(decision.events.is_empty());
}

#[test]
fn a13_own_responses_answer_arrays_too() {
    let own = source(&json!({"response": {"success": {"id": "[Event ID]", "request": "[Request ID]"}}}));
    let decision = decide(&own, vec![json!({}), json!({})]);
    let expected = json!({"id": null, "request": request(&[], "").id});
    assert_eq!(shown(&decision).2, expected, "there is not one event");
}

#[test]
fn d12_a_source_that_publishes_an_event_refuses_arrays_as_before() {
    let publishing = source(&json!({}));
    assert!(!publishing.config.action.takes_arrays());
    assert_eq!(run(&publishing, &request(&[], r#"[{"n":1}]"#)).outcome, Outcome::NotAnObject);
}
