//! Answers intakes once they are on disk.
//!
//! On PostgreSQL the committer of intakes does not wait for the disk: while one batch is flushed, the next is written.
//! A commit that waits, made after it on another connection, flushes everything before it in the log, and on to whatever
//! standby the operator wants to have it.

use super::batch::Batch;
use super::lookup;
use crate::{Db, StorageError};
use sqlx::PgConnection;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How long a flush may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// The smallest commit that is flushed: a transaction that wrote nothing to the log has nothing to wait for.
const FLUSH: &str = "SELECT pg_logical_emit_message(true, 'hookloft', '') IS NULL";

/// Flushes what was `committed`, as much at a time as there is, and answers it, until there will be no more.
pub(super) async fn run(db: &Db, mut committed: mpsc::Receiver<Batch>) {
    let mut flusher = Flusher { db, connection: None };
    while let Some(batch) = committed.recv().await {
        let mut batches = vec![batch];
        while let Ok(batch) = committed.try_recv() {
            batches.push(batch);
        }
        match flusher.flush().await {
            Ok(()) => batches.into_iter().for_each(Batch::answer_stored),
            Err(error) => flusher.settle(batches, &error).await,
        }
    }
}

struct Flusher<'a> {
    db: &'a Db,
    connection: Option<PgConnection>,
}

impl Flusher<'_> {
    async fn flush(&mut self) -> Result<(), StorageError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.db.journal_pool().acquire().await?.detach(),
        };
        match timeout(PATIENCE, sqlx::query(FLUSH).execute(&mut connection)).await {
            Ok(flushed) => drop(flushed?),
            Err(_) => return Err(StorageError::Unavailable("PostgreSQL does not flush its log".into())),
        }
        self.connection = Some(connection);
        Ok(())
    }

    /// The database went away before it flushed. What is there when it is back, and flushed then, was stored; what is
    /// not there was lost with the end of its log, and nobody was told otherwise.
    async fn settle(&mut self, batches: Vec<Batch>, error: &StorageError) {
        tracing::warn!(%error, batches = batches.len(), "What was committed could not be flushed");
        let is_back = self.flush_again().await;
        for batch in batches {
            if is_back && lookup::is_stored(self.db, &batch).await == Some(true) {
                batch.answer_stored();
            } else {
                batch.refuse_intakes(error);
            }
        }
    }

    async fn flush_again(&mut self) -> bool {
        for _ in 0..lookup::LOOKS {
            if self.flush().await.is_ok() {
                return true;
            }
            tokio::time::sleep(lookup::PAUSE).await;
        }
        false
    }
}
