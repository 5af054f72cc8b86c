//! One transaction on PostgreSQL: one statement that takes arrays, so that a batch of intakes, or of outcomes, crosses to
//! the database once. The arrays are unnested side by side in SELECT lists, row by row: in FROM, PostgreSQL would first
//! gather each of them.

mod keys;
mod records;

use super::batch::{Batch, FinishItem, Item};
use super::committer::{CommitError, decide_moved};
use super::day_statement::DayStatement;
use super::keys::Amended;
use super::rows::{Finishes, Rows};
use crate::routing_cache::RoutingCache;
use crate::{Db, StorageError};
use sqlx::pool::PoolConnection;
use sqlx::{Connection, PgConnection, Postgres, Row};
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::timeout;
use uuid::Uuid;

/// How long a transaction may take. A server that is gone without a word would otherwise be waited for until the kernel
/// gives up the connection, a quarter of an hour.
const PATIENCE: Duration = Duration::from_secs(15);

/// Writes all rows of intakes, unless an account's routing is not at the version it was decided under; returns the
/// accounts that moved. The accounts stay locked against change until the end of the transaction.
const TAKE: &str = "
WITH current AS MATERIALIZED (
    SELECT id, routing_version FROM accounts WHERE id = ANY($1) ORDER BY id FOR SHARE
), moved AS MATERIALIZED (
    SELECT decided.id, current.routing_version
    FROM UNNEST($1::uuid[], $2::int8[]) AS decided (id, routing_version) LEFT JOIN current USING (id)
    WHERE current.routing_version IS DISTINCT FROM decided.routing_version
), new_requests AS (
    INSERT INTO {requests} (account_id, id, source_id, method, path, status, outcome, explanation, duration_us,
                            body_bytes, response, replay_of, replay_id)
    SELECT UNNEST($3::uuid[]), UNNEST($4::uuid[]), UNNEST($5::uuid[]), UNNEST($6::text[]), UNNEST($7::text[]),
           UNNEST($8::int2[]), UNNEST($9::int2[]), UNNEST($10::text[]), UNNEST($11::int4[]),
           UNNEST($12::int4[]), UNNEST($13::bytea[]), UNNEST($14::uuid[]), UNNEST($15::uuid[])
    WHERE NOT EXISTS (SELECT FROM moved)
), new_payloads AS (
    INSERT INTO {payloads} (account_id, id, headers, body, events)
    SELECT UNNEST($16::uuid[]), UNNEST($17::uuid[]), UNNEST($18::bytea[]), UNNEST($19::bytea[]),
           UNNEST($20::bytea[])
    WHERE NOT EXISTS (SELECT FROM moved)
), new_events AS (
    INSERT INTO {events} (account_id, id, event_type, intake_id, from_request, data_offset, data_length, hops)
    SELECT UNNEST($21::uuid[]), UNNEST($22::uuid[]), UNNEST($23::text[]), UNNEST($24::uuid[]),
           UNNEST($25::bool[]), UNNEST($26::int4[]), UNNEST($27::int4[]), UNNEST($28::int2[])
    WHERE NOT EXISTS (SELECT FROM moved)
), new_deliveries AS (
    INSERT INTO {deliveries} (account_id, id, event_id, event_type, integration_id, subscription_id,
                              schedule_started_at, due_at, lease_token, status, attempts, schedule_tries)
    SELECT UNNEST($29::uuid[]), UNNEST($30::uuid[]), UNNEST($31::uuid[]), UNNEST($32::text[]),
           UNNEST($33::uuid[]), UNNEST($34::uuid[]), UNNEST($35::int8[]), UNNEST($36::int8[]),
           UNNEST($37::uuid[]), 0, 0, 0
    WHERE NOT EXISTS (SELECT FROM moved)
)
SELECT id FROM moved";

/// Writes what finished attempts make of their deliveries, and the attempts, unless a delivery's row has room for its
/// own. One that is there already is left as it is: the answer to an earlier COMMIT may have been lost.
///
/// `status < 1` is `status = 0` in words that the index of pending deliveries does not answer to: each row is to be found
/// by its key, and not by walking over all that is pending.
const FINISH: &str = "
WITH ended AS MATERIALIZED (
    SELECT UNNEST($1::uuid[]) AS account_id, UNNEST($2::uuid[]) AS delivery_id, UNNEST($3::uuid[]) AS id,
           UNNEST($4::int4[]) AS number, UNNEST($5::int8[]) AS started_at, UNNEST($6::int4[]) AS duration_ms,
           UNNEST($7::int2[]) AS status_code, UNNEST($8::text[]) AS error, UNNEST($9::text[]) AS error_detail,
           UNNEST($10::bytea[]) AS response, UNNEST($11::bool[]) AS response_truncated,
           UNNEST($12::uuid[]) AS lease_token, UNNEST($13::int2[]) AS status,
           UNNEST($14::int4[]) AS schedule_tries, UNNEST($15::int8[]) AS due_at,
           UNNEST($16::int8[]) AS finished_at, UNNEST($17::text[]) AS ended_because,
           UNNEST($18::bool[]) AS is_first_success
), finished AS (
    UPDATE {deliveries} AS deliveries
    SET status = ended.status, attempts = ended.number, schedule_tries = ended.schedule_tries,
        due_at = ended.due_at, lease_token = NULL, finished_at = ended.finished_at,
        last_status_code = ended.status_code, last_error = ended.error, ended_because = ended.ended_because,
        first_attempt_id = CASE WHEN is_first_success THEN ended.id ELSE first_attempt_id END,
        first_started_at = CASE WHEN is_first_success THEN ended.started_at ELSE first_started_at END,
        first_duration_ms = CASE WHEN is_first_success THEN ended.duration_ms ELSE first_duration_ms END,
        first_status_code = CASE WHEN is_first_success THEN ended.status_code ELSE first_status_code END,
        first_response = CASE WHEN is_first_success THEN ended.response ELSE first_response END,
        first_response_truncated =
            CASE WHEN is_first_success THEN ended.response_truncated ELSE first_response_truncated END
    FROM ended
    WHERE deliveries.account_id = ended.account_id AND deliveries.id = ended.delivery_id
      AND deliveries.lease_token = ended.lease_token AND deliveries.status < 1
    RETURNING ended.id
)
INSERT INTO {attempts} (account_id, delivery_id, id, number, started_at, duration_ms, status_code, error,
                        error_detail, response, response_truncated)
SELECT account_id, delivery_id, id, number, started_at, duration_ms, status_code, error, error_detail, response,
       response_truncated
FROM ended
WHERE (NOT is_first_success OR id NOT IN (SELECT id FROM finished))
  AND NOT EXISTS (
      SELECT FROM {deliveries} AS known
      WHERE known.account_id = ended.account_id AND known.id = ended.delivery_id
        AND known.first_attempt_id = ended.id)
ON CONFLICT DO NOTHING";

/// Where a committer writes.
pub(super) struct Store {
    /// Kept from batch to batch: a pool would hand out another one each time, and ask each after use how it is.
    connection: Option<PoolConnection<Postgres>>,
    take: DayStatement,
    finish: DayStatement,
}

impl Default for Store {
    fn default() -> Self {
        Self { connection: None, take: DayStatement::new(TAKE), finish: DayStatement::new(FINISH) }
    }
}

impl Store {
    pub async fn commit(
        &mut self,
        db: &Db,
        routings: &RoutingCache,
        batch: &mut Batch,
    ) -> Result<(), CommitError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => db.journal_pool().acquire().await?,
        };
        let committed = timeout(PATIENCE, self.commit_on(&mut connection, db, routings, batch)).await;
        let committed = committed.unwrap_or_else(|_| {
            let silence = format!("PostgreSQL did not answer within {} s", PATIENCE.as_secs());
            Err(CommitError::Unanswered(StorageError::Unavailable(silence)))
        });
        match &committed {
            // It is gone, or nobody knows what it is in the middle of.
            Err(error) if error.is_unavailable() => drop(connection.detach()),
            Ok(()) | Err(_) => self.connection = Some(connection),
        }
        committed
    }

    async fn commit_on(
        &mut self,
        connection: &mut PgConnection,
        db: &Db,
        routings: &RoutingCache,
        batch: &mut Batch,
    ) -> Result<(), CommitError> {
        if batch.items.is_empty() {
            return self.finish(db, connection, &batch.finishes).await.map_err(unanswered);
        }
        let has_steps = batch.items.iter().any(|item| item.decide.draft().has_steps());
        if !has_steps && batch.finishes.is_empty() {
            let moved = self.take(db, connection, &batch.items).await.map_err(unanswered)?;
            if moved.is_empty() {
                return Ok(());
            }
        }
        self.commit_in_steps(db, connection, routings, batch).await
    }

    /// Locks the accounts first, lets intakes of accounts that moved decide again, and settles which idempotency keys
    /// are new and what becomes of records, before the log is written.
    async fn commit_in_steps(
        &mut self,
        db: &Db,
        connection: &mut PgConnection,
        routings: &RoutingCache,
        batch: &mut Batch,
    ) -> Result<(), CommitError> {
        let mut transaction = connection.begin().await?;
        let versions = lock_versions(&mut transaction, &batch.items).await?;
        decide_moved(routings, &mut batch.items, &versions).await?;
        let taken = keys::claim(&mut transaction, &mut batch.items).await?;
        records::settle(&mut transaction, &mut batch.items).await?;
        keys::amend(&mut transaction, &Amended::of(&taken, &batch.items)).await?;
        let moved = self.take(db, &mut transaction, &batch.items).await?;
        if !moved.is_empty() {
            return Err(StorageError::Refused("a locked routing version moved".into()).into());
        }
        if !batch.finishes.is_empty() {
            self.finish(db, &mut transaction, &batch.finishes).await?;
        }
        transaction.commit().await.map_err(|error| CommitError::Unanswered(error.into()))
    }

    /// Runs [`TAKE`]; returns the accounts that moved, in which case nothing was written.
    async fn take(
        &mut self,
        db: &Db,
        connection: &mut PgConnection,
        items: &[Item],
    ) -> Result<Vec<Uuid>, sqlx::Error> {
        let day = db.made_days.day_of(items.iter().flat_map(|item| item.decide.draft().ids()));
        let (accounts, versions): (Vec<Uuid>, Vec<i64>) = decided_versions(items).into_iter().unzip();
        let Rows { requests, payloads, events, deliveries } = &Rows::of(items);
        let moved = sqlx::query(self.take.for_day(day))
            .bind(&accounts)
            .bind(&versions)
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
            .bind(&requests.replay_of)
            .bind(&requests.replay_id)
            .bind(&payloads.account_id)
            .bind(&payloads.id)
            .bind(&payloads.headers)
            .bind(&payloads.body)
            .bind(&payloads.events)
            .bind(&events.account_id)
            .bind(&events.id)
            .bind(&events.event_type)
            .bind(&events.intake_id)
            .bind(&events.from_request)
            .bind(&events.data_offset)
            .bind(&events.data_length)
            .bind(&events.hops)
            .bind(&deliveries.account_id)
            .bind(&deliveries.id)
            .bind(&deliveries.event_id)
            .bind(&deliveries.event_type)
            .bind(&deliveries.integration_id)
            .bind(&deliveries.subscription_id)
            .bind(&deliveries.schedule_started_at)
            .bind(&deliveries.due_at)
            .bind(&deliveries.lease_token)
            .fetch_all(connection)
            .await?;
        Ok(moved.iter().map(|row| row.get(0)).collect())
    }

    /// Runs [`FINISH`].
    async fn finish(
        &mut self,
        db: &Db,
        connection: &mut PgConnection,
        items: &[FinishItem],
    ) -> Result<(), sqlx::Error> {
        let ids = items.iter().flat_map(|item| [item.finish.delivery_id.0, item.finish.attempt.id.0]);
        let day = db.made_days.day_of(ids);
        let ended = &Finishes::of(items);
        sqlx::query(self.finish.for_day(day))
            .bind(&ended.account_id)
            .bind(&ended.delivery_id)
            .bind(&ended.attempt_id)
            .bind(&ended.number)
            .bind(&ended.started_at)
            .bind(&ended.duration_ms)
            .bind(&ended.status_code)
            .bind(&ended.error)
            .bind(&ended.error_detail)
            .bind(&ended.response)
            .bind(&ended.response_truncated)
            .bind(&ended.lease_token)
            .bind(&ended.status)
            .bind(&ended.schedule_tries)
            .bind(&ended.due_at)
            .bind(&ended.finished_at)
            .bind(&ended.ended_because)
            .bind(&ended.is_first_success)
            .execute(connection)
            .await?;
        Ok(())
    }
}

/// What failed in a statement that commits by itself. A refusal is an answer; of a server that went away, nobody knows
/// whether it had committed.
fn unanswered(error: sqlx::Error) -> CommitError {
    let error = StorageError::from(error);
    if error.is_unavailable() { CommitError::Unanswered(error) } else { CommitError::Before(error) }
}

/// The accounts of `items` and the routing version each was decided under. Where two items of an account differ, no
/// version fits both, so the account counts as moved.
fn decided_versions(items: &[Item]) -> HashMap<Uuid, i64> {
    const NONE: i64 = -1;
    let mut versions = HashMap::new();
    for item in items {
        let version = item.decide.routing_version();
        versions
            .entry(item.decide.account_id().0)
            .and_modify(|known| {
                if *known != version {
                    *known = NONE;
                }
            })
            .or_insert(version);
    }
    versions
}

async fn lock_versions(
    transaction: &mut PgConnection,
    items: &[Item],
) -> Result<HashMap<Uuid, i64>, sqlx::Error> {
    let accounts: Vec<Uuid> = decided_versions(items).into_keys().collect();
    let rows =
        sqlx::query("SELECT id, routing_version FROM accounts WHERE id = ANY($1) ORDER BY id FOR SHARE")
            .bind(&accounts)
            .fetch_all(transaction)
            .await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}
