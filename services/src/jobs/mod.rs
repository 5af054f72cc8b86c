//! Work that is due now and then, once for all processes on a database, and long work that a call has begun.
//!
//! Each process that has workers keeps a cron per [`Job`], which queues the job's turn under that turn's own key: of
//! many processes' rows for one turn, one is kept. What calls begin they queue themselves. A worker in each of these
//! processes takes what is queued. A turn that failed is tried again after a pause, and what a dead process had taken
//! goes back to the queue; so a turn may run twice, and every job is harmless when it does.

mod every;
mod expired_sessions;
mod looks;
mod retention;

use crate::clock::random_bytes;
use crate::modules::reread_items;
use crate::{Error, Result, Services};
use apalis::prelude::*;
use apalis_core::backend::ext::BackendExt;
use apalis_cron::{CronScheduler, Tick};
use domain::ids::{AccountId, ModuleId, ReplayId};
use every::Every;
use looks::Looks;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Turns under way at once in one process.
const CONCURRENCY: usize = 4;
/// How long turns under way may take to end.
const DRAIN: Duration = Duration::from_secs(20);

/// What the rows of the queue say is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub(crate) enum Job {
    /// Lets go of bodies, logs, idempotency keys, charts and ended jobs that are old enough.
    Retention,
    /// Deletes sessions that ended by themselves.
    ExpiredSessions,
    /// Reads the items of a module anew, whose fields are others now.
    RereadItems {
        /// Whose module.
        account: AccountId,
        /// Which.
        module: ModuleId,
    },
    /// Works through a bulk replay.
    Replay {
        /// Whose.
        account: AccountId,
        /// Which.
        replay: ReplayId,
    },
    /// Queued by a later version of Hookloft, and left to it.
    #[serde(other)]
    Unknown,
}

/// How often things happen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// Seconds between two turns of retention.
    pub retention_s: u64,
    /// Seconds between two looks for expired sessions.
    pub expired_sessions_s: u64,
    /// Between two looks into an empty queue.
    pub look: Duration,
    /// Between two signs of life of a worker.
    pub heartbeat: Duration,
    /// Before a turn that failed is tried again, and before a worker that lost the database starts again.
    pub pause: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            retention_s: 600,
            expired_sessions_s: 3_600,
            look: Duration::from_secs(2),
            heartbeat: Duration::from_secs(30),
            pause: Duration::from_secs(10),
        }
    }
}

/// Starts the crons and the worker; they end after `stop`, when the turns under way have ended.
pub(crate) fn start(services: Services, pace: Pace, stop: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(run(Shift { services, pace, stop }))
}

/// What a worker's turns have in common.
#[derive(Clone)]
struct Shift {
    services: Services,
    pace: Pace,
    stop: CancellationToken,
}

/// Not an `async fn`: what builds the worker may not be held by a future that [`tokio::spawn`] takes.
fn run(shift: Shift) -> impl Future<Output = ()> + Send {
    let (pace, stop, ending) = (shift.pace, shift.stop.clone(), shift.stop.clone());
    let monitor = with_cron(Monitor::new(), &shift.services, Job::Retention, pace.retention_s);
    let monitor = with_cron(monitor, &shift.services, Job::ExpiredSessions, pace.expired_sessions_s);
    // The name is the worker's claim to the rows that it took: no other may ever be called the same.
    let name = u64::from_ne_bytes(random_bytes());
    let monitor = monitor
        .register(move |restarts| {
            let pause = if restarts == 0 { Duration::ZERO } else { pace.pause };
            let queue = shift.services.db().job_queue::<Job>(pace.heartbeat);
            let queue = queue.before_start(move |_| async move {
                tokio::time::sleep(pause).await;
                Ok(())
            });
            WorkerBuilder::new(format!("jobs-{name:016x}-{restarts}"))
                .backend(queue.poll_with_strategy(Looks::each(pace.look)))
                .data(shift.clone())
                .concurrency(CONCURRENCY)
                .parallelize(tokio::spawn)
                .build(take_turn)
        })
        .should_restart(move |_, error| {
            let starts_again = !ending.is_cancelled();
            tracing::warn!(%error, starts_again, "The job worker ended");
            starts_again
        })
        .shutdown_timeout(DRAIN);
    let signal = async move {
        stop.cancelled().await;
        Ok(())
    };
    let running = monitor.run_with_signal(signal);
    async move {
        if let Err(error) = running.await {
            tracing::error!(%error, "The job worker ended");
        }
    }
}

/// Adds a cron that queues `job` at each whole multiple of `seconds`.
fn with_cron(monitor: Monitor, services: &Services, job: Job, seconds: u64) -> Monitor {
    let services = services.clone();
    monitor.register(move |_| {
        WorkerBuilder::new(format!("cron-{job:?}"))
            .backend(CronScheduler::new(Every { seconds }))
            .data(services.clone())
            .build(move |tick: Tick, services: Data<Services>| queue_turn(tick, job, services))
    })
}

async fn queue_turn(tick: Tick, job: Job, services: Data<Services>) {
    let key = format!("{job:?}-{}", tick.get_timestamp());
    if let Err(error) = services.db().push_job(&job, &key).await {
        tracing::warn!(%error, job = ?job, "A turn could not be queued; the next one makes up for it");
    }
}

async fn take_turn(job: Job, shift: Data<Shift>) -> Result<()> {
    let outcome = match job {
        Job::Retention => retention::turn(&shift.services, &shift.stop).await,
        Job::ExpiredSessions => expired_sessions::turn(&shift.services).await,
        Job::RereadItems { account, module } => {
            reread_items(&shift.services, (account, module), &shift.stop).await
        }
        Job::Replay { account, replay } => {
            crate::replays::run(&shift.services, (account, replay), &shift.stop).await
        }
        Job::Unknown => Err(Error::Internal("a job of a later version".into())),
    };
    if let Err(error) = &outcome {
        tracing::warn!(%error, job = ?job, "A turn failed and is tried again");
        // The queue knows no pause of its own: it hands out a failed job at once.
        tokio::select! {
            () = tokio::time::sleep(shift.pace.pause) => {}
            () = shift.stop.cancelled() => {}
        }
    }
    outcome
}
