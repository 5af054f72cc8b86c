//! Counts and latencies by the minute, for charts. A process adds up in memory and writes once a second, so a crash
//! costs at most the last second of a chart, never a row of a log.

use crate::{AccountDb, Backend, Db, StorageError};
use domain::activity::{Point, RecentActivity, Span, Subject, Tally};
use domain::ids::{AccountId, IntegrationId, SourceId};
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, TransactionTrait, Value};
use std::collections::HashMap;
use uuid::Uuid;

/// What was counted of one subject in one minute since the last call.
#[derive(Debug, Clone)]
pub struct TallyRow {
    /// Whose it is.
    pub account_id: AccountId,
    /// What it is about.
    pub subject: Subject,
    /// Begin of the minute.
    pub minute: Timestamp,
    /// What to add.
    pub tally: Tally,
}

const ADD: &str = "
INSERT INTO stats (account_id, subject_kind, subject_id, minute, succeeded, failed, duration_ms,
                   le_5, le_10, le_25, le_50, le_100, le_250, le_500, le_1000, le_5000, slower)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
ON CONFLICT (account_id, subject_kind, subject_id, minute) DO UPDATE SET
    succeeded = stats.succeeded + excluded.succeeded, failed = stats.failed + excluded.failed,
    duration_ms = stats.duration_ms + excluded.duration_ms,
    le_5 = stats.le_5 + excluded.le_5, le_10 = stats.le_10 + excluded.le_10, le_25 = stats.le_25 + excluded.le_25,
    le_50 = stats.le_50 + excluded.le_50, le_100 = stats.le_100 + excluded.le_100,
    le_250 = stats.le_250 + excluded.le_250, le_500 = stats.le_500 + excluded.le_500,
    le_1000 = stats.le_1000 + excluded.le_1000, le_5000 = stats.le_5000 + excluded.le_5000,
    slower = stats.slower + excluded.slower";

const SUMS: &str = "CAST(sum(succeeded) AS BIGINT), CAST(sum(failed) AS BIGINT), CAST(sum(duration_ms) AS BIGINT),
    CAST(sum(le_5) AS BIGINT), CAST(sum(le_10) AS BIGINT), CAST(sum(le_25) AS BIGINT), CAST(sum(le_50) AS BIGINT),
    CAST(sum(le_100) AS BIGINT), CAST(sum(le_250) AS BIGINT), CAST(sum(le_500) AS BIGINT),
    CAST(sum(le_1000) AS BIGINT), CAST(sum(le_5000) AS BIGINT), CAST(sum(slower) AS BIGINT)";

/// The newest minute of each source and integration: one look into the primary key each.
const NEWEST: &str = "
SELECT CAST(2 AS SMALLINT), sources.id, (SELECT max(minute) FROM stats
    WHERE stats.account_id = $1 AND subject_kind = 2 AND subject_id = sources.id)
FROM sources WHERE sources.account_id = $1
UNION ALL
SELECT CAST(3 AS SMALLINT), integrations.id, (SELECT max(minute) FROM stats
    WHERE stats.account_id = $1 AND subject_kind = 3 AND subject_id = integrations.id)
FROM integrations WHERE integrations.account_id = $1";

impl Db {
    /// Adds to the tallies, in one transaction. Rows should come sorted by subject and minute, so that processes lock
    /// them in one order.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn add_tallies(&self, rows: &[TallyRow]) -> Result<(), StorageError> {
        let transaction = self.writer.begin().await?;
        for row in rows {
            let (kind, id) = key(row.subject);
            let tally = &row.tally;
            let mut values: Vec<Value> = vec![
                row.account_id.0.into(),
                kind.into(),
                id.into(),
                row.minute.0.into(),
                tally.succeeded.into(),
                tally.failed.into(),
                tally.duration_ms.into(),
            ];
            values.extend(tally.histogram.into_iter().map(Value::from));
            transaction.execute_raw(Statement::from_sql_and_values(self.sea_backend(), ADD, values)).await?;
        }
        Ok(transaction.commit().await?)
    }

    fn sea_backend(&self) -> DbBackend {
        match self.backend {
            Backend::Sqlite => DbBackend::Sqlite,
            Backend::Postgres => DbBackend::Postgres,
        }
    }
}

impl AccountDb<'_> {
    /// The points of `subject` up to `now`, oldest first; points without a count are there, too.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn chart(
        &self,
        subject: Subject,
        span: Span,
        now: Timestamp,
    ) -> Result<Vec<Point>, StorageError> {
        let (width, points) = span.grid();
        let end = (now.0.div_euclid(width) + 1) * width;
        let begin = end - width * points;
        let (kind, id) = key(subject);
        let sql = format!(
            "SELECT minute - minute % {width}, {SUMS} FROM stats
             WHERE account_id = $1 AND subject_kind = $2 AND subject_id = $3 AND minute >= $4
             GROUP BY minute - minute % {width}"
        );
        let values = [self.account_id().0.into(), kind.into(), id.into(), begin.into()];
        let statement = Statement::from_sql_and_values(self.db().sea_backend(), sql, values);
        let found: HashMap<i64, Tally> = self
            .reader()
            .query_all_raw(statement)
            .await?
            .iter()
            .map(|row| Ok((row.try_get_by_index(0)?, tally(row, 1)?)))
            .collect::<Result<_, StorageError>>()?;
        Ok((0..points)
            .map(|index| begin + index * width)
            .map(|at| Point { at: Timestamp(at), tally: found.get(&at).copied().unwrap_or_default() })
            .collect())
    }

    /// What was counted of each source and integration since `since`, and when last.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn recent_activity(
        &self,
        since: Timestamp,
    ) -> Result<HashMap<Subject, RecentActivity>, StorageError> {
        let day = self.tallies_since(since).await?;
        let newest =
            Statement::from_sql_and_values(self.db().sea_backend(), NEWEST, [self.account_id().0.into()]);
        let mut recent = HashMap::new();
        for row in self.reader().query_all_raw(newest).await? {
            if let Some(subject) = subject(row.try_get_by_index(0)?, row.try_get_by_index(1)?) {
                let last_at = row.try_get_by_index::<Option<i64>>(2)?.map(Timestamp);
                let day = day.get(&subject).copied().unwrap_or_default();
                recent.insert(subject, RecentActivity { day, last_at });
            }
        }
        Ok(recent)
    }

    async fn tallies_since(&self, since: Timestamp) -> Result<HashMap<Subject, Tally>, StorageError> {
        let sql = format!(
            "SELECT subject_kind, subject_id, {SUMS} FROM stats WHERE account_id = $1 AND minute >= $2
             GROUP BY subject_kind, subject_id"
        );
        let values = [self.account_id().0.into(), since.0.into()];
        let statement = Statement::from_sql_and_values(self.db().sea_backend(), sql, values);
        let found = self.reader().query_all_raw(statement).await?;
        let mut tallies = HashMap::with_capacity(found.len());
        for row in &found {
            if let Some(subject) = subject(row.try_get_by_index(0)?, row.try_get_by_index(1)?) {
                tallies.insert(subject, tally(row, 2)?);
            }
        }
        Ok(tallies)
    }
}

fn key(subject: Subject) -> (i16, Uuid) {
    match subject {
        Subject::AllRequests => (0, Uuid::nil()),
        Subject::AllAttempts => (1, Uuid::nil()),
        Subject::Source(id) => (2, id.0),
        Subject::Integration(id) => (3, id.0),
        Subject::UnloggedRefusals => (4, Uuid::nil()),
    }
}

fn subject(kind: i16, id: Uuid) -> Option<Subject> {
    match kind {
        0 => Some(Subject::AllRequests),
        1 => Some(Subject::AllAttempts),
        2 => Some(Subject::Source(SourceId(id))),
        3 => Some(Subject::Integration(IntegrationId(id))),
        4 => Some(Subject::UnloggedRefusals),
        _ => None,
    }
}

fn tally(row: &QueryResult, first: usize) -> Result<Tally, StorageError> {
    let mut histogram = [0; 10];
    for (bin, count) in histogram.iter_mut().enumerate() {
        *count = row.try_get_by_index(first + 3 + bin)?;
    }
    Ok(Tally {
        succeeded: row.try_get_by_index(first)?,
        failed: row.try_get_by_index(first + 1)?,
        duration_ms: row.try_get_by_index(first + 2)?,
        histogram,
    })
}
