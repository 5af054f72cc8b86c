use sea_orm::{DbErr, SqlErr};

/// Why the database did not do what was asked; each variant is something the caller can act on.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// No such row in this account: never existed, or belongs to somebody else.
    #[error("not found")]
    NotFound,
    /// The row changed since the caller read it.
    #[error("it was changed by somebody else meanwhile")]
    Stale,
    /// Another row has this unique value.
    #[error("already taken")]
    Taken,
    /// Other rows still refer to it.
    #[error("still in use")]
    InUse,
    /// The database cannot be reached now; the same call may succeed later.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A stored value cannot be read: wrong master key, or a row written by a newer version.
    #[error("stored data cannot be read: {0}")]
    Corrupt(String),
    /// The statement failed.
    #[error("the database refused: {0}")]
    Refused(String),
}

impl StorageError {
    /// Whether the same call may succeed once the database is back.
    #[must_use]
    pub const fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl From<DbErr> for StorageError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => return Self::Taken,
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => return Self::InUse,
            _ => {}
        }
        match error {
            DbErr::RecordNotFound(_) | DbErr::RecordNotUpdated => Self::NotFound,
            DbErr::ConnectionAcquire(error) => Self::Unavailable(error.to_string()),
            DbErr::Conn(error) | DbErr::Exec(error) | DbErr::Query(error) => from_runtime(error),
            other => Self::Refused(other.to_string()),
        }
    }
}

fn from_runtime(error: sea_orm::RuntimeErr) -> StorageError {
    match error {
        sea_orm::RuntimeErr::SqlxError(error) => from_sqlx(&error),
        other @ sea_orm::RuntimeErr::Internal(_) => StorageError::Refused(other.to_string()),
    }
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        from_sqlx(&error)
    }
}

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        let Some(failure) = error.sqlite_error() else { return Self::Refused(error.to_string()) };
        match failure.extended_code {
            code if is_passing(Some(&code.to_string())) => Self::Unavailable(error.to_string()),
            rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                Self::Taken
            }
            rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Self::InUse,
            _ => Self::Refused(error.to_string()),
        }
    }
}

fn from_sqlx(error: &sqlx::Error) -> StorageError {
    use sqlx::Error as E;
    match error {
        E::RowNotFound => StorageError::NotFound,
        E::Io(_) | E::Tls(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed | E::Protocol(_) => {
            StorageError::Unavailable(error.to_string())
        }
        E::Database(database) if is_passing(database.code().as_deref()) => {
            StorageError::Unavailable(error.to_string())
        }
        E::Database(database) if database.is_unique_violation() => StorageError::Taken,
        E::Database(database) if database.is_foreign_key_violation() => StorageError::InUse,
        _ => StorageError::Refused(error.to_string()),
    }
}

/// PostgreSQL: connection failures (08), shutting down or starting up (57P), out of connections, memory or disk (53),
/// deadlock and serialisation (40), a database that takes no connections now (55000), a server that has become a
/// standby (25006). SQLite: busy (5), locked (6), disk full (13), cannot open (14), I/O error (10).
fn is_passing(code: Option<&str>) -> bool {
    let Some(code) = code else { return false };
    let is_of_class = |class: &&str| code.starts_with(class);
    ["08", "57P", "53", "40"].iter().any(is_of_class)
        || ["55000", "25006"].contains(&code)
        || matches!(
            code,
            "5" | "6" | "10" | "13" | "14" | "261" | "262" | "517" | "522" | "778" | "1034" | "1546"
        )
}
