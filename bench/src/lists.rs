//! `bench lists`: how fast REST lists are over an account with a million rows of each kind.

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde_json::{Value, json};

use crate::{
    CommonArgs,
    connection::Connection,
    filled::Filled,
    list::List,
    report::{self, Report, rounded, say},
    shell::{self, Shell},
    stage::{Database, Databases, Stage},
};

/// What the p99 of each list has to stay below.
const LINE_MS: u32 = 50;
/// Calls of each list before those that are measured.
const WARM_UP_CALLS: u32 = 10;

/// Arguments of `bench lists`.
#[derive(Debug, Args)]
pub struct ListsArgs {
    #[command(flatten)]
    common: CommonArgs,
    /// Where the server keeps its rows.
    #[arg(long, value_enum, default_value = "both")]
    database: Databases,
    /// Rows of each kind: items, customers, requests, deliveries.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(10_000..=9_000_000))]
    rows: u64,
    /// Days over which the rows lie; on PostgreSQL each has a partition of its own.
    #[arg(long, default_value_t = 89, value_parser = clap::value_parser!(u64).range(1..=89))]
    days: u64,
    /// Calls of each list.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    calls: u32,
}

/// Measures, and is content when the p99 of each list is below the line.
///
/// # Errors
/// When the database or the server does not start, something is refused, or a list answers other rows than it has to.
pub async fn run(args: &ListsArgs) -> Result<Report> {
    let machine = report::machine(&args.common.parent_folder()).await?;
    let mut databases = Vec::new();
    let mut is_ok = true;
    for database in args.database.each() {
        let figures = one(args, database).await.with_context(|| format!("lists on {database}"))?;
        is_ok &= figures.is_ok;
        databases.push(figures.json);
    }
    let settings = json!({
        "rows": args.rows,
        "days": args.days,
        "calls": args.calls,
        "line_ms": LINE_MS,
        "measured": "from the client's send to the end of the answer, over loopback, one keep-alive connection",
    });
    Ok(Report {
        json: json!({"bench": "lists", "machine": machine, "settings": settings, "databases": databases, "ok": is_ok}),
        is_ok,
    })
}

async fn one(args: &ListsArgs, database: Database) -> Result<Report> {
    let mut stage = Stage::set(&args.common, database, 1).await?;
    if !shell::is_installed(&stage).await {
        bail!("sqlite3 is not installed");
    }
    let filled = Filled::fill(&mut stage, args.rows, args.days).await?;
    let mut json = json!({
        "database": database.to_string(),
        "database_settings": stage.database_settings().await?,
        "filled_in_seconds": rounded(filled.took.as_secs_f64()),
    });
    let analysed = measure_all(args, &stage, &filled).await?;
    report::merge(&mut json, &analysed.json);
    let mut is_ok = analysed.is_ok;
    if database == Database::Sqlite {
        say("once more without what ANALYZE found out, which the server does not run");
        stage.stop_servers().await?;
        Shell::of(&stage.store).forget_statistics().await?;
        stage.start_servers().await?;
        let unanalysed = measure_all(args, &stage, &filled).await?;
        is_ok &= unanalysed.is_ok;
        json["without_statistics"] = unanalysed.json;
    }
    json["server_peak_memory_mb"] = stage.servers[0].peak_memory_mb().into();
    Ok(Report { json, is_ok })
}

/// Calls all lists.
async fn measure_all(args: &ListsArgs, stage: &Stage, filled: &Filled) -> Result<Report> {
    say(format!("calling each list {} times", args.calls));
    let mut connection = Connection::open(stage.servers[0].address).await?;
    let mut figures = Vec::new();
    let mut worst = (0.0, String::new());
    for list in filled.lists() {
        let p99 = measure(args, stage, &mut connection, &list, &mut figures).await?;
        if p99 >= worst.0 {
            worst = (p99, list.name);
        }
    }
    let is_ok = worst.0 < f64::from(LINE_MS);
    let json = json!({
        "lists": figures,
        "worst": {"list": worst.1, "p99_ms": rounded(worst.0)},
        "under_line": is_ok,
    });
    Ok(Report { json, is_ok })
}

/// Calls one list so many times and puts its figures to the others'; its p99 in milliseconds.
async fn measure(
    args: &ListsArgs,
    stage: &Stage,
    connection: &mut Connection,
    list: &List,
    figures: &mut Vec<Value>,
) -> Result<f64> {
    let request = list.request(stage.servers[0].address, &stage.account);
    let mut micros = report::micros_histogram();
    let mut bytes = 0;
    for call in 0..WARM_UP_CALLS + args.calls {
        let sent_at = std::time::Instant::now();
        let (status, body) = connection.fetch(&request).await.with_context(|| list.path.clone())?;
        let took = sent_at.elapsed();
        let text = String::from_utf8_lossy(&body);
        ensure!(status == 200, "GET {} is answered {status}: {text}", list.path);
        if call == 0 {
            list.check(&serde_json::from_slice(&body)?)?;
            bytes = body.len();
        }
        ensure!(body.len() == bytes, "GET {} is answered otherwise than before: {text}", list.path);
        if call >= WARM_UP_CALLS {
            micros.saturating_record(u64::try_from(took.as_micros())?);
        }
    }
    let p99 = report::float(micros.value_at_quantile(0.99)) / 1000.0;
    say(format!("{}: p99 {p99:.1} ms", list.name));
    figures.push(json!({
        "list": list.name,
        "path": list.path,
        "answered_ms": report::latency(&micros),
        "answer_bytes": bytes,
    }));
    Ok(p99)
}
