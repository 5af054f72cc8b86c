//! SQL through the database's own shell, `sqlite3` or `psql`, for what no API does in bulk.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::{
    postgres::Cluster,
    process,
    stage::{Stage, Store},
};

/// The shell of one database. Each call is a session of its own.
#[derive(Debug, Clone, Copy)]
pub enum Shell<'a> {
    /// Of this file.
    Sqlite(&'a Path),
    /// Of the database `hookloft` of this cluster.
    Postgres(&'a Cluster),
}

/// Whether the shell of a stage's database is installed.
pub async fn is_installed(stage: &Stage) -> bool {
    match &stage.store {
        Store::Sqlite(_) => has_sqlite_shell().await,
        Store::Postgres(_) => true,
    }
}

/// Whether there is `sqlite3`.
pub async fn has_sqlite_shell() -> bool {
    process::output("sqlite3", &["--version"]).await.is_ok()
}

impl<'a> Shell<'a> {
    /// The shell of `store`.
    pub fn of(store: &'a Store) -> Self {
        match store {
            Store::Sqlite(file) => Self::Sqlite(file),
            Store::Postgres(cluster) => Self::Postgres(cluster),
        }
    }

    /// Runs statements; what they print.
    ///
    /// # Errors
    /// When the database refuses one.
    pub async fn run(&self, sql: &str) -> Result<String> {
        match self {
            Self::Sqlite(file) => {
                process::output("sqlite3", &["-batch", "-bail", &file.to_string_lossy(), sql]).await
            }
            Self::Postgres(cluster) => cluster.sql("hookloft", sql).await,
        }
    }

    /// The number that a query gives.
    ///
    /// # Errors
    /// When it gives none, or the database refuses.
    pub async fn number(&self, sql: &str) -> Result<u64> {
        let printed = self.run(sql).await?;
        printed.parse().with_context(|| format!("`{sql}` gives {printed}"))
    }

    /// The columns of a table.
    ///
    /// # Errors
    /// When there is no such table.
    pub async fn columns(&self, table: &str) -> Result<Vec<String>> {
        let printed = match self {
            Self::Sqlite(_) => self.run(&format!("SELECT name FROM pragma_table_info('{table}')")).await?,
            Self::Postgres(_) => {
                let schema = "table_schema = current_schema()";
                let columns = "SELECT column_name FROM information_schema.columns";
                self.run(&format!("{columns} WHERE table_name = '{table}' AND {schema}")).await?
            }
        };
        ensure!(!printed.is_empty(), "there is no table {table}");
        Ok(printed.lines().map(str::to_owned).collect())
    }

    /// Leaves the database as it would be after some time of its own upkeep.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle(&self) -> Result<()> {
        match self {
            Self::Sqlite(_) => self.run("PRAGMA wal_checkpoint(TRUNCATE); ANALYZE;").await?,
            Self::Postgres(cluster) => {
                cluster.sql("hookloft", "VACUUM ANALYZE").await?;
                cluster.sql("hookloft", "CHECKPOINT").await?
            }
        };
        Ok(())
    }

    /// Leaves SQLite as it is where nobody has ever analysed it; PostgreSQL analyses by itself.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forget_statistics(&self) -> Result<()> {
        if let Self::Sqlite(_) = self {
            self.run("DROP TABLE IF EXISTS sqlite_stat1; DROP TABLE IF EXISTS sqlite_stat4;").await?;
        }
        Ok(())
    }
}
