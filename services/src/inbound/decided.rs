//! From events to deliveries with slots, and from committed deliveries to tickets.

use crate::Services;
use crate::delivery::{Slot, SlotKind, Ticket, lease_ms};
use domain::activity::{Subject, Success};
use domain::event::Event;
use domain::fan_out::Routing;
use domain::ids::{AccountId, DeliveryId, RequestId};
use domain::inbound::Outcome;
use domain::integration::Target;
use domain::time::Timestamp;
use std::sync::Arc;
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

/// What is on disk. When it is dropped, what follows from it happens, whether or not somebody still waits for an
/// answer: the request is counted, and the tickets are let out.
pub(crate) struct Stored {
    services: Services,
    account_id: AccountId,
    /// The rows.
    pub draft: IntakeDraft,
    departures: Departures,
}

impl Stored {
    pub fn new(
        services: Services,
        account_id: AccountId,
        draft: IntakeDraft,
        departures: Departures,
    ) -> Self {
        Self { services, account_id, draft, departures }
    }
}

impl Drop for Stored {
    fn drop(&mut self) {
        self.services.count_request(self.account_id, &self.draft);
        self.services.depart(self.account_id, &self.draft, std::mem::take(&mut self.departures));
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
    fn count_request(&self, account: AccountId, draft: &IntakeDraft) {
        let Some(request) = &draft.request else { return };
        let at = RequestId(draft.id).timestamp();
        let success = if request.outcome == Outcome::Accepted { Success::Yes } else { Success::No };
        let duration_ms = i64::from(request.duration_us / 1000);
        self.inner.tallies.add(account, Subject::AllRequests, at, success, duration_ms);
        if let Some(source) = request.source_id {
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
