//! `bench items`: items that a source makes, changes and finds unchanged, one by one and in arrays.

use anyhow::{Context, Result};
use clap::Args;
use serde_json::{Value, json};

use crate::{
    CommonArgs,
    cpu::Cpu,
    measure::per_second,
    module::{Content, Module},
    report::{self, Report, float, rounded, say},
    stage::{Database, Databases, Stage},
    upserts::{Effect, Form, Upserts},
};

/// What each round sends: its name, the revision of each item, what that must do, and the items' version afterwards.
const ROUNDS: [(&str, u64, Effect, u64); 3] =
    [("new", 0, Effect::Created, 1), ("changed", 1, Effect::Updated, 2), ("same", 1, Effect::Unchanged, 2)];

/// Arguments of `bench items`.
#[derive(Debug, Args)]
pub struct ItemsArgs {
    #[command(flatten)]
    common: CommonArgs,
    /// Where the server keeps its rows.
    #[arg(long, value_enum, default_value = "both")]
    database: Databases,
    /// How many items each round sends.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    items: u64,
    /// Connections that send single objects.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Objects of an array.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=1000))]
    array_size: u64,
    /// Connections that send arrays.
    #[arg(long, default_value_t = 8)]
    array_connections: usize,
}

/// Measures. Every answer and, after each round, the module's content are verified; what is wrong is an error.
///
/// # Errors
/// When the database or the server does not start, the configuration is refused, or work was done wrongly.
pub async fn run(args: &ItemsArgs) -> Result<Report> {
    let machine = report::machine(&args.common.parent_folder()).await?;
    let mut databases = Vec::new();
    for database in args.database.each() {
        databases.push(one(args, database).await.with_context(|| format!("items on {database}"))?);
    }
    let settings = json!({
        "items": args.items,
        "connections": args.connections,
        "array_size": args.array_size,
        "array_connections": args.array_connections,
    });
    Ok(Report {
        json: json!({"bench": "items", "machine": machine, "settings": settings, "databases": databases, "ok": true}),
        is_ok: true,
    })
}

async fn one(args: &ItemsArgs, database: Database) -> Result<Value> {
    let stage = Stage::set(&args.common, database, 1).await?;
    let single = rounds(args, &stage, Form::Single).await?;
    let arrays = rounds(args, &stage, Form::Arrays(args.array_size)).await?;
    Ok(json!({
        "database": database.to_string(),
        "database_settings": stage.database_settings().await?,
        "single": single,
        "arrays": arrays,
        "server_peak_memory_mb": stage.servers[0].peak_memory_mb(),
    }))
}

/// All rounds into a module of their own.
async fn rounds(args: &ItemsArgs, stage: &Stage, form: Form) -> Result<Vec<Value>> {
    let (name, connections) = match form {
        Form::Single => ("single", args.connections),
        Form::Arrays(_) => ("arrays", args.array_connections),
    };
    let api = stage.api()?;
    let module = Module::make(&api, name, form).await?;
    let mut rounds = Vec::new();
    for (round, revision, effect, version) in ROUNDS {
        say(format!("{} {round} items, {name}, over {connections} connections", args.items));
        let upserts = Upserts {
            address: stage.servers[0].address,
            path: module.path.clone(),
            form,
            items: args.items,
            revision,
            effect,
            connections,
        };
        let before = Cpu::so_far(stage);
        let sent = upserts.send().await.with_context(|| format!("round `{round}`, {name}"))?;
        let cpu = Cpu::since(stage, before);
        let items_per_second = per_second(args.items, sent.took);
        say(format!("{items_per_second:.0} items/s; looking whether they are right"));
        let content = Content { items: args.items, revision, version };
        module.verify(&api, content).await.with_context(|| format!("after round `{round}`, {name}"))?;
        let mut json = json!({
            "round": round,
            "accepted": args.items,
            "changed": sent.changed,
            "items_per_second": rounded(items_per_second),
            "seconds": rounded(sent.took.as_secs_f64()),
            "answered_ms": report::latency(&sent.answered_after),
            "server_cpu_us_per_item": rounded(cpu.server * 1e6 / float(args.items)),
            "server_peak_memory_mb_so_far": stage.servers[0].peak_memory_mb(),
        });
        report::merge(&mut json, &cpu.json());
        rounds.push(json);
    }
    Ok(rounds)
}
