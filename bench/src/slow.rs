//! `bench slow`: ten integrations, and then one of them hangs. What do the nine others lose?

use std::time::{Duration, Instant};

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};

use crate::{
    CommonArgs,
    bitmap::Bitmap,
    load::{Load, LoadPlan, Pace, Sequences},
    measure::{DRAIN_PATIENCE, per_second},
    message::BODY_BYTES,
    receiver::Receiver,
    report::{self, Report, rounded, say},
    rest,
    stage::{Database, Databases, Stage},
};

const RECEIVERS: u64 = 10;
const GOOD: usize = 9;
const ALLOWED_LOSS_PERCENT: f64 = 10.0;

/// Arguments of `bench slow`.
#[derive(Debug, Args)]
pub struct SlowArgs {
    #[command(flatten)]
    common: CommonArgs,
    /// Where the server keeps its rows.
    #[arg(long, value_enum, default_value = "both")]
    database: Databases,
    /// Connections that send.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// How long each of the two phases takes.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// How long the slow receiver holds each request.
    #[arg(long, default_value_t = 15)]
    hang_seconds: u64,
    /// How long to send before anything is measured.
    #[arg(long, default_value_t = 2)]
    warm_up_seconds: u64,
}

/// Measures, and is content when the good nine lose less than a tenth of their rate and nothing of what was
/// accepted for them.
///
/// # Errors
/// When the database or the server does not start, or the configuration is refused.
pub async fn run(args: &SlowArgs) -> Result<Report> {
    let machine = report::machine(&args.common.parent_folder()).await?;
    let mut databases = Vec::new();
    let mut is_ok = true;
    for database in args.database.each() {
        let figures = one(args, database).await?;
        is_ok &= figures.is_ok;
        databases.push(figures.json);
    }
    let settings = json!({
        "receivers": RECEIVERS,
        "connections": args.connections,
        "seconds": args.seconds,
        "hang_seconds": args.hang_seconds,
        "warm_up_seconds": args.warm_up_seconds,
        "body_bytes": BODY_BYTES,
    });
    Ok(Report {
        json: json!({"bench": "slow", "machine": machine, "settings": settings, "databases": databases, "ok": is_ok}),
        is_ok,
    })
}

async fn one(args: &SlowArgs, database: Database) -> Result<Report> {
    let mut receivers = Vec::new();
    for _ in 0..RECEIVERS {
        receivers.push(Receiver::start(1).await?);
    }
    let stage = Stage::set(&args.common, database, 1).await?;
    let paths = configure(&stage, &receivers).await?;
    let pace = Pace::AsFastAsAnswered;
    let plan = LoadPlan {
        addresses: vec![stage.servers[0].address],
        paths,
        connections: args.connections,
        pace,
        signer: None,
    };
    let sequences = Sequences::default();
    feed(&plan, args.warm_up_seconds, &receivers, &receivers, &sequences).await;
    say(format!("all ten good for {} s", args.seconds));
    let baseline = feed(&plan, args.seconds, &receivers, &receivers, &sequences).await;
    say(format!("one of ten hangs {} s per request, for {} s", args.hang_seconds, args.seconds));
    receivers[GOOD].inbox.hang(Duration::from_secs(args.hang_seconds));
    let beside_hanging = feed(&plan, args.seconds, &receivers, &receivers[..GOOD], &sequences).await;
    let loss_percent = 100.0 * (1.0 - beside_hanging.good_per_second() / baseline.good_per_second());
    let json = json!({
        "database": database.to_string(),
        "database_settings": stage.database_settings().await?,
        "baseline": baseline.json(),
        "beside_hanging": beside_hanging.json(),
        "loss_percent": rounded(loss_percent),
        "server_peak_memory_mb": stage.servers[0].peak_memory_mb(),
    });
    let is_ok = loss_percent < ALLOWED_LOSS_PERCENT && baseline.lost + beside_hanging.lost == 0;
    Ok(Report { json, is_ok })
}

/// A source, an event type, a subscription and an integration per receiver; the inbound paths in that order.
async fn configure(stage: &Stage, receivers: &[Receiver]) -> Result<Vec<String>> {
    let api = stage.api()?;
    let mut paths = Vec::new();
    for (index, receiver) in receivers.iter().enumerate() {
        let event_type = format!("bench.received{index}");
        let integration = api.add_integration(&receiver.url(0), None).await?;
        api.subscribe(&integration, &event_type).await?;
        paths.push(api.add_source(&rest::relaying(&format!("bench{index}"), &event_type)).await?.path);
    }
    Ok(paths)
}

struct Fed {
    accepted: u64,
    refused: u64,
    broken: u64,
    /// First arrivals within the window, by receiver.
    per_second: Vec<f64>,
    ingest_per_second: f64,
    lost: u64,
}

impl Fed {
    fn good_per_second(&self) -> f64 {
        self.per_second[..GOOD].iter().sum()
    }

    fn json(&self) -> Value {
        json!({
            "good_nine_per_second": rounded(self.good_per_second()),
            "per_second_by_receiver": self.per_second.iter().copied().map(rounded).collect::<Vec<_>>(),
            "ingest_per_second": rounded(self.ingest_per_second),
            "accepted": self.accepted,
            "lost_to_good": self.lost,
            "non_2xx": self.refused,
            "broken_connections": self.broken,
        })
    }
}

/// Feeds all receivers evenly, then waits until those of `awaited` have what was accepted for them.
async fn feed(
    plan: &LoadPlan,
    seconds: u64,
    receivers: &[Receiver],
    awaited: &[Receiver],
    sequences: &Sequences,
) -> Fed {
    for receiver in receivers {
        receiver.inbox.begin();
    }
    let started = Instant::now();
    let load = Load::start(plan, sequences);
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let window = started.elapsed();
    let ingest_per_second = per_second(load.counts().accepted.len(), window);
    let per_receiver =
        receivers.iter().map(|receiver| per_second(receiver.inbox.delivered(), window)).collect();
    let counts = load.stop().await;
    let until = Instant::now() + DRAIN_PATIENCE;
    let mut lost = missing(&counts.accepted, awaited);
    while lost > 0 && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(50)).await;
        lost = missing(&counts.accepted, awaited);
    }
    Fed {
        accepted: counts.accepted.len(),
        refused: counts.refused(),
        broken: counts.broken,
        per_second: per_receiver,
        ingest_per_second,
        lost,
    }
}

/// How many accepted sequences have not reached the receiver that they were for.
fn missing(accepted: &Bitmap, awaited: &[Receiver]) -> u64 {
    let missing = awaited.iter().zip(0..).map(|(receiver, index)| {
        let mut own = Bitmap::default();
        for sequence in accepted.iter().filter(|sequence| sequence % RECEIVERS == index) {
            own.insert(sequence);
        }
        receiver.inbox.missing(&own)
    });
    missing.sum()
}
