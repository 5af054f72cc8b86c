//! Bodies that are forms (D24).

use super::tests::{request, routing, run, shown, source};
use super::*;
use crate::inbound::kept_body;
use serde_json::json;

const FORM: &str = "application/x-www-form-urlencoded";
const MAILCHIMP: &str = "type=subscribe&fired_at=2026-09-21+14%3A13%3A20&data%5Bid%5D=8a25ff1d98&\
    data[email]=ada%40example.com&data[merges][FNAME]=Ada";

fn typed(content_type: &str, body: &str) -> InboundRequest {
    let mut request = request(&[], body.to_owned());
    request.headers = vec![("content-type".to_owned(), content_type.to_owned())];
    request
}

#[test]
fn d24_a_body_is_read_as_it_is_declared_where_the_source_takes_that() {
    use Outcome::{Accepted, InvalidForm, InvalidJson, WrongContentType};
    for (types, declared, body, expected) in [
        (json!(["json"]), FORM, "a=1", WrongContentType),
        (json!(["form"]), "application/json", "{}", WrongContentType),
        (json!(["form"]), FORM, "a=1", Accepted),
        (json!(["json", "form"]), FORM, "a=1", Accepted),
        (json!(["json", "form"]), "application/json", "{}", Accepted),
        (json!(["json", "form"]), "application/json", "a=1", InvalidJson),
        (json!(["json", "form"]), "text/plain", "{}", WrongContentType),
        (json!(["form"]), FORM, "a=%00", InvalidForm),
    ] {
        let decision = run(&source(&json!({"content_types": types})), &typed(declared, body));
        assert_eq!(decision.outcome, expected, "{types} {declared} {body}");
    }
    let json_in_a_form = run(&source(&json!({"content_types": ["form"]})), &typed(FORM, r#"{"a":1}"#));
    assert_eq!(json_in_a_form.events[0].data.get(), r#"{"{\"a\":1}":""}"#, "it is not guessed at");
}

#[test]
fn d24_the_refusal_names_what_is_taken() {
    for (types, expected) in [
        (json!(["json"]), "Send JSON with the header `content-type: application/json`."),
        (json!(["form"]), "Send a form with the header `content-type: application/x-www-form-urlencoded`."),
        (
            json!(["form", "json"]),
            "Send JSON or a form with the header `content-type: application/json` or \
             `application/x-www-form-urlencoded`.",
        ),
    ] {
        let (_, status, body) =
            shown(&run(&source(&json!({"content_types": types})), &typed("text/plain", "")));
        assert_eq!((status, &body["error"]["message"]), (415, &json!(expected)));
    }
}

#[test]
fn d24_without_a_mapping_the_events_data_is_the_forms_object() {
    let decision = run(&source(&json!({"content_types": ["form"]})), &typed(FORM, MAILCHIMP));
    let expected = r#"{"type":"subscribe","fired_at":"2026-09-21 14:13:20","data":{"id":"8a25ff1d98","email":"ada@example.com","merges":{"FNAME":"Ada"}}}"#;
    assert_eq!(decision.events[0].data.get(), expected);
}

#[test]
fn d24_filter_mapping_and_key_see_a_form_like_json() {
    let changes = json!({
        "content_types": ["form"], "idempotency_key": "body.data.id",
        "filter": {"path": "body.type", "op": "equals", "value": "subscribe"},
        "mapping": [{"from": "data.email", "to": "customer"}, {"from": "data.merges.FNAME", "to": "data.name"}],
    });
    let decision = run(&source(&changes), &typed(FORM, MAILCHIMP));
    assert_eq!(decision.events[0].data.get(), r#"{"name":"Ada","customer":"ada@example.com"}"#);
    assert_eq!(decision.idempotency_key.as_deref(), Some("8a25ff1d98"));
    let other = run(&source(&changes), &typed(FORM, &MAILCHIMP.replace("=subscribe", "=cleaned")));
    assert_eq!(other.outcome, Outcome::Filtered);
}

#[test]
fn d24_what_is_wrong_with_a_form_is_said_by_its_pair() {
    let shop = source(&json!({"content_types": ["form"]}));
    let decision = run(&shop, &typed(FORM, "a=1&b=%ff"));
    let (outcome, status, body) = shown(&decision);
    assert_eq!((outcome, status), (Outcome::InvalidForm, 400));
    let error = json!({"code": "invalid_form", "message": "pair 2: this is not UTF-8"});
    assert_eq!(body, json!({"ok": false, "code": "invalid_form", "error": error}));
    let deep = run(&shop, &typed(FORM, &format!("a{}=1", "[]".repeat(64))));
    assert_eq!((deep.outcome, deep.response.status), (Outcome::TooDeep, 400));
    assert_eq!(deep.explanation.as_deref(), Some("the body is nested more than 64 deep in pair 1"));
}

#[test]
fn d18_a_token_in_a_form_authenticates_and_is_masked() {
    let verification = json!({"type": "body_token", "path": "auth.token", "token": "canary"});
    let shop = source(&json!({"content_types": ["json", "form"], "verification": verification}));
    let sent = typed(FORM, "auth[token]=canary&n=1");
    assert_eq!(run(&shop, &sent).events[0].data.get(), r#"{"auth":{"token":"***"},"n":"1"}"#);
    assert_eq!(run(&shop, &typed(FORM, "auth[token]=guess")).outcome, Outcome::VerificationFailed);
    assert!(Outcome::InvalidForm.is_before_authentication(Some(&shop.config.verification)));
    let shop = routing(vec![shop]);
    for (content_type, body, kept) in [
        (FORM, "auth[token]=canary&n=1", "auth%5Btoken%5D=***&n=1"),
        (FORM, "n=1", "n=1"),
        (FORM, "auth[token]=canary&n=%ff", ""),
        ("application/json", r#"{"auth":{"token":"canary"}}"#, r#"{"auth":{"token":"***"}}"#),
        ("application/json", r#"{ "n": 1 }"#, r#"{ "n": 1 }"#),
        ("application/json", r#"{"auth":{"token":"canary"}"#, ""),
        ("text/plain", "auth[token]=canary", ""),
    ] {
        assert_eq!(kept_body(&shop, &typed(content_type, body)), kept, "{content_type} {body}");
    }
    let open = routing(vec![source(&json!({}))]);
    assert_eq!(kept_body(&open, &typed(FORM, "a=%ff")), "a=%ff");
    assert_eq!(kept_body(&routing(Vec::new()), &typed("", "x")), "x");
}
