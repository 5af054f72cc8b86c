//! Connecting: two pools over one database, one for writing and one for reading.

mod postgres;
mod sqlite;

pub(crate) use sqlite::open_for_journal;
pub use sqlite::{FileLock, sqlite_path};

use crate::error::StorageError;
use crate::partitions::MadeDays;
use crate::{AccountDb, AccountScope, MasterKey};
use domain::time::Timestamp;
use migrations::Migrator;
use sea_orm::{Database, DatabaseConnection};
use sea_orm_migration::MigratorTrait;
use std::sync::Arc;

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
    pub(crate) made_days: MadeDays,
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
            let writer = Database::connect(sqlite::writer(&path)).await?;
            let reader = Database::connect(sqlite::reader(&path)).await?;
            let checkpointer = Some(Database::connect(sqlite::writer(&path)).await?);
            return Ok(Self {
                backend: Backend::Sqlite,
                writer,
                reader,
                checkpointer,
                committers: None,
                made_days: MadeDays::default(),
                url: url.into(),
                master_key,
            });
        }
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(StorageError::Refused(
                "the database URL must begin with sqlite:// or postgres://".into(),
            ));
        }
        let pool = Database::connect(postgres::pool(url)).await?;
        Ok(Self {
            backend: Backend::Postgres,
            writer: pool.clone(),
            reader: pool,
            checkpointer: None,
            committers: Some(Database::connect(postgres::committers(url)).await?),
            made_days: MadeDays::default(),
            url: url.into(),
            master_key,
        })
    }

    /// Brings the tables up to date.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn migrate(&self) -> Result<(), StorageError> {
        // Processes that start together take turns. A SQLite file has one process and its own lock.
        let turn = match self.backend {
            Backend::Postgres => Some(postgres::take_turn(&self.url).await?),
            Backend::Sqlite => None,
        };
        Migrator::up(&self.writer, None).await?;
        match turn {
            Some(turn) => Ok(turn.end().await?),
            None => Ok(()),
        }
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

    /// What time it is for the database; `None` where that is the machine's.
    ///
    /// # Errors
    /// Why it does not say.
    pub async fn time(&self) -> Result<Option<Timestamp>, StorageError> {
        match self.backend {
            Backend::Sqlite => Ok(None),
            Backend::Postgres => {
                let millis = "SELECT floor(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::int8";
                Ok(Some(Timestamp(sqlx::query_scalar(millis).fetch_one(self.postgres()).await?)))
            }
        }
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
