//! One transaction on PostgreSQL: every statement is fixed and takes arrays.

use super::batch::{First, Item, Rows, key_rows};
use super::committer::{Batch, CommitError};
use super::outcome::Finish;
use crate::Db;
use crate::routing_cache::RoutingCache;
use sqlx::{Connection, PgConnection, Row};
use std::collections::HashMap;
use uuid::Uuid;

pub(super) async fn commit(db: &Db, routings: &RoutingCache, batch: &mut Batch) -> Result<(), CommitError> {
    let mut connection = db.postgres().acquire().await?;
    let mut transaction = connection.begin().await?;
    if !batch.items.is_empty() {
        decide_again(&mut transaction, routings, &mut batch.items).await?;
        claim_keys(&mut transaction, &mut batch.items).await?;
        insert(&mut transaction, &Rows::of(&batch.items)).await?;
    }
    if !batch.finishes.is_empty() {
        let finishes: Vec<&Finish> = batch.finishes.iter().map(|item| &*item.finish).collect();
        insert_attempts(&mut transaction, &finishes).await?;
        update_deliveries(&mut transaction, &finishes).await?;
    }
    transaction.commit().await.map_err(|error| CommitError::Unanswered(error.into()))
}

/// Reads the accounts' routing versions, locked until COMMIT, and lets intakes of accounts that moved decide again.
async fn decide_again(
    transaction: &mut PgConnection,
    routings: &RoutingCache,
    items: &mut [Item],
) -> Result<(), CommitError> {
    let mut accounts: Vec<Uuid> = items.iter().map(|item| item.decide.account_id().0).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let versions: HashMap<Uuid, i64> =
        sqlx::query("SELECT id, routing_version FROM accounts WHERE id = ANY($1) ORDER BY id FOR SHARE")
            .bind(&accounts)
            .fetch_all(&mut *transaction)
            .await?
            .iter()
            .map(|row| (row.get(0), row.get(1)))
            .collect();
    super::committer::decide_moved(routings, items, &versions).await
}

async fn claim_keys(transaction: &mut PgConnection, items: &mut [Item]) -> Result<(), CommitError> {
    let keys = key_rows(items);
    if keys.is_empty() {
        return Ok(());
    }
    let won: Vec<Uuid> = sqlx::query(
        "INSERT INTO idempotency_keys (account_id, scope_id, key, intake_id, event_id, status, response, created_at)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::int2[], $7::bytea[], $8::int8[])
         ON CONFLICT DO NOTHING RETURNING intake_id",
    )
    .bind(keys.iter().map(|row| row.account_id).collect::<Vec<_>>())
    .bind(keys.iter().map(|row| row.scope_id).collect::<Vec<_>>())
    .bind(keys.iter().map(|row| row.key).collect::<Vec<_>>())
    .bind(keys.iter().map(|row| row.intake_id).collect::<Vec<_>>())
    .bind(keys.iter().map(|row| row.event_id).collect::<Vec<_>>())
    .bind(keys.iter().map(|row| row.status).collect::<Vec<_>>())
    .bind(keys.iter().map(|row| row.response).collect::<Vec<_>>())
    .bind(keys.iter().map(|row| row.created_at).collect::<Vec<_>>())
    .fetch_all(&mut *transaction)
    .await?
    .iter()
    .map(|row| row.get(0))
    .collect();
    let mut repeats = Vec::new();
    for row in keys.iter().filter(|row| !won.contains(&row.intake_id)) {
        let first = sqlx::query(
            "SELECT intake_id, event_id, status, response FROM idempotency_keys
             WHERE account_id = $1 AND scope_id = $2 AND key = $3",
        )
        .bind(row.account_id)
        .bind(row.scope_id)
        .bind(row.key)
        .fetch_one(&mut *transaction)
        .await?;
        let first = First {
            intake_id: first.get(0),
            event_id: first.get(1),
            status: first.get(2),
            response: first.get(3),
        };
        repeats.push((row.item, first));
    }
    for (index, first) in repeats {
        items[index].repeat = Some(first);
    }
    Ok(())
}

async fn insert(transaction: &mut PgConnection, rows: &Rows<'_>) -> Result<(), CommitError> {
    let requests = &rows.requests;
    if !requests.id.is_empty() {
        sqlx::query(
            "INSERT INTO requests (account_id, id, source_id, method, path, status, outcome, explanation, duration_us, body_bytes, response)
             SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::int2[], $7::int2[], $8::text[], $9::int4[], $10::int4[], $11::bytea[])",
        )
        .bind(&requests.account_id)
        .bind(&requests.id)
        .bind(&requests.source_id)
        .bind(&requests.method)
        .bind(&requests.path)
        .bind(&requests.status)
        .bind(&requests.outcome)
        .bind(&requests.explanation)
        .bind(&requests.duration_us)
        .bind(&requests.body_bytes)
        .bind(&requests.response)
        .execute(&mut *transaction)
        .await?;
    }
    let payloads = &rows.payloads;
    if !payloads.id.is_empty() {
        sqlx::query(
            "INSERT INTO payloads (account_id, id, headers, body, events)
             SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::bytea[], $4::bytea[], $5::bytea[])",
        )
        .bind(&payloads.account_id)
        .bind(&payloads.id)
        .bind(&payloads.headers)
        .bind(&payloads.body)
        .bind(&payloads.events)
        .execute(&mut *transaction)
        .await?;
    }
    insert_events(transaction, rows).await
}

async fn insert_events(transaction: &mut PgConnection, rows: &Rows<'_>) -> Result<(), CommitError> {
    let events = &rows.events;
    if !events.id.is_empty() {
        sqlx::query(
            "INSERT INTO events (account_id, id, event_type, intake_id, from_request, data_offset, data_length)
             SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::bool[], $6::int4[], $7::int4[])",
        )
        .bind(&events.account_id)
        .bind(&events.id)
        .bind(&events.event_type)
        .bind(&events.intake_id)
        .bind(&events.from_request)
        .bind(&events.data_offset)
        .bind(&events.data_length)
        .execute(&mut *transaction)
        .await?;
    }
    let deliveries = &rows.deliveries;
    if !deliveries.id.is_empty() {
        sqlx::query(
            "INSERT INTO deliveries (account_id, id, event_id, event_type, integration_id, subscription_id, schedule_started_at, due_at, lease_token, status, attempts, schedule_tries)
             SELECT *, 0, 0, 0 FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::int8[], $8::int8[], $9::uuid[])",
        )
        .bind(&deliveries.account_id)
        .bind(&deliveries.id)
        .bind(&deliveries.event_id)
        .bind(&deliveries.event_type)
        .bind(&deliveries.integration_id)
        .bind(&deliveries.subscription_id)
        .bind(&deliveries.schedule_started_at)
        .bind(&deliveries.due_at)
        .bind(&deliveries.lease_token)
        .execute(&mut *transaction)
        .await?;
    }
    Ok(())
}

async fn insert_attempts(transaction: &mut PgConnection, finishes: &[&Finish]) -> Result<(), CommitError> {
    sqlx::query(
        "INSERT INTO attempts (account_id, delivery_id, id, number, started_at, duration_ms, status_code, error, error_detail, response, response_truncated)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::int4[], $5::int8[], $6::int4[], $7::int2[], $8::text[], $9::text[], $10::bytea[], $11::bool[])
         ON CONFLICT DO NOTHING",
    )
    .bind(finishes.iter().map(|finish| finish.account_id.0).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.delivery_id.0).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.attempt.id.0).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.attempt.number).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.attempt.started_at.0).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.attempt.duration_ms).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.last_status_code()).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.last_error()).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.attempt.error_detail.as_deref()).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.stored_response()).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.attempt.response_truncated).collect::<Vec<_>>())
    .execute(transaction)
    .await?;
    Ok(())
}

async fn update_deliveries(transaction: &mut PgConnection, finishes: &[&Finish]) -> Result<(), CommitError> {
    sqlx::query(
        "UPDATE deliveries SET status = f.status, attempts = f.attempts, schedule_tries = f.schedule_tries,
                due_at = f.due_at, lease_token = NULL, finished_at = f.finished_at,
                last_status_code = f.last_status_code, last_error = f.last_error, ended_because = f.ended_because
         FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::int2[], $5::int4[], $6::int4[], $7::int8[], $8::int8[], $9::int2[], $10::text[], $11::text[])
              AS f (account_id, id, lease_token, status, attempts, schedule_tries, due_at, finished_at, last_status_code, last_error, ended_because)
         WHERE deliveries.account_id = f.account_id AND deliveries.id = f.id
           AND deliveries.lease_token = f.lease_token AND deliveries.status = 0",
    )
    .bind(finishes.iter().map(|finish| finish.account_id.0).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.delivery_id.0).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.lease_token).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.status.code()).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.attempt.number).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.schedule_tries).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.due_at.0).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.ended_at()).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.last_status_code()).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.last_error()).collect::<Vec<_>>())
    .bind(finishes.iter().map(|finish| finish.ended_because).collect::<Vec<_>>())
    .execute(transaction)
    .await?;
    Ok(())
}
