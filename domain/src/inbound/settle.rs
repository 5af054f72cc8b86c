use super::answer::{self, AnswerIds};
use super::pipeline::{array, refusal};
use super::{Decision, Element, InboundRequest, Outcome, Wanted};
use crate::change::ChangedBy;
use crate::event::Event;
use crate::fan_out::Routing;
use crate::record::{Cause, Effected, HeldRecords, HistoryEntry, Refused, carry_out};
use crate::source::RoutedSource;
use uuid::Uuid;

/// What became of what a request wants of records.
#[derive(Debug)]
pub struct Settled {
    /// What comes of the request, its events included.
    pub decision: Decision,
    /// What stands in the records' histories, each with its record's id.
    pub history: Vec<(Uuid, HistoryEntry)>,
}

/// Does to `records` what `decision` wants of them, and decides what comes of the request. `decision` is what
/// [`process`](super::process) made of the request under `routing`; elements named in `repeated` came before under the
/// same idempotency key and do nothing. The same may be asked again with other records.
#[must_use]
pub fn settle(
    source: &RoutedSource,
    routing: &Routing,
    request: &InboundRequest,
    decision: &Decision,
    records: &mut HeldRecords,
    repeated: &[usize],
) -> Settled {
    let mut settling = Settling { source, routing, request, events: Vec::new(), history: Vec::new() };
    let settled = if decision.elements.is_empty() {
        settling.object(decision, records)
    } else {
        settling.array(decision, records, repeated)
    };
    let decision = Decision { events: settling.events, ..settled };
    Settled { decision, history: settling.history }
}

struct Settling<'a> {
    source: &'a RoutedSource,
    routing: &'a Routing,
    request: &'a InboundRequest,
    events: Vec<Event>,
    history: Vec<(Uuid, HistoryEntry)>,
}

impl Settling<'_> {
    fn object(&mut self, decision: &Decision, records: &mut HeldRecords) -> Decision {
        let Some(wanted) = decision.wanted.first() else { return decision.clone() };
        let request = self.request.id;
        match self.carry_out(wanted, records) {
            Ok(_) => {
                let event = self.events.first().map(|event| event.id);
                let record_key = Some(wanted.intent.key().as_str());
                let ids = AnswerIds { event, record_key, ..AnswerIds::of(request) };
                let response = answer::success(&self.source.config.response, ids);
                Decision { response, wanted: Vec::new(), ..decision.clone() }
            }
            Err(refused) => {
                let element = Element::rejected(Outcome::RecordRefused, Some(refused.to_string()));
                let complaint = answer::complaint_of_body(element.outcome);
                *refusal::of(self.source, request, element, &complaint)
            }
        }
    }

    fn array(&mut self, decision: &Decision, records: &mut HeldRecords, repeated: &[usize]) -> Decision {
        let mut elements = decision.elements.clone();
        for wanted in &decision.wanted {
            let element = &mut elements[wanted.element];
            if repeated.contains(&wanted.element) {
                element.outcome = Outcome::Duplicate;
                continue;
            }
            match self.carry_out(wanted, records) {
                Ok(effected) => element.effected = Some(effected),
                Err(refused) => {
                    *element = Element::rejected(Outcome::RecordRefused, Some(refused.to_string()));
                }
            }
        }
        let concluded = array::conclude(self.source, self.request.id, elements);
        concluded.unwrap_or_else(|refused| *refused)
    }

    fn carry_out(&mut self, wanted: &Wanted, records: &mut HeldRecords) -> Result<Effected, Refused> {
        let cause = Cause {
            account: self.routing.account_id,
            rules: &self.routing.rules,
            event_id: wanted.event_id,
            at: self.request.received_at,
            request_id: Some(self.request.id),
            by: ChangedBy::Source(self.source.id),
            hops: self.request.hops,
        };
        let happened = carry_out(&wanted.intent, records, cause)?;
        self.events.extend(happened.event);
        self.history.extend(happened.history);
        Ok(happened.effected)
    }
}
