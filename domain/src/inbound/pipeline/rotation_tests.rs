//! While a secret is replaced, the one before is believed beside it.

use super::tests::{NOW, request, run, source};
use super::*;
use crate::secret::SecretText;
use crate::source::PreviousSecret;
use crate::time::Timestamp;
use serde_json::json;

/// What `headers` and `body` come to at a source that verifies so, with a secret before its own.
fn outcome(verification: &Value, previous: Option<&str>, headers: &[(&str, &str)], body: &str) -> Outcome {
    let source = replaced(verification, previous, NOW.plus_ms(1));
    run(&source, &request(headers, body.to_owned())).outcome
}

/// A source that verifies so, whose secret before its own is believed until `expires_at`.
fn replaced(verification: &Value, previous: Option<&str>, expires_at: Timestamp) -> RoutedSource {
    let previous_secret =
        previous.map(|secret| PreviousSecret { secret: SecretText::new(secret), expires_at });
    RoutedSource { previous_secret, ..source(&json!({"verification": verification})) }
}

#[test]
fn a7_the_previous_secret_is_believed_until_it_expires() {
    let verification = json!({"type": "header_token", "header": "x-token", "token": "new"});
    let request = request(&[("x-token", "old")], "{}");
    let received_at = request.received_at;
    for (expires_at, expected) in [
        (received_at.plus_ms(1), Outcome::Accepted),
        (received_at, Outcome::VerificationFailed),
        (received_at.plus_ms(-1), Outcome::VerificationFailed),
    ] {
        let source = replaced(&verification, Some("old"), expires_at);
        assert_eq!(run(&source, &request).outcome, expected, "{expires_at:?}");
    }
}

#[test]
fn a7_the_current_and_the_previous_secret_are_believed_and_no_other() {
    let header = json!({"type": "header_token", "header": "x-token", "token": "new"});
    let basic = json!({"type": "basic", "username": "user", "password": "new"});
    let body = json!({"type": "body_token", "path": "token", "token": "new"});
    let by_header = |token: &'static str| (vec![("x-token", token)], "{}".to_owned());
    let by_body = |token: &'static str| (vec![], json!({"token": token}).to_string());
    let by_basic = |pair: &'static str| (vec![("authorization", pair)], "{}".to_owned());
    for (verification, new, old, other) in [
        (header, by_header("new"), by_header("old"), by_header("other")),
        (body, by_body("new"), by_body("old"), by_body("other")),
        (basic, by_basic("Basic dXNlcjpuZXc="), by_basic("Basic dXNlcjpvbGQ="), by_basic("Basic dXNlcjp4")),
    ] {
        use Outcome::{Accepted, VerificationFailed};
        for (previous, sent, expected) in [
            (None, &new, Accepted),
            (None, &old, VerificationFailed),
            (Some("old"), &new, Accepted),
            (Some("old"), &old, Accepted),
            (Some("old"), &other, VerificationFailed),
            (Some(""), &old, VerificationFailed),
        ] {
            let outcome = outcome(&verification, previous, &sent.0, &sent.1);
            assert_eq!(outcome, expected, "{verification} {previous:?} {sent:?}");
        }
    }
}

#[test]
fn without_a_current_secret_the_previous_one_is_not_believed() {
    for (verification, headers, body) in [
        (json!({"type": "header_token", "header": "x-token"}), vec![("x-token", "old")], "{}"),
        (json!({"type": "body_token", "path": "token"}), vec![], r#"{"token":"old"}"#),
        (json!({"type": "basic", "username": "user"}), vec![("authorization", "Basic dXNlcjpvbGQ=")], "{}"),
    ] {
        let outcome = outcome(&verification, Some("old"), &headers, body);
        assert_eq!(outcome, Outcome::VerificationFailed, "{verification}");
    }
}

#[test]
fn d18_the_previous_token_is_masked_like_the_current_one() {
    let verification = json!({"type": "body_token", "path": "token", "token": "new"});
    let source = replaced(&verification, Some("canary"), NOW.plus_ms(1));
    let decision = run(&source, &request(&[], r#"{"token":"canary"}"#));
    assert_eq!(decision.events[0].data.get(), r#"{"token":"***"}"#);
    assert!(!format!("{source:?}").contains("canary"));
}
