//! What each process has to do for itself again and again: charts and caches every second, its share of limits, the
//! clock, partitions and quiet accounts now and then. What is done once for all processes is in [`crate::jobs`].

use crate::{Result, Services, delivery};
use std::time::Duration;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// Seconds between two rounds of what is not urgent.
const ROUND_EVERY_S: u64 = 600;
/// Seconds between two looks at the database's clock: machines' clocks part by milliseconds in that time.
const LOOK_AT_CLOCK_EVERY_S: u64 = 60;
/// Seconds between two times that a process says that it sends.
const RENEW_SHARE_EVERY_S: u64 = 5;

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
        if seconds.is_multiple_of(ROUND_EVERY_S) {
            services.inner.admission.forget_quiet();
            log_error("Making partitions", make_partitions(&services).await);
        }
        if seconds.is_multiple_of(LOOK_AT_CLOCK_EVERY_S) {
            log_error("Asking the database for its time", follow_clock(&services).await);
        }
        if seconds.is_multiple_of(RENEW_SHARE_EVERY_S) {
            log_error("Sharing limits with other processes", delivery::renew_share(&services).await);
        }
        seconds += 1;
    }
    log_error("Writing the last tallies", write_tallies(&services).await);
}

async fn every_second(services: &Services) -> Result<()> {
    write_tallies(services).await?;
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

async fn follow_clock(services: &Services) -> Result<()> {
    Ok(services.inner.clock.follow(services.db()).await?)
}

/// A row whose day has no partition would land in the default one and stay there, so no process waits for another.
async fn make_partitions(services: &Services) -> Result<()> {
    Ok(services.db().make_partitions(services.now()).await?)
}

impl Services {
    /// Does what must have been done before the first row comes.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn prepare(&self) -> Result<()> {
        follow_clock(self).await?;
        make_partitions(self).await
    }
}

fn log_error(what: &str, result: Result<()>) {
    if let Err(error) = result {
        tracing::warn!(%error, "{what} failed and is tried again");
    }
}
