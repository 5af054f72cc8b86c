//! Connecting: two pools over one database, one for writing and one for reading.

use crate::error::StorageError;
use crate::{AccountDb, AccountScope, MasterKey};
use migrations::Migrator;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use sea_orm_migration::MigratorTrait;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How long a SQLite connection waits for another's write to end.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Page cache of each of SQLite's writing connections; negative means KiB.
const CACHE_KIB: i32 = -24_576;

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A file beside the process.
    Sqlite,
    /// A server that several processes share.
    Postgres,
}

/// The database. Cheap to clone.
///
/// On SQLite the writer is one connection, so writes queue for it in order; on PostgreSQL writer and reader are one pool.
#[derive(Debug, Clone)]
pub struct Db {
    pub(crate) backend: Backend,
    pub(crate) writer: DatabaseConnection,
    pub(crate) reader: DatabaseConnection,
    pub(crate) checkpointer: Option<DatabaseConnection>,
    /// PostgreSQL only: the connections of the journal's committers.
    pub(crate) committers: Option<DatabaseConnection>,
    pub(crate) url: Arc<str>,
    pub(crate) master_key: Arc<MasterKey>,
}

impl Db {
    /// Connects to `sqlite://path` (made if absent) or `postgres://…`.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when it cannot be reached, [`StorageError::Refused`] for any other URL.
    pub async fn connect(url: &str, master_key: MasterKey) -> Result<Self, StorageError> {
        let master_key = Arc::new(master_key);
        if let Some(path) = sqlite_path(url) {
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                std::fs::create_dir_all(folder).map_err(|error| {
                    StorageError::Unavailable(format!("making the folder {}: {error}", folder.display()))
                })?;
            }
            let writer = Database::connect(sqlite_writer(&path)).await?;
            let reader = Database::connect(sqlite_reader(&path)).await?;
            let checkpointer = Some(Database::connect(sqlite_writer(&path)).await?);
            return Ok(Self {
                backend: Backend::Sqlite,
                writer,
                reader,
                checkpointer,
                committers: None,
                url: url.into(),
                master_key,
            });
        }
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(StorageError::Refused(
                "the database URL must begin with sqlite:// or postgres://".into(),
            ));
        }
        let pool = Database::connect(postgres(url)).await?;
        Ok(Self {
            backend: Backend::Postgres,
            writer: pool.clone(),
            reader: pool,
            checkpointer: None,
            committers: Some(Database::connect(postgres_committers(url)).await?),
            url: url.into(),
            master_key,
        })
    }

    /// Brings the tables up to date.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn migrate(&self) -> Result<(), StorageError> {
        Ok(Migrator::up(&self.writer, None).await?)
    }

    /// Takes every migration back, newest first. All data is lost.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn migrate_down(&self) -> Result<(), StorageError> {
        Ok(Migrator::down(&self.writer, None).await?)
    }

    /// Which database it is.
    #[must_use]
    pub const fn backend(&self) -> Backend {
        self.backend
    }

    /// The account's rows, for somebody who proved to act in it.
    #[must_use]
    pub const fn account<'a>(&'a self, scope: &'a AccountScope) -> AccountDb<'a> {
        AccountDb::new(self, scope)
    }

    /// Whether the database answers now.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn ping(&self) -> Result<(), StorageError> {
        Ok(self.reader.ping().await?)
    }

    /// Closes its pools, after what was begun has ended.
    pub async fn close(self) {
        for pool in
            [Some(self.reader), self.checkpointer, self.committers, Some(self.writer)].into_iter().flatten()
        {
            if let Err(error) = pool.close().await {
                tracing::warn!(%error, "Closing a database pool failed");
            }
        }
    }
}

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

fn sqlite_writer(path: &std::path::Path) -> ConnectOptions {
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

fn sqlite_reader(path: &std::path::Path) -> ConnectOptions {
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

fn postgres(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(16)
        .acquire_timeout(Duration::from_secs(5))
        .test_before_acquire(false)
        .sqlx_logging(false);
    options
}

/// Few connections, whose one statement is planned once for good, and for big tables from the first row on.
fn postgres_committers(url: &str) -> ConnectOptions {
    let mut options = postgres(url);
    options.max_connections(4).map_sqlx_postgres_opts(|options| {
        options.options([
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

/// A connection for the journal of a SQLite database, which shares the file with [`Db`]'s own.
pub(crate) fn open_for_journal(url: &str) -> Result<rusqlite::Connection, StorageError> {
    let path = sqlite_path(url).ok_or_else(|| StorageError::Refused("not a SQLite database".into()))?;
    let connection = rusqlite::Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "cache_size", CACHE_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    Ok(connection)
}
