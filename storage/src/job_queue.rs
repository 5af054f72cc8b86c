//! The queue of low-rate jobs: apalis' own tables, in whichever database it is.
//!
//! A job is a row from when it is pushed until a day after it ended. A worker that takes it writes its own name into
//! the row and a heartbeat elsewhere; when the heartbeat stays away, the other workers put the row back. So a job may
//! run twice, and none is forgotten.

use crate::{Backend as Database, Db, StorageError};
use apalis_core::backend::finalize::Durable;
use apalis_core::backend::{Backend, BackendConfig, WireFormatBackend};
use apalis_core::task::Task;
use apalis_core::task::builder::TaskBuilder;
use apalis_core::worker::context::WorkerContext;
use apalis_postgres::PostgresStorage;
use apalis_sqlite::SqliteStorage;
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, Statement};
use serde::Serialize;
use std::task::{Context, Poll};
use std::time::Duration;

/// What the rows of our one queue are marked with.
const QUEUE: &str = "hookloft";
/// How often a job is tried in all.
const MAX_ATTEMPTS: usize = 5;
/// Heartbeats that may be missed before a worker counts as dead.
const MISSED_HEARTBEATS: usize = 3;
/// How long rows of ended jobs and of ended workers are kept.
const KEEP_MS: i64 = 24 * 3_600 * 1000;

/// A worker's end of the queue, for jobs of type `J`, as an apalis backend.
pub struct JobQueue<J> {
    storage: Storage<J>,
}

enum Storage<J> {
    Sqlite(SqliteStorage<J>),
    Postgres(PostgresStorage<J>),
}

impl Db {
    /// A worker's end of the queue. It says every `heartbeat` that it lives.
    #[must_use]
    pub fn job_queue<J>(&self, heartbeat: Duration) -> JobQueue<J> {
        // One job at a time: what waits in a worker's memory would keep its heartbeat from being written.
        let storage = match self.backend {
            Database::Sqlite => {
                let config = apalis_sqlite::Config::default()
                    .queue(QUEUE)
                    .batch_size(1)
                    .heartbeat_interval(heartbeat)
                    .missed_heartbeats(MISSED_HEARTBEATS);
                let pool = self.writer.get_sqlite_connection_pool();
                Storage::Sqlite(SqliteStorage::new(pool).with_config(config))
            }
            Database::Postgres => {
                let config = apalis_postgres::Config::default()
                    .queue(QUEUE)
                    .batch_size(1)
                    .heartbeat_interval(heartbeat)
                    .missed_heartbeats(MISSED_HEARTBEATS);
                let pool = self.writer.get_postgres_connection_pool();
                Storage::Postgres(PostgresStorage::new(pool).with_config(config))
            }
        };
        JobQueue { storage }
    }

    /// Queues `job`, unless one was queued under `key` already, by whomever.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn push_job(&self, job: &(impl Serialize + Sync), key: &str) -> Result<(), StorageError> {
        let bytes = serde_json::to_vec(job).map_err(|error| StorageError::Refused(error.to_string()))?;
        let task = TaskBuilder::new(bytes).max_attempts(MAX_ATTEMPTS).idempotency_key(key).build();
        match self.backend {
            Database::Sqlite => {
                let mut connection = self.writer.get_sqlite_connection_pool().acquire().await?;
                Ok(apalis_sqlite::queries::push_tasks(&mut *connection, QUEUE, &[task]).await?)
            }
            Database::Postgres => {
                let mut connection = self.writer.get_postgres_connection_pool().acquire().await?;
                match apalis_postgres::queries::push_tasks(&mut *connection, QUEUE, vec![task]).await {
                    Err(apalis_postgres::Error::Database(error)) if is_taken(&error) => Ok(()),
                    outcome => Ok(outcome?),
                }
            }
        }
    }

    /// Forgets jobs and workers that ended a day before `now`.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn forget_jobs(&self, now: Timestamp) -> Result<(), StorageError> {
        let (jobs, workers, time) = match self.backend {
            Database::Sqlite => ("Jobs", "Workers", "$1"),
            Database::Postgres => ("apalis.jobs", "apalis.workers", "to_timestamp($1)"),
        };
        let ended = format!(
            "DELETE FROM {jobs} WHERE run_at < {time}
             AND (status IN ('Done', 'Killed') OR (status = 'Failed' AND attempts >= max_attempts))"
        );
        let silent = format!(
            "DELETE FROM {workers} WHERE last_seen < {time}
             AND NOT EXISTS (SELECT 1 FROM {jobs} j WHERE j.lock_by = {workers}.id)"
        );
        let before_s = now.plus_ms(-KEEP_MS).0 / 1000;
        for sql in [ended, silent] {
            let backend = self.writer.get_database_backend();
            let statement = Statement::from_sql_and_values(backend, sql, [before_s.into()]);
            self.writer.execute_raw(statement).await?;
        }
        Ok(())
    }
}

fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}

impl<J> Backend for JobQueue<J> {
    type Task = Task<Vec<u8>>;
    type Error = StorageError;

    fn poll_ready(
        &mut self,
        context: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Result<(), StorageError>> {
        match &mut self.storage {
            Storage::Sqlite(storage) => storage.poll_ready(context, worker).map_err(Into::into),
            Storage::Postgres(storage) => storage.poll_ready(context, worker).map_err(Into::into),
        }
    }

    fn poll_next(
        &mut self,
        context: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Option<Result<Self::Task, StorageError>>> {
        match &mut self.storage {
            Storage::Sqlite(storage) => storage.poll_next(context, worker).map_err(Into::into),
            Storage::Postgres(storage) => storage.poll_next(context, worker).map_err(Into::into),
        }
    }

    fn poll_close(
        &mut self,
        context: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Result<(), StorageError>> {
        match &mut self.storage {
            Storage::Sqlite(storage) => storage.poll_close(context, worker).map_err(Into::into),
            Storage::Postgres(storage) => storage.poll_close(context, worker).map_err(Into::into),
        }
    }
}

impl<J> BackendConfig for JobQueue<J> {
    type Args = J;
    type Id = <SqliteStorage<J> as BackendConfig>::Id;
    type Kind = Durable;
    type Config = ();
    type Layer = <SqliteStorage<J> as BackendConfig>::Layer;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, worker: &mut WorkerContext) -> Self::Layer {
        match &mut self.storage {
            Storage::Sqlite(storage) => storage.middleware(worker),
            Storage::Postgres(storage) => storage.middleware(worker),
        }
    }
}

impl<J> WireFormatBackend for JobQueue<J> {
    type Codec = <SqliteStorage<J> as WireFormatBackend>::Codec;
    type Compact = Vec<u8>;

    fn codec(&self) -> &Self::Codec {
        match &self.storage {
            Storage::Sqlite(storage) => storage.codec(),
            Storage::Postgres(storage) => storage.codec(),
        }
    }
}

impl From<apalis_sqlite::Error> for StorageError {
    fn from(error: apalis_sqlite::Error) -> Self {
        match error {
            apalis_sqlite::Error::Database(error) => error.into(),
            error => Self::Refused(error.to_string()),
        }
    }
}

impl From<apalis_postgres::Error> for StorageError {
    fn from(error: apalis_postgres::Error) -> Self {
        match error {
            apalis_postgres::Error::Database(error) => error.into(),
            error => Self::Refused(error.to_string()),
        }
    }
}
