//! From events to deliveries with slots, and from committed deliveries to tickets.

use crate::Services;
use crate::delivery::{Slot, SlotKind, Ticket, lease_ms};
use domain::activity::{Subject, Success};
use domain::event::Event;
use domain::fan_out::Routing;
use domain::ids::{AccountId, DeliveryId, RequestId, SourceId};
use domain::inbound::Outcome;
use domain::integration::Target;
use domain::time::Timestamp;
use std::sync::Arc;
use std::time::{Duration, Instant};
use storage::{IntakeDraft, NewDelivery};
use uuid::Uuid;

/// Deliveries of a draft that this process has slots for, in the draft's order.
pub(crate) type Departures = Vec<Departure>;

/// One delivery that may be sent as soon as it is on disk.
pub(crate) struct Departure {
    /// Its place in the draft.
    pub index: usize,
    pub target: Arc<Target>,
    pub slot: Slot,
}

/// What is on disk. Made by the committer, and with it what follows from that happens, whether or not somebody still
/// waits for an answer: the request is counted, and the tickets of a commit are let out in one go.
pub(crate) struct Stored {
    /// The rows.
    pub draft: IntakeDraft,
}

impl Stored {
    /// `begun` is when the body of its request was complete; `None` where there is no request.
    pub fn new(
        services: &Services,
        account_id: AccountId,
        draft: IntakeDraft,
        departures: Departures,
        begun: Option<Instant>,
    ) -> Self {
        services.depart(account_id, &draft, departures);
        if let (Some(request), Some(begun)) = (&draft.request, begun) {
            let at = RequestId(draft.id).timestamp();
            services.count_request(account_id, request.source_id, request.outcome, at, begun.elapsed());
        }
        Self { draft }
    }
}

/// What `events` cause under `routing`, with slots where there is room and no others wait. Deliveries without one are
/// due at once, for whoever claims them.
pub(crate) fn fan_out(
    services: &Services,
    routing: &Routing,
    events: &[Event],
    now: Timestamp,
) -> (Vec<NewDelivery>, Departures) {
    let mut deliveries = Vec::new();
    let mut departures = Vec::new();
    for (event_index, event) in events.iter().enumerate() {
        for planned in domain::fan_out::fan_out(event, routing) {
            let bytes = event.data.get().len();
            let slot =
                services.inner.dispatcher.reserve(routing.account_id, &planned.target, bytes, SlotKind::New);
            let due_at = if slot.is_some() { now.plus_ms(lease_ms(&planned.target)) } else { now };
            let lease_token = slot.is_some().then(|| Uuid::from_bytes(rand::random()));
            if let Some(slot) = slot {
                let target = Arc::clone(&planned.target);
                departures.push(Departure { index: deliveries.len(), target, slot });
            }
            deliveries.push(NewDelivery {
                id: DeliveryId::new(event.id.timestamp(), &rand::random()),
                event_index,
                integration_id: planned.target.id,
                subscription_id: planned.subscription_id,
                due_at,
                lease_token,
            });
        }
    }
    (deliveries, departures)
}

impl Services {
    /// Counts a request for charts: when it came, and how long it took until it was on disk.
    pub(super) fn count_request(
        &self,
        account: AccountId,
        source: Option<SourceId>,
        outcome: Outcome,
        at: Timestamp,
        took: Duration,
    ) {
        let success = match outcome {
            Outcome::Accepted | Outcome::Duplicate | Outcome::Handshake => Success::Yes,
            _ => Success::No,
        };
        let duration_ms = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
        self.inner.tallies.add(account, Subject::AllRequests, at, success, duration_ms);
        if let Some(source) = source {
            self.inner.tallies.add(account, Subject::Source(source), at, success, duration_ms);
        }
    }

    /// Lets out the tickets of what was committed, and rings the claimer for what had no slot and may be claimed now:
    /// for the rest slots that come back will.
    fn depart(&self, account_id: AccountId, draft: &IntakeDraft, departures: Departures) {
        for delivery in draft.deliveries.iter().filter(|delivery| delivery.lease_token.is_none()) {
            if self.inner.dispatcher.leave_behind(account_id, delivery.integration_id) {
                self.inner.claimer.ring();
            }
        }
        let mut events: Vec<Option<Arc<Event>>> = vec![None; draft.events.len()];
        for Departure { index, target, slot } in departures {
            let delivery = &draft.deliveries[index];
            let Some(lease_token) = delivery.lease_token else { continue };
            let event = events[delivery.event_index]
                .get_or_insert_with(|| Arc::new(draft.events[delivery.event_index].clone()));
            self.inner.dispatcher.dispatch(Ticket {
                account_id,
                delivery_id: delivery.id,
                event: Some(Arc::clone(event)),
                target,
                attempts: 0,
                schedule_tries: 0,
                schedule_started_at: event.occurred_at,
                lease_token,
                lease_until: delivery.due_at,
                slot,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use storage::RequestRecord;
    use storage::testing::{NOW, on_each_backend};

    #[tokio::test(flavor = "multi_thread")]
    async fn charts_measure_requests_until_they_are_on_disk() {
        on_each_backend(async |db| {
            let services = crate::tests::open(db, crate::SignUpPolicy::Open, crate::Clock::fixed(NOW));
            let decided_in_20_us = RequestRecord {
                source_id: None,
                method: "POST".into(),
                path: "/in/x/shop".into(),
                status: 200,
                outcome: Outcome::Accepted,
                explanation: None,
                duration_us: 20,
                body_bytes: 2,
                response: Bytes::new(),
                replay_of: None,
                replay_id: None,
            };
            let id = RequestId::new(NOW, &rand::random()).0;
            let draft = IntakeDraft { request: Some(decided_in_20_us), ..IntakeDraft::new(id) };
            let begun = Instant::now().checked_sub(Duration::from_secs(2)).expect("the machine is up longer");
            let account = AccountId(Uuid::nil());
            Stored::new(&services, account, draft, Departures::new(), Some(begun));
            let [counted] = services.inner.tallies.take().try_into().expect("one subject");
            assert_eq!((counted.tally.succeeded, counted.tally.quantile_ms(0.5)), (1, Some(5_000)));
        })
        .await;
    }
}
