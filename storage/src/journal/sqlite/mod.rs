//! One transaction on SQLite, on a blocking thread with a connection of its own. Between the statements of a batch
//! nothing is awaited: the async driver crosses threads for every statement, which costs more than the row.

mod keys;
mod records;

use crate::journal::batch::{Batch, Item};
use crate::journal::committer::{CommitError, decide_moved, panicked};
use crate::journal::keys::Amended;
use crate::journal::outcome::Finish;
use crate::journal::rows::Rows;
use crate::routing_cache::RoutingCache;
use crate::{Db, StorageError, connect};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::runtime::Handle;
use uuid::Uuid;

const INSERT_REQUEST: &str = "
INSERT INTO requests (account_id, id, source_id, method, path, status, outcome, explanation, duration_us,
                      body_bytes, response, replay_of, replay_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

const INSERT_PAYLOAD: &str =
    "INSERT INTO payloads (account_id, id, headers, body, events) VALUES (?, ?, ?, ?, ?)";

const INSERT_EVENT: &str = "
INSERT INTO events (account_id, id, event_type, intake_id, from_request, data_offset, data_length, hops)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

const INSERT_DELIVERY: &str = "
INSERT INTO deliveries (account_id, id, event_id, event_type, integration_id, subscription_id,
                        schedule_started_at, due_at, lease_token, status, attempts, schedule_tries)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0)";

/// Unless its delivery's row has it.
const INSERT_ATTEMPT: &str = "
INSERT INTO attempts (account_id, delivery_id, id, number, started_at, duration_ms, status_code, error,
                      error_detail, response, response_truncated)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11
WHERE NOT EXISTS (SELECT 1 FROM deliveries WHERE account_id = ?1 AND id = ?2 AND first_attempt_id = ?3)
ON CONFLICT DO NOTHING";

const FINISH_DELIVERY: &str = "
UPDATE deliveries
SET status = ?4, attempts = ?5, schedule_tries = ?6, due_at = ?7, lease_token = NULL, finished_at = ?8,
    last_status_code = ?9, last_error = ?10, ended_because = ?11
WHERE account_id = ?1 AND id = ?2 AND lease_token = ?3 AND status = 0";

/// With the attempt, for which the row has room.
const FINISH_AT_ONCE: &str = "
UPDATE deliveries
SET status = ?4, attempts = 1, schedule_tries = ?5, due_at = ?6, lease_token = NULL, finished_at = ?7,
    last_status_code = ?8, last_error = NULL, ended_because = NULL,
    first_attempt_id = ?9, first_started_at = ?10, first_duration_ms = ?11, first_status_code = ?8,
    first_response = ?12, first_response_truncated = ?13
WHERE account_id = ?1 AND id = ?2 AND lease_token = ?3 AND status = 0";

/// Where a committer writes.
#[derive(Default)]
pub(super) struct Store {
    connection: Option<Connection>,
}

impl Store {
    pub async fn commit(
        &mut self,
        db: &Db,
        routings: &RoutingCache,
        batch: &mut Batch,
    ) -> Result<(), CommitError> {
        // The writing pool's one connection is the turn to write: who holds it has the file to himself, and turns
        // are taken in the order of asking.
        let turn = db.sqlite_writer().acquire().await?;
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect::open_for_journal(&db.url)?,
        };
        let (routings, runtime) = (routings.clone(), Handle::current());
        let mut taken = std::mem::take(batch);
        let written = tokio::task::spawn_blocking(move || {
            let written =
                catch_unwind(AssertUnwindSafe(|| write(&mut connection, &runtime, &routings, &mut taken)));
            (connection, taken, written.unwrap_or_else(|_| Err(panicked())))
        });
        let (connection, taken, outcome) = match written.await {
            Ok(written) => written,
            Err(died) => std::panic::resume_unwind(died.into_panic()),
        };
        drop(turn);
        *batch = taken;
        // After a failure that says nothing about the rows, the next try opens the file anew.
        let is_sound = !matches!(&outcome, Err(CommitError::Before(error)) if error.is_unavailable());
        self.connection = is_sound.then_some(connection);
        outcome
    }
}

fn write(
    connection: &mut Connection,
    runtime: &Handle,
    routings: &RoutingCache,
    batch: &mut Batch,
) -> Result<(), CommitError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if !batch.items.is_empty() {
        let versions = routing_versions(&transaction, &batch.items)?;
        runtime.block_on(decide_moved(routings, &mut batch.items, &versions))?;
        let taken = keys::claim(&transaction, &mut batch.items)?;
        records::settle(&transaction, &mut batch.items)?;
        keys::amend(&transaction, &Amended::of(&taken, &batch.items))?;
        insert(&transaction, &Rows::of(&batch.items))?;
    }
    write_finishes(&transaction, batch.finishes.iter().map(|item| &*item.finish))?;
    transaction.commit().map_err(|error| CommitError::Unanswered(error.into()))
}

fn routing_versions(
    transaction: &Transaction<'_>,
    items: &[Item],
) -> Result<HashMap<Uuid, i64>, StorageError> {
    let accounts: HashSet<Uuid> = items.iter().map(|item| item.decide.account_id().0).collect();
    let mut select = transaction.prepare_cached("SELECT routing_version FROM accounts WHERE id = ?")?;
    let mut versions = HashMap::with_capacity(accounts.len());
    for account in accounts {
        let version = select.query_row([account.as_bytes()], |row| row.get(0)).optional()?;
        versions.extend(version.map(|version| (account, version)));
    }
    Ok(versions)
}

fn insert(transaction: &Transaction<'_>, rows: &Rows<'_>) -> Result<(), StorageError> {
    let requests = &rows.requests;
    let mut statement = transaction.prepare_cached(INSERT_REQUEST)?;
    for row in 0..requests.id.len() {
        statement.execute(params![
            requests.account_id[row].as_bytes(),
            requests.id[row].as_bytes(),
            requests.source_id[row].as_ref().map(Uuid::as_bytes),
            requests.method[row],
            requests.path[row],
            requests.status[row],
            requests.outcome[row],
            requests.explanation[row],
            requests.duration_us[row],
            requests.body_bytes[row],
            requests.response[row],
            requests.replay_of[row].as_ref().map(Uuid::as_bytes),
            requests.replay_id[row].as_ref().map(Uuid::as_bytes),
        ])?;
    }
    let payloads = &rows.payloads;
    let mut statement = transaction.prepare_cached(INSERT_PAYLOAD)?;
    for row in 0..payloads.id.len() {
        statement.execute(params![
            payloads.account_id[row].as_bytes(),
            payloads.id[row].as_bytes(),
            payloads.headers[row],
            payloads.body[row],
            payloads.events[row],
        ])?;
    }
    insert_events(transaction, rows)
}

fn insert_events(transaction: &Transaction<'_>, rows: &Rows<'_>) -> Result<(), StorageError> {
    let events = &rows.events;
    let mut statement = transaction.prepare_cached(INSERT_EVENT)?;
    for row in 0..events.id.len() {
        statement.execute(params![
            events.account_id[row].as_bytes(),
            events.id[row].as_bytes(),
            events.event_type[row],
            events.intake_id[row].as_bytes(),
            events.from_request[row],
            events.data_offset[row],
            events.data_length[row],
            events.hops[row],
        ])?;
    }
    let deliveries = &rows.deliveries;
    let mut statement = transaction.prepare_cached(INSERT_DELIVERY)?;
    for row in 0..deliveries.id.len() {
        statement.execute(params![
            deliveries.account_id[row].as_bytes(),
            deliveries.id[row].as_bytes(),
            deliveries.event_id[row].as_bytes(),
            deliveries.event_type[row],
            deliveries.integration_id[row].as_bytes(),
            deliveries.subscription_id[row].as_bytes(),
            deliveries.schedule_started_at[row],
            deliveries.due_at[row],
            deliveries.lease_token[row].as_ref().map(Uuid::as_bytes),
        ])?;
    }
    Ok(())
}

fn write_finishes<'a>(
    transaction: &Transaction<'_>,
    finishes: impl Iterator<Item = &'a Finish>,
) -> Result<(), StorageError> {
    for finish in finishes {
        if finish.is_first_success() {
            if !finish_at_once(transaction, finish)? {
                insert_attempt(transaction, finish)?;
            }
        } else {
            insert_attempt(transaction, finish)?;
            finish_delivery(transaction, finish)?;
        }
    }
    Ok(())
}

fn insert_attempt(transaction: &Transaction<'_>, finish: &Finish) -> Result<(), StorageError> {
    transaction.prepare_cached(INSERT_ATTEMPT)?.execute(params![
        finish.account_id.0.as_bytes(),
        finish.delivery_id.0.as_bytes(),
        finish.attempt.id.0.as_bytes(),
        finish.attempt.number,
        finish.attempt.started_at.0,
        finish.attempt.duration_ms,
        finish.last_status_code(),
        finish.last_error(),
        finish.attempt.error_detail,
        finish.stored_response(),
        finish.attempt.response_truncated,
    ])?;
    Ok(())
}

fn finish_delivery(transaction: &Transaction<'_>, finish: &Finish) -> Result<(), StorageError> {
    transaction.prepare_cached(FINISH_DELIVERY)?.execute(params![
        finish.account_id.0.as_bytes(),
        finish.delivery_id.0.as_bytes(),
        finish.lease_token.as_bytes(),
        finish.status.code(),
        finish.attempt.number,
        finish.schedule_tries,
        finish.due_at.0,
        finish.ended_at(),
        finish.last_status_code(),
        finish.last_error(),
        finish.ended_because,
    ])?;
    Ok(())
}

/// Whether the lease was still the delivery's.
fn finish_at_once(transaction: &Transaction<'_>, finish: &Finish) -> Result<bool, StorageError> {
    let updated = transaction.prepare_cached(FINISH_AT_ONCE)?.execute(params![
        finish.account_id.0.as_bytes(),
        finish.delivery_id.0.as_bytes(),
        finish.lease_token.as_bytes(),
        finish.status.code(),
        finish.schedule_tries,
        finish.due_at.0,
        finish.ended_at(),
        finish.last_status_code(),
        finish.attempt.id.0.as_bytes(),
        finish.attempt.started_at.0,
        finish.attempt.duration_ms,
        finish.stored_response(),
        finish.attempt.response_truncated,
    ])?;
    Ok(updated > 0)
}
