//! Moving SQLite's write-ahead log into the database file, beside the commits instead of inside them.

use crate::{Db, StorageError};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use std::time::Duration;

/// Often and little: the sync that ends a checkpoint delays the commits of its time, by as much as it has to write.
const EVERY: Duration = Duration::from_millis(250);
/// Pages of the log from which it is emptied, which lets the next write begin it anew. While writes never pause, it
/// would otherwise grow for ever.
const MAX_LOG_PAGES: i64 = 8_192;

/// Moves the log along for ever; on PostgreSQL there is nothing to do.
pub(crate) async fn run(db: &Db) {
    let Some(checkpointer) = &db.checkpointer else { return std::future::pending().await };
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = advance(db, checkpointer).await {
            tracing::warn!(%error, "A checkpoint failed and is tried again");
        }
    }
}

async fn advance(db: &Db, checkpointer: &DatabaseConnection) -> Result<(), StorageError> {
    if checkpoint(checkpointer).await? > MAX_LOG_PAGES {
        // With the turn to write in hand the rest, which is little, is moved too.
        let _turn = db.sqlite_writer().acquire().await?;
        checkpoint(checkpointer).await?;
    }
    Ok(())
}

/// Moves what no reader needs; returns the pages in the log.
async fn checkpoint(checkpointer: &DatabaseConnection) -> Result<i64, StorageError> {
    let statement = Statement::from_string(DbBackend::Sqlite, "PRAGMA wal_checkpoint(PASSIVE)");
    let row = checkpointer.query_one_raw(statement).await?;
    let pages: Option<i32> = row.map(|row| row.try_get_by_index(1)).transpose()?;
    Ok(pages.unwrap_or(0).into())
}
