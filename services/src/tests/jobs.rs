use super::{on_each, open, owner, sign_up};
use crate::jobs::{Pace, start};
use crate::{Clock, Services, SignUpPolicy};
use domain::event::EventDraft;
use domain::hops::Hops;
use serde_json::json;
use std::time::{Duration, Instant};
use storage::testing::{NOW, QueuedJob, count, execute, on_each_url, queued_jobs};
use storage::{Db, MasterKey};
use tokio_util::sync::CancellationToken;

const DAY_MS: i64 = 24 * 3_600_000;
/// Longer than any of these tests.
const NEVER_S: u64 = 1_000_000_000;

/// No turns but those a test asks for, and no waiting.
pub(super) const QUICK: Pace = Pace {
    retention_s: NEVER_S,
    expired_sessions_s: NEVER_S,
    look: Duration::from_millis(100),
    heartbeat: Duration::from_secs(1),
    pause: Duration::from_secs(1),
};

/// Runs the jobs of these processes at that pace until `is_reached`.
pub(super) async fn work_until(processes: &[&Services], pace: Pace, is_reached: impl AsyncFn() -> bool) {
    let stop = CancellationToken::new();
    let working: Vec<_> =
        processes.iter().map(|&services| start(services.clone(), pace, stop.clone())).collect();
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is_reached().await {
        assert!(
            Instant::now() < deadline,
            "not reached; the queue: {:?}",
            queued_jobs(processes[0].db()).await
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stop.cancel();
    for process in working {
        process.await.expect("it ends well");
    }
}

pub(super) fn is_done(job: &QueuedJob) -> bool {
    job.status == "Done"
}

#[tokio::test]
async fn a_turn_runs_once_however_many_processes_there_are() {
    on_each_url(async |url: String| {
        let connect = async || Db::connect(&url, MasterKey::generate()).await.expect("it connects");
        let (first, second) = (connect().await, connect().await);
        first.migrate().await.expect("up");
        let clock = Clock::fixed(NOW);
        let processes = [&first, &second].map(|db| open(db.clone(), SignUpPolicy::Open, clock.clone()));
        let pace = Pace { retention_s: 1, ..QUICK };
        let three_are_done =
            async || queued_jobs(&first).await.iter().filter(|job| is_done(job)).count() >= 3;
        work_until(&[&processes[0], &processes[1]], pace, three_are_done).await;
        for job in queued_jobs(&first).await {
            assert!(job.key.starts_with("Retention-"), "{job:?}");
            assert!(job.attempts == i32::from(is_done(&job)), "{job:?}");
        }
        first.close().await;
        second.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_failed_turn_is_tried_again() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let db = services.db();
        execute(db, "ALTER TABLE idempotency_keys RENAME TO elsewhere").await;
        db.push_job(&json!({"job": "retention"}), "turn").await.expect("queued");
        let has_failed = async || queued_jobs(db).await[0].attempts >= 1;
        work_until(&[&services], QUICK, has_failed).await;
        assert!(!is_done(&queued_jobs(db).await[0]));
        execute(db, "ALTER TABLE elsewhere RENAME TO idempotency_keys").await;
        work_until(&[&services], QUICK, async || is_done(&queued_jobs(db).await[0])).await;
        assert!(queued_jobs(db).await[0].attempts >= 2);
    })
    .await;
}

#[tokio::test]
async fn what_a_dead_process_had_taken_is_taken_by_another() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let db = services.db();
        db.push_job(&json!({"job": "retention"}), "turn").await.expect("queued");
        let (schema, long_ago) = match db.backend() {
            storage::Backend::Sqlite => ("", "0"),
            storage::Backend::Postgres => ("apalis.", "to_timestamp(0)"),
        };
        let worker = format!(
            "INSERT INTO {schema}workers (id, worker_type, storage_name, layers, last_seen)
             VALUES ('dead', 'hookloft', 'storage', '', {long_ago})"
        );
        execute(db, &worker).await;
        execute(db, &format!("UPDATE {schema}jobs SET status = 'Running', lock_by = 'dead'")).await;
        work_until(&[&services], QUICK, async || is_done(&queued_jobs(db).await[0])).await;
    })
    .await;
}

#[tokio::test]
async fn a_job_of_a_later_version_is_left_to_it() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let db = services.db();
        db.push_job(&json!({"job": "of_tomorrow", "with": 1}), "a").await.expect("queued");
        db.push_job(&json!({"job": "retention"}), "b").await.expect("queued");
        work_until(&[&services], QUICK, async || is_done(&queued_jobs(db).await[1])).await;
        assert!(!is_done(&queued_jobs(db).await[0]));
    })
    .await;
}

#[tokio::test]
async fn sessions_that_ended_are_forgotten() {
    on_each(SignUpPolicy::Open, async |services: Services, clock: Clock| {
        sign_up(&services, "Acme", "ada@example.com").await;
        clock.advance_ms(7 * DAY_MS);
        let kept = sign_up(&services, "Other", "bob@example.com").await;
        clock.advance_ms(7 * DAY_MS);
        let sessions = async || count(services.db(), "SELECT count(*) FROM sessions").await;
        assert_eq!(sessions().await, 2);
        let pace = Pace { expired_sessions_s: 1, ..QUICK };
        work_until(&[&services], pace, async || sessions().await < 2).await;
        let seen = services.current_user(kept.token.reveal()).await.expect("an answer");
        assert_eq!(seen, Some(kept.user));
    })
    .await;
}

#[tokio::test]
async fn d17_bodies_go_after_30_days_and_logs_after_90() {
    on_each(SignUpPolicy::Open, async |services: Services, clock: Clock| {
        let db = services.db();
        let rows = async || {
            let of = async |table: &str| count(db, &format!("SELECT count(*) FROM {table}")).await;
            (of("payloads").await, of("events").await, of("idempotency_keys").await)
        };
        let engine = services.start_engine();
        db.make_partitions(NOW).await.expect("made");
        let acme = owner(&services, "Acme").await;
        let event = json!({"type": "order.created", "data": {"n": 1}, "id": "first"});
        let event: EventDraft = serde_json::from_value(event).expect("an event");
        services.publish(&acme.scope, vec![event], Hops::default()).await.expect("published");
        engine.shutdown(Duration::from_secs(5)).await;
        let pace = Pace { retention_s: 1, ..QUICK };
        for (days, left) in
            [(0, (1, 1, 1)), (29, (1, 1, 0)), (31, (0, 1, 0)), (89, (0, 1, 0)), (91, (0, 0, 0))]
        {
            clock.advance_ms(NOW.0 + days * DAY_MS - clock.now().0);
            let last_turn = async || queued_jobs(db).await.into_iter().rfind(is_done).map(|job| job.key);
            let before = last_turn().await;
            // A day that somebody reads just then is dropped by a later turn.
            let is_so = async || last_turn().await > before && rows().await == left;
            work_until(&[&services], pace, is_so).await;
        }
    })
    .await;
}
