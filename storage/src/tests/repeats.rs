//! Repeats that are in one batch with what they repeat, and what else an intake may do to its batch.

use super::journal::Process;
use super::records::{Wanting, points, refusals, said};
use crate::testing::{count, new_account, on_each_backend};
use crate::{Db, StorageError};
use domain::ids::AccountId;
use domain::record::Intent;
use serde_json::json;

fn take(points: i64) -> Intent {
    said("point_sub", json!({"customer": "c-1", "points": points}))
}

/// How many refusals each of `batch` has; `None` of a repeat.
async fn refused(db: &Db, batch: Vec<Wanting>) -> Vec<Option<usize>> {
    let committed = Process::new(db).commit(batch).await;
    committed.into_iter().map(|committed| Some(refusals(committed)?.len())).collect()
}

#[tokio::test]
async fn d16_a_repeat_beside_what_is_refused_is_tried_itself() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await.account.id;
        let keyed = |intent| Wanting::new(acme, vec![intent]).with_key("k");
        let batch =
            vec![keyed(take(5)), Wanting::new(acme, vec![points("c-1", 9)]), keyed(take(5)), keyed(take(5))];
        let refused = refused(&db, batch).await;
        assert_eq!(refused, [Some(1), Some(0), Some(0), None], "there was nobody, then somebody");
        assert_eq!(count(&db, "SELECT COUNT(*) FROM customers WHERE points = 40000").await, 1);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM idempotency_keys").await, 1);
    })
    .await;
}

#[tokio::test]
async fn d12_a_repeated_element_beside_one_that_is_refused_is_tried_itself() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await.account.id;
        let of = |intents| Wanting::new(acme, intents).with_element_keys(&["1", "2"]);
        let batch = vec![of(vec![take(5), points("c-1", 9)]), of(vec![take(5), points("c-1", 9)])];
        assert_eq!(refused(&db, batch).await, [Some(1), Some(0)]);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM customers WHERE points = 40000").await, 1);
    })
    .await;
}

#[tokio::test]
async fn one_intake_that_panics_harms_only_itself() {
    on_each_backend(async |db: Db| {
        let acme: AccountId = new_account(&db, "Acme").await.account.id;
        let give = |customer: &str| vec![points(customer, 1)];
        let batch = vec![
            Wanting::new(acme, give("a")),
            Wanting::panicking(acme, give("b")),
            Wanting::new(acme, give("c")),
        ];
        let committed = Process::new(&db).commit(batch).await;
        let errors = committed.iter().map(|committed| committed.as_ref().err());
        let errors: Vec<_> = errors.map(|error| matches!(error, Some(StorageError::Refused(_)))).collect();
        assert_eq!(errors, [false, true, false]);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM customers").await, 2);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM history").await, 2);
    })
    .await;
}
