//! A temporary PostgreSQL cluster that loses nothing: fsync and `synchronous_commit` are on.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::process::{Child, Command};

use crate::{process, server::free_port};

const START_PATIENCE: Duration = Duration::from_secs(60);
const STOP_PATIENCE: Duration = Duration::from_secs(30);
const SETTINGS: [&str; 7] = [
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "shared_buffers=2GB",
    "max_wal_size=4GB",
    "min_wal_size=2GB",
    "max_connections=200",
];

/// A cluster that has been in use writes into log files that it has used before. A new one has to make each of them,
/// which holds up all commits for tens of milliseconds; so it uses these many, of 16 MB, before anything is measured.
const USED_LOG_FILES: &str = "
    SELECT pg_logical_emit_message(false, 'bench', 'used'), pg_switch_wal() FROM generate_series(1, 96)";

/// A cluster that has been in use has touched all its shared memory. A new one is given each page of it by the kernel when
/// it first needs it, which costs more than filling it; so a table of that size comes and goes first.
const USED_BUFFERS: &str = "
    CREATE UNLOGGED TABLE used (page TEXT);
    ALTER TABLE used ALTER page SET STORAGE PLAIN;
    INSERT INTO used SELECT repeat('x', 8000) FROM generate_series(1, (
        SELECT setting::int FROM pg_settings WHERE name = 'shared_buffers'));
    DROP TABLE used";

/// How to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Disconnects everyone, rolls back what is open and writes a checkpoint.
    Fast,
    /// As a crash would: recovery at the next start.
    Immediate,
}

/// A cluster under a temporary folder; stopped when dropped.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    postmaster: Option<Child>,
}

impl Cluster {
    /// Makes a cluster in `parent` and starts it on a free port, with an empty database `hookloft`.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start.
    pub async fn start(parent: &Path) -> Result<Self> {
        let folder = parent.join("postgres");
        fs::create_dir(&folder)?;
        if is_root() {
            process::output("chmod", &["711", &parent.to_string_lossy()]).await?;
            process::output("chown", &["postgres:", &folder.to_string_lossy()]).await?;
        }
        let mut cluster = Self { programs: newest_programs()?, folder, port: free_port()?, postmaster: None };
        let data = cluster.data().to_string_lossy().into_owned();
        let options =
            ["-D", &data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
        process::finish(cluster.command("initdb").args(options)).await?;
        cluster.resume().await?;
        cluster.sql("postgres", "CREATE DATABASE hookloft").await?;
        cluster.sql("postgres", USED_LOG_FILES).await?;
        cluster.sql("postgres", USED_BUFFERS).await?;
        cluster.sql("postgres", "CHECKPOINT").await?;
        Ok(cluster)
    }

    /// The URL of the database `hookloft`, by its socket in the file system, as a server on the same machine is reached.
    pub fn url(&self) -> String {
        let url = format!("postgres://bench@localhost:{}/hookloft", self.port);
        let socket = [("host", self.folder.to_string_lossy())];
        reqwest::Url::parse_with_params(&url, socket).expect("a number fits into a URL").into()
    }

    /// Starts the stopped cluster and waits until it answers.
    ///
    /// # Errors
    /// When it does not start within a minute; the message ends with its log.
    pub async fn resume(&mut self) -> Result<()> {
        let log = File::options().create(true).append(true).open(self.log())?;
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data()).args([
            "-p",
            &self.port.to_string(),
            "-k",
            &self.folder.to_string_lossy(),
        ]);
        command.args(["-c", "listen_addresses=127.0.0.1"]);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        self.postmaster = Some(command.spawn().context("cannot start postgres")?);
        let until = Instant::now() + START_PATIENCE;
        while self.sql("postgres", "SELECT 1").await.is_err() {
            if Instant::now() >= until {
                bail!("postgres does not answer: {}", fs::read_to_string(self.log()).unwrap_or_default());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Stops the cluster and waits until its last process is gone.
    ///
    /// # Errors
    /// When it does not end within 30 s.
    pub async fn stop(&mut self, how: Stop) -> Result<()> {
        let Some(mut postmaster) = self.postmaster.take() else { return Ok(()) };
        signal(&postmaster, how);
        tokio::time::timeout(STOP_PATIENCE, postmaster.wait()).await.context("postgres does not stop")??;
        Ok(())
    }

    /// What the running cluster says about the settings that decide the figures.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn settings(&self) -> Result<Value> {
        let names = "'server_version','fsync','synchronous_commit','full_page_writes','wal_sync_method','shared_buffers',\
                     'max_wal_size','min_wal_size','max_connections'";
        let query = format!(
            "SELECT json_object_agg(name, current_setting(name)) FROM pg_settings WHERE name IN ({names})"
        );
        Ok(serde_json::from_str(&self.sql("hookloft", &query).await?)?)
    }

    /// CPU seconds of all the cluster's processes so far.
    pub fn cpu_seconds(&self) -> f64 {
        self.postmaster.as_ref().and_then(Child::id).map_or(0.0, process::family_cpu_seconds)
    }

    /// Runs SQL with `psql`; its unaligned output.
    ///
    /// # Errors
    /// When the cluster does not answer or refuses.
    pub async fn sql(&self, database: &str, sql: &str) -> Result<String> {
        let mut command = Command::new(self.programs.join("psql"));
        command.args([
            "-X",
            "-A",
            "-t",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-U",
            "bench",
            "-h",
            "127.0.0.1",
            "-d",
            database,
            "-c",
            sql,
        ]);
        process::finish(command.args(["-p", &self.port.to_string()])).await
    }

    /// One of PostgreSQL's programs, as a user that it is willing to run as.
    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(&self.folder);
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let Some(mut postmaster) = self.postmaster.take() else { return };
        signal(&postmaster, Stop::Immediate);
        process::reap(&mut postmaster, STOP_PATIENCE);
    }
}

/// The signals are the postmaster's own interface: SIGINT is a fast, SIGQUIT an immediate shutdown.
fn signal(postmaster: &Child, how: Stop) {
    let signal = match how {
        Stop::Fast => Signal::INT,
        Stop::Immediate => Signal::QUIT,
    };
    let pid = postmaster.id().and_then(|pid| Pid::from_raw(pid.cast_signed()));
    if let Some(Err(error)) = pid.map(|pid| kill_process(pid, signal)) {
        eprintln!("bench: cannot stop postgres: {error}");
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn newest_programs() -> Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .context("PostgreSQL is not installed (apt-get install postgresql)")?;
    let newest = versions
        .filter_map(|entry| {
            Some((
                entry.as_ref().ok()?.file_name().to_str()?.parse::<u32>().ok()?,
                entry.ok()?.path().join("bin"),
            ))
        })
        .filter(|(_, programs)| programs.join("initdb").exists())
        .max_by_key(|(version, _)| *version);
    newest
        .map(|(_, programs)| programs)
        .context("no /usr/lib/postgresql/*/bin/initdb (apt-get install postgresql)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn cluster_is_durable_and_comes_back_after_both_kinds_of_stop() {
        let folder = tempfile::tempdir().unwrap();
        let mut cluster = Cluster::start(folder.path()).await.unwrap();
        let settings = cluster.settings().await.unwrap();
        assert_eq!((&settings["fsync"], &settings["synchronous_commit"]), (&"on".into(), &"on".into()));
        cluster.sql("hookloft", "CREATE TABLE t AS SELECT 7 AS n").await.unwrap();
        for how in [Stop::Fast, Stop::Immediate] {
            cluster.stop(how).await.unwrap();
            assert!(cluster.sql("hookloft", "SELECT 1").await.is_err());
            cluster.resume().await.unwrap();
            assert_eq!(cluster.sql("hookloft", "SELECT n FROM t").await.unwrap(), "7");
        }
        assert!(cluster.cpu_seconds() > 0.0);
    }
}
