//! An array of objects, each taken by itself (D12).

use super::{Arrival, refusal};
use crate::inbound::answer::{self, AnswerIds};
use crate::inbound::element::{self, Element};
use crate::inbound::{Decision, Outcome};
use crate::limits::MAX_ELEMENTS;
use crate::source::RoutedSource;
use serde_json::Value;

/// Decides about an array whose source takes it: any element that is taken commits. Where there are elements and none
/// is taken, the whole is refused as the first of them. The idempotency keys are those of the elements, none is the
/// request's.
pub(super) fn decide(
    arrival: Arrival<'_>,
    elements: Vec<Value>,
    random: &mut dyn FnMut() -> [u8; 10],
) -> Result<Decision, Box<Decision>> {
    let Arrival { source, request, .. } = arrival;
    if elements.len() > MAX_ELEMENTS {
        return Err(refusal::too_many(source, elements.len()));
    }
    let elements = examine_each(source, &request.headers, elements);
    let data = elements.iter().filter_map(|element| element.data.clone());
    let events: Vec<_> = data.map(|data| arrival.event(data, random)).collect();
    match elements.first() {
        Some(first) if events.is_empty() => {
            let complaint = answer::complaint_of_element(first.outcome);
            let first = Element { idempotency_key: None, ..first.clone() };
            Err(Box::new(Decision { elements, ..*refusal::of(source, request.id, first, &complaint) }))
        }
        _ => {
            let ids = AnswerIds::of(request.id);
            let response = answer::counts(&source.config.response, ids, &elements);
            let explanation = format!("{} of {} elements were taken", events.len(), elements.len());
            let accepted = answer::decision(Some(source), Outcome::Accepted, Some(explanation), response);
            Ok(Decision { events, elements, ..accepted })
        }
    }
}

/// What becomes of each element, in order.
pub(super) fn examine_each(
    source: &RoutedSource,
    headers: &[(String, String)],
    elements: Vec<Value>,
) -> Vec<Element> {
    elements.into_iter().map(|element| element::examine(source, headers, element, None)).collect()
}
