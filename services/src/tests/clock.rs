use super::open;
use crate::{Clock, SignUpPolicy};
use domain::ids::EventId;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use storage::testing::{NOW, on_each_backend};
use storage::{Backend, Db};

const HOUR_MS: i64 = 3_600_000;
const MINUTE_MS: i64 = 60_000;

#[tokio::test]
async fn processes_go_by_the_databases_clock() {
    on_each_backend(async |db: Db| {
        let backend = db.backend();
        let clock = Clock::Database(Arc::new(AtomicI64::new(HOUR_MS)));
        let services = open(db, SignUpPolicy::Open, clock);
        let ahead = || services.now().0 - Clock::System.now().0;
        assert!(ahead() > HOUR_MS - MINUTE_MS);
        services.prepare().await.expect("the database is there");
        match backend {
            // Nobody else's clock is there to ask.
            Backend::Sqlite => assert!(ahead() > HOUR_MS - MINUTE_MS),
            // The test's PostgreSQL is on this machine.
            Backend::Postgres => assert!(ahead().abs() < MINUTE_MS, "{}", ahead()),
        }
    })
    .await;
}

#[test]
fn ids_of_one_millisecond_are_in_the_order_in_which_they_are_made() {
    let ids: Vec<_> = (0..10_000).map(|_| EventId::new(NOW, &Clock::random_in_order())).collect();
    assert!(ids.is_sorted_by(|earlier, later| earlier < later));
    assert!(ids.iter().all(|id| id.timestamp() == NOW));
}
