//! `bench`: how fast Hookloft relays, and whether it ever loses what it accepted.
//!
//! Each subcommand makes a temporary folder and a database of its own, starts the release server in it,
//! configures it over REST, and prints one JSON object on stdout; what it is doing goes to stderr. The bench
//! is a client and a receiver only: it checks every status, reads every response whole, and counts what
//! arrived by the sequence number that each body carries.
//!
//! - [`load`] sends numbered bodies and remembers which were *accepted* (the 2xx was read to its end);
//! - [`receiver`] is the integration's target and remembers which numbers arrived, how often and how late;
//! - [`stage`] sets the scene: folder, database ([`postgres`]), server ([`server`]), account and
//!   configuration ([`rest`]);
//! - [`measure`] runs one phase of load until everything accepted has arrived;
//! - [`relay`], [`crash`] (with [`outage`]), [`fanout`], [`slow`], [`items`] and [`lists`] are the subcommands;
//!   [`limit`] is what `relay` is compared with, and [`preload`] makes its database an old one;
//! - [`upserts`] are what `items` sends, and [`module`] looks whether they are right;
//! - [`filled`] is the account that `lists` looks at: the product makes the [`originals`], the database itself
//!   ([`shell`]) a million [`copies`] of them.
//!
//! The bench process runs on one thread, so that the server and its database get most of a small machine.

mod bitmap;
mod clock;
mod connection;
mod copies;
mod counts;
mod cpu;
mod crash;
mod fanout;
mod filled;
mod items;
mod limit;
mod list;
mod lists;
mod load;
mod measure;
mod message;
mod module;
mod originals;
mod outage;
mod postgres;
mod preload;
mod process;
mod receiver;
mod relay;
mod report;
mod rest;
mod server;
mod shell;
mod signer;
mod slow;
mod stage;
mod upserts;
mod uuids;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

// The server's allocator too, so that `limit` and the server differ only in what they do.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures Hookloft's release server on this machine and prints JSON.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Ingest and delivery rate, latency, CPU and memory of source -> subscription -> integration, beside the
    /// machine's limit.
    Relay(relay::RelayArgs),
    /// SIGKILL (or a stopped database) under load: is anything lost that was accepted?
    Crash(crash::CrashArgs),
    /// One event to sixteen integrations.
    Fanout(fanout::FanoutArgs),
    /// One receiver that hangs beside nine good ones.
    Slow(slow::SlowArgs),
    /// Items that a source makes, changes and finds unchanged, one by one and in arrays.
    Items(items::ItemsArgs),
    /// REST lists over an account with a million rows of each kind.
    Lists(lists::ListsArgs),
    /// The process that `relay` measures as the limit.
    #[command(hide = true)]
    LimitServer(limit::LimitArgs),
}

/// Options that every subcommand has.
#[derive(Debug, Clone, Args)]
pub struct CommonArgs {
    /// The release server; by default `hookloft` under the target folder's `release/`.
    #[arg(long)]
    binary: Option<PathBuf>,
    #[arg(long, env = "CARGO_TARGET_DIR", default_value = "target", hide = true)]
    target_dir: PathBuf,
    /// Where the temporary folder with the database is made; must be a real disk for figures that mean
    /// something.
    #[arg(long)]
    folder: Option<PathBuf>,
}

impl CommonArgs {
    /// The server to start.
    ///
    /// # Errors
    /// When there is no such file.
    pub fn server_binary(&self) -> Result<PathBuf> {
        let binary = self.binary.clone().unwrap_or_else(|| self.target_dir.join("release/hookloft"));
        binary.canonicalize().with_context(|| {
            format!("no server at {}; run `make release` or pass --binary", binary.display())
        })
    }

    /// The folder in which temporary folders are made.
    pub fn parent_folder(&self) -> PathBuf {
        self.folder.clone().unwrap_or_else(std::env::temp_dir)
    }
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    rustls::crypto::ring::default_provider()
        .install_default()
        .expect("nothing else has installed a TLS provider yet");
    let outcome = runtime_for(&command).and_then(|runtime| runtime.block_on(run_until_signal(command)));
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn runtime_for(command: &Command) -> Result<tokio::runtime::Runtime> {
    let mut builder = match command {
        Command::LimitServer(_) => tokio::runtime::Builder::new_multi_thread(),
        _ => tokio::runtime::Builder::new_current_thread(),
    };
    builder.enable_all().build().context("cannot start the runtime")
}

/// Ends early, children included, on Ctrl-C and SIGTERM: dropping the subcommand's future drops the guards
/// that end what it started.
async fn run_until_signal(command: Command) -> Result<bool> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        outcome = run(command) => outcome,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        _ = terminate.recv() => bail!("terminated"),
    }
}

/// Whether everything that must hold did hold.
async fn run(command: Command) -> Result<bool> {
    let report = match command {
        Command::Relay(args) => relay::run(&args).await?,
        Command::Crash(args) => crash::run(&args).await?,
        Command::Fanout(args) => fanout::run(&args).await?,
        Command::Slow(args) => slow::run(&args).await?,
        Command::Items(args) => items::run(&args).await?,
        Command::Lists(args) => lists::run(&args).await?,
        Command::LimitServer(args) => return limit::serve(&args).await.map(|()| true),
    };
    println!("{}", serde_json::to_string_pretty(&report.json)?);
    Ok(report.is_ok)
}
