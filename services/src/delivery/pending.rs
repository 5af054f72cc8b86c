//! How many deliveries have not ended, told to whoever watches the installation.

use crate::{Result, Services};
use metrics::gauge;
use std::time::Duration;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// Time between two counts.
const COUNT_EVERY: Duration = Duration::from_secs(10);
/// Counted at most, of what is due and of what is not.
const MOST_COUNTED: u32 = 100_001;

/// Counts until `stop`.
pub(super) async fn run(services: Services, stop: CancellationToken) {
    let mut turns = tokio::time::interval(COUNT_EVERY);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = turns.tick() => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = count(&services).await {
            tracing::warn!(%error, "Counting pending deliveries failed and is tried again");
        }
    }
}

async fn count(services: &Services) -> Result<()> {
    let pending = services.db().pending(services.now(), MOST_COUNTED).await?;
    for (state, deliveries) in
        [("due", pending.due), ("leased", pending.leased), ("scheduled", pending.scheduled)]
    {
        gauge!("hookloft_pending_deliveries", "state" => state).set(deliveries as f64);
    }
    Ok(())
}
