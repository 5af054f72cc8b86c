use super::*;
use crate::filter::Filter;
use crate::hops::Hops;
use crate::ids::{AccountId, RequestId, SourceId};
use crate::inbound::{Proof, kept_body};
use crate::limits::MAX_HOPS;
use crate::source::SourceConfig;
use crate::time::Timestamp;
use bytes::Bytes;
use proptest::prelude::*;
use serde_json::json;

pub(super) const NOW: Timestamp = Timestamp(1_790_000_000_123);

pub(super) fn account() -> AccountId {
    AccountId::new(Timestamp(1), &[9; 10])
}

pub(super) fn source(changes: &Value) -> RoutedSource {
    let mut value = json!({
        "name": "Shop", "endpoint": "shop", "action": {"type": "publish_event", "event_type": "order.created"},
    });
    for (name, change) in changes.as_object().expect("changes are an object") {
        value[name.as_str()] = change.clone();
    }
    let config: SourceConfig = serde_json::from_value(value).expect("a source");
    assert_eq!(config.check(), Ok(()));
    RoutedSource {
        id: SourceId::new(Timestamp(2), &[8; 10]),
        state: SourceState::Active,
        config,
        previous_secret: None,
        capture_until: Timestamp(0),
    }
}

pub(super) fn request(headers: &[(&str, &str)], body: impl Into<Bytes>) -> InboundRequest {
    let body = body.into();
    let headers = [("content-type", "application/json")].iter().chain(headers);
    InboundRequest {
        id: RequestId::new(NOW, &[7; 10]),
        received_at: NOW,
        method: "POST".to_owned(),
        url: "https://hooks.example/in/a/shop".to_owned(),
        endpoint: "shop".to_owned(),
        headers: headers.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        hops: Hops::default(),
        raw_body: body.clone(),
        body,
        proof: Proof::Asked,
    }
}

pub(super) fn run(source: &RoutedSource, request: &InboundRequest) -> Decision {
    process(source, &routing(Vec::new()), request, &mut || [5; 10])
}

pub(super) fn answer(changes: &Value, body: &str) -> (Outcome, u16, Value) {
    shown(&run(&source(changes), &request(&[], body.to_owned())))
}

pub(super) fn shown(decision: &Decision) -> (Outcome, u16, Value) {
    let body = serde_json::from_slice(&decision.response.body).expect("a JSON answer");
    (decision.outcome, decision.response.status, body)
}

pub(super) fn routing(sources: Vec<RoutedSource>) -> Routing {
    let sources = sources.into_iter().map(|source| (source.config.endpoint.clone(), Arc::new(source)));
    Routing { sources: sources.collect(), ..Routing::empty(account()) }
}

#[test]
fn d4_an_inactive_source_keeps_what_it_is_sent_while_its_capture_window_is_open() {
    let kept = |state, capture_until| {
        let source = RoutedSource { state, capture_until, ..source(&json!({})) };
        kept_body(&routing(vec![source]), &request(&[], r#"{"n":1}"#)).len()
    };
    assert_eq!(kept(SourceState::Inactive, NOW.plus_ms(1)), 7);
    assert_eq!(kept(SourceState::Inactive, NOW), 0);
    assert_eq!(kept(SourceState::Archived, NOW.plus_ms(-1)), 0);
    assert_eq!(kept(SourceState::Active, NOW.plus_ms(-1)), 7);
}

#[test]
fn d4_unknown_inactive_and_archived_answer_the_same_404() {
    let with = |state, endpoint: &str| RoutedSource { state, ..source(&json!({"endpoint": endpoint})) };
    let routing = routing(vec![with(SourceState::Inactive, "off"), with(SourceState::Archived, "old")]);
    let refused = |endpoint| admit(&routing, "GET", endpoint).map(|_| ()).expect_err("refused");
    let (unknown, inactive, archived) = (refused("none"), refused("off"), refused("old"));
    assert_eq!(unknown.outcome, Outcome::UnknownEndpoint);
    assert_eq!(inactive.outcome, Outcome::SourceInactive);
    assert_eq!(archived.outcome, Outcome::SourceArchived);
    assert_eq!((unknown.source_id.is_some(), inactive.source_id.is_some()), (false, true));
    assert_eq!(unknown.response.status, 404);
    assert_eq!(unknown.response, inactive.response);
    assert_eq!(unknown.response, archived.response);
    assert_eq!(shown(&unknown).2["error"]["code"], "not_found");
}

#[test]
fn a3_a_source_takes_its_method_only() {
    let routing = routing(vec![source(&json!({"method": "PUT"}))]);
    assert!(admit(&routing, "PUT", "shop").is_ok());
    for method in ["POST", "GET", "put"] {
        let refused = admit(&routing, method, "shop").map(|_| ()).expect_err(method);
        assert_eq!((refused.outcome, refused.response.status), (Outcome::WrongMethod, 405), "{method}");
    }
}

#[test]
fn only_json_is_taken_by_its_content_type() {
    for (content_type, is_fine) in [
        ("application/json", true),
        ("Application/JSON; charset=utf-8", true),
        ("application/cloudevents+JSON", true),
        ("application/+json", false),
        ("application/json-patch", false),
        ("+json", false),
        ("text/plain", false),
        ("application/x-www-form-urlencoded", false),
        ("", false),
    ] {
        let mut request = request(&[], "{}");
        request.headers = vec![("content-type".to_owned(), content_type.to_owned())];
        let outcome = if is_fine { Outcome::Accepted } else { Outcome::WrongContentType };
        assert_eq!(run(&source(&json!({})), &request).outcome, outcome, "{content_type}");
    }
    let mut without = request(&[], "{}");
    without.headers.clear();
    assert_eq!(run(&source(&json!({})), &without).response.status, 415);
    let twice = request(&[("content-type", "text/plain")], "{}");
    assert_eq!(run(&source(&json!({})), &twice).response.status, 415);
}

#[test]
fn an_accepted_request_makes_one_event_with_the_body_as_sent() {
    let body = "\n{\"n\": 123456789012345678901234567890,  \"b\":1, \"a\":[1.50]}\n";
    let decision = run(&source(&json!({})), &request(&[], body));
    assert_eq!(shown(&decision), (Outcome::Accepted, 200, json!({"ok": true})));
    let [event] = decision.events.as_slice() else { panic!("one event") };
    assert_eq!(event.data.get(), body.trim());
    assert_eq!(event.id.timestamp(), NOW);
    assert_eq!(
        (event.account_id, event.occurred_at, event.event_type.as_str()),
        (account(), NOW, "order.created")
    );
}

#[test]
fn a13_own_responses_answer_success_and_error() {
    let policy = json!({"response": {
        "success": {"ok": "yes"}, "success_status": 202, "error": {"notok": false}, "error_status": 409,
    }, "filter": {"path": "body.n", "op": "exists"}});
    assert_eq!(answer(&policy, r#"{"n":1}"#), (Outcome::Accepted, 202, json!({"ok": "yes"})));
    assert_eq!(answer(&policy, "{}"), (Outcome::Filtered, 409, json!({"notok": false})));
    assert_eq!(answer(&policy, "{"), (Outcome::InvalidJson, 409, json!({"notok": false})));
    let empty = run(&source(&json!({"response": {"success_status": 204}})), &request(&[], "{}"));
    assert_eq!((empty.response.status, empty.response.body.len()), (204, 0));
}

#[test]
fn a27_default_errors_name_the_code_and_the_place() {
    let (outcome, status, body) = answer(&json!({}), "{\"a\": 1,\n  \"b\": 'x'}");
    assert_eq!((outcome, status), (Outcome::InvalidJson, 400));
    let message = "JSON strings stand in double quotes";
    let error = json!({"code": "invalid_json", "message": message, "line": 2, "column": 8});
    assert_eq!(body, json!({"ok": false, "code": "invalid_json", "error": error}));
}

#[test]
fn d3_filtered_requests_are_refused_or_answered_like_a_success() {
    let filter = json!({"path": "body.pointsub", "op": "greater_than", "value": 0});
    let (outcome, status, body) = answer(&json!({"filter": filter}), r#"{"pointsub":0}"#);
    assert_eq!((outcome, status, &body["code"]), (Outcome::Filtered, 422, &json!("filtered")));
    let lenient = json!({"filter": filter, "response": {"filtered": "success"}});
    let decision = run(&source(&lenient), &request(&[], r#"{"pointsub":0}"#));
    assert_eq!(shown(&decision), (Outcome::Filtered, 200, json!({"ok": true})));
    assert!(decision.events.is_empty());
    let expected = "`body.pointsub` is greater than 0: does not hold, it is 0";
    assert_eq!(decision.explanation.as_deref(), Some(expected));
}

#[test]
fn d2_the_sample_of_the_document_passes_once_its_attribute_is_there() {
    let changes = json!({
        "filter": {"path": "body.pointadd", "op": "exists"},
        "mapping": [{"from": "clientID", "to": "customer"}, {"from": "reason", "to": "data.reason"},
            {"from": "pointstobeadded", "to": "data.points"}],
    });
    let sample = r#"{"clientID":"1","reason":"purchase","pointstobeadded":"10"}"#;
    let decision = run(&source(&changes), &request(&[], sample));
    assert_eq!(decision.outcome, Outcome::Filtered);
    assert!(decision.explanation.is_some_and(|text| text.contains("`body.pointadd` exists")));
    let fixed = sample.replace('}', r#","pointadd":true}"#);
    let decision = run(&source(&changes), &request(&[], fixed));
    let [event] = decision.events.as_slice() else { panic!("one event") };
    assert_eq!(event.data.get(), r#"{"reason":"purchase","points":"10","customer":"1"}"#);
}

#[test]
fn d18_headers_authenticate_before_the_body_is_parsed() {
    let token = json!({"verification": {"type": "header_token", "header": "x-token", "token": "s3cret"}});
    let source = source(&token);
    assert_eq!(run(&source, &request(&[], "{")).outcome, Outcome::VerificationFailed);
    assert_eq!(run(&source, &request(&[("x-token", "s3cret")], "{")).outcome, Outcome::InvalidJson);
    assert_eq!(run(&source, &request(&[("x-token", "s3cret")], "{}")).outcome, Outcome::Accepted);
    let refused = run(&source, &request(&[("x-token", "guess")], "{}"));
    let (_, status, body) = shown(&refused);
    assert_eq!((status, &body["code"]), (401, &json!("verification_failed")));
    assert!(!body.to_string().contains("token"), "the sender does not learn why: {body}");
    assert_eq!(refused.explanation.as_deref(), Some("the token does not match the secret of this source"));
}

#[test]
fn d18_a_token_never_reaches_filter_mapping_or_event() {
    let body = r#"{"token":"canary","n":123456789012345678901}"#;
    let with = |changes: Value| {
        let mut all = json!({"verification": {"type": "body_token", "path": "token", "token": "canary"}});
        for (name, change) in changes.as_object().expect("an object") {
            all[name.as_str()] = change.clone();
        }
        run(&source(&all), &request(&[], body))
    };
    let whole = with(json!({}));
    assert_eq!(whole.events[0].data.get(), r#"{"token":"***","n":123456789012345678901}"#);
    let mapped = with(json!({"mapping": [{"from": "token", "to": "data.t"}]}));
    assert_eq!(mapped.events[0].data.get(), r#"{"t":"***"}"#);
    let filtered = with(json!({"filter": {"path": "body.token", "op": "equals", "value": "x"}}));
    assert!(filtered.explanation.is_some_and(|text| !text.contains("canary")));
    let wrong = run(
        &source(&json!({"verification": {"type": "body_token", "path": "token", "token": "other"}})),
        &request(&[], body),
    );
    assert_eq!((wrong.outcome, wrong.response.status), (Outcome::VerificationFailed, 401));
}

#[test]
fn d16_the_idempotency_key_is_found_in_header_or_body() {
    let key = |path: &str, body: &str| {
        let source = source(&json!({"idempotency_key": path}));
        run(&source, &request(&[("x-id", "h1")], body.to_owned()))
    };
    for (path, body, expected) in [
        ("headers.X-Id", "{}", Some("h1")),
        ("body.id", r#"{"id":"b1"}"#, Some("b1")),
        ("body.id", r#"{"id":123456789012345678901}"#, Some("123456789012345678901")),
        ("body.id", r#"{"id":""}"#, None),
        ("body.id", r#"{"id":null}"#, None),
        ("body.id", "{}", None),
    ] {
        let decision = key(path, body);
        assert_eq!(decision.outcome, Outcome::Accepted, "{path} {body}");
        assert_eq!(decision.idempotency_key.as_deref(), expected, "{path} {body}");
    }
    for body in [json!({"id": []}), json!({"id": "x".repeat(513)})] {
        let decision = key("body.id", &body.to_string());
        assert_eq!((decision.outcome, decision.response.status), (Outcome::MappingFailed, 422), "{body}");
        assert!(decision.explanation.is_some_and(|text| text.contains("body.id")));
    }
}

#[test]
fn d18_a_failed_mapping_still_tells_whose_repeat_it_may_be() {
    let changes = json!({
        "idempotency_key": "body.id",
        "mapping": [{"from": "a", "to": "data.a"}, {"from": "a", "to": "data.a.b"}],
    });
    let decision = run(&source(&changes), &request(&[], r#"{"a":1,"id":"k1"}"#));
    assert_eq!(decision.outcome, Outcome::MappingFailed);
    assert_eq!(decision.idempotency_key.as_deref(), Some("k1"));
}

#[test]
fn a_mapping_that_cannot_be_applied_is_explained_to_the_owner_only() {
    let mapping = json!({"mapping": [{"from": "a", "to": "data.a"}, {"from": "a", "to": "data.a.b"}]});
    let decision = run(&source(&mapping), &request(&[], r#"{"a":1}"#));
    let (outcome, status, body) = shown(&decision);
    assert_eq!((outcome, status), (Outcome::MappingFailed, 422));
    assert!(decision.explanation.is_some_and(|text| text.contains("mapping row 2")));
    assert!(!body.to_string().contains("row"));
}

#[test]
fn d15_an_event_is_as_far_as_its_request_and_one_too_far_is_a_loop() {
    let shop = source(&json!({}));
    for hops in 0..=MAX_HOPS {
        let hops = Hops::from_code(hops.into());
        let decision = run(&shop, &InboundRequest { hops, ..request(&[], "{}") });
        assert_eq!(decision.events[0].hops, hops);
    }
    let hops = Hops::from_code(i16::from(MAX_HOPS) + 1);
    let decision = run(&shop, &InboundRequest { hops, ..request(&[], "{}") });
    let (outcome, status, answer) = shown(&decision);
    assert_eq!((outcome, status, &answer["code"]), (Outcome::Loop, 508, &json!("loop")));
    assert!(decision.events.is_empty());
}

#[test]
fn d12_a_source_that_feeds_no_items_takes_no_array() {
    for (body, kind) in [
        ("[]", "an array"),
        (r#"[{"n":1},{"n":2}]"#, "an array"),
        ("1", "a single value"),
        ("null", "a single value"),
    ] {
        let decision = run(&source(&json!({})), &request(&[], body));
        let (outcome, status, answer) = shown(&decision);
        assert_eq!((outcome, status), (Outcome::NotAnObject, 422), "{body}");
        assert_eq!(answer["error"]["code"], "not_an_object", "{body}");
        assert_eq!(decision.explanation, Some(format!("the body is {kind}, not an object")), "{body}");
        assert!(decision.events.is_empty(), "{body}");
    }
}

#[test]
fn hostile_bodies_are_refused_or_kept_exact() {
    for (body, expected) in [
        ("[".repeat(1_000_000), Outcome::TooDeep),
        (format!("{}1{}", r#"{"a":"#.repeat(64), "}".repeat(64)), Outcome::Accepted),
        (r#"{"a":"\u0000"}"#.to_owned(), Outcome::InvalidJson),
        (r#"{"$serde_json::private::RawValue":"[1"}"#.to_owned(), Outcome::InvalidJson),
        (r#"{"a":1,"a":2}"#.to_owned(), Outcome::Accepted),
        (String::new(), Outcome::InvalidJson),
        (
            format!("{{{}\"z\":0}}", (0..10_000).map(|n| format!("\"k{n}\":{n},")).collect::<String>()),
            Outcome::Accepted,
        ),
    ] {
        let decision = run(&source(&json!({})), &request(&[], body));
        assert_eq!(decision.outcome, expected);
        assert_eq!(decision.events.len(), usize::from(expected == Outcome::Accepted));
    }
}

#[test]
fn the_callers_own_refusals_answer_in_the_form_of_their_time() {
    let early = super::super::refuse(None, Outcome::TooLarge, "At most 1 MiB.");
    let error = json!({"error": {"code": "too_large", "message": "At most 1 MiB."}});
    assert_eq!(shown(&early), (Outcome::TooLarge, 413, error));
    let shop = source(&json!({"response": {"error": {"no": 1}}}));
    let limited = super::super::refuse(Some(&shop), Outcome::RateLimited, "Too many requests.");
    assert_eq!(shown(&limited), (Outcome::RateLimited, 429, json!({"no": 1})));
    assert_eq!(limited.source_id, Some(shop.id));
}

proptest! {
    #[test]
    fn any_body_gets_a_decision(body in prop::collection::vec(any::<u8>(), 0..100), json in r#"[\[\]{}":,a0\\u]{0,40}"#) {
        let filter: Filter = serde_json::from_value(json!({"path": "body.a", "op": "exists"})).expect("a filter");
        let mut shop = source(&json!({"mapping": [{"from": "a", "to": "data.a"}]}));
        for body in [body, json.into_bytes()] {
            shop.config.filter = None;
            let decision = run(&shop, &request(&[], body.clone()));
            prop_assert_eq!(decision.events.is_empty(), decision.outcome != Outcome::Accepted);
            shop.config.filter = Some(filter.clone());
            run(&shop, &request(&[], body));
        }
    }
}
