use super::answer::{self, Complaint};
use super::{Decision, InboundFacts, InboundRequest, Outcome};
use crate::event::Event;
use crate::fan_out::Routing;
use crate::filter::Facts;
use crate::ids::{AccountId, EventId};
use crate::json::{self, JsonError};
use crate::limits::{MAX_HOPS, MAX_INDEXED_BYTES};
use crate::mapping;
use crate::source::{FilteredAnswer, RoutedSource, SourceAction, SourceState};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use std::sync::Arc;

/// Finds the active source that takes such requests: route, state and method, in this order.
///
/// # Errors
/// The refusal. Unknown, inactive and archived answer the same 404, so that addresses cannot be probed (D4).
pub fn admit(
    routing: &Routing,
    request_method: &str,
    endpoint: &str,
) -> Result<Arc<RoutedSource>, Box<Decision>> {
    let Some(source) = routing.sources.get(endpoint) else {
        return Err(Box::new(answer::refuse(None, Outcome::UnknownEndpoint, "no source has this endpoint")));
    };
    let (outcome, explanation) = match source.state {
        SourceState::Active if source.config.method.as_str() == request_method => {
            return Ok(Arc::clone(source));
        }
        SourceState::Active => {
            let message = format!("This address takes {} requests.", source.config.method.as_str());
            return Err(Box::new(answer::refuse(Some(source), Outcome::WrongMethod, &message)));
        }
        SourceState::Inactive => (Outcome::SourceInactive, "the source is inactive"),
        SourceState::Archived => (Outcome::SourceArchived, "the source is archived"),
    };
    Err(Box::new(answer::hidden(source, outcome, explanation)))
}

/// Decides about a request to an admitted `source`, in the order of D18 from the content type on. `random` makes the
/// random part of each event's id. The answer must be sent only after the decision's events are stored.
pub fn process(
    source: &RoutedSource,
    account: AccountId,
    request: &InboundRequest,
    random: &mut dyn FnMut() -> [u8; 10],
) -> Decision {
    match decide(source, account, request, random) {
        Ok(accepted) => accepted,
        Err(refused) => *refused,
    }
}

fn decide(
    source: &RoutedSource,
    account: AccountId,
    request: &InboundRequest,
    random: &mut dyn FnMut() -> [u8; 10],
) -> Result<Decision, Box<Decision>> {
    if request.hops.is_too_far() {
        return Err(looping(source));
    }
    let config = &source.config;
    let verification = &config.verification;
    if !is_json(&request.headers) {
        let message = "Send JSON with the header `content-type: application/json`.";
        return Err(Box::new(answer::refuse(Some(source), Outcome::WrongContentType, message)));
    }
    verification
        .check_headers(source.previous_secret.as_ref(), request.evidence())
        .map_err(|error| unverified(source, &error.to_string()))?;
    let mut body = json::parse(&request.body).map_err(|error| unparsed(source, &error))?;
    verification
        .check_body(source.previous_secret.as_ref(), &body)
        .map_err(|error| unverified(source, &error.to_string()))?;
    if !body.is_object() {
        return Err(not_an_object(source, &body));
    }
    // From here on nothing sees the token: no filter, no mapping, no event.
    let is_masked = verification.mask_body(&mut body);
    let facts = InboundFacts::new(&request.headers, &body, verification.masked_header());
    if let Some(filter) = &config.filter
        && !filter.passes(&facts)
    {
        return Err(filtered(source, filter.first_failure(&facts).map(|failure| failure.message)));
    }
    let idempotency_key = idempotency_key(source, &facts).map_err(|why| unmapped(source, why))?;
    let sent = if is_masked { None } else { Some(&request.body[..]) };
    let data = match event_data(source, sent, body) {
        Ok(data) => data,
        Err(why) => return Err(Box::new(Decision { idempotency_key, ..*unmapped(source, why) })),
    };
    let SourceAction::PublishEvent { event_type } = &config.action;
    let event = Event {
        id: EventId::new(request.id.timestamp(), &random()),
        account_id: account,
        event_type: event_type.clone(),
        occurred_at: request.received_at,
        data,
        hops: request.hops,
    };
    let response = answer::success(&config.response);
    let accepted = answer::decision(Some(source), Outcome::Accepted, None, response);
    Ok(Decision { events: vec![event], idempotency_key, ..accepted })
}

/// Whether the one content type is `application/json` or ends in `+json` (RFC 6839); parameters are ignored.
fn is_json(headers: &[(String, String)]) -> bool {
    let mut types = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let (Some((_, content_type)), None) = (types.next(), types.next()) else { return false };
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return true;
    }
    let Some((kind, name)) = essence.split_once('/') else { return false };
    let Some((start, suffix)) = name.rsplit_once('+') else { return false };
    !kind.is_empty() && !start.is_empty() && suffix.eq_ignore_ascii_case("json")
}

/// The event's data: what the mapping makes of the body; without a mapping the bytes that were `sent`, unless the body
/// had something masked in it.
fn event_data(source: &RoutedSource, sent: Option<&[u8]>, body: Value) -> Result<Box<RawValue>, String> {
    let mapping = &source.config.mapping;
    let data = match sent {
        Some(sent) if mapping.is_empty() => serde_json::from_slice::<&RawValue>(sent).map(ToOwned::to_owned),
        _ if mapping.is_empty() => to_raw_value(&body),
        _ => {
            let mapped = mapping::apply(mapping, &body).map_err(|error| error.to_string())?;
            to_raw_value(&mapping::event_data(mapped))
        }
    };
    data.map_err(|error| error.to_string())
}

/// The request's own key; `None` where the source has no path for it, or the request nothing there.
fn idempotency_key(source: &RoutedSource, facts: &InboundFacts<'_>) -> Result<Option<String>, String> {
    let Some(path) = &source.config.idempotency_key else { return Ok(None) };
    let Some(value) = facts.look_up(path).filter(|value| !value.is_null()) else { return Ok(None) };
    let key = json::text_of(&value)
        .ok_or_else(|| format!("the idempotency key at `{path}` is neither a text nor a number"))?;
    if key.len() > MAX_INDEXED_BYTES {
        return Err(format!("the idempotency key at `{path}` has more than {MAX_INDEXED_BYTES} bytes"));
    }
    if key.contains('\0') {
        return Err(format!("the idempotency key at `{path}` has a NUL"));
    }
    Ok(Some(key.to_owned()).filter(|key| !key.is_empty()))
}

/// The sender does not learn what is wrong: that would help to guess.
fn unverified(source: &RoutedSource, why: &str) -> Box<Decision> {
    let complaint = "The request did not prove who it is from.".into();
    refused(source, Outcome::VerificationFailed, &complaint, why.to_owned())
}

fn unparsed(source: &RoutedSource, error: &JsonError) -> Box<Decision> {
    match error {
        JsonError::TooDeep => refused(
            source,
            Outcome::TooDeep,
            &"The body is nested too deep.".into(),
            format!("the body is {error}"),
        ),
        JsonError::Invalid { line, column, message } => {
            let complaint = Complaint { message, place: Some((*line, *column)) };
            refused(source, Outcome::InvalidJson, &complaint, error.to_string())
        }
    }
}

/// Ends a loop (D15): the chain of our own deliveries that led here is longer than any that somebody would mean.
fn looping(source: &RoutedSource) -> Box<Decision> {
    let message = format!(
        "This request is the end of a chain of more than {MAX_HOPS} deliveries to this installation."
    );
    refused(source, Outcome::Loop, &message.as_str().into(), message.clone())
}

/// Only what feeds items takes arrays (D12), and a source that publishes an event feeds none.
fn not_an_object(source: &RoutedSource, body: &Value) -> Box<Decision> {
    let kind = if body.is_array() { "an array" } else { "a single value" };
    let complaint = "Send one JSON object; an array of them is not taken here.".into();
    refused(source, Outcome::NotAnObject, &complaint, format!("the body is {kind}, not an object"))
}

fn filtered(source: &RoutedSource, why: Option<String>) -> Box<Decision> {
    let response = &source.config.response;
    if response.filtered == FilteredAnswer::Success {
        let response = answer::success(response);
        return Box::new(answer::decision(Some(source), Outcome::Filtered, why, response));
    }
    let complaint = "The request does not pass the filter of this address.".into();
    Box::new(answer::refusal(Some(source), Outcome::Filtered, &complaint, why))
}

fn unmapped(source: &RoutedSource, why: String) -> Box<Decision> {
    refused(
        source,
        Outcome::MappingFailed,
        &"The body does not fit what this address makes of it.".into(),
        why,
    )
}

fn refused(source: &RoutedSource, outcome: Outcome, complaint: &Complaint<'_>, why: String) -> Box<Decision> {
    Box::new(answer::refusal(Some(source), outcome, complaint, Some(why)))
}

#[cfg(test)]
mod rotation_tests;
#[cfg(test)]
mod tests;
