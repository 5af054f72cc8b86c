//! What ends deliveries without an attempt. The engine's other statements are elsewhere.

use super::integrations::state_name;
use crate::StorageError;
use crate::account_db::AccountDb;
use domain::delivery::DeliveryStatus;
use domain::ids::{DeliveryId, IntegrationId};
use domain::integration::IntegrationState;
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use uuid::Uuid;

/// Rows that are cancelled at once: others write in between.
const ROWS_PER_TURN: u64 = 1_000;

impl AccountDb<'_> {
    /// Ends the deliveries to an integration that wait for an attempt, because of `reason`; answers how many. Those
    /// in flight are left to their finish, and nothing is ended once the integration is active: what waits then may have
    /// come since.
    ///
    /// # Errors
    /// What the database says.
    pub async fn cancel_waiting_deliveries(
        &self,
        id: IntegrationId,
        reason: &str,
        at: Timestamp,
    ) -> Result<u64, StorageError> {
        let mut ended = 0;
        loop {
            let turn = self.cancel_some_waiting(id, reason, at).await?;
            ended += turn;
            if turn < ROWS_PER_TURN {
                return Ok(ended);
            }
        }
    }

    /// Ends deliveries that were claimed as failed, because of `reason`. One whose lease is no longer that of the claim is
    /// left as it is.
    ///
    /// # Errors
    /// What the database says.
    pub async fn fail_claimed_deliveries(
        &self,
        claimed: &[(DeliveryId, Uuid)],
        reason: &str,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let tx = self.begin(at).await?;
        let backend = tx.tx.get_database_backend();
        let pending = DeliveryStatus::Pending.code();
        for (id, lease_token) in claimed {
            let sql = format!(
                "UPDATE deliveries SET status = $1, ended_because = $2, finished_at = $3, lease_token = NULL \
                 WHERE account_id = $4 AND id = $5 AND lease_token = $6 AND status = {pending}"
            );
            let values: [Value; 6] = [
                DeliveryStatus::Failed.code().into(),
                reason.into(),
                at.0.into(),
                tx.account_id().0.into(),
                id.0.into(),
                (*lease_token).into(),
            ];
            tx.tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
        }
        tx.commit().await
    }

    /// The integration is looked at as of the same moment as what waits for it, so that none of these was made after it
    /// was switched on.
    async fn cancel_some_waiting(
        &self,
        id: IntegrationId,
        reason: &str,
        at: Timestamp,
    ) -> Result<u64, StorageError> {
        let tx = self.begin(at).await?;
        let backend = tx.tx.get_database_backend();
        let pending = DeliveryStatus::Pending.code();
        let sql = format!(
            "UPDATE deliveries SET status = $1, ended_because = $2, finished_at = $3, lease_token = NULL \
             WHERE account_id = $4 AND status = {pending} AND id IN ( \
                 SELECT id FROM deliveries {} \
                 WHERE account_id = $4 AND integration_id = $5 AND status = {pending} AND due_at >= 0 \
                 AND (lease_token IS NULL OR due_at <= $3) \
                 AND NOT EXISTS (SELECT 1 FROM integrations WHERE account_id = $4 AND id = $5 AND state = '{}') \
                 LIMIT {ROWS_PER_TURN})",
            only_pending(backend),
            state_name(IntegrationState::Active),
        );
        let values: [Value; 5] = [
            DeliveryStatus::Cancelled.code().into(),
            reason.into(),
            at.0.into(),
            tx.account_id().0.into(),
            id.0.into(),
        ];
        let statement = Statement::from_sql_and_values(backend, sql, values);
        let ended = tx.tx.execute_raw(statement).await?.rows_affected();
        tx.commit().await?;
        Ok(ended)
    }
}

/// SQLite would rather read every delivery the account ever had than the few that are pending.
pub(crate) fn only_pending(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Sqlite => "INDEXED BY deliveries_due",
        _ => "",
    }
}
