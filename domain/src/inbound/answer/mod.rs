//! What senders are answered: as much as they may know, never why they were not believed.

mod ids;
mod preview;

use super::{Decision, Element, Outcome, Response};
use crate::record::Effected;
use crate::source::{ResponsePolicy, RoutedSource};
use bytes::Bytes;
use serde_json::{Value, json};

pub(super) use ids::AnswerIds;
pub use preview::{Ending, Previewed, preview};

/// The one answer to everything that is not there, or not for others to know of (D4).
const NOT_FOUND: &[u8] = br#"{"error":{"code":"not_found","message":"There is nothing at this address."}}"#;
const SUCCESS: &[u8] = br#"{"ok":true}"#;

/// What is wrong with a request, as its sender is told.
pub(super) struct Complaint<'a> {
    pub(super) message: &'a str,
    /// Line and column of the body.
    pub(super) place: Option<(usize, usize)>,
}

impl<'a> From<&'a str> for Complaint<'a> {
    fn from(message: &'a str) -> Self {
        Self { message, place: None }
    }
}

/// A refusal by the caller, who has the socket, the counters and the store: too large, too many, not stored. `source` is
/// given once the request was found to be for an active one: then its own error response answers. `message` is
/// shown to the sender, but for what is not found.
#[must_use]
pub fn refuse(source: Option<&RoutedSource>, outcome: Outcome, message: &str) -> Decision {
    refusal(source, outcome, &message.into(), Some(message.to_owned()))
}

/// A refusal that says one thing to the sender and another (`explanation`) to the source's owner.
pub(super) fn refusal(
    source: Option<&RoutedSource>,
    outcome: Outcome,
    complaint: &Complaint<'_>,
    explanation: Option<String>,
) -> Decision {
    let response = match source {
        Some(source) => error_response(&source.config.response, outcome, complaint),
        None => early_response(outcome, complaint),
    };
    decision(source, outcome, explanation, response)
}

/// The 404 for a source that exists but takes nothing: its owner's log names it, the sender learns nothing.
pub(super) fn hidden(source: &RoutedSource, outcome: Outcome, explanation: &str) -> Decision {
    decision(Some(source), outcome, Some(explanation.to_owned()), early_response(outcome, &"".into()))
}

pub(super) fn decision(
    source: Option<&RoutedSource>,
    outcome: Outcome,
    explanation: Option<String>,
    response: Response,
) -> Decision {
    Decision {
        source_id: source.map(|source| source.id),
        outcome,
        explanation,
        response,
        events: Vec::new(),
        wanted: Vec::new(),
        elements: Vec::new(),
        idempotency_key: None,
    }
}

/// The success response of a source.
pub(super) fn success(policy: &ResponsePolicy, ids: AnswerIds<'_>) -> Response {
    success_or(policy, ids, || Bytes::from_static(SUCCESS))
}

/// The success response to an array: how many of its elements were taken, and what is wrong with the others (D12).
pub(super) fn counts(policy: &ResponsePolicy, ids: AnswerIds<'_>, elements: &[Element]) -> Response {
    success_or(policy, ids, || {
        let errors: Vec<_> = elements
            .iter()
            .enumerate()
            .filter(|(_, element)| !element.is_taken())
            .map(|(index, element)| {
                let mut error = error(element.outcome.as_str(), &complaint_of_element(element.outcome));
                error["index"] = index.into();
                error
            })
            .collect();
        let (accepted, rejected) = (elements.len() - errors.len(), errors.len());
        let mut answer = json!({"ok": true, "accepted": accepted, "rejected": rejected, "errors": errors});
        let count = |of: Effected| elements.iter().filter(|element| element.effected == Some(of)).count();
        if elements.iter().any(|element| element.effected.is_some()) {
            answer["created"] = count(Effected::Created).into();
            answer["updated"] = count(Effected::Updated).into();
        }
        answer.to_string().into()
    })
}

/// What is wrong with a body that is one object, or should be, as its sender is told.
pub(super) fn complaint_of_body(outcome: Outcome) -> Complaint<'static> {
    Complaint::from(match outcome {
        Outcome::Filtered => "The request does not pass the filter of this address.",
        Outcome::NotAnObject => "Send one JSON object; an array of them is not taken here.",
        Outcome::RecordRefused => "What the request says does not fit what is kept here.",
        _ => "The body does not fit what this address makes of it.",
    })
}

/// What is wrong with an element of an array, as its sender is told.
pub(super) fn complaint_of_element(outcome: Outcome) -> Complaint<'static> {
    Complaint::from(match outcome {
        Outcome::Filtered => "This element does not pass the filter of this address.",
        Outcome::NotAnObject => "This element is no JSON object.",
        Outcome::RecordRefused => "What this element says does not fit what is kept here.",
        _ => "This element does not fit what this address makes of it.",
    })
}

fn success_or(policy: &ResponsePolicy, ids: AnswerIds<'_>, default: impl FnOnce() -> Bytes) -> Response {
    let status = policy.success_status;
    let body = match &policy.success {
        // HTTP forbids a body in these.
        _ if matches!(status, 204 | 205) => Bytes::new(),
        None => default(),
        Some(body) => ids.fill(body).into(),
    };
    Response { status, body }
}

fn error_response(policy: &ResponsePolicy, outcome: Outcome, complaint: &Complaint<'_>) -> Response {
    let code = outcome.as_str();
    let body = match &policy.error {
        Some(body) => body.to_string(),
        None => json!({"ok": false, "code": code, "error": error(code, complaint)}).to_string(),
    };
    Response { status: policy.error_status.unwrap_or_else(|| outcome.status()), body: body.into() }
}

fn early_response(outcome: Outcome, complaint: &Complaint<'_>) -> Response {
    let body = match outcome {
        Outcome::UnknownEndpoint | Outcome::SourceInactive | Outcome::SourceArchived => {
            Bytes::from_static(NOT_FOUND)
        }
        _ => json!({"error": error(outcome.as_str(), complaint)}).to_string().into(),
    };
    Response { status: outcome.status(), body }
}

fn error(code: &str, complaint: &Complaint<'_>) -> Value {
    let mut error = json!({"code": code, "message": complaint.message});
    if let Some((line, column)) = complaint.place {
        error["line"] = line.into();
        error["column"] = column.into();
    }
    error
}
