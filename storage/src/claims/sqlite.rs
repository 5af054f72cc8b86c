use super::{Backlog, Claimed, Pending, Want, claimed, pending as counts};
use crate::{Db, StorageError};
use domain::ids::{AccountId, AttemptId, DeliveryId, IntegrationId};
use domain::time::Timestamp;
use sqlx::{Connection, Row};
use std::collections::HashMap;
use uuid::Uuid;

/// Walks the index from integration to integration, one probe each, instead of over all pending rows.
macro_rules! walk {
    ($rest:literal) => {
        concat!(
            "
WITH RECURSIVE walk (integration_id) AS (
    SELECT min(integration_id) FROM deliveries WHERE status = 0
    UNION ALL
    SELECT (SELECT min(d.integration_id) FROM deliveries d
            WHERE d.status = 0 AND d.integration_id > walk.integration_id)
    FROM walk WHERE walk.integration_id IS NOT NULL
)",
            $rest
        )
    };
}

const BACKLOGS: &str = walk!(
    "
SELECT (SELECT d.account_id FROM deliveries d
        WHERE d.status = 0 AND d.integration_id = walk.integration_id ORDER BY d.due_at LIMIT 1),
       walk.integration_id,
       (SELECT min(d.due_at) FROM deliveries d WHERE d.status = 0 AND d.integration_id = walk.integration_id)
FROM walk WHERE walk.integration_id IS NOT NULL"
);

const PENDING: &str = walk!(
    "
SELECT due.counted, later.counted, later.leased
FROM (SELECT count(*) AS counted FROM (
    SELECT 1 FROM walk CROSS JOIN deliveries d
    WHERE d.status = 0 AND d.integration_id = walk.integration_id AND d.due_at <= ?1 LIMIT ?2
)) due
CROSS JOIN (SELECT count(*) AS counted, count(lease_token) AS leased FROM (
    SELECT d.lease_token FROM walk CROSS JOIN deliveries d
    WHERE d.status = 0 AND d.integration_id = walk.integration_id AND d.due_at > ?1 LIMIT ?2
)) later"
);

const TAKE: &str = "
UPDATE deliveries SET lease_token = ?1, due_at = ?2 + ?3
WHERE rowid IN (
    SELECT sized.row FROM (
        SELECT due.row,
               sum(events.data_length) OVER (ORDER BY due.due_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
                   AS bytes_before
        FROM (SELECT rowid AS row, account_id, event_id, due_at FROM deliveries
              WHERE status = 0 AND integration_id = ?4 AND due_at <= ?2 ORDER BY due_at LIMIT ?5) due
        LEFT JOIN events ON events.account_id = due.account_id AND events.id = due.event_id
    ) sized WHERE coalesce(sized.bytes_before, 0) < ?6
)";

const TAKEN: &str = "
SELECT d.account_id, d.id, d.event_id, d.event_type,
       substr(payloads.events, events.data_offset + 1, events.data_length),
       d.integration_id, d.attempts, d.schedule_tries, d.schedule_started_at, d.lease_token,
       events.hops
FROM deliveries d
LEFT JOIN events ON events.account_id = d.account_id AND events.id = d.event_id
LEFT JOIN payloads ON payloads.account_id = events.account_id AND payloads.id = events.intake_id
WHERE d.status = 0 AND d.integration_id = ?1 AND d.due_at = ?2 AND d.lease_token = ?3";

const ATTEMPT: &str = "
SELECT 1 FROM attempts WHERE account_id = ?1 AND delivery_id = ?2 AND id = ?3
UNION ALL
SELECT 1 FROM deliveries WHERE account_id = ?1 AND id = ?2 AND first_attempt_id = ?3";

pub(super) async fn backlogs(db: &Db) -> Result<Vec<Backlog>, StorageError> {
    let rows = sqlx::query(BACKLOGS).fetch_all(db.sqlite_reader()).await?;
    rows.iter()
        .map(|row| {
            Ok(Backlog {
                account_id: AccountId(row.try_get(0)?),
                integration_id: IntegrationId(row.try_get(1)?),
                due_at: Timestamp(row.try_get(2)?),
            })
        })
        .collect()
}

pub(super) async fn pending(db: &Db, now: Timestamp, limit: u32) -> Result<Pending, StorageError> {
    let row = sqlx::query(PENDING).bind(now.0).bind(i64::from(limit)).fetch_one(db.sqlite_reader()).await?;
    counts(&row)
}

pub(super) async fn claim(
    db: &Db,
    wants: &[Want],
    max_bytes: u32,
    lease_token: Uuid,
    now: Timestamp,
) -> Result<Vec<Claimed>, StorageError> {
    let mut connection = db.sqlite_writer().acquire().await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let mut all: Vec<Claimed> = Vec::new();
    let mut bytes_left = i64::from(max_bytes);
    for want in wants {
        if bytes_left <= 0 {
            break;
        }
        let taken = sqlx::query(TAKE)
            .bind(lease_token)
            .bind(now.0)
            .bind(want.lease_ms)
            .bind(want.integration_id.0)
            .bind(i64::from(want.limit))
            .bind(bytes_left)
            .execute(&mut *transaction)
            .await?;
        if taken.rows_affected() == 0 {
            continue;
        }
        let rows = sqlx::query(TAKEN)
            .bind(want.integration_id.0)
            .bind(now.0 + want.lease_ms)
            .bind(lease_token)
            .fetch_all(&mut *transaction)
            .await?;
        for row in &rows {
            let delivery = claimed(row)?;
            bytes_left -= delivery.data.as_ref().map_or(0, |data| data.len() as i64);
            all.push(delivery);
        }
    }
    transaction.commit().await?;
    Ok(all)
}

pub(super) async fn release(
    db: &Db,
    leases: &[(AccountId, DeliveryId, Uuid)],
    now: Timestamp,
) -> Result<(), StorageError> {
    let mut connection = db.sqlite_writer().acquire().await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    for (account, delivery, lease_token) in leases {
        sqlx::query(
            "UPDATE deliveries SET lease_token = NULL, due_at = ?
             WHERE account_id = ? AND id = ? AND lease_token = ? AND status = 0",
        )
        .bind(now.0)
        .bind(account.0)
        .bind(delivery.0)
        .bind(*lease_token)
        .execute(&mut *transaction)
        .await?;
    }
    transaction.commit().await?;
    Ok(())
}

pub(super) async fn routing_versions(
    db: &Db,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, i64>, StorageError> {
    let mut versions = HashMap::with_capacity(accounts.len());
    for account in accounts {
        let row = sqlx::query("SELECT routing_version FROM accounts WHERE id = ?")
            .bind(account.0)
            .fetch_optional(db.sqlite_reader())
            .await?;
        if let Some(row) = row {
            versions.insert(*account, row.try_get(0)?);
        }
    }
    Ok(versions)
}

pub(super) async fn intake_exists(db: &Db, account: AccountId, id: Uuid) -> Result<bool, StorageError> {
    let found = sqlx::query("SELECT 1 FROM payloads WHERE account_id = ? AND id = ?")
        .bind(account.0)
        .bind(id)
        .fetch_optional(db.sqlite_reader())
        .await?;
    Ok(found.is_some())
}

pub(super) async fn attempt_exists(
    db: &Db,
    account: AccountId,
    delivery: DeliveryId,
    id: AttemptId,
) -> Result<bool, StorageError> {
    let found = sqlx::query(ATTEMPT)
        .bind(account.0)
        .bind(delivery.0)
        .bind(id.0)
        .fetch_optional(db.sqlite_reader())
        .await?;
    Ok(found.is_some())
}
