//! Handshakes (D24).

use super::tests::{request, routing, run, shown, source};
use super::*;
use serde_json::json;

const CHALLENGE: &str = r#"{"token":"old","challenge":"3eZbrw1aBm2r","type":"url_verification"}"#;

fn by_method(method: &str) -> InboundRequest {
    let mut request = request(&[], "");
    request.headers.clear();
    InboundRequest { method: method.to_owned(), ..request }
}

fn with_token(handshake: &str) -> RoutedSource {
    let verification = json!({"type": "header_token", "header": "x-token", "token": "s3cret"});
    source(&json!({"handshake": handshake, "verification": verification}))
}

#[test]
fn d24_a_get_or_head_is_answered_empty_where_the_source_says_so() {
    let routing_of = |source: RoutedSource| routing(vec![source]);
    let asked = routing_of(with_token("get"));
    for method in ["GET", "HEAD"] {
        let source = admit(&asked, method, "shop").expect("it is let through");
        let decision = run(&source, &by_method(method));
        assert_eq!(decision.outcome, Outcome::Handshake, "{method}");
        assert_eq!((decision.response.status, decision.response.body.len()), (200, 0), "{method}");
        assert!(
            decision.events.is_empty()
                && decision.idempotency_key.is_none()
                && decision.explanation.is_some()
        );
    }
    for method in ["PUT", "OPTIONS", "get"] {
        assert!(admit(&asked, method, "shop").is_err(), "{method}");
    }
    for other in ["empty_post", "slack_challenge"] {
        let refused = admit(&routing_of(with_token(other)), "GET", "shop").map(|_| ()).expect_err(other);
        assert_eq!(refused.outcome, Outcome::WrongMethod, "{other}");
    }
    let posted = run(&with_token("get"), &request(&[], ""));
    assert_eq!(posted.outcome, Outcome::VerificationFailed, "a POST is no handshake here");
}

#[test]
fn d24_d4_a_handshake_does_not_widen_what_an_inactive_source_answers() {
    for (state, endpoint) in [(SourceState::Inactive, "off"), (SourceState::Archived, "old")] {
        for handshake in ["get", "empty_post", "slack_challenge"] {
            let changes = json!({"endpoint": endpoint, "handshake": handshake});
            let routing = routing(vec![RoutedSource { state, ..source(&changes) }]);
            for method in ["GET", "HEAD", "POST"] {
                let of = |endpoint| admit(&routing, method, endpoint).map(|_| ()).expect_err("refused");
                assert_eq!(of(endpoint).response, of("unknown").response, "{endpoint} {handshake} {method}");
            }
        }
    }
}

#[test]
fn d24_an_empty_post_is_answered_without_content_type_or_proof() {
    let source = with_token("empty_post");
    let decision = run(&source, &by_method("POST"));
    assert_eq!((decision.outcome, decision.response.status), (Outcome::Handshake, 200));
    assert!(decision.response.body.is_empty() && decision.events.is_empty());
    assert_eq!(run(&source, &request(&[], " ")).outcome, Outcome::VerificationFailed);
    assert_eq!(run(&source, &request(&[("x-token", "s3cret")], "{}")).outcome, Outcome::Accepted);
    assert_eq!(run(&with_token("get"), &by_method("POST")).outcome, Outcome::WrongContentType);
}

#[test]
fn d24_a_challenge_is_answered_once_the_sender_is_believed() {
    let source = with_token("slack_challenge");
    let ask = |headers: &[(&str, &str)], body: &str| run(&source, &request(headers, body.to_owned()));
    let answered = ask(&[("x-token", "s3cret")], CHALLENGE);
    let answer = json!({"challenge": "3eZbrw1aBm2r"});
    assert_eq!(shown(&answered), (Outcome::Handshake, 200, answer));
    assert!(answered.events.is_empty());
    assert_eq!(ask(&[("x-token", "guess")], CHALLENGE).outcome, Outcome::VerificationFailed);
    assert_eq!(ask(&[], CHALLENGE).outcome, Outcome::VerificationFailed);
    let long = json!({"type": "url_verification", "challenge": "x".repeat(8193)}).to_string();
    for body in [
        r#"{"type":"event_callback","challenge":"x"}"#,
        r#"{"type":"url_verification"}"#,
        r#"{"type":"url_verification","challenge":1}"#,
        long.as_str(),
    ] {
        assert_eq!(ask(&[("x-token", "s3cret")], body).outcome, Outcome::Accepted, "{body}");
    }
    let plain = source_without_handshake();
    assert_eq!(run(&plain, &request(&[], CHALLENGE)).outcome, Outcome::Accepted);
}

fn source_without_handshake() -> RoutedSource {
    source(&json!({}))
}

#[test]
fn d24_a_challenge_is_answered_whatever_the_filter_says() {
    let filter = json!({"path": "body.type", "op": "equals", "value": "event_callback"});
    let source = source(&json!({"handshake": "slack_challenge", "filter": filter}));
    assert_eq!(run(&source, &request(&[], CHALLENGE)).outcome, Outcome::Handshake);
}

#[test]
fn d24_handshakes_are_limited_in_the_log_like_refusals_without_proof() {
    assert!(Outcome::Handshake.is_before_authentication(None));
    assert_eq!(Outcome::Handshake.status(), 200);
}
