use super::{Backlog, Claimed, Pending, Want, claimed, pending as counts};
use crate::{Db, StorageError};
use domain::ids::{AccountId, AttemptId, DeliveryId, IntegrationId};
use domain::time::Timestamp;
use sqlx::Row;
use std::collections::HashMap;
use uuid::Uuid;

/// Walks the index from integration to integration, one probe each, instead of over all pending rows.
macro_rules! walk {
    ($rest:literal) => {
        concat!(
            "
WITH RECURSIVE walk AS (
    (SELECT integration_id FROM deliveries WHERE status = 0 ORDER BY integration_id LIMIT 1)
    UNION ALL
    SELECT (SELECT d.integration_id FROM deliveries d
            WHERE d.status = 0 AND d.integration_id > walk.integration_id
            ORDER BY d.integration_id LIMIT 1)
    FROM walk WHERE walk.integration_id IS NOT NULL
)",
            $rest
        )
    };
}

const BACKLOGS: &str = walk!(
    "
SELECT first.account_id, walk.integration_id, first.due_at
FROM walk CROSS JOIN LATERAL (
    SELECT d.account_id, d.due_at FROM deliveries d
    WHERE d.status = 0 AND d.integration_id = walk.integration_id ORDER BY d.due_at LIMIT 1
) first
WHERE walk.integration_id IS NOT NULL"
);

/// The inner limits keep the planner from joining whole tables; the outer ones are for all integrations together.
const PENDING: &str = walk!(
    "
SELECT due.rows, later.rows, later.leased
FROM (SELECT count(*) AS rows FROM (
    SELECT 1 FROM walk CROSS JOIN LATERAL (
        SELECT 1 FROM deliveries d
        WHERE d.status = 0 AND d.integration_id = walk.integration_id AND d.due_at <= $1
        ORDER BY d.due_at LIMIT $2
    ) one LIMIT $2
) counted) due
CROSS JOIN (SELECT count(*) AS rows, count(counted.lease_token) AS leased FROM (
    SELECT one.lease_token FROM walk CROSS JOIN LATERAL (
        SELECT d.lease_token FROM deliveries d
        WHERE d.status = 0 AND d.integration_id = walk.integration_id AND d.due_at > $1
        ORDER BY d.due_at LIMIT $2
    ) one LIMIT $2
) counted) later"
);

/// What is due is handed on as arrays, of which the planner expects ten rows. It knows nothing of `wanted.rows`, so it
/// would expect a part of the whole backlog, and read whole tables to join with it. Events are looked at before anything
/// is taken, for their sizes, and not again: what is needed of them goes along.
const CLAIM: &str = "
WITH wanted AS (
    SELECT * FROM UNNEST($1::uuid[], $2::int4[], $3::int8[]) AS w (integration_id, rows, lease_ms)
), due AS MATERIALIZED (
    SELECT d.account_id, d.id, d.event_id, d.due_at, wanted.lease_ms
    FROM wanted CROSS JOIN LATERAL (
        SELECT account_id, id, event_id, due_at FROM deliveries
        WHERE status = 0 AND integration_id = wanted.integration_id AND due_at <= $4
        ORDER BY due_at LIMIT wanted.rows FOR UPDATE SKIP LOCKED
    ) d
), sized AS (
    SELECT due.account_id, due.id, due.lease_ms, events.intake_id, events.data_offset, events.data_length, events.hops,
           sum(events.data_length) OVER (ORDER BY due.due_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
               AS bytes_before
    FROM (SELECT array_agg(account_id) AS accounts, array_agg(id) AS ids, array_agg(event_id) AS event_ids,
                 array_agg(due_at) AS due_ats, array_agg(lease_ms) AS leases FROM due) listed
    CROSS JOIN UNNEST(accounts, ids, event_ids, due_ats, leases) AS due (account_id, id, event_id, due_at, lease_ms)
    LEFT JOIN events ON events.account_id = due.account_id AND events.id = due.event_id
), taken AS (
    UPDATE deliveries SET lease_token = $5, due_at = $4 + sized.lease_ms
    FROM sized WHERE deliveries.account_id = sized.account_id AND deliveries.id = sized.id
                 AND coalesce(sized.bytes_before, 0) < $6::int8
    RETURNING deliveries.account_id, deliveries.id, deliveries.event_id, deliveries.event_type,
              deliveries.integration_id, deliveries.attempts, deliveries.schedule_tries,
              deliveries.schedule_started_at, deliveries.lease_token,
              sized.intake_id, sized.data_offset, sized.data_length, sized.hops
)
SELECT taken.account_id, taken.id, taken.event_id, taken.event_type,
       substr(payloads.events, taken.data_offset + 1, taken.data_length),
       taken.integration_id, taken.attempts, taken.schedule_tries, taken.schedule_started_at, taken.lease_token,
       taken.hops
FROM taken
LEFT JOIN payloads ON payloads.account_id = taken.account_id AND payloads.id = taken.intake_id";

const ATTEMPT: &str = "
SELECT 1 FROM attempts WHERE account_id = $1 AND delivery_id = $2 AND id = $3
UNION ALL
SELECT 1 FROM deliveries WHERE account_id = $1 AND id = $2 AND first_attempt_id = $3";

pub(super) async fn backlogs(db: &Db) -> Result<Vec<Backlog>, StorageError> {
    let rows = sqlx::query(BACKLOGS).fetch_all(db.postgres()).await?;
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
    let row = sqlx::query(PENDING).bind(now.0).bind(i64::from(limit)).fetch_one(db.postgres()).await?;
    counts(&row)
}

pub(super) async fn claim(
    db: &Db,
    wants: &[Want],
    max_bytes: u32,
    lease_token: Uuid,
    now: Timestamp,
) -> Result<Vec<Claimed>, StorageError> {
    let rows = sqlx::query(CLAIM)
        .bind(wants.iter().map(|want| want.integration_id.0).collect::<Vec<_>>())
        .bind(wants.iter().map(|want| i32::from(want.limit)).collect::<Vec<_>>())
        .bind(wants.iter().map(|want| want.lease_ms).collect::<Vec<_>>())
        .bind(now.0)
        .bind(lease_token)
        .bind(i64::from(max_bytes))
        .fetch_all(db.postgres())
        .await?;
    rows.iter().map(claimed).collect()
}

pub(super) async fn release(
    db: &Db,
    leases: &[(AccountId, DeliveryId, Uuid)],
    now: Timestamp,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE deliveries SET lease_token = NULL, due_at = $4
         FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[]) AS l (account_id, id, lease_token)
         WHERE deliveries.account_id = l.account_id AND deliveries.id = l.id
           AND deliveries.lease_token = l.lease_token AND deliveries.status < 1",
    )
    .bind(leases.iter().map(|lease| lease.0.0).collect::<Vec<_>>())
    .bind(leases.iter().map(|lease| lease.1.0).collect::<Vec<_>>())
    .bind(leases.iter().map(|lease| lease.2).collect::<Vec<_>>())
    .bind(now.0)
    .execute(db.postgres())
    .await?;
    Ok(())
}

pub(super) async fn routing_versions(
    db: &Db,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, i64>, StorageError> {
    let ids: Vec<Uuid> = accounts.iter().map(|account| account.0).collect();
    let rows = sqlx::query("SELECT id, routing_version FROM accounts WHERE id = ANY($1)")
        .bind(ids)
        .fetch_all(db.postgres())
        .await?;
    rows.iter().map(|row| Ok((AccountId(row.try_get(0)?), row.try_get(1)?))).collect()
}

pub(super) async fn intake_exists(db: &Db, account: AccountId, id: Uuid) -> Result<bool, StorageError> {
    let found = sqlx::query("SELECT 1 FROM payloads WHERE account_id = $1 AND id = $2")
        .bind(account.0)
        .bind(id)
        .fetch_optional(db.postgres())
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
        .fetch_optional(db.postgres())
        .await?;
    Ok(found.is_some())
}
