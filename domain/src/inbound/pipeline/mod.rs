pub(super) mod array;
pub(super) mod refusal;

use super::answer::{self, AnswerIds};
use super::element::{self, Element, Made};
use super::{BodyError, Decision, InboundRequest, Outcome, Proof, Wanted, handshake, parse_body};
use crate::event::{Event, EventType};
use crate::fan_out::Routing;
use crate::ids::EventId;
use crate::record::Intent;
use crate::source::{ContentType, RoutedSource, SourceState};
use serde_json::Value;
use serde_json::value::RawValue;
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
    let own_method = source.config.method.as_str();
    let (outcome, explanation) = match source.state {
        SourceState::Active
            if request_method == own_method || handshake::takes_method(&source.config, request_method) =>
        {
            return Ok(Arc::clone(source));
        }
        SourceState::Active => {
            let message = format!("This address takes {own_method} requests.");
            return Err(Box::new(answer::refuse(Some(source), Outcome::WrongMethod, &message)));
        }
        SourceState::Inactive => (Outcome::SourceInactive, "the source is inactive"),
        SourceState::Archived => (Outcome::SourceArchived, "the source is archived"),
    };
    Err(Box::new(answer::hidden(source, outcome, explanation)))
}

/// Decides about a request to an admitted `source` of `routing`, in the order of D18 from the content type on; a
/// handshake that asks for no proof is answered before. `random` makes the random part of each event's id. The answer
/// must be sent only after the decision's events are stored, and what is wanted of records is settled.
pub fn process(
    source: &RoutedSource,
    routing: &Routing,
    request: &InboundRequest,
    random: &mut dyn FnMut() -> [u8; 10],
) -> Decision {
    let arrival = Arrival { source, routing, request };
    match arrival.decide(random) {
        Ok(accepted) => accepted,
        Err(refused) => *refused,
    }
}

/// A request at its source.
#[derive(Clone, Copy)]
struct Arrival<'a> {
    source: &'a RoutedSource,
    routing: &'a Routing,
    request: &'a InboundRequest,
}

impl Arrival<'_> {
    fn decide(self, random: &mut dyn FnMut() -> [u8; 10]) -> Result<Decision, Box<Decision>> {
        let Self { source, request, .. } = self;
        if request.hops.is_too_far() {
            return Err(refusal::looping(source));
        }
        if let Some(answered) = handshake::without_proof(source, request) {
            return Ok(answered);
        }
        let (content_type, mut body) = self.believed_body()?;
        if let Some(answered) = handshake::challenge(source, &body) {
            return Ok(answered);
        }
        // From here on nothing sees the token: no filter, no mapping, no event.
        let is_masked = source.config.verification.mask_body(&mut body);
        match body {
            Value::Array(elements) if source.config.action.takes_arrays() => {
                array::decide(self, elements, random)
            }
            body => {
                let is_as_sent = content_type == ContentType::Json && !is_masked;
                let sent = is_as_sent.then_some(&request.body[..]);
                let rules = &self.routing.rules;
                self.decide_object(element::examine(source, rules, &request.headers, body, sent), random)
            }
        }
    }

    /// The body, once the sender has proven who it is by headers and body.
    fn believed_body(self) -> Result<(ContentType, Value), Box<Decision>> {
        let Self { source, request, .. } = self;
        let verification = &source.config.verification;
        let unverified = |error| refusal::unverified(source, &error);
        let declared = ContentType::declared(&request.headers);
        let content_type = declared
            .filter(|declared| source.config.content_types.contains(declared))
            .ok_or_else(|| refusal::wrong_content_type(source))?;
        let previous = source.previous_secret(request.received_at);
        let is_asked = request.proof == Proof::Asked;
        if is_asked {
            verification.check_headers(previous, request.evidence()).map_err(unverified)?;
        }
        let body = parse_body(content_type, &request.body)
            .map_err(|error: BodyError| refusal::unparsed(source, &error))?;
        if is_asked {
            verification.check_body(previous, &body).map_err(unverified)?;
        }
        Ok((content_type, body))
    }

    fn decide_object(
        self,
        element: Element,
        random: &mut dyn FnMut() -> [u8; 10],
    ) -> Result<Decision, Box<Decision>> {
        let Self { source, request, .. } = self;
        let key = element.idempotency_key.clone();
        let accepted = |ids: AnswerIds<'_>| Decision {
            idempotency_key: key,
            ..answer::decision(
                Some(source),
                Outcome::Accepted,
                None,
                answer::success(&source.config.response, ids),
            )
        };
        match element.made {
            None => {
                let complaint = answer::complaint_of_body(element.outcome);
                Err(refusal::of(source, request.id, element, &complaint))
            }
            Some(Made::Event(event_type, data)) => {
                let event = self.event(event_type, data, random);
                let ids = AnswerIds { event: Some(event.id), ..AnswerIds::of(request.id) };
                Ok(Decision { events: vec![event], ..accepted(ids) })
            }
            Some(Made::Wanted(intent)) => {
                let wanted = self.wanted(0, intent, None, random);
                let record_key = Some(wanted.intent.key().as_str());
                let ids = AnswerIds { event: Some(wanted.event_id), record_key, ..AnswerIds::of(request.id) };
                let accepted = accepted(ids);
                Ok(Decision { wanted: vec![wanted], ..accepted })
            }
        }
    }

    fn wanted(
        self,
        element: usize,
        intent: Intent,
        idempotency_key: Option<String>,
        random: &mut dyn FnMut() -> [u8; 10],
    ) -> Wanted {
        let event_id = EventId::new(self.request.id.timestamp(), &random());
        Wanted { element, event_id, intent, idempotency_key }
    }

    fn event(
        self,
        event_type: EventType,
        data: Box<RawValue>,
        random: &mut dyn FnMut() -> [u8; 10],
    ) -> Event {
        Event {
            id: EventId::new(self.request.id.timestamp(), &random()),
            account_id: self.routing.account_id,
            event_type,
            occurred_at: self.request.received_at,
            data,
            hops: self.request.hops,
        }
    }
}

#[cfg(test)]
mod answer_tests;
#[cfg(test)]
mod array_tests;
#[cfg(test)]
mod form_tests;
#[cfg(test)]
mod handshake_tests;
#[cfg(test)]
mod kept_tests;
#[cfg(test)]
mod replay_tests;
#[cfg(test)]
mod rotation_tests;
#[cfg(test)]
mod sample_tests;
#[cfg(test)]
mod tests;
