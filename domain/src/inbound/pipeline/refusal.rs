//! What senders are told of a refusal, and what the source's owner is told beyond that.

use crate::ids::RequestId;
use crate::inbound::answer::{self, AnswerIds, Complaint};
use crate::inbound::element::Element;
use crate::inbound::{BodyError, Decision, Outcome};
use crate::json::JsonError;
use crate::limits::{MAX_ELEMENTS, MAX_HOPS};
use crate::source::{ContentType, FilteredAnswer, RoutedSource, VerifyError};
use crate::urlencoded::FormError;

pub(super) fn wrong_content_type(source: &RoutedSource) -> Box<Decision> {
    let types = &source.config.content_types;
    let message = match (types.contains(&ContentType::Json), types.contains(&ContentType::Form)) {
        (true, true) => {
            "Send JSON or a form with the header `content-type: application/json` or \
             `application/x-www-form-urlencoded`."
        }
        (false, true) => "Send a form with the header `content-type: application/x-www-form-urlencoded`.",
        _ => "Send JSON with the header `content-type: application/json`.",
    };
    Box::new(answer::refuse(Some(source), Outcome::WrongContentType, message))
}

/// The sender does not learn what is wrong: that would help to guess.
pub(super) fn unverified(source: &RoutedSource, error: &VerifyError) -> Box<Decision> {
    let complaint = "The request did not prove who it is from.".into();
    refused(source, Outcome::VerificationFailed, &complaint, error.to_string())
}

pub(in crate::inbound) fn unparsed(source: &RoutedSource, error: &BodyError) -> Box<Decision> {
    let why = error.to_string();
    match error {
        BodyError::Json(JsonError::TooDeep) | BodyError::Form(FormError::TooDeep { .. }) => {
            let complaint = "The body is nested too deep.".into();
            refused(source, Outcome::TooDeep, &complaint, format!("the body is {why}"))
        }
        BodyError::Json(JsonError::Invalid { line, column, message }) => {
            let complaint = Complaint { message, place: Some((*line, *column)) };
            refused(source, Outcome::InvalidJson, &complaint, why)
        }
        BodyError::Form(FormError::Invalid { .. }) => {
            refused(source, Outcome::InvalidForm, &why.as_str().into(), why.clone())
        }
    }
}

/// Ends a loop (D15): the chain of our own deliveries that led here is longer than any that somebody would mean.
pub(super) fn looping(source: &RoutedSource) -> Box<Decision> {
    let message = format!(
        "This request is the end of a chain of more than {MAX_HOPS} deliveries to this installation."
    );
    refused(source, Outcome::Loop, &message.as_str().into(), message.clone())
}

/// An array that is taken, but not so long a one (D12).
pub(in crate::inbound) fn too_many(source: &RoutedSource, count: usize) -> Box<Decision> {
    let complaint = format!("Send at most {MAX_ELEMENTS} objects in one request.");
    let why =
        format!("the body is an array of {count} elements, more than the {MAX_ELEMENTS} that are taken");
    refused(source, Outcome::NotAnObject, &complaint.as_str().into(), why)
}

/// The refusal of a request for what became of an object in it.
pub(in crate::inbound) fn of(
    source: &RoutedSource,
    request: RequestId,
    element: Element,
    complaint: &Complaint<'_>,
) -> Box<Decision> {
    let Element { outcome, explanation, idempotency_key, .. } = element;
    let policy = &source.config.response;
    let decision = if outcome == Outcome::Filtered && policy.filtered == FilteredAnswer::Success {
        let response = answer::success(policy, AnswerIds::of(request));
        answer::decision(Some(source), outcome, explanation, response)
    } else {
        answer::refusal(Some(source), outcome, complaint, explanation)
    };
    Box::new(Decision { idempotency_key, ..decision })
}

fn refused(source: &RoutedSource, outcome: Outcome, complaint: &Complaint<'_>, why: String) -> Box<Decision> {
    Box::new(answer::refusal(Some(source), outcome, complaint, Some(why)))
}
