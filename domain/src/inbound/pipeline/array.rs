//! An array of objects, each taken by itself (D12).

use super::{Arrival, refusal};
use crate::ids::RequestId;
use crate::inbound::answer::{self, AnswerIds};
use crate::inbound::element::{self, Element, Made};
use crate::inbound::element_results::ElementResults;
use crate::inbound::{Decision, Outcome};
use crate::limits::MAX_ELEMENTS;
use crate::record::Rules;
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
    let mut elements = examine_each(source, &arrival.routing.rules, &request.headers, elements);
    let (mut events, mut wanted) = (Vec::new(), Vec::new());
    for (place, element) in elements.iter_mut().enumerate() {
        match element.made.take() {
            Some(Made::Event(event_type, data)) => events.push(arrival.event(event_type, data, random)),
            Some(Made::Wanted(intent)) => {
                wanted.push(arrival.wanted(place, intent, element.idempotency_key.clone(), random));
            }
            None => {}
        }
    }
    conclude(source, request.id, elements).map(|accepted| Decision { events, wanted, ..accepted })
}

/// What comes of a request of which each element came to what `elements` say; its events are left to the caller.
pub(in crate::inbound) fn conclude(
    source: &RoutedSource,
    request: RequestId,
    elements: Vec<Element>,
) -> Result<Decision, Box<Decision>> {
    let results = ElementResults::of(&elements);
    match elements.first() {
        Some(first) if results.refused.len() == elements.len() => {
            let complaint = answer::complaint_of_element(first.outcome);
            let why = first.explanation.as_deref().unwrap_or_default();
            let explanation = Some(format!("{results}\n{why}").trim_end().to_owned());
            let first = Element { idempotency_key: None, explanation, ..first.clone() };
            Err(Box::new(Decision { elements, ..*refusal::of(source, request, first, &complaint) }))
        }
        _ => {
            let response = answer::counts(&source.config.response, AnswerIds::of(request), &elements);
            let accepted =
                answer::decision(Some(source), Outcome::Accepted, Some(results.to_string()), response);
            Ok(Decision { elements, ..accepted })
        }
    }
}

/// What becomes of each element, in order.
pub(in crate::inbound) fn examine_each(
    source: &RoutedSource,
    rules: &Rules,
    headers: &[(String, String)],
    elements: Vec<Value>,
) -> Vec<Element> {
    elements.into_iter().map(|element| element::examine(source, rules, headers, element, None)).collect()
}
