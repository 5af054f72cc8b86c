//! Moving SQLite's write-ahead log into the database file, beside the commits instead of inside them.

use crate::{Db, StorageError};
use sea_orm::ConnectionTrait;

impl Db {
    /// Moves what no reader needs out of the write-ahead log. Nothing to do on PostgreSQL.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn checkpoint(&self) -> Result<(), StorageError> {
        if let Some(checkpointer) = &self.checkpointer {
            checkpointer.execute_unprepared("PRAGMA wal_checkpoint(PASSIVE)").await?;
        }
        Ok(())
    }
}
