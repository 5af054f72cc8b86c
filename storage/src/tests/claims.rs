//! How much is due, and how much of it one claim takes.

use super::journal::{LEASE_MS, Process, claim, waiting_deliveries};
use super::outcomes::finish;
use crate::account_db::new_uuid;
use crate::testing::{NOW, new_account, on_each_backend};
use crate::{Claimed, Db, Finish, Pending, Want};
use domain::delivery::DeliveryStatus;
use std::collections::HashSet;

/// What the event of [`waiting_deliveries`] carries.
const DATA: &[u8] = br#"{"n":1}"#;

#[tokio::test]
async fn pending_deliveries_are_counted_by_what_they_wait_for_and_to_a_limit() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let counted = async |after_ms: i64, limit: u32| {
            db.pending(NOW.plus_ms(after_ms), limit).await.expect("an answer")
        };
        assert_eq!(counted(0, 9).await, Pending { due: 0, leased: 0, scheduled: 0 });
        let first = waiting_deliveries(&db, &acme, 3).await;
        waiting_deliveries(&db, &acme, 2).await;
        assert_eq!(counted(-1, 9).await, Pending { due: 0, leased: 0, scheduled: 5 }, "none is due yet");
        assert_eq!(counted(0, 9).await, Pending { due: 5, leased: 0, scheduled: 0 });
        assert_eq!(counted(0, 4).await, Pending { due: 4, leased: 0, scheduled: 0 });

        let lease = new_uuid(NOW);
        let claimed = claim(&db, first, lease, 0).await;
        assert_eq!(counted(0, 9).await, Pending { due: 2, leased: 3, scheduled: 0 });
        let later = NOW.plus_ms(3 * LEASE_MS);
        for (delivery, status, due_at) in
            [(claimed[0].id, DeliveryStatus::Pending, later), (claimed[1].id, DeliveryStatus::Succeeded, NOW)]
        {
            let outcome = Finish { due_at, ..finish((acme.account.id, delivery), lease, status, 500) };
            Process::new(&db).finish(outcome).await;
        }
        assert_eq!(counted(0, 9).await, Pending { due: 2, leased: 1, scheduled: 1 });
        assert_eq!(
            counted(LEASE_MS, 9).await,
            Pending { due: 3, leased: 0, scheduled: 1 },
            "its lease ended"
        );
        assert_eq!(counted(3 * LEASE_MS, 9).await, Pending { due: 4, leased: 0, scheduled: 0 });
    })
    .await;
}

#[tokio::test]
async fn a_claim_ends_where_its_bytes_do_and_has_one_delivery_at_least() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let (first, second) =
            (waiting_deliveries(&db, &acme, 5).await, waiting_deliveries(&db, &acme, 5).await);
        let wants =
            [first, second].map(|integration_id| Want { integration_id, limit: 4, lease_ms: LEASE_MS });
        let each = u32::try_from(DATA.len()).expect("a few bytes");
        let mut taken = HashSet::new();
        for (max_bytes, expected) in [(1, 1), (each, 1), (each + 1, 2), (5 * each, 5), (u32::MAX, 1), (1, 0)]
        {
            let claimed = db.claim(&wants, max_bytes, new_uuid(NOW), NOW).await.expect("an answer");
            assert_eq!(claimed.len(), expected, "{max_bytes}");
            let has_its_data = |delivery: &Claimed| delivery.data.as_deref() == Some(DATA);
            assert!(claimed.iter().all(has_its_data), "{claimed:?}");
            taken.extend(claimed.iter().map(|delivery| delivery.id));
        }
        assert_eq!(taken.len(), 10, "what a claim left, the next ones took");
    })
    .await;
}
