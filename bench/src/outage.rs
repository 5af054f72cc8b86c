//! The database goes away under load and comes back: the server has to say 503 meanwhile and to recover by
//! itself.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::{Result, bail, ensure};
use serde_json::json;

use crate::{
    connection,
    crash::pause,
    load::Load,
    postgres::Stop,
    report::{self, Report, say},
    stage::Stage,
};

const RECOVERY_PATIENCE: Duration = Duration::from_secs(60);
/// What a server needs at most to notice that its database is gone before its readiness is asked for.
const NOTICE: Duration = Duration::from_millis(300);

/// Stops and starts the cluster `times` times, fast and immediate alternately; content when meanwhile nothing
/// but 503 was answered.
///
/// # Errors
/// When the cluster does not start again, or a server ends or does not accept again within a minute.
pub async fn stop_and_start(stage: &mut Stage, load: &Load, times: u32) -> Result<Report> {
    let mut readiness = BTreeMap::new();
    let mut recoveries = Vec::new();
    for (time, how) in (1..=times).zip([Stop::Fast, Stop::Immediate].into_iter().cycle()) {
        pause(200..2000).await;
        stage.cluster()?.stop(how).await?;
        load.begin_outage();
        tokio::time::sleep(NOTICE).await;
        let asked = tokio::time::timeout(
            Duration::from_secs(10),
            connection::get(stage.servers[0].address, "/readyz"),
        );
        *readiness.entry(asked.await??).or_insert(0) += 1;
        pause(200..1700).await;
        load.end_outage();
        stage.cluster()?.resume().await?;
        let recovered_after = recovery(stage, load).await?;
        say(format!("outage {time} of {times} ({how:?}): accepting again after {recovered_after} ms"));
        recoveries.push(recovered_after);
    }
    let statuses = load.counts().outage_statuses.clone();
    // Requests wait some seconds for the database, so a short outage may end before any is put off.
    let is_ok = statuses.keys().all(|status| *status == 503) && readiness.keys().eq([&503]);
    let json = json!({
        "outages": times,
        "statuses_during_outage": report::by_status(&statuses),
        "readyz_during_outage": report::by_status(&readiness),
        "recovered_after_ms": {"min": recoveries.iter().min(), "max": recoveries.iter().max()},
    });
    Ok(Report { json, is_ok })
}

/// Milliseconds from the cluster's first answer until the next acceptance.
async fn recovery(stage: &mut Stage, load: &Load) -> Result<u128> {
    let before = load.counts().accepted.len();
    let started = Instant::now();
    while load.counts().accepted.len() == before {
        for server in &mut stage.servers {
            ensure!(
                !server.has_ended()?,
                "server {} ended in the outage: {}",
                server.address,
                server.log_tail()
            );
        }
        if started.elapsed() > RECOVERY_PATIENCE {
            bail!(
                "nothing is accepted a minute after the database came back: {}",
                stage.servers[0].log_tail()
            );
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(started.elapsed().as_millis())
}
