//! Retrying by hand: the delivery keeps its id, attempt numbers go on, its schedule starts again.

use super::Conditions;
use super::deliveries::conditions;
use crate::{AccountDb, StorageError};
use domain::activity::{Count, DeliveryFilter};
use domain::delivery::DeliveryStatus;
use domain::ids::DeliveryId;
use domain::time::Timestamp;

/// Deliveries made due by one statement.
const PER_STATEMENT: u32 = 1_000;

impl AccountDb<'_> {
    /// Makes a delivery due now.
    ///
    /// # Errors
    /// [`StorageError::NotFound`]; [`StorageError::InUse`] while it is in flight; or whatever the database says.
    pub async fn retry_delivery(&self, id: DeliveryId, now: Timestamp) -> Result<(), StorageError> {
        let mut conditions = Conditions::of(self.account_id());
        conditions.and("id = ?", id.0);
        conditions.and("(lease_token IS NULL OR due_at <= ?)", now.0);
        let changed = conditions.execute(self.db(), &due_now(now), "").await?;
        if changed > 0 {
            return Ok(());
        }
        self.delivery(id).await?;
        Err(StorageError::InUse)
    }

    /// Makes up to 1,000 unsuccessful deliveries that match and ended before `ended_before` due now, and says how many.
    /// Call it until it answers 0.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn retry_some_deliveries(
        &self,
        filter: &DeliveryFilter,
        ended_before: Timestamp,
        now: Timestamp,
    ) -> Result<u64, StorageError> {
        let mut matching = conditions(self, filter);
        matching.and_always("status >= 2");
        matching.and("finished_at < ?", ended_before.0);
        let head = format!("{} WHERE account_id = $1 AND id IN (SELECT id FROM deliveries", due_now(now));
        let tail =
            format!("ORDER BY id LIMIT {PER_STATEMENT}) AND status >= {}", DeliveryStatus::Failed.code());
        matching.execute(self.db(), &head, &tail).await
    }

    /// How many unsuccessful deliveries to active integrations match, up to 10,000.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn count_retries(&self, filter: &DeliveryFilter) -> Result<Count, StorageError> {
        let mut matching = conditions(self, filter);
        matching.and_always("status >= 2");
        matching.and_always(
            "integration_id IN (SELECT id FROM integrations WHERE account_id = $1 AND state = 'active')",
        );
        matching.count(self.db(), "deliveries").await
    }
}

fn due_now(now: Timestamp) -> String {
    let now = now.0;
    format!(
        "UPDATE deliveries SET status = 0, due_at = {now}, schedule_tries = 0, schedule_started_at = {now},
         lease_token = NULL, finished_at = NULL, ended_because = NULL"
    )
}
