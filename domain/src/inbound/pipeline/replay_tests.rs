//! Logged requests that come again: what proved their sender is not kept.

use super::tests::{request, run, source};
use super::*;
use crate::inbound::Proof;
use serde_json::json;

fn replayed(verification: &Value, was: Outcome, headers: &[(&str, &str)]) -> Outcome {
    let source = source(&json!({"verification": verification}));
    let proof = was.proof_of_replay(&source.config.verification);
    let body = r#"{"auth": {"token": "***"}}"#.to_owned();
    run(&source, &InboundRequest { proof, ..request(headers, body) }).outcome
}

#[test]
fn a24_who_was_believed_is_not_asked_again_on_replay() {
    let token = json!({"type": "header_token", "header": "x-token", "token": "secret"});
    let in_body = json!({"type": "body_token", "path": "auth.token", "token": "secret"});
    for was in [Outcome::Accepted, Outcome::Filtered, Outcome::MappingFailed, Outcome::Duplicate] {
        assert_eq!(replayed(&token, was, &[("x-token", "***")]), Outcome::Accepted, "{was:?}");
        assert_eq!(replayed(&in_body, was, &[]), Outcome::Accepted, "{was:?}");
    }
}

#[test]
fn a24_who_was_never_asked_is_asked_on_replay() {
    let token = json!({"type": "header_token", "header": "x-token", "token": "secret"});
    let in_body = json!({"type": "body_token", "path": "auth.token", "token": "secret"});
    let refused = Outcome::VerificationFailed;
    for was in [Outcome::SourceInactive, Outcome::RateLimited, Outcome::WrongMethod, Outcome::Handshake] {
        assert_eq!(replayed(&token, was, &[("x-token", "***")]), refused, "{was:?}");
        assert_eq!(replayed(&token, was, &[("x-token", "secret")]), Outcome::Accepted, "{was:?}");
        assert_eq!(replayed(&in_body, was, &[]), refused, "{was:?}");
        assert_eq!(replayed(&json!({"type": "none"}), was, &[]), Outcome::Accepted, "{was:?}");
    }
    // A body that could not be read proved nothing where the proof is in it.
    assert_eq!(replayed(&in_body, Outcome::InvalidJson, &[]), refused);
    assert_eq!(replayed(&token, Outcome::InvalidJson, &[]), Outcome::Accepted);
}

#[test]
fn a24_a_replay_that_is_not_asked_is_masked_all_the_same() {
    let source = source(&json!({
        "verification": {"type": "body_token", "path": "auth.token", "token": "secret"},
    }));
    let known = InboundRequest {
        proof: Proof::Given,
        ..request(&[], r#"{"auth": {"token": "secret"}, "n": 1}"#.to_owned())
    };
    let decision = run(&source, &known);
    assert_eq!(decision.events[0].data.get(), r#"{"auth":{"token":"***"},"n":1}"#);
}
