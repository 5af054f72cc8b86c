use crate::testing::{count, execute, on_each_backend, queued_jobs};
use crate::{Backend, Db};
use domain::time::Timestamp;
use serde_json::json;

const DAY_S: i64 = 24 * 3_600;
/// After whatever the machine's clock says.
const LATER_S: i64 = 32_503_680_000;

#[tokio::test]
async fn a_job_is_queued_once_under_its_key() {
    on_each_backend(async |db: Db| {
        for key in ["a", "b", "a"] {
            db.push_job(&json!({"job": "retention"}), key).await.expect("queued, or known");
        }
        let keys: Vec<_> = queued_jobs(&db).await.into_iter().map(|job| job.key).collect();
        assert_eq!(keys, ["a", "b"]);
    })
    .await;
}

#[tokio::test]
async fn ended_jobs_and_workers_are_forgotten_after_a_day() {
    on_each_backend(async |db: Db| {
        let (schema, time) = match db.backend() {
            Backend::Sqlite => ("", ""),
            Backend::Postgres => ("apalis.", "to_timestamp"),
        };
        let at = |seconds: i64| format!("{time}({seconds})");
        for worker in ["idle", "busy"] {
            let columns = "id, worker_type, storage_name, layers, last_seen";
            let values = format!("'{worker}', 'hookloft', 'storage', '', {}", at(LATER_S));
            execute(&db, &format!("INSERT INTO {schema}workers ({columns}) VALUES ({values})")).await;
        }
        let rows = [
            ("done", "Done", 1),
            ("exhausted", "Failed", 5),
            ("failed", "Failed", 4),
            ("waiting", "Pending", 0),
        ];
        for (key, status, attempts) in rows {
            db.push_job(&json!({"job": "retention"}), key).await.expect("queued");
            let change = format!(
                "UPDATE {schema}jobs SET status = '{status}', attempts = {attempts}, run_at = {}
                 WHERE idempotency_key = '{key}'",
                at(LATER_S)
            );
            execute(&db, &change).await;
        }
        execute(&db, &format!("UPDATE {schema}jobs SET lock_by = 'busy' WHERE idempotency_key = 'failed'"))
            .await;
        for (after_s, left) in [(DAY_S, (4, 2)), (DAY_S + 1, (2, 1))] {
            db.forget_jobs(Timestamp((LATER_S + after_s) * 1000)).await.expect("forgotten");
            let workers = count(&db, &format!("SELECT count(*) FROM {schema}workers")).await;
            assert_eq!((queued_jobs(&db).await.len(), workers), left, "after {after_s} s");
        }
        let keys: Vec<_> = queued_jobs(&db).await.into_iter().map(|job| job.key).collect();
        assert_eq!(keys, ["failed", "waiting"]);
    })
    .await;
}

/// A later version of apalis that brings migrations needs one of ours that runs them, as the history is frozen.
#[test]
fn the_job_queues_tables_are_those_of_the_linked_apalis() {
    let last = |migrator: sqlx::migrate::Migrator| migrator.iter().map(|step| step.version).max();
    assert_eq!(last(apalis_sqlite::SqliteStorage::migrations()), Some(20_260_804_103_122));
    assert_eq!(last(apalis_postgres::PostgresStorage::migrations()), Some(20_260_902_075_949));
}
