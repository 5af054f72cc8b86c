//! Connections to a PostgreSQL server.

use crate::error::StorageError;
use sea_orm::ConnectOptions;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, Executor, PgConnection};
use std::time::Duration;

/// The advisory lock of whoever migrates; any number that nobody else uses.
const MIGRATING: i64 = 0x686f_6f6b_6c6f_6674;

/// The connections of everybody but the committers.
pub(super) fn pool(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(16)
        .acquire_timeout(Duration::from_secs(5))
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(quiet)
        .map_sqlx_postgres_pool_opts(|options| {
            // A `begin` whose caller goes away while it waits leaves a transaction that nobody knows of: whoever came
            // next would write into it, and never commit.
            options.after_release(|connection, _| {
                Box::pin(async move {
                    connection.execute("ROLLBACK").await?;
                    Ok(true)
                })
            })
        });
    options
}

/// Few connections, whose one statement is planned once for good, and for big tables from the first row on.
pub(super) fn committers(url: &str) -> ConnectOptions {
    let mut options = pool(url);
    // Nobody goes away from a committer's transaction, so none is left behind.
    options.map_sqlx_postgres_pool_opts(|options| options);
    options.max_connections(4).map_sqlx_postgres_opts(|options| {
        quiet(options).options([
            ("plan_cache_mode", "force_generic_plan"),
            ("enable_seqscan", "off"),
            ("enable_bitmapscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
            ("jit", "off"),
        ])
    });
    options
}

/// Without the warning that a ROLLBACK had nothing to roll back.
fn quiet(options: PgConnectOptions) -> PgConnectOptions {
    options.options([("client_min_messages", "error")])
}

/// The right to migrate, as long as its connection lives.
pub(super) struct Turn {
    connection: PgConnection,
}

/// Waits until no other process migrates.
pub(super) async fn take_turn(url: &str) -> Result<Turn, StorageError> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::query("SELECT pg_advisory_lock($1)").bind(MIGRATING).execute(&mut connection).await?;
    Ok(Turn { connection })
}

impl Turn {
    /// Lets the next one.
    pub async fn end(self) -> Result<(), StorageError> {
        Ok(self.connection.close().await?)
    }
}
