use super::{add_integration, add_source};
use crate::testing::{NOW, new_account, on_each_backend};
use crate::{Db, TallyRow};
use domain::activity::{RecentActivity, Subject, Success, Tally};
use domain::ids::AccountId;
use serde_json::json;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// One more of `subject`, so many minutes before [`NOW`].
fn one(account_id: AccountId, subject: Subject, minutes_ago: i64) -> TallyRow {
    let mut tally = Tally::default();
    tally.add(Success::Yes, 1);
    TallyRow { account_id, subject, minute: NOW.plus_ms(-minutes_ago * MINUTE_MS), tally }
}

#[tokio::test]
async fn lists_know_what_was_counted_today_and_when_last() {
    on_each_backend(async |db: Db| {
        let (acme, other) = (new_account(&db, "Acme").await, new_account(&db, "Other").await);
        let busy = add_integration(&db, &acme.scope, json!({"type": "none"})).await;
        let idle = add_integration(&db, &acme.scope, json!({"type": "none"})).await;
        let source = add_source(&db, &acme.scope, "orders", json!({"type": "none"})).await.expect("a source");
        let theirs = add_integration(&db, &other.scope, json!({"type": "none"})).await;
        let (mine, two_days) = (acme.account.id, 2 * 24 * 60);
        db.add_tallies(&[
            one(mine, Subject::AllAttempts, 1),
            one(mine, Subject::Integration(busy.id), 5),
            one(mine, Subject::Integration(busy.id), 3),
            one(mine, Subject::Source(source.id), two_days),
            one(other.account.id, Subject::Integration(theirs.id), 1),
        ])
        .await
        .expect("counted");
        let found = db.account(&acme.scope).recent_activity(NOW.plus_ms(-DAY_MS)).await.expect("an answer");
        let read = |subject| {
            let RecentActivity { day, last_at } = found[&subject];
            (day.total(), last_at)
        };
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(read(Subject::Integration(busy.id)), (2, Some(NOW.plus_ms(-3 * MINUTE_MS))));
        assert_eq!(read(Subject::Integration(idle.id)), (0, None));
        assert_eq!(read(Subject::Source(source.id)), (0, Some(NOW.plus_ms(-two_days * MINUTE_MS))));
    })
    .await;
}
