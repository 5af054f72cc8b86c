//! `bench relay`: source -> filter -> mapping -> event -> subscription -> delivery, beside what the machine
//! could do at most.

use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Args;
use serde_json::{Value, json};

use crate::{
    CommonArgs,
    connection::Connection,
    cpu::Cpu,
    limit::{self, LimitServer},
    load::{LoadPlan, Pace, Sequences},
    measure::{Phase, measure},
    message::{BODY_BYTES, RequestTemplate},
    preload,
    receiver::Receiver,
    report::{self, Report, rounded, say},
    rest, shell,
    signer::Signer,
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
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// How long a turn of full load is: turns of the server and of the limit follow each other, because a machine that
    /// shares its processors with others is not the same from minute to minute.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..))]
    turn_seconds: u64,
    /// How long to send at the given rate.
    #[arg(long, default_value_t = 10)]
    rate_seconds: u64,
    /// Requests a second of the paced phase.
    #[arg(long, default_value_t = 200)]
    rate: u32,
    /// How long to send before anything is measured.
    #[arg(long, default_value_t = 2)]
    warm_up_seconds: u64,
    /// How many sources take turns with the requests.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=100))]
    sources: u64,
    /// Whether each source asks for an HMAC-SHA256 of the body in a header.
    #[arg(long)]
    signed: bool,
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
        "turn_seconds": args.turn_seconds,
        "rate": args.rate,
        "rate_seconds": args.rate_seconds,
        "warm_up_seconds": args.warm_up_seconds,
        "preload": args.preload,
        "sources": args.sources,
        "signed": args.signed,
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
    /// Signs what the sources are sent.
    signer: Option<Signer>,
    lost: u64,
}

/// Figures of a run, and the one that others are compared with.
struct Run {
    json: Value,
    delivered_per_second: f64,
}

impl<'a> Relay<'a> {
    async fn new(args: &'a RelayArgs) -> Result<Self> {
        let receiver = Receiver::start(1).await?;
        let signer = args.signed.then(Signer::random);
        Ok(Self { args, receiver, sequences: Sequences::default(), signer, lost: 0 })
    }

    async fn measure(mut self, database: Database) -> Result<Report> {
        let mut stage = Stage::set(&self.args.common, database, 1).await?;
        let paths = self.configure(&stage).await?;
        if self.signer.is_some() {
            ensure_unsigned_is_refused(&stage, &paths).await?;
        }
        let empty = self.runs(&mut stage, &paths).await?;
        let mut json = json!({
            "database": database.to_string(),
            "database_settings": stage.database_settings().await?,
            "runs": empty.iter().map(|run| &run.json).collect::<Vec<_>>(),
        });
        if let Some(signer) = &self.signer {
            // The signing is the bench's work inside the measured loop: each body carries the time it is sent at.
            json["bench_signing_us_per_request"] = rounded(signer.micros_per_body());
        }
        if let Some(deliveries) = self.args.preload {
            json["preloaded"] = self.preloaded(&mut stage, &paths, &empty, deliveries).await?;
        }
        json["malformed"] = self.receiver.inbox.malformed().into();
        let is_ok = self.lost == 0 && self.receiver.inbox.malformed() == 0;
        Ok(Report { json, is_ok })
    }

    /// Sources, one integration, one subscription; the inbound paths.
    async fn configure(&self, stage: &Stage) -> Result<Vec<String>> {
        let api = stage.api()?;
        let integration = api.add_integration(&self.receiver.url(0), Some(MAX_IN_FLIGHT)).await?;
        api.subscribe(&integration, EVENT_TYPE).await?;
        let mut paths = Vec::new();
        for number in 1..=self.args.sources {
            let mut config = rest::relaying(&format!("bench{number}"), EVENT_TYPE);
            if let Some(signer) = &self.signer {
                config["verification"] = signer.verification();
            }
            paths.push(api.add_source(&config).await?.path);
        }
        Ok(paths)
    }

    /// Once more, with the logs full.
    async fn preloaded(
        &mut self,
        stage: &mut Stage,
        paths: &[String],
        empty: &[Run],
        deliveries: u64,
    ) -> Result<Value> {
        if !shell::is_installed(stage).await {
            say("not preloaded: sqlite3 is not installed");
            return Ok(json!("skipped: sqlite3 is not installed"));
        }
        preload::wait_until_all_finished(stage).await?;
        stage.stop_servers().await?;
        let stored = preload::fill(stage, deliveries).await?;
        stage.start_servers().await?;
        let runs = self.runs(stage, paths).await?;
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

    /// The server at each number of connections, in turns with the limit.
    async fn runs(&mut self, stage: &mut Stage, paths: &[String]) -> Result<Vec<Run>> {
        let mut runs = Vec::new();
        for &connections in &self.args.connections {
            let limit = LimitServer::start(&self.receiver.url(0)).await?;
            stage.stop_servers().await?;
            stage.start_servers().await?;
            let plan = LoadPlan {
                addresses: vec![stage.servers[0].address],
                paths: paths.to_vec(),
                connections,
                pace: Pace::AsFastAsAnswered,
                signer: self.signer.clone(),
            };
            runs.push(self.run(stage, &plan, limit).await);
        }
        Ok(runs)
    }

    /// Full load in turns with the limit, then the paced load.
    async fn run(&mut self, stage: &Stage, plan: &LoadPlan, limit: LimitServer) -> Run {
        let RelayArgs { seconds, turn_seconds, rate, rate_seconds, .. } = self.args;
        say(format!("full load at {} connections, {seconds} s, in turns with the limit", plan.connections));
        let limit_plan = LoadPlan {
            addresses: vec![limit.address],
            paths: vec![limit::PATH.into()],
            signer: None,
            ..plan.clone()
        };
        for warmed in [&limit_plan, plan] {
            self.phase(warmed, self.args.warm_up_seconds).await;
        }
        let limit_cpu_before = limit.cpu_seconds();
        let mut of_limit = self.phase(&limit_plan, *turn_seconds).await;
        let mut turns: Option<(Phase, Cpu)> = None;
        for _ in 0..seconds.div_ceil(*turn_seconds) {
            let before = Cpu::so_far(stage);
            let turn = self.phase(plan, *turn_seconds).await;
            let cpu = Cpu::since(stage, before);
            turns = Some(match turns {
                Some((phase, so_far)) => (phase.followed_by(&turn), so_far + cpu),
                None => (turn, cpu),
            });
            of_limit = of_limit.followed_by(&self.phase(&limit_plan, *turn_seconds).await);
        }
        let (full, cpu) = turns.expect("there is a turn");
        say(format!("{:.0}/s delivered; now {rate}/s for {rate_seconds} s", full.delivered_per_second()));
        let paced_plan = LoadPlan { pace: Pace::PerSecond(*rate), ..plan.clone() };
        let paced = self.phase(&paced_plan, *rate_seconds).await;
        self.lost += full.lost + paced.lost;
        let limit_per_second = of_limit.delivered_per_second();
        let json = json!({
            "connections": plan.connections,
            "full_load": full.json(),
            "paced": paced.json(),
            "server_cpu_seconds": rounded(cpu.server),
            "server_cpu_us_per_delivery": rounded(per_delivery_micros(cpu.server, &full)),
            "database_cpu_seconds": cpu.database.map(rounded),
            "bench_cpu_seconds": rounded(cpu.bench),
            "server_peak_memory_mb": stage.servers[0].peak_memory_mb(),
            "limit": {
                "full_load": of_limit.json(),
                "server_cpu_seconds": rounded(limit.cpu_seconds() - limit_cpu_before),
                "server_peak_memory_mb": limit.peak_memory_mb(),
            },
            "limit_per_second": rounded(limit_per_second),
            "ratio_to_limit": rounded(full.delivered_per_second() / limit_per_second),
        });
        Run { json, delivered_per_second: full.delivered_per_second() }
    }

    async fn phase(&self, plan: &LoadPlan, seconds: u64) -> Phase {
        measure(plan, Duration::from_secs(seconds), &self.receiver, &self.sequences).await
    }
}

/// Without this nobody would know whether signatures are looked at.
async fn ensure_unsigned_is_refused(stage: &Stage, paths: &[String]) -> Result<()> {
    let address = stage.servers[0].address;
    for path in paths {
        let mut unsigned = RequestTemplate::post(address, path, None);
        let status = Connection::open(address).await?.exchange(unsigned.stamp(0, 0)).await?;
        ensure!(status == 401, "{path} answers {status} to what is not signed");
    }
    Ok(())
}

fn per_delivery_micros(cpu_seconds: f64, phase: &Phase) -> f64 {
    cpu_seconds * 1e6 / report::float(phase.delivered.max(1))
}
