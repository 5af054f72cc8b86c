use super::answer;
use super::{Decision, InboundRequest, Outcome, Response};
use crate::limits::MAX_RESPONSE_BYTES;
use crate::source::{Handshake, RoutedSource, SourceConfig};
use bytes::Bytes;
use serde_json::{Value, json};

/// Whether `method` is that of a handshake: it is then let through beside the source's own.
pub(super) fn takes_method(config: &SourceConfig, method: &str) -> bool {
    config.handshake == Some(Handshake::Get) && matches!(method, "GET" | "HEAD")
}

/// The answer to a handshake that brings no proof. Its sender learns that somebody is there, which a refused guess
/// would tell as well.
pub(super) fn without_proof(source: &RoutedSource, request: &InboundRequest) -> Option<Decision> {
    let (is_meant, what) = match source.config.handshake? {
        Handshake::Get => {
            (takes_method(&source.config, &request.method), "a GET or HEAD to see whether somebody is there")
        }
        Handshake::EmptyPost => (request.body.is_empty(), "an empty body to see whether somebody is there"),
        Handshake::SlackChallenge => return None,
    };
    is_meant.then(|| answered(source, what, Bytes::new()))
}

/// The answer to a challenge, of a sender that is believed.
pub(super) fn challenge(source: &RoutedSource, body: &Value) -> Option<Decision> {
    if source.config.handshake != Some(Handshake::SlackChallenge) || body["type"] != "url_verification" {
        return None;
    }
    let challenge = body["challenge"].as_str().filter(|text| text.len() <= MAX_RESPONSE_BYTES)?;
    let response = json!({"challenge": challenge}).to_string();
    Some(answered(source, "the challenge of a URL verification", response.into()))
}

fn answered(source: &RoutedSource, what: &str, body: Bytes) -> Decision {
    let response = Response { status: Outcome::Handshake.status(), body };
    answer::decision(Some(source), Outcome::Handshake, Some(what.to_owned()), response)
}
