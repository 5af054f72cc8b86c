//! Small things that have to be done again and again: charts, checkpoints, caches every second; partitions, retention
//! and expired sessions now and then.

use crate::{Result, Services};
use domain::limits::IDEMPOTENCY_MS;
use domain::time::Timestamp;
use std::time::Duration;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

const DAY_MS: i64 = 24 * 3_600 * 1000;
/// Seconds between two looks for what is too old.
const RETENTION_EVERY_S: u64 = 600;

/// Keeps house until `stop`, then writes the last tallies.
pub(crate) async fn run(services: Services, stop: CancellationToken) {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut seconds = 0_u64;
    while !stop.is_cancelled() {
        tokio::select! {
            _ = second.tick() => {}
            () = stop.cancelled() => break,
        }
        log_error("Keeping house", every_second(&services).await);
        if seconds.is_multiple_of(RETENTION_EVERY_S) {
            log_error("Retention", retention(&services, &stop).await);
        }
        seconds += 1;
    }
    log_error("Writing the last tallies", write_tallies(&services).await);
}

async fn every_second(services: &Services) -> Result<()> {
    write_tallies(services).await?;
    services.db().checkpoint().await?;
    Ok(services.inner.routings.catch_up().await?)
}

async fn write_tallies(services: &Services) -> Result<()> {
    let rows = services.inner.tallies.take();
    if rows.is_empty() {
        return Ok(());
    }
    if let Err(error) = services.db().add_tallies(&rows).await {
        services.inner.tallies.put_back(rows);
        return Err(error.into());
    }
    Ok(())
}

async fn retention(services: &Services, stop: &CancellationToken) -> Result<()> {
    let now = services.now();
    let days = services.inner.config.retention;
    services.inner.admission.forget_quiet();
    services.db().make_partitions(now).await?;
    let before = |days: u32| Timestamp(now.0 - i64::from(days) * DAY_MS);
    while services.db().retain(before(days.body_days), before(days.log_days)).await? && !stop.is_cancelled() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    services.db().forget(now.plus_ms(-IDEMPOTENCY_MS), before(days.log_days)).await?;
    storage::unscoped::delete_expired_sessions(services.db(), now).await?;
    Ok(())
}

fn log_error(what: &str, result: Result<()>) {
    if let Err(error) = result {
        tracing::warn!(%error, "{what} failed and is tried again");
    }
}
