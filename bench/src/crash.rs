//! `bench crash`: is anything lost that was accepted, whoever dies and whenever?

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::{Args, ValueEnum};
use rand::Rng;
use serde_json::{Value, json};

use crate::{
    CommonArgs,
    counts::Counts,
    load::{Load, LoadPlan, Pace, Sequences},
    measure::drain,
    message::BODY_BYTES,
    outage,
    receiver::Receiver,
    report::{self, Report, rounded, say},
    rest,
    stage::{Database, Stage},
};

const EVENT_TYPE: &str = "bench.received";
const SETTLE: Duration = Duration::from_millis(500);

/// Arguments of `bench crash`.
#[derive(Debug, Args)]
pub struct CrashArgs {
    #[command(flatten)]
    common: CommonArgs,
    /// What is killed, and over which database.
    #[arg(long, value_enum, default_value = "all")]
    database: Cases,
    /// How often.
    #[arg(long, default_value_t = 20)]
    kills: u32,
    /// Connections that send.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Requests a second in all; by default as fast as answered.
    #[arg(long)]
    rate: Option<u32>,
    /// The longest time after the load in which everything accepted has to arrive.
    #[arg(long, default_value_t = 240)]
    drain_seconds: u64,
}

/// One case, or each in turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Cases {
    /// The one server over SQLite is killed.
    Sqlite,
    /// The one server over PostgreSQL is killed.
    Postgres,
    /// One of three servers over one PostgreSQL is killed.
    #[value(name = "postgres-3")]
    Postgres3,
    /// PostgreSQL is stopped and started under one server.
    PostgresRestart,
    /// All of them.
    All,
}

impl Cases {
    fn each(self) -> Vec<Self> {
        match self {
            Self::All => vec![Self::Sqlite, Self::Postgres, Self::Postgres3, Self::PostgresRestart],
            one => vec![one],
        }
    }

    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    fn database(self) -> Database {
        if self == Self::Sqlite { Database::Sqlite } else { Database::Postgres }
    }

    fn servers(self) -> usize {
        if self == Self::Postgres3 { 3 } else { 1 }
    }
}

/// Kills, and is content when nothing accepted was lost.
///
/// # Errors
/// When the database or a server does not start (again), or the configuration is refused.
pub async fn run(args: &CrashArgs) -> Result<Report> {
    let machine = report::machine(&args.common.parent_folder()).await?;
    let mut cases = Vec::new();
    let mut is_ok = true;
    for case in args.database.each() {
        let figures = one(args, case).await?;
        is_ok &= figures.is_ok;
        cases.push(figures.json);
    }
    let settings = json!({
        "kills": args.kills,
        "connections": args.connections,
        "rate": args.rate,
        "drain_seconds": args.drain_seconds,
        "body_bytes": BODY_BYTES,
    });
    Ok(Report {
        json: json!({"bench": "crash", "machine": machine, "settings": settings, "cases": cases, "ok": is_ok}),
        is_ok,
    })
}

async fn one(args: &CrashArgs, case: Cases) -> Result<Report> {
    let receiver = Receiver::start(1).await?;
    let mut stage = Stage::set(&args.common, case.database(), case.servers()).await?;
    let path = configure(&stage, &receiver).await?;
    let addresses = stage.servers.iter().map(|server| server.address).collect();
    let pace = args.rate.map_or(Pace::AsFastAsAnswered, Pace::PerSecond);
    let plan = LoadPlan { addresses, paths: vec![path], connections: args.connections, pace, signer: None };
    let sequences = Sequences::default();
    let started = Instant::now();
    let load = Load::start(&plan, &sequences);
    say(format!("{}: {} kills", case.name(), args.kills));
    let story = match case {
        Cases::PostgresRestart => outage::stop_and_start(&mut stage, &load, args.kills).await?,
        _ => kill_and_restart(&mut stage, &load, args.kills).await?,
    };
    tokio::time::sleep(SETTLE).await;
    let load_time = started.elapsed();
    let counts = load.stop().await;
    say(format!("{} accepted; waiting until all have arrived", counts.accepted.len()));
    let drain_started = Instant::now();
    let lost = drain(&receiver.inbox, &counts, Duration::from_secs(args.drain_seconds)).await;
    let outcome = totals(&counts, &receiver, &sequences, lost);
    let mut json = json!({
        "case": case.name(),
        "servers": stage.servers.len(),
        "database_settings": stage.database_settings().await?,
    });
    report::merge(&mut json, &story.json);
    report::merge(&mut json, &outcome);
    json["load_seconds"] = rounded(load_time.as_secs_f64());
    json["drain_seconds"] = rounded(drain_started.elapsed().as_secs_f64());
    if lost > 0 {
        stage
            .servers
            .iter()
            .for_each(|server| eprintln!("log of {}:\n{}", server.address, server.log_tail()));
    }
    Ok(Report { json, is_ok: story.is_ok && lost == 0 && receiver.inbox.malformed() == 0 })
}

async fn configure(stage: &Stage, receiver: &Receiver) -> Result<String> {
    let api = stage.api()?;
    let integration = api.add_integration(&receiver.url(0), Some(256)).await?;
    api.subscribe(&integration, EVENT_TYPE).await?;
    Ok(api.add_source(&rest::relaying("bench", EVENT_TYPE)).await?.path)
}

/// SIGKILLs a random server 0.2 to 2 s after the last one was up again (one time in four: was started again)
/// and starts it at once.
async fn kill_and_restart(stage: &mut Stage, load: &Load, kills: u32) -> Result<Report> {
    let mut killed_while_starting = 0;
    let mut accepted_between = Vec::new();
    let mut accepted_before = load.counts().accepted.len();
    let mut is_starting = false;
    for kill in 1..=kills {
        pause(200..2000).await;
        let accepted = load.counts().accepted.len();
        accepted_between.push(accepted - accepted_before);
        accepted_before = accepted;
        killed_while_starting += u32::from(is_starting);
        let victim = rand::rng().random_range(0..stage.servers.len());
        let server = &mut stage.servers[victim];
        ensure!(!server.has_ended()?, "server {} ended by itself: {}", server.address, server.log_tail());
        server.kill().await?;
        server.restart()?;
        is_starting = kill < kills && rand::rng().random_ratio(1, 4);
        if !is_starting {
            server.ready().await?;
        }
        say(format!("kill {kill} of {kills}: server {victim}; {accepted} accepted so far"));
    }
    for server in &mut stage.servers {
        server.ready().await?;
    }
    let json = json!({
        "kills": kills,
        "not_awaited_after_restart": killed_while_starting,
        "accepted_between_kills": {"min": accepted_between.iter().min(), "max": accepted_between.iter().max()},
    });
    Ok(Report { json, is_ok: true })
}

/// Waits a random number of milliseconds.
pub async fn pause(milliseconds: std::ops::Range<u64>) {
    let milliseconds = rand::rng().random_range(milliseconds);
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

fn totals(counts: &Counts, receiver: &Receiver, sequences: &Sequences, lost: u64) -> Value {
    let lane = receiver.inbox.lane(0);
    json!({
        "sent": sequences.handed_out(),
        "accepted": counts.accepted.len(),
        "lost": lost,
        "duplicates": lane.duplicates,
        "delivered": lane.received.len(),
        "delivered_without_answer": lane.received.missing_from(&counts.accepted),
        "statuses": report::by_status(&counts.statuses),
        "broken_connections": counts.broken,
        "unanswered": counts.unanswered,
        "end_to_end_ms": report::latency(&lane.latency),
        "malformed": receiver.inbox.malformed(),
    })
}
