//! Deliveries that a tail has seen and that have not ended yet.

use domain::delivery::{Delivery, DeliveryStatus};
use domain::ids::DeliveryId;
use std::collections::BTreeMap;

/// Most that are kept; the oldest give way.
const MOST: usize = 200;

/// Each as it was when it was last looked at.
#[derive(Debug, Default)]
pub struct Unfinished(BTreeMap<DeliveryId, Delivery>);

/// How a delivery was, and how it is.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    pub before: DeliveryStatus,
    pub now: Delivery,
}

impl Unfinished {
    /// Keeps a delivery in mind until it has ended.
    pub fn see(&mut self, delivery: Delivery) {
        if delivery.status != DeliveryStatus::Pending {
            self.0.remove(&delivery.id);
            return;
        }
        self.0.insert(delivery.id, delivery);
        while self.0.len() > MOST {
            self.0.pop_first();
        }
    }

    /// Which ones are to be looked at again.
    pub fn ids(&self) -> Vec<DeliveryId> {
        self.0.keys().copied().collect()
    }

    /// Which of them changed, when `found` is how all of them are now. One that is not among these is gone.
    pub fn changes(&mut self, found: Vec<Delivery>) -> Vec<Change> {
        let known = std::mem::take(&mut self.0);
        let mut changes = Vec::new();
        for now in found {
            if let Some(before) = known.get(&now.id).filter(|before| **before != now) {
                changes.push(Change { before: before.status, now: now.clone() });
            }
            self.see(now);
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::event::EventType;
    use domain::ids::{EventId, IntegrationId};
    use domain::time::Timestamp;
    use uuid::Uuid;

    fn delivery(id: usize, status: DeliveryStatus, attempts: i32) -> Delivery {
        Delivery {
            id: DeliveryId(Uuid::from_u128(id as u128)),
            event_id: EventId(Uuid::from_u128(1)),
            event_type: EventType::new("order.received").expect("a type"),
            integration_id: IntegrationId(Uuid::from_u128(2)),
            subscription_id: None,
            status,
            attempts,
            created_at: Timestamp(0),
            next_attempt_at: None,
            finished_at: None,
            last_status_code: None,
            last_error: None,
            ended_because: None,
        }
    }

    #[test]
    fn what_changed_is_told_once_and_what_ended_is_forgotten() {
        let mut unfinished = Unfinished::default();
        let [pending, tried, ended] = [
            delivery(1, DeliveryStatus::Pending, 0),
            delivery(1, DeliveryStatus::Pending, 1),
            delivery(1, DeliveryStatus::Succeeded, 2),
        ];
        unfinished.see(pending.clone());
        assert_eq!(unfinished.changes(vec![pending]), []);
        let change = |now: &Delivery| Change { before: DeliveryStatus::Pending, now: now.clone() };
        assert_eq!(unfinished.changes(vec![tried.clone()]), [change(&tried)]);
        assert_eq!(unfinished.changes(vec![tried]), []);
        assert_eq!(unfinished.changes(vec![ended.clone()]), [change(&ended)]);
        assert_eq!(unfinished.ids(), []);
    }

    #[test]
    fn what_has_ended_is_not_kept_and_what_is_gone_is_forgotten() {
        let mut unfinished = Unfinished::default();
        unfinished.see(delivery(1, DeliveryStatus::Failed, 1));
        assert_eq!(unfinished.ids(), []);
        unfinished.see(delivery(2, DeliveryStatus::Pending, 0));
        assert_eq!(unfinished.changes(Vec::new()), []);
        assert_eq!(unfinished.ids(), []);
    }

    #[test]
    fn the_oldest_give_way() {
        let mut unfinished = Unfinished::default();
        for id in 1..=MOST + 2 {
            unfinished.see(delivery(id, DeliveryStatus::Pending, 0));
        }
        let kept = unfinished.ids();
        assert_eq!((kept.len(), kept[0]), (MOST, delivery(3, DeliveryStatus::Pending, 0).id));
    }
}
