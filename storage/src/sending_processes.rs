//! Which processes send: each has a row that it renews, so that they can share the limits of an integration.

use crate::{Backend, Db, StorageError};
use domain::time::Timestamp;
use uuid::Uuid;

/// Where a process stands among those that send, in the order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendingPlace {
    /// How many are before it.
    pub index: u32,
    /// How many there are, itself among them.
    pub count: u32,
}

impl Default for SendingPlace {
    fn default() -> Self {
        Self { index: 0, count: 1 }
    }
}

impl Db {
    /// Notes that `process` sends at `now`, forgets those that were not seen since `lost_before`, and says where it
    /// stands. On SQLite, which has one process, nothing is noted.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn note_sending(
        &self,
        process: Uuid,
        now: Timestamp,
        lost_before: Timestamp,
    ) -> Result<SendingPlace, StorageError> {
        if self.backend == Backend::Sqlite {
            return Ok(SendingPlace::default());
        }
        let sql = "WITH forgotten AS (DELETE FROM sending_processes WHERE seen_at < $3 AND id <> $1), \
             noted AS (INSERT INTO sending_processes (id, seen_at) VALUES ($1, $2) \
                 ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at) \
             SELECT count(*) FILTER (WHERE id < $1), count(*) FROM sending_processes \
             WHERE id <> $1 AND seen_at >= $3";
        let others = sqlx::query_as(sql).bind(process).bind(now.0).bind(lost_before.0);
        let (before, others): (i64, i64) = others.fetch_one(self.postgres()).await?;
        let number = |count: i64| u32::try_from(count).unwrap_or(u32::MAX - 1);
        Ok(SendingPlace { index: number(before), count: number(others) + 1 })
    }

    /// Notes that `process` sends no more.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn note_not_sending(&self, process: Uuid) -> Result<(), StorageError> {
        if self.backend == Backend::Postgres {
            let sql = "DELETE FROM sending_processes WHERE id = $1";
            sqlx::query(sql).bind(process).execute(self.postgres()).await?;
        }
        Ok(())
    }
}
