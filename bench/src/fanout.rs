//! `bench fanout`: one event to sixteen integrations, at the rate that the deliveries keep up with.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::{
    CommonArgs,
    load::{LoadPlan, Pace, Sequences},
    measure::measure,
    message::BODY_BYTES,
    receiver::Receiver,
    report::{self, Report, float, rounded, say},
    rest,
    stage::{Database, Databases, Stage},
};

const INTEGRATIONS: u16 = 16;
const EVENT_TYPE: &str = "bench.received";

/// Arguments of `bench fanout`.
#[derive(Debug, Args)]
pub struct FanoutArgs {
    #[command(flatten)]
    common: CommonArgs,
    /// Where the server keeps its rows.
    #[arg(long, value_enum, default_value = "both")]
    database: Databases,
    /// Connections that send.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// How long to send.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// How many events may be under way before sending waits.
    #[arg(long, default_value_t = 1000)]
    backlog: u64,
    /// How long to send before anything is measured.
    #[arg(long, default_value_t = 2)]
    warm_up_seconds: u64,
}

/// Measures, and is content when nothing was lost.
///
/// # Errors
/// When the database or the server does not start, or the configuration is refused.
pub async fn run(args: &FanoutArgs) -> Result<Report> {
    let machine = report::machine(&args.common.parent_folder()).await?;
    let mut databases = Vec::new();
    let mut is_ok = true;
    for database in args.database.each() {
        let figures = one(args, database).await?;
        is_ok &= figures.is_ok;
        databases.push(figures.json);
    }
    let settings = json!({
        "integrations": INTEGRATIONS,
        "connections": args.connections,
        "seconds": args.seconds,
        "backlog": args.backlog,
        "warm_up_seconds": args.warm_up_seconds,
        "body_bytes": BODY_BYTES,
    });
    Ok(Report {
        json: json!({"bench": "fanout", "machine": machine, "settings": settings, "databases": databases, "ok": is_ok}),
        is_ok,
    })
}

async fn one(args: &FanoutArgs, database: Database) -> Result<Report> {
    let receiver = Receiver::start(usize::from(INTEGRATIONS)).await?;
    let stage = Stage::set(&args.common, database, 1).await?;
    let path = configure(&stage, &receiver).await?;
    let server = &stage.servers[0];
    let pace = Pace::WhileBacklogBelow { events: args.backlog, inbox: Arc::clone(&receiver.inbox) };
    let plan = LoadPlan {
        addresses: vec![server.address],
        paths: vec![path],
        connections: args.connections,
        pace,
        signer: None,
    };
    let sequences = Sequences::default();
    measure(&plan, Duration::from_secs(args.warm_up_seconds), &receiver, &sequences).await;
    say(format!("one event to {INTEGRATIONS} integrations for {} s", args.seconds));
    let (cpu_before, database_before) = (server.cpu_seconds(), stage.database_cpu_seconds());
    let phase = measure(&plan, Duration::from_secs(args.seconds), &receiver, &sequences).await;
    let deliveries_per_second = phase.delivered_per_second();
    let database_cpu =
        stage.database_cpu_seconds().zip(database_before).map(|(after, before)| rounded(after - before));
    let json = json!({
        "database": database.to_string(),
        "database_settings": stage.database_settings().await?,
        "events_per_second": rounded(deliveries_per_second / f64::from(INTEGRATIONS)),
        "deliveries_per_second": rounded(deliveries_per_second),
        "deliveries_per_accepted_event": rounded(float(phase.delivered) / float(phase.counts.accepted.len().max(1))),
        "load": phase.json(),
        "server_cpu_seconds": rounded(server.cpu_seconds() - cpu_before),
        "database_cpu_seconds": database_cpu,
        "server_peak_memory_mb": server.peak_memory_mb(),
        "malformed": receiver.inbox.malformed(),
    });
    Ok(Report { json, is_ok: phase.lost == 0 && receiver.inbox.malformed() == 0 })
}

async fn configure(stage: &Stage, receiver: &Receiver) -> Result<String> {
    let api = stage.api()?;
    for lane in 0..usize::from(INTEGRATIONS) {
        let integration = api.add_integration(&receiver.url(lane), None).await?;
        api.subscribe(&integration, EVENT_TYPE).await?;
    }
    Ok(api.add_source(&rest::relaying("bench", EVENT_TYPE)).await?.path)
}
