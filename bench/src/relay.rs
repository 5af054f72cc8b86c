//! `bench relay`: source -> filter -> mapping -> event -> subscription -> delivery, beside what the machine
//! could do at most.

use std::time::Duration;

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};

use crate::{
    CommonArgs,
    limit::{self, LimitServer},
    load::{LoadPlan, Pace, Sequences},
    measure::{Phase, measure},
    message::BODY_BYTES,
    preload, process,
    receiver::Receiver,
    report::{self, Report, rounded, say},
    stage::{Database, Databases, Stage},
};

const MAX_IN_FLIGHT: u32 = 256;
const EVENT_TYPE: &str = "bench.received";

/// Arguments of `bench relay`.
#[derive(Debug, Args)]
pub struct RelayArgs {
    #[command(flatten)]
    common: CommonArgs,
    /// Where the server keeps its rows.
    #[arg(long, value_enum, default_value = "both")]
    database: Databases,
    /// Numbers of connections to measure with, one after the other.
    #[arg(long, value_delimiter = ',', default_value = "64,256")]
    connections: Vec<usize>,
    /// How long to send as fast as answered.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// How long to send at the given rate.
    #[arg(long, default_value_t = 10)]
    rate_seconds: u64,
    /// Requests a second of the paced phase.
    #[arg(long, default_value_t = 200)]
    rate: u32,
    /// How long to send before anything is measured.
    #[arg(long, default_value_t = 2)]
    warm_up_seconds: u64,
    /// Measure a second time with so many finished deliveries stored, which are copies of the first time's.
    #[arg(long)]
    preload: Option<u64>,
}

/// Measures, and is content when nothing was lost.
///
/// # Errors
/// When the database or the server does not start, or the configuration is refused.
pub async fn run(args: &RelayArgs) -> Result<Report> {
    args.common.server_binary()?;
    let machine = report::machine(&args.common.parent_folder()).await?;
    let mut databases = Vec::new();
    let mut is_ok = true;
    for database in args.database.each() {
        let figures = Relay::new(args).await?.measure(database).await?;
        is_ok &= figures.is_ok;
        databases.push(figures.json);
    }
    let settings = json!({
        "connections": args.connections,
        "seconds": args.seconds,
        "rate": args.rate,
        "rate_seconds": args.rate_seconds,
        "warm_up_seconds": args.warm_up_seconds,
        "preload": args.preload,
        "body_bytes": BODY_BYTES,
        "max_in_flight": MAX_IN_FLIGHT,
    });
    Ok(Report {
        json: json!({"bench": "relay", "machine": machine, "settings": settings, "databases": databases, "ok": is_ok}),
        is_ok,
    })
}

struct Relay<'a> {
    args: &'a RelayArgs,
    receiver: Receiver,
    sequences: Sequences,
    lost: u64,
}

/// Figures of a run, and the one that others are compared with.
struct Run {
    json: Value,
    delivered_per_second: f64,
}

impl<'a> Relay<'a> {
    async fn new(args: &'a RelayArgs) -> Result<Self> {
        Ok(Self { args, receiver: Receiver::start(1).await?, sequences: Sequences::default(), lost: 0 })
    }

    async fn measure(mut self, database: Database) -> Result<Report> {
        let mut stage = Stage::set(&self.args.common, database, 1).await?;
        let path = configure(&stage, &self.receiver).await?;
        let empty = self.runs(&mut stage, &path).await?;
        let mut json = json!({
            "database": database.to_string(),
            "database_settings": stage.database_settings().await?,
            "runs": empty.iter().map(|run| &run.json).collect::<Vec<_>>(),
        });
        if let Some(deliveries) = self.args.preload {
            json["preloaded"] = self.preloaded(&mut stage, &path, &empty, deliveries).await?;
        }
        json["malformed"] = self.receiver.inbox.malformed().into();
        let is_ok = self.lost == 0 && self.receiver.inbox.malformed() == 0;
        Ok(Report { json, is_ok })
    }

    async fn limit(&self, connections: usize) -> Result<Run> {
        say(format!("limit at {connections} connections, {} s", self.args.seconds));
        let server = LimitServer::start(&self.receiver.url(0)).await?;
        let plan = LoadPlan {
            addresses: vec![server.address],
            paths: vec![limit::PATH.into()],
            connections,
            pace: Pace::AsFastAsAnswered,
        };
        self.warm_up(&plan).await;
        let cpu_before = server.cpu_seconds();
        let phase =
            measure(&plan, Duration::from_secs(self.args.seconds), &self.receiver, &self.sequences).await;
        let json = json!({
            "connections": connections,
            "full_load": phase.json(),
            "server_cpu_seconds": rounded(server.cpu_seconds() - cpu_before),
            "server_peak_memory_mb": server.peak_memory_mb(),
        });
        Ok(Run { json, delivered_per_second: phase.delivered_per_second() })
    }

    /// Once more, with the logs full.
    async fn preloaded(
        &mut self,
        stage: &mut Stage,
        path: &str,
        empty: &[Run],
        deliveries: u64,
    ) -> Result<Value> {
        if !preload::is_possible(stage).await {
            say("not preloaded: sqlite3 is not installed");
            return Ok(json!("skipped: sqlite3 is not installed"));
        }
        preload::wait_until_all_finished(stage).await?;
        stage.stop_servers().await?;
        let stored = preload::fill(stage, deliveries).await?;
        stage.start_servers().await?;
        let runs = self.runs(stage, path).await?;
        let ratios = runs
            .iter()
            .zip(empty)
            .map(|(run, empty)| rounded(run.delivered_per_second / empty.delivered_per_second));
        let runs = runs.iter().zip(ratios).map(|(run, ratio)| {
            let mut json = run.json.clone();
            json["ratio_to_empty"] = ratio;
            json
        });
        Ok(json!({"stored_deliveries": stored, "runs": runs.collect::<Vec<_>>()}))
    }

    /// The server at each number of connections, each time between two measurements of the limit: a machine that shares
    /// its processors with others is not the same from minute to minute.
    async fn runs(&mut self, stage: &mut Stage, path: &str) -> Result<Vec<Run>> {
        let mut runs = Vec::new();
        for &connections in &self.args.connections {
            let before = self.limit(connections).await?;
            stage.stop_servers().await?;
            stage.start_servers().await?;
            let plan = LoadPlan {
                addresses: vec![stage.servers[0].address],
                paths: vec![path.into()],
                connections,
                pace: Pace::AsFastAsAnswered,
            };
            self.warm_up(&plan).await;
            let mut run = self.server(stage, &plan).await;
            let after = self.limit(connections).await?;
            let limit = f64::midpoint(before.delivered_per_second, after.delivered_per_second);
            run.json["limit_per_second"] = rounded(limit);
            run.json["limits"] = json!([before.json, after.json]);
            run.json["ratio_to_limit"] = rounded(run.delivered_per_second / limit);
            runs.push(run);
        }
        Ok(runs)
    }

    /// Full load, then the paced load, on a server that is warm.
    async fn server(&mut self, stage: &Stage, plan: &LoadPlan) -> Run {
        say(format!("full load at {} connections, {} s", plan.connections, self.args.seconds));
        let server = &stage.servers[0];
        let (cpu_before, database_before) = (server.cpu_seconds(), stage.database_cpu_seconds());
        let bench_before = process::cpu_seconds(std::process::id());
        let full =
            measure(plan, Duration::from_secs(self.args.seconds), &self.receiver, &self.sequences).await;
        let server_cpu = server.cpu_seconds() - cpu_before;
        let bench_cpu = process::cpu_seconds(std::process::id()) - bench_before;
        let database_cpu =
            stage.database_cpu_seconds().zip(database_before).map(|(after, before)| rounded(after - before));
        say(format!(
            "{:.0}/s delivered; now {}/s for {} s",
            full.delivered_per_second(),
            self.args.rate,
            self.args.rate_seconds
        ));
        let paced_plan = LoadPlan { pace: Pace::PerSecond(self.args.rate), ..plan.clone() };
        let paced = measure(
            &paced_plan,
            Duration::from_secs(self.args.rate_seconds),
            &self.receiver,
            &self.sequences,
        )
        .await;
        self.lost += full.lost + paced.lost;
        let json = json!({
            "connections": plan.connections,
            "full_load": full.json(),
            "paced": paced.json(),
            "server_cpu_seconds": rounded(server_cpu),
            "server_cpu_us_per_delivery": rounded(per_delivery_micros(server_cpu, &full)),
            "database_cpu_seconds": database_cpu,
            "bench_cpu_seconds": rounded(bench_cpu),
            "server_peak_memory_mb": server.peak_memory_mb(),
        });
        Run { json, delivered_per_second: full.delivered_per_second() }
    }

    async fn warm_up(&self, plan: &LoadPlan) {
        measure(plan, Duration::from_secs(self.args.warm_up_seconds), &self.receiver, &self.sequences).await;
    }
}

/// One source, one integration, one subscription; the inbound path.
async fn configure(stage: &Stage, receiver: &Receiver) -> Result<String> {
    let api = stage.api()?;
    let integration = api.add_integration(&receiver.url(0), Some(MAX_IN_FLIGHT)).await?;
    api.subscribe(&integration, EVENT_TYPE).await?;
    api.add_source("bench", EVENT_TYPE).await
}

fn per_delivery_micros(cpu_seconds: f64, phase: &Phase) -> f64 {
    cpu_seconds * 1e6 / report::float(phase.delivered.max(1))
}
