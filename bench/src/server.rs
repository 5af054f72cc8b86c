//! Hookloft as a child process.

use std::{
    fs::{self, File},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use base64::{Engine, prelude::BASE64_STANDARD};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::{
    io::AsyncWriteExt,
    process::{Child, Command},
};

use crate::{connection, process};

const READY_PATIENCE: Duration = Duration::from_secs(60);
const STOP_PATIENCE: Duration = Duration::from_secs(60);
const LOG_TAIL_BYTES: usize = 4000;

/// What all servers over one database have in common.
#[derive(Debug, Clone)]
pub struct Installation {
    binary: PathBuf,
    folder: PathBuf,
    database_url: String,
    master_key: String,
}

/// What `hookloft account create` hands back.
#[derive(Debug, Clone)]
pub struct Account {
    /// For `Authorization: Bearer`.
    pub api_key: String,
}

impl Installation {
    /// Prepares an installation with a random master key; starts nothing.
    pub fn new(binary: PathBuf, folder: PathBuf, database_url: String) -> Self {
        let master_key = BASE64_STANDARD.encode(rand::random::<[u8; 32]>());
        Self { binary, folder, database_url, master_key }
    }

    /// Migrates the database and makes an account.
    ///
    /// # Errors
    /// When the command fails or prints something else than agreed.
    pub async fn create_account(&self) -> Result<Account> {
        process::finish(self.command().arg("migrate")).await?;
        let mut command = self.command();
        command.args([
            "account",
            "create",
            "--name",
            "Bench",
            "--email",
            "bench@example.test",
            "--password-stdin",
            "--json",
        ]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().context("cannot start hookloft account create")?;
        child.stdin.take().context("no stdin")?.write_all(b"correct horse battery staple\n").await?;
        let printed = process::succeeded("hookloft account create", &child.wait_with_output().await?)?;
        let json: Value = serde_json::from_str(&printed)
            .with_context(|| format!("`account create --json` printed {printed}"))?;
        let api_key = json["api_key"].as_str().with_context(|| format!("no `api_key` in {printed}"))?;
        Ok(Account { api_key: api_key.to_owned() })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HOOKLOFT_"))
        {
            command.env_remove(name);
        }
        command
            .current_dir(&self.folder)
            .env("HOOKLOFT_DATABASE_URL", &self.database_url)
            .env("HOOKLOFT_DATA_DIR", &self.folder)
            .env("HOOKLOFT_MASTER_KEY", &self.master_key)
            .env("HOOKLOFT_ALLOW_NETWORKS", "127.0.0.0/8")
            .env("RUST_LOG", "warn");
        command
    }
}

/// One `hookloft serve`; killed when dropped.
#[derive(Debug)]
pub struct Server {
    /// Where it listens, also after a restart.
    pub address: SocketAddr,
    installation: Installation,
    log: PathBuf,
    child: Child,
}

impl Server {
    /// Starts a server on a free port and waits until it is ready.
    ///
    /// # Errors
    /// When it does not become ready within a minute; the message ends with its log.
    pub async fn start(installation: &Installation) -> Result<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let log = installation.folder.join(format!("server-{}.log", address.port()));
        let child = spawn(installation, address, &log)?;
        let mut server = Self { address, installation: installation.clone(), log, child };
        server.ready().await?;
        Ok(server)
    }

    /// Waits until `/readyz` answers 200.
    ///
    /// # Errors
    /// When it ends or does not become ready within a minute; the message ends with its log.
    pub async fn ready(&mut self) -> Result<()> {
        let until = Instant::now() + READY_PATIENCE;
        while !matches!(connection::get(self.address, "/readyz").await, Ok(200)) {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended ({status}): {}", self.log_tail());
            }
            if Instant::now() >= until {
                bail!("the server does not become ready: {}", self.log_tail());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// SIGKILL.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub async fn kill(&mut self) -> Result<()> {
        self.child.kill().await.context("cannot kill the server")
    }

    /// SIGTERM, then waits until it has drained and ended.
    ///
    /// # Errors
    /// When it is still there after a minute.
    pub async fn stop(&mut self) -> Result<()> {
        if let Some(pid) = self.child.id().and_then(|pid| Pid::from_raw(pid.cast_signed())) {
            kill_process(pid, Signal::TERM)?;
        }
        tokio::time::timeout(STOP_PATIENCE, self.child.wait())
            .await
            .context("the server does not end after SIGTERM")??;
        Ok(())
    }

    /// Starts the ended server again on the same port; does not wait for it.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn restart(&mut self) -> Result<()> {
        self.child = spawn(&self.installation, self.address, &self.log)?;
        Ok(())
    }

    /// Whether the process has ended by itself.
    ///
    /// # Errors
    /// When the system does not know.
    pub fn has_ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// CPU seconds since the last start.
    pub fn cpu_seconds(&self) -> f64 {
        self.child.id().map_or(0.0, process::cpu_seconds)
    }

    /// The most memory since the last start, in MiB.
    pub fn peak_memory_mb(&self) -> u64 {
        self.child.id().map_or(0, process::peak_memory_mb)
    }

    /// The end of what it has logged.
    pub fn log_tail(&self) -> String {
        let log = fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&log[log.len().saturating_sub(LOG_TAIL_BYTES)..]).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        process::end(&mut self.child);
    }
}

/// A port of 127.0.0.1 that nobody listens on right now.
///
/// # Errors
/// When there is none.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0").context("no free port")?.local_addr()?.port())
}

fn spawn(installation: &Installation, address: SocketAddr, log: &PathBuf) -> Result<Child> {
    let log = File::options().create(true).append(true).open(log)?;
    let mut command = installation.command();
    command
        .arg("serve")
        .env("HOOKLOFT_LISTEN", address.to_string())
        .env("HOOKLOFT_PUBLIC_URL", format!("http://{address}"));
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).kill_on_drop(true);
    command.spawn().context("cannot start hookloft serve")
}
