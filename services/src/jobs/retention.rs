use crate::{Result, Services};
use domain::limits::IDEMPOTENCY_MS;
use domain::time::Timestamp;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const DAY_MS: i64 = 24 * 3_600 * 1000;
/// Left to other writers between two deletions.
const BREATH: Duration = Duration::from_millis(50);

/// Lets go of what is old enough; after `stop` the rest is left to the next turn.
pub(super) async fn turn(services: &Services, stop: &CancellationToken) -> Result<()> {
    let now = services.now();
    let days = services.inner.config.retention;
    let before = |days: u32| Timestamp(now.0 - i64::from(days) * DAY_MS);
    while services.db().retain(before(days.body_days), before(days.log_days)).await? && !stop.is_cancelled() {
        tokio::time::sleep(BREATH).await;
    }
    services.db().forget(now.plus_ms(-IDEMPOTENCY_MS), before(days.log_days)).await?;
    Ok(services.db().forget_jobs(now).await?)
}
