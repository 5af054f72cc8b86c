//! One transaction on SQLite: multi-row statements of three fixed sizes, so that each is prepared once.

use super::batch::{First, Item, Rows, key_rows};
use super::committer::{Batch, CommitError, decide_moved};
use super::outcome::Finish;
use crate::Db;
use crate::routing_cache::RoutingCache;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Row, Sqlite, SqliteConnection};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;
use uuid::Uuid;

/// Rows per statement. Each size is a statement text of its own, kept prepared by the connection.
const SIZES: [usize; 3] = [32, 8, 1];

/// An INSERT of a table in all [`SIZES`].
struct Insert([(usize, String); 3]);

impl Insert {
    fn new(head: &str, row: &str, tail: &str) -> Self {
        Self(SIZES.map(|size| (size, format!("{head} VALUES {} {tail}", vec![row; size].join(", ")))))
    }

    /// Splits `count` rows into statements: text, first row, number of rows.
    fn chunks(&self, count: usize) -> Vec<(&str, usize, usize)> {
        let mut chunks = Vec::new();
        let mut begin = 0;
        for (size, text) in &self.0 {
            while count - begin >= *size {
                chunks.push((text.as_str(), begin, *size));
                begin += size;
            }
        }
        chunks
    }
}

static REQUESTS: LazyLock<Insert> = LazyLock::new(|| {
    Insert::new(
        "INSERT INTO requests (account_id, id, source_id, method, path, status, outcome, explanation, duration_us, body_bytes, response)",
        "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        "",
    )
});
static PAYLOADS: LazyLock<Insert> = LazyLock::new(|| {
    Insert::new("INSERT INTO payloads (account_id, id, headers, body, events)", "(?, ?, ?, ?, ?)", "")
});
static EVENTS: LazyLock<Insert> = LazyLock::new(|| {
    Insert::new(
        "INSERT INTO events (account_id, id, event_type, intake_id, from_request, data_offset, data_length)",
        "(?, ?, ?, ?, ?, ?, ?)",
        "",
    )
});
static DELIVERIES: LazyLock<Insert> = LazyLock::new(|| {
    Insert::new(
        "INSERT INTO deliveries (account_id, id, event_id, event_type, integration_id, subscription_id, schedule_started_at, due_at, lease_token, status, attempts, schedule_tries)",
        "(?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0)",
        "",
    )
});
static ATTEMPTS: LazyLock<Insert> = LazyLock::new(|| {
    Insert::new(
        "INSERT INTO attempts (account_id, delivery_id, id, number, started_at, duration_ms, status_code, error, error_detail, response, response_truncated)",
        "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        "ON CONFLICT DO NOTHING",
    )
});
static FINISHES: LazyLock<Insert> = LazyLock::new(|| {
    Insert::new(
        "WITH f (account_id, id, lease_token, status, attempts, schedule_tries, due_at, finished_at, last_status_code, last_error, ended_because) AS (",
        "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ") UPDATE deliveries SET status = f.status, attempts = f.attempts, schedule_tries = f.schedule_tries,
            due_at = f.due_at, lease_token = NULL, finished_at = f.finished_at,
            last_status_code = f.last_status_code, last_error = f.last_error, ended_because = f.ended_because
          FROM f WHERE deliveries.account_id = f.account_id AND deliveries.id = f.id
            AND deliveries.lease_token = f.lease_token AND deliveries.status = 0",
    )
});

type Statement<'q> = Query<'q, Sqlite, SqliteArguments>;

pub(super) async fn commit(db: &Db, routings: &RoutingCache, batch: &mut Batch) -> Result<(), CommitError> {
    let mut connection = db.sqlite_writer().acquire().await?;
    let mut transaction = sqlx::Connection::begin_with(&mut *connection, "BEGIN IMMEDIATE").await?;
    if !batch.items.is_empty() {
        let versions = routing_versions(&mut transaction, &batch.items).await?;
        decide_moved(routings, &mut batch.items, &versions).await?;
        claim_keys(&mut transaction, &mut batch.items).await?;
        insert(&mut transaction, &Rows::of(&batch.items)).await?;
    }
    if !batch.finishes.is_empty() {
        let finishes: Vec<&Finish> = batch.finishes.iter().map(|item| &*item.finish).collect();
        write_finishes(&mut transaction, &finishes).await?;
    }
    transaction.commit().await.map_err(|error| CommitError::Unanswered(error.into()))
}

async fn routing_versions(
    transaction: &mut SqliteConnection,
    items: &[Item],
) -> Result<HashMap<Uuid, i64>, CommitError> {
    let accounts: HashSet<Uuid> = items.iter().map(|item| item.decide.account_id().0).collect();
    let mut versions = HashMap::with_capacity(accounts.len());
    for account in accounts {
        let row = sqlx::query("SELECT routing_version FROM accounts WHERE id = ?")
            .bind(account)
            .fetch_optional(&mut *transaction)
            .await?;
        if let Some(row) = row {
            versions.insert(account, row.get(0));
        }
    }
    Ok(versions)
}

async fn claim_keys(transaction: &mut SqliteConnection, items: &mut [Item]) -> Result<(), CommitError> {
    let mut repeats = Vec::new();
    for row in key_rows(items) {
        let inserted = sqlx::query(
            "INSERT INTO idempotency_keys (account_id, scope_id, key, intake_id, event_id, status, response, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(row.account_id)
        .bind(row.scope_id)
        .bind(row.key)
        .bind(row.intake_id)
        .bind(row.event_id)
        .bind(row.status)
        .bind(row.response)
        .bind(row.created_at)
        .execute(&mut *transaction)
        .await?;
        if inserted.rows_affected() > 0 {
            continue;
        }
        let first = sqlx::query(
            "SELECT intake_id, event_id, status, response FROM idempotency_keys
             WHERE account_id = ? AND scope_id = ? AND key = ?",
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

/// Runs `insert` over `count` rows, each bound by `bind`.
async fn run<'q>(
    transaction: &mut SqliteConnection,
    insert: &'static Insert,
    count: usize,
    bind: impl Fn(Statement<'q>, usize) -> Statement<'q>,
) -> Result<(), CommitError> {
    for (text, begin, size) in insert.chunks(count) {
        let mut statement: Statement<'q> = sqlx::query(AssertSqlSafe(text));
        for row in begin..begin + size {
            statement = bind(statement, row);
        }
        statement.execute(&mut *transaction).await?;
    }
    Ok(())
}

async fn insert(transaction: &mut SqliteConnection, rows: &Rows<'_>) -> Result<(), CommitError> {
    let requests = &rows.requests;
    run(transaction, &REQUESTS, requests.id.len(), |statement, row| {
        statement
            .bind(requests.account_id[row])
            .bind(requests.id[row])
            .bind(requests.source_id[row])
            .bind(requests.method[row])
            .bind(requests.path[row])
            .bind(requests.status[row])
            .bind(requests.outcome[row])
            .bind(requests.explanation[row].as_deref())
            .bind(requests.duration_us[row])
            .bind(requests.body_bytes[row])
            .bind(requests.response[row])
    })
    .await?;
    let payloads = &rows.payloads;
    run(transaction, &PAYLOADS, payloads.id.len(), |statement, row| {
        statement
            .bind(payloads.account_id[row])
            .bind(payloads.id[row])
            .bind(payloads.headers[row])
            .bind(payloads.body[row])
            .bind(&payloads.events[row][..])
    })
    .await?;
    let events = &rows.events;
    run(transaction, &EVENTS, events.id.len(), |statement, row| {
        statement
            .bind(events.account_id[row])
            .bind(events.id[row])
            .bind(events.event_type[row])
            .bind(events.intake_id[row])
            .bind(events.from_request[row])
            .bind(events.data_offset[row])
            .bind(events.data_length[row])
    })
    .await?;
    let deliveries = &rows.deliveries;
    run(transaction, &DELIVERIES, deliveries.id.len(), |statement, row| {
        statement
            .bind(deliveries.account_id[row])
            .bind(deliveries.id[row])
            .bind(deliveries.event_id[row])
            .bind(deliveries.event_type[row])
            .bind(deliveries.integration_id[row])
            .bind(deliveries.subscription_id[row])
            .bind(deliveries.schedule_started_at[row])
            .bind(deliveries.due_at[row])
            .bind(deliveries.lease_token[row])
    })
    .await
}

async fn write_finishes(transaction: &mut SqliteConnection, finishes: &[&Finish]) -> Result<(), CommitError> {
    run(transaction, &ATTEMPTS, finishes.len(), |statement, row| {
        let finish = finishes[row];
        statement
            .bind(finish.account_id.0)
            .bind(finish.delivery_id.0)
            .bind(finish.attempt.id.0)
            .bind(finish.attempt.number)
            .bind(finish.attempt.started_at.0)
            .bind(finish.attempt.duration_ms)
            .bind(finish.last_status_code())
            .bind(finish.last_error())
            .bind(finish.attempt.error_detail.as_deref())
            .bind(finish.stored_response())
            .bind(finish.attempt.response_truncated)
    })
    .await?;
    run(transaction, &FINISHES, finishes.len(), |statement, row| {
        let finish = finishes[row];
        statement
            .bind(finish.account_id.0)
            .bind(finish.delivery_id.0)
            .bind(finish.lease_token)
            .bind(finish.status.code())
            .bind(finish.attempt.number)
            .bind(finish.schedule_tries)
            .bind(finish.due_at.0)
            .bind(finish.ended_at())
            .bind(finish.last_status_code())
            .bind(finish.last_error())
            .bind(finish.ended_because)
    })
    .await
}
