//! The scene of a run: a temporary folder, a database, servers and an account; all gone when dropped.

use std::{fmt, fs, path::PathBuf};

use anyhow::{Result, bail};
use clap::ValueEnum;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    CommonArgs,
    postgres::Cluster,
    report::say,
    rest::Api,
    server::{Account, Installation, Server},
};

/// Which database the server keeps its rows in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Database {
    /// A file.
    Sqlite,
    /// A temporary cluster.
    Postgres,
}

impl fmt::Display for Database {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}

/// One database, or each in turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Databases {
    /// SQLite only.
    Sqlite,
    /// PostgreSQL only.
    Postgres,
    /// Both, one after the other.
    Both,
}

impl Databases {
    /// Which ones, in order.
    pub fn each(self) -> Vec<Database> {
        match self {
            Self::Sqlite => vec![Database::Sqlite],
            Self::Postgres => vec![Database::Postgres],
            Self::Both => vec![Database::Sqlite, Database::Postgres],
        }
    }
}

/// Where a running stage keeps its rows.
#[derive(Debug)]
pub enum Store {
    /// The database file.
    Sqlite(PathBuf),
    /// The running cluster.
    Postgres(Box<Cluster>),
}

/// Servers over one database. Fields drop in this order: servers, then their database, then the folder.
#[derive(Debug)]
pub struct Stage {
    /// The running servers.
    pub servers: Vec<Server>,
    /// Their database.
    pub store: Store,
    /// The account that everything belongs to.
    pub account: Account,
    _folder: TempDir,
}

impl Stage {
    /// Sets everything up and waits until all `servers` are ready.
    ///
    /// # Errors
    /// When the database or a server does not start.
    pub async fn set(common: &CommonArgs, database: Database, servers: usize) -> Result<Self> {
        say(format!("starting {servers} server(s) over {database}"));
        let folder = tempfile::Builder::new().prefix("hookloft-bench-").tempdir_in(common.parent_folder())?;
        let home = folder.path().join("hookloft");
        fs::create_dir(&home)?;
        let store = match database {
            Database::Sqlite => Store::Sqlite(home.join("hookloft.db")),
            Database::Postgres => Store::Postgres(Box::new(Cluster::start(folder.path()).await?)),
        };
        let url = match &store {
            Store::Sqlite(file) => format!("sqlite://{}", file.display()),
            Store::Postgres(cluster) => cluster.url(),
        };
        let installation = Installation::new(common.server_binary()?, home, url);
        let account = installation.create_account().await?;
        let mut stage = Self { servers: Vec::new(), store, account, _folder: folder };
        for _ in 0..servers {
            stage.servers.push(Server::start(&installation).await?);
        }
        Ok(stage)
    }

    /// REST through the first server.
    ///
    /// # Errors
    /// When there is no HTTP client.
    pub fn api(&self) -> Result<Api> {
        Api::new(self.servers[0].address, &self.account)
    }

    /// Ends all servers by SIGTERM.
    ///
    /// # Errors
    /// When one does not end.
    pub async fn stop_servers(&mut self) -> Result<()> {
        for server in &mut self.servers {
            server.stop().await?;
        }
        Ok(())
    }

    /// Starts all servers, which have ended, again.
    ///
    /// # Errors
    /// When one does not become ready.
    pub async fn start_servers(&mut self) -> Result<()> {
        for server in &mut self.servers {
            server.restart()?;
            server.ready().await?;
        }
        Ok(())
    }

    /// The PostgreSQL cluster.
    ///
    /// # Errors
    /// When the database is SQLite.
    pub fn cluster(&mut self) -> Result<&mut Cluster> {
        match &mut self.store {
            Store::Sqlite(_) => bail!("the database is SQLite, not PostgreSQL"),
            Store::Postgres(cluster) => Ok(cluster),
        }
    }

    /// What decides the database's figures.
    ///
    /// # Errors
    /// When the cluster does not answer.
    pub async fn database_settings(&self) -> Result<Value> {
        match &self.store {
            Store::Sqlite(_) => Ok(json!("as the server sets them")),
            Store::Postgres(cluster) => cluster.settings().await,
        }
    }

    /// CPU seconds of the database's own processes so far; none where the database is part of the server.
    pub fn database_cpu_seconds(&self) -> Option<f64> {
        match &self.store {
            Store::Sqlite(_) => None,
            Store::Postgres(cluster) => Some(cluster.cpu_seconds()),
        }
    }
}
