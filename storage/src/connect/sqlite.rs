//! Connections to a SQLite file, and the lock that keeps other processes away from it.

use crate::error::StorageError;
use sea_orm::ConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a connection waits for another's write to end.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Page cache of each writing connection; negative means KiB.
const CACHE_KIB: i32 = -24_576;

/// Keeps other server processes away from a SQLite file for as long as it lives.
#[derive(Debug)]
pub struct FileLock {
    _file: File,
}

impl FileLock {
    /// Locks the file beside the SQLite database of `url`; nothing to lock for PostgreSQL.
    ///
    /// # Errors
    /// [`StorageError::InUse`] when another server process has it.
    pub fn take(url: &str) -> Result<Option<Self>, StorageError> {
        let Some(path) = sqlite_path(url) else { return Ok(None) };
        let path = path.with_extension("lock");
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|error| StorageError::Unavailable(format!("{}: {error}", folder.display())))?;
        }
        let file = File::create(&path)
            .map_err(|error| StorageError::Unavailable(format!("{}: {error}", path.display())))?;
        file.try_lock().map_err(|_| StorageError::InUse)?;
        Ok(Some(Self { _file: file }))
    }
}

/// The file of a `sqlite://` URL.
#[must_use]
pub fn sqlite_path(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
    Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
}

/// The one connection that writes.
pub(super) fn writer(path: &Path) -> ConnectOptions {
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", path.display()));
    options
        .max_connections(1)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|options| {
            options
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .page_size(8192)
                .busy_timeout(BUSY_TIMEOUT)
                .pragma("cache_size", CACHE_KIB.to_string())
                .pragma("temp_store", "memory")
                // The checkpointer does it, on a connection of its own: inline it would stall commits.
                .pragma("wal_autocheckpoint", "0")
                .statement_cache_capacity(512)
        });
    options
}

/// Connections that cannot write.
pub(super) fn reader(path: &Path) -> ConnectOptions {
    let mut options = ConnectOptions::new(format!("sqlite://{}", path.display()));
    options
        .max_connections(6)
        .acquire_timeout(Duration::from_secs(10))
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|options| {
            options
                .read_only(true)
                .busy_timeout(Duration::from_secs(5))
                .pragma("query_only", "on")
                .statement_cache_capacity(256)
        });
    options
}

/// A connection for the journal of a SQLite database, which shares the file with [`Db`](crate::Db)'s own.
pub(crate) fn open_for_journal(url: &str) -> Result<rusqlite::Connection, StorageError> {
    let path = sqlite_path(url).ok_or_else(|| StorageError::Refused("not a SQLite database".into()))?;
    let connection = rusqlite::Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "cache_size", CACHE_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    Ok(connection)
}
