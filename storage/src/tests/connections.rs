use crate::Backend;
use crate::testing::{count, new_account, on_each_backend};
use futures::FutureExt;
use sea_orm::TransactionTrait;

/// More than the pool has connections.
const TIMES: usize = 40;

#[tokio::test]
async fn a_transaction_given_up_while_it_begins_holds_nothing() {
    on_each_backend(async |db| {
        for _ in 0..TIMES {
            let mut begin = Box::pin(db.writer.begin());
            // Far enough to have sent it, and gone before the answer comes.
            let begun = (&mut begin).now_or_never();
            drop(begin);
            drop(begun);
            tokio::task::yield_now().await;
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
