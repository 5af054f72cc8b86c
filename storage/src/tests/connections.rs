use crate::Backend;
use crate::testing::{count, new_account, on_each_backend};
use futures::FutureExt;
use sea_orm::TransactionTrait;

/// More than the pool has connections.
const TIMES: usize = 40;
/// More than it takes to have sent it and still wait for the answer.
const STEPS: usize = 4;

#[tokio::test]
async fn a_transaction_given_up_while_it_begins_holds_nothing() {
    on_each_backend(async |db| {
        for steps in (0..TIMES).map(|time| time % STEPS) {
            let mut begin = Box::pin(db.writer.begin());
            for _ in 0..steps {
                if (&mut begin).now_or_never().is_some() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        new_account(&db, "Acme").await;
        assert_eq!(count(&db, "SELECT count(*) FROM accounts").await, 1);
        if db.backend == Backend::Postgres {
            let open = "SELECT count(*) FROM pg_stat_activity
                        WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
            assert_eq!(count(&db, open).await, 0);
        }
    })
    .await;
}
