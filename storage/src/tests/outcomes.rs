use super::journal::{LEASE_MS, Process, claim, waiting_deliveries};
use crate::account_db::new_uuid;
use crate::testing::{NOW, count, new_account, on_each_backend};
use crate::{Db, Finish};
use domain::delivery::{Attempt, DeliveryStatus};
use domain::ids::{AccountId, AttemptId, DeliveryId};
use uuid::Uuid;

/// The outcome of a first attempt that was answered `status_code`.
pub(super) fn finish(
    (account_id, delivery_id): (AccountId, DeliveryId),
    lease_token: Uuid,
    status: DeliveryStatus,
    status_code: u16,
) -> Finish {
    Finish {
        account_id,
        delivery_id,
        lease_token,
        attempt: Attempt {
            id: AttemptId(new_uuid(NOW)),
            number: 1,
            started_at: NOW,
            duration_ms: 5,
            status_code: Some(status_code),
            error: None,
            error_detail: None,
            response_body: None,
            response_truncated: true,
        },
        response: b"thanks".to_vec(),
        status,
        schedule_tries: 1,
        due_at: NOW,
        ended_because: None,
        finished_at: NOW,
    }
}

#[tokio::test]
async fn a_stale_finish_adds_its_attempt_and_changes_no_state() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let integration = waiting_deliveries(&db, &acme, 1).await;
        let (late, later, present) = (new_uuid(NOW), new_uuid(NOW), new_uuid(NOW));
        let delivery = claim(&db, integration, late, 0).await[0].id;
        let finish = |lease, status, code| finish((acme.account.id, delivery), lease, status, code);
        assert_eq!(claim(&db, integration, later, LEASE_MS).await.len(), 1);
        assert_eq!(claim(&db, integration, present, 2 * LEASE_MS).await.len(), 1);
        let read = async || {
            let detail = db.account(&acme.scope).delivery(delivery).await.expect("it is there");
            let codes: Vec<_> = detail.attempts.iter().filter_map(|attempt| attempt.status_code).collect();
            (detail.delivery.status, codes)
        };
        Process::new(&db).finish(finish(late, DeliveryStatus::Failed, 500)).await;
        assert_eq!(read().await, (DeliveryStatus::Pending, vec![500]));
        Process::new(&db).finish(finish(later, DeliveryStatus::Succeeded, 202)).await;
        let (status, codes) = read().await;
        assert_eq!(
            (status, codes.len()),
            (DeliveryStatus::Pending, 2),
            "delivered, under a lease that had ended"
        );
        let held = claim(&db, integration, new_uuid(NOW), 2 * LEASE_MS).await;
        assert_eq!(held.len(), 0, "the present lease holds");
        Process::new(&db).finish(finish(present, DeliveryStatus::Succeeded, 200)).await;
        let (status, codes) = read().await;
        assert_eq!((status, codes.len()), (DeliveryStatus::Succeeded, 3));
    })
    .await;
}

#[tokio::test]
async fn an_attempt_that_delivers_at_once_is_kept_in_its_deliverys_row() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let integration = waiting_deliveries(&db, &acme, 1).await;
        let lease = new_uuid(NOW);
        let delivery = claim(&db, integration, lease, 0).await[0].id;
        let first = finish((acme.account.id, delivery), lease, DeliveryStatus::Succeeded, 200);
        for written in ["once", "again, because the answer to COMMIT was lost"] {
            Process::new(&db).finish(first.clone()).await;
            assert_eq!(count(&db, "SELECT count(*) FROM attempts").await, 0, "{written}");
            let detail = db.account(&acme.scope).delivery(delivery).await.expect("it is there");
            assert_eq!((detail.delivery.status, detail.delivery.attempts), (DeliveryStatus::Succeeded, 1));
            let expected = Attempt { response_body: Some("thanks".into()), ..first.attempt.clone() };
            assert_eq!(detail.attempts, [expected], "{written}");
        }
        let known = db.attempt_exists(acme.account.id, delivery, first.attempt.id).await;
        assert!(known.expect("an answer"));
        db.migrate_down().await.expect("down, with such a row");
    })
    .await;
}
