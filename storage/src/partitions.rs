//! How long things are kept. On PostgreSQL the log tables are partitioned by the day of their UUIDv7 ids, so that a day
//! is dropped whole; on SQLite old rows are deleted a few at a time.

use crate::{Backend, Db, StorageError};
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, DbBackend, Statement, TransactionTrait};
use std::ops::RangeInclusive;
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;

const DAY_MS: i64 = 24 * 3_600 * 1000;
/// The advisory lock of whoever makes a partition. Two at once would both find it missing, and `IF NOT EXISTS` does not
/// help the second: it is told that the table exists.
const MAKING: i64 = 0x686f_6f6b_7061_7274;
/// Days made ahead.
const DAYS_AHEAD: i64 = 7;
/// Rows that one turn deletes on SQLite.
const ROWS_A_TURN: u32 = 2_000;
/// Tables whose rows carry bodies, which go earlier.
const BODIES: [&str; 1] = ["payloads"];
/// Tables whose rows are the log itself.
const LOGS: [&str; 4] = ["requests", "events", "deliveries", "attempts"];

/// The days, counted from the epoch, whose partitions are there for certain: from today on, which nobody drops.
/// Whoever writes rows of one such day can name its partitions, and spares the database from opening all others.
#[derive(Debug, Clone, Default)]
pub(crate) struct MadeDays {
    days: Arc<RwLock<Option<RangeInclusive<i64>>>>,
}

impl MadeDays {
    fn set(&self, days: RangeInclusive<i64>) {
        *self.days.write().unwrap_or_else(PoisonError::into_inner) = Some(days);
    }

    /// The one day of all `ids`, if its partitions are there.
    pub fn day_of(&self, ids: impl IntoIterator<Item = Uuid>) -> Option<i64> {
        let mut days = ids.into_iter().map(day_of_id);
        let day = days.next()?;
        if days.any(|other| other != day) {
            return None;
        }
        let made = self.days.read().unwrap_or_else(PoisonError::into_inner);
        made.as_ref().is_some_and(|made| made.contains(&day)).then_some(day)
    }
}

/// Rows that are forgotten at once: others write in between.
const FORGOTTEN_PER_TURN: i64 = 2_000;

const FORGET_KEYS: &str = "
DELETE FROM idempotency_keys WHERE (account_id, scope_id, key) IN
    (SELECT account_id, scope_id, key FROM idempotency_keys WHERE created_at < $1 LIMIT $2)";

const FORGET_TALLIES: &str = "
DELETE FROM stats WHERE (account_id, subject_kind, subject_id, minute) IN
    (SELECT account_id, subject_kind, subject_id, minute FROM stats WHERE minute < $1 LIMIT $2)";
const FORGET_REPLAYS: &str = "
DELETE FROM replays WHERE (account_id, id) IN
    (SELECT account_id, id FROM replays WHERE finished_at < $1 LIMIT $2)";

impl Db {
    /// Makes the partitions of yesterday to a week from `now` where they are missing. Nothing to do on SQLite.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn make_partitions(&self, now: Timestamp) -> Result<(), StorageError> {
        if self.backend == Backend::Sqlite {
            return Ok(());
        }
        let today = now.0.div_euclid(DAY_MS);
        for day in today - 1..=today + DAYS_AHEAD {
            for table in BODIES.into_iter().chain(LOGS) {
                // Bodies up to a page stay in their rows as they are: compressing each costs more than it saves.
                let storage = if BODIES.contains(&table) { "WITH (toast_tuple_target = 8160)" } else { "" };
                // Both statements are one transaction, at whose end the lock is let go.
                let sql = format!(
                    "SELECT pg_advisory_xact_lock({MAKING});
                     CREATE TABLE IF NOT EXISTS {} PARTITION OF {table} FOR VALUES FROM ('{}') TO ('{}') {storage}",
                    partition_name(table, day),
                    first_id(day * DAY_MS),
                    first_id((day + 1) * DAY_MS),
                );
                self.writer.execute_unprepared(&sql).await?;
            }
        }
        self.made_days.set(today..=today + DAYS_AHEAD);
        Ok(())
    }

    /// Lets go of bodies older than `bodies_before` and log rows older than `logs_before`; says whether more is left
    /// for another turn.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn retain(
        &self,
        bodies_before: Timestamp,
        logs_before: Timestamp,
    ) -> Result<bool, StorageError> {
        match self.backend {
            Backend::Postgres => {
                self.drop_partitions(&BODIES, bodies_before).await?;
                self.drop_partitions(&LOGS, logs_before).await?;
                Ok(false)
            }
            Backend::Sqlite => {
                let bodies = self.delete_some(&BODIES, bodies_before).await?;
                let logs = self.delete_some(&LOGS, logs_before).await?;
                Ok(bodies || logs)
            }
        }
    }

    /// Forgets idempotency keys older than `keys_before`, and tallies and ended replays older than `logs_before`.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn forget(&self, keys_before: Timestamp, logs_before: Timestamp) -> Result<(), StorageError> {
        let aged = [(FORGET_KEYS, keys_before), (FORGET_TALLIES, logs_before), (FORGET_REPLAYS, logs_before)];
        for (sql, before) in aged {
            let backend = self.writer.get_database_backend();
            loop {
                let values = [before.0.into(), FORGOTTEN_PER_TURN.into()];
                let statement = Statement::from_sql_and_values(backend, sql, values);
                let forgotten = self.writer.execute_raw(statement).await?.rows_affected();
                if forgotten < FORGOTTEN_PER_TURN.unsigned_abs() {
                    break;
                }
            }
        }
        Ok(())
    }

    async fn drop_partitions(&self, tables: &[&str], before: Timestamp) -> Result<(), StorageError> {
        let last_day = before.0.div_euclid(DAY_MS);
        for table in tables {
            let statement = Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                 JOIN pg_class p ON p.oid = i.inhparent WHERE p.relname = $1",
                [(*table).into()],
            );
            for row in self.writer.query_all_raw(statement).await? {
                let name: String = row.try_get_by_index(0)?;
                if day_of_partition(table, &name).is_some_and(|day| day < last_day) {
                    self.drop_partition(&name).await?;
                }
            }
        }
        Ok(())
    }

    /// Drops one day, unless somebody holds the table for longer than a moment: then the next run does it.
    async fn drop_partition(&self, name: &str) -> Result<(), StorageError> {
        let transaction = self.writer.begin().await?;
        transaction.execute_unprepared("SET LOCAL lock_timeout = '500ms'").await?;
        if let Err(error) = transaction.execute_unprepared(&format!("DROP TABLE {name}")).await {
            tracing::info!(%error, partition = name, "A day could not be dropped now");
            return Ok(transaction.rollback().await?);
        }
        Ok(transaction.commit().await?)
    }

    async fn delete_some(&self, tables: &[&str], before: Timestamp) -> Result<bool, StorageError> {
        let mut is_more_left = false;
        for table in tables {
            let unless_pending = if *table == "deliveries" { "AND status <> 0" } else { "" };
            let sql = format!(
                "DELETE FROM {table} WHERE rowid IN (
                     SELECT rowid FROM {table} WHERE rowid <= (SELECT min(rowid) + {ROWS_A_TURN} FROM {table})
                     AND id < $1 {unless_pending} LIMIT {ROWS_A_TURN})"
            );
            let values = [first_id(before.0).into()];
            let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
            let deleted = self.writer.execute_raw(statement).await?.rows_affected();
            is_more_left |= deleted > 0;
        }
        Ok(is_more_left)
    }
}

/// The smallest UUIDv7 of a millisecond, version bits aside.
fn first_id(millis: i64) -> Uuid {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    Uuid::from_bytes(bytes)
}

/// The day of a UUIDv7.
fn day_of_id(id: Uuid) -> i64 {
    let mut millis = [0; 8];
    millis[2..].copy_from_slice(&id.as_bytes()[..6]);
    i64::from_be_bytes(millis).div_euclid(DAY_MS)
}

/// The partition of `table` that holds the rows of `day`.
pub(crate) fn partition_name(table: &str, day: i64) -> String {
    format!("{table}_day_{day}")
}

fn day_of_partition(table: &str, name: &str) -> Option<i64> {
    name.strip_prefix(table)?.strip_prefix("_day_")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_knows_its_day() {
        assert_eq!(day_of_partition("events", &partition_name("events", 20_779)), Some(20_779));
        assert_eq!(day_of_partition("events", "events_default"), None);
    }

    #[test]
    fn a_batch_has_a_day_if_all_its_ids_do_and_its_partitions_are_there() {
        let id = |day: i64| first_id(day * DAY_MS + 1);
        let made = MadeDays::default();
        assert_eq!(made.day_of([id(20_779)]), None, "nothing is made");
        made.set(20_779..=20_786);
        assert_eq!(made.day_of([id(20_779), id(20_779)]), Some(20_779));
        assert_eq!(made.day_of([id(20_786)]), Some(20_786));
        assert_eq!(made.day_of([id(20_779), id(20_780)]), None, "two days");
        assert_eq!(made.day_of([id(20_778)]), None, "a day that may be dropped");
        assert_eq!(made.day_of([]), None);
    }

    #[test]
    fn ids_of_a_day_lie_between_its_bounds() {
        let noon = Timestamp(20_779 * DAY_MS + DAY_MS / 2);
        let id = domain::ids::EventId::new(noon, &[0xff; 10]).0;
        assert!(first_id(20_779 * DAY_MS) <= id && id < first_id(20_780 * DAY_MS));
    }
}
