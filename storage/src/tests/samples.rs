use super::add_source;
use crate::account_db::new_uuid;
use crate::testing::{NOW, new_account, on_each_backend};
use crate::{Db, StorageError};
use domain::ids::RequestId;
use domain::limits::MAX_SAMPLES;
use serde_json::json;

#[tokio::test]
async fn d17_the_last_that_were_chosen_are_kept_each_once() {
    on_each_backend(async |db: Db| {
        let (acme, other) = (new_account(&db, "Acme").await, new_account(&db, "Other").await);
        let none = json!({"type": "none"});
        let orders = add_source(&db, &acme.scope, "orders", none.clone()).await.expect("a source").id;
        let visits = add_source(&db, &acme.scope, "visits", none).await.expect("a source").id;
        let account = db.account(&acme.scope);
        let requests: Vec<_> = (0..22).map(|ms| RequestId(new_uuid(NOW.plus_ms(ms)))).collect();
        for (request, ms) in requests.iter().zip(0..) {
            account.choose_sample(orders, *request, NOW.plus_ms(ms)).await.expect("chosen");
        }
        account.choose_sample(visits, requests[0], NOW).await.expect("chosen");
        account.choose_sample(orders, requests[5], NOW.plus_ms(50)).await.expect("chosen again");

        let chosen = account.chosen_samples(orders).await.expect("a list");
        let ids: Vec<_> = chosen.iter().map(|(id, _)| *id).collect();
        let newest = requests[6..].iter().rev().copied();
        let expected = std::iter::once(requests[5]).chain(newest).chain(requests[2..5].iter().rev().copied());
        let expected: Vec<_> = expected.collect();
        assert_eq!((ids.len(), &ids), (usize::from(MAX_SAMPLES), &expected));
        assert_eq!(chosen[0].1, NOW.plus_ms(50));
        assert_eq!(account.chosen_samples(visits).await.expect("a list"), [(requests[0], NOW)]);

        let theirs = db.account(&other.scope);
        assert!(theirs.chosen_samples(orders).await.expect("a list").is_empty());
        let chosen = theirs.choose_sample(orders, requests[0], NOW).await;
        assert!(matches!(chosen, Err(StorageError::NotFound)), "{chosen:?}");
    })
    .await;
}
