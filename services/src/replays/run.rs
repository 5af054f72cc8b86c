//! A bulk replay at work.
//!
//! Each step takes the next few requests after the cursor, hands them to the journal in their order, and moves the cursor
//! when all of them are on disk. A step that was cut off by a crash or a restart is taken again from the cursor; what it
//! had stored is known by the replay's id in its row, counted, and not replayed once more. A request is replayed twice
//! only where a commit that was given up after 20 s comes through after all, or where a worker that was taken for dead
//! goes on beside its successor.

use crate::inbound::Replayed;
use crate::{Error, Result, Services};
use domain::activity::ReplayState;
use domain::fan_out::Routing;
use domain::ids::{AccountId, ReplayId};
use domain::inbound::Outcome;
use std::sync::Arc;
use std::time::Duration;
use storage::unscoped::scope_of_engine;
use storage::{AccountScope, KeptRequest, ReplayRun, ReplayStep, StorageError, ToReplay};
use tokio_util::sync::CancellationToken;

/// Requests of one step. They go into the journal together, and so few that others get in between.
const PER_STEP: i64 = 16;
/// How often a step is tried that fails otherwise than by want of the database or memory.
const TRIES: u32 = 3;
/// After a step that failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Works through a bulk replay until it is through or somebody stops it, however long the database is away meanwhile. It
/// ends as failed when a step fails for another reason again and again.
pub(crate) async fn run(
    services: &Services,
    (account, id): (AccountId, ReplayId),
    stop: &CancellationToken,
) -> Result<()> {
    let scope = scope_of_engine(account);
    let mut failures = 0;
    loop {
        if stop.is_cancelled() {
            return Err(Error::Unavailable);
        }
        match step(services, &scope, id).await {
            Ok(Step::Through) => return Ok(()),
            Ok(Step::GoesOn) => failures = 0,
            Err(Error::Unavailable) => pause(stop).await,
            Err(error) => {
                failures += 1;
                tracing::error!(%error, replay.id = %id, failures, "A step of a replay failed");
                if failures == TRIES {
                    return fail(services, &scope, id).await;
                }
                pause(stop).await;
            }
        }
    }
}

async fn fail(services: &Services, scope: &AccountScope, id: ReplayId) -> Result<()> {
    match services.db().account(scope).end_replay(id, ReplayState::Failed, services.now()).await {
        Err(error) if error.is_unavailable() => Err(error.into()),
        Err(error) => {
            tracing::error!(%error, replay.id = %id, "A replay that failed cannot be read");
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}

async fn pause(stop: &CancellationToken) {
    tokio::select! {
        () = tokio::time::sleep(PAUSE) => {}
        () = stop.cancelled() => {}
    }
}

enum Step {
    GoesOn,
    Through,
}

async fn step(services: &Services, scope: &AccountScope, id: ReplayId) -> Result<Step> {
    let account = services.db().account(scope);
    let run = match account.replay(id).await {
        Ok(run) => run,
        // Its account is gone.
        Err(StorageError::NotFound) => return Ok(Step::Through),
        Err(error) => return Err(error.into()),
    };
    if run.replay.state != ReplayState::Running {
        return Ok(Step::Through);
    }
    let most = (run.replay.total - run.replay.done).clamp(0, PER_STEP);
    let next = account.next_to_replay(&run, usize::try_from(most).unwrap_or_default()).await?;
    let Some(last) = next.last() else {
        account.end_replay(id, ReplayState::Finished, services.now()).await?;
        return Ok(Step::Through);
    };
    let counted = replay_each(services, scope, &run, &next).await?;
    account.advance_replay(&run, last.id, counted, services.now()).await?;
    Ok(Step::GoesOn)
}

/// Replays those that were not yet, and counts all of them.
async fn replay_each(
    services: &Services,
    scope: &AccountScope,
    run: &ReplayRun,
    next: &[ToReplay],
) -> Result<ReplayStep> {
    let account = services.db().account(scope);
    let routing = services.inner.routings.get(scope.account_id()).await?.ok_or(Error::NotFound)?;
    let mut counted = ReplayStep::default();
    next.iter().filter_map(|request| request.replayed).for_each(|outcome| count(&mut counted, outcome));
    let new = next.iter().filter(|request| request.replayed.is_none());
    let kept = futures::future::join_all(new.map(|request| account.kept_request(request.id))).await;
    // In their order, and each takes its place in the journal when it is first looked at.
    let replays = kept.into_iter().map(|kept| replay(services, &routing, kept, run.replay.id));
    for replayed in futures::future::join_all(replays).await {
        match replayed {
            Ok(Replayed { outcome, .. }) => count(&mut counted, outcome),
            Err(Error::Unavailable) => return Err(Error::Unavailable),
            Err(error) => {
                tracing::debug!(%error, replay.id = %run.replay.id, "A request could not be replayed");
                counted.not_replayed += 1;
            }
        }
    }
    Ok(counted)
}

async fn replay(
    services: &Services,
    routing: &Arc<Routing>,
    kept: std::result::Result<KeptRequest, StorageError>,
    run: ReplayId,
) -> Result<Replayed> {
    services.replay_kept(routing, kept?, Some(run)).await
}

const fn count(counted: &mut ReplayStep, outcome: Outcome) {
    match outcome {
        Outcome::Accepted | Outcome::Handshake => counted.accepted += 1,
        _ => counted.refused += 1,
    }
}
