//! Draining the queue into transactions.

use super::batch::{FinishItem, Item};
use super::{MAX_BYTES, MAX_INTAKES, MAX_ROWS, Work, postgres, sqlite};
use crate::routing_cache::RoutingCache;
use crate::{Backend, Db, StorageError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;

/// Pause before outcomes are tried again while the database is away.
const RETRY_PAUSE: Duration = Duration::from_millis(200);
/// Tries of a batch that lost a deadlock.
const DEADLOCK_TRIES: u32 = 3;

/// What one transaction commits.
#[derive(Default)]
pub(super) struct Batch {
    pub items: Vec<Item>,
    pub finishes: Vec<FinishItem>,
    rows: usize,
    bytes: usize,
}

impl Batch {
    fn add(&mut self, work: Work) {
        match work {
            Work::Intake { decide, reply } => {
                self.rows += decide.draft().rows();
                self.bytes += decide.draft().bytes();
                self.items.push(Item { decide, reply, repeat: None });
            }
            Work::Finish { finish, reply } => {
                self.rows += 2;
                self.bytes += finish.response.len();
                self.finishes.push(FinishItem { finish, reply });
            }
        }
    }

    fn is_full(&self) -> bool {
        self.items.len() >= MAX_INTAKES || self.rows >= MAX_ROWS || self.bytes >= MAX_BYTES
    }
}

/// How a transaction ended without committing.
#[derive(Debug)]
pub(super) enum CommitError {
    /// Before COMMIT was sent: nothing is stored.
    Before(StorageError),
    /// COMMIT was sent and its answer is unknown.
    Unanswered(StorageError),
}

impl From<StorageError> for CommitError {
    fn from(error: StorageError) -> Self {
        Self::Before(error)
    }
}

impl From<sqlx::Error> for CommitError {
    fn from(error: sqlx::Error) -> Self {
        Self::Before(error.into())
    }
}

/// Commits batches until `stop` and the queue is empty, or every sender is gone.
pub(super) async fn run(
    db: Db,
    routings: RoutingCache,
    queue: Arc<Mutex<mpsc::Receiver<Work>>>,
    stop: CancellationToken,
) {
    while let Some(batch) = next_batch(&queue, &stop).await {
        commit_batch(&db, &routings, batch).await;
    }
}

/// The next batch: whatever has queued up, as soon as there is anything. While one transaction commits, the next one
/// fills, so batches grow with the load and nothing waits when idle.
async fn next_batch(queue: &Mutex<mpsc::Receiver<Work>>, stop: &CancellationToken) -> Option<Batch> {
    let mut queue = queue.lock().await;
    let first = tokio::select! {
        biased;
        work = queue.recv() => work,
        () = stop.cancelled() => queue.try_recv().ok(),
    };
    let mut batch = Batch::default();
    batch.add(first?);
    while !batch.is_full() {
        match queue.try_recv() {
            Ok(work) => batch.add(work),
            Err(_) => break,
        }
    }
    Some(batch)
}

async fn commit_batch(db: &Db, routings: &RoutingCache, mut batch: Batch) {
    let mut tries = 0;
    loop {
        let error = match try_commit(db, routings, &mut batch).await {
            Ok(()) => return answer(batch),
            Err(CommitError::Before(error)) => error,
            Err(CommitError::Unanswered(error)) => match was_committed(db, &batch).await {
                Some(true) => return answer(batch),
                Some(false) => error,
                None => return give_up_intakes(db, routings, batch, &error).await,
            },
        };
        tries += 1;
        if error.is_unavailable() {
            if tries < DEADLOCK_TRIES && db.ping().await.is_ok() {
                continue;
            }
            return give_up_intakes(db, routings, batch, &error).await;
        }
        if batch.items.len() + batch.finishes.len() == 1 {
            return answer_culprit(batch, error);
        }
        tracing::warn!(%error, items = batch.items.len(), "A batch was refused; its items are committed one by one");
        return commit_singly(db, routings, batch).await;
    }
}

async fn try_commit(db: &Db, routings: &RoutingCache, batch: &mut Batch) -> Result<(), CommitError> {
    for item in &mut batch.items {
        item.repeat = None;
    }
    match db.backend {
        Backend::Postgres => postgres::commit(db, routings, batch).await,
        Backend::Sqlite => sqlite::commit(db, routings, batch).await,
    }
}

fn answer(batch: Batch) {
    for item in batch.items {
        item.answer_stored();
    }
    for item in batch.finishes {
        let _ = item.reply.send(());
    }
}

fn answer_culprit(batch: Batch, error: StorageError) {
    tracing::error!(%error, "A row cannot be stored");
    for item in batch.items {
        item.answer_error(StorageError::Refused(error.to_string()));
    }
    // A finish that cannot be stored leaves its delivery to the end of its lease.
    for item in batch.finishes {
        let _ = item.reply.send(());
    }
}

async fn commit_singly(db: &Db, routings: &RoutingCache, batch: Batch) {
    for item in batch.items {
        let single = Batch { items: vec![item], ..Batch::default() };
        Box::pin(commit_batch(db, routings, single)).await;
    }
    for finish in batch.finishes {
        let single = Batch { finishes: vec![finish], ..Batch::default() };
        Box::pin(commit_batch(db, routings, single)).await;
    }
}

/// The database is away: intakes are refused (their senders get 503), outcomes are kept until it is back.
async fn give_up_intakes(db: &Db, routings: &RoutingCache, batch: Batch, error: &StorageError) {
    for item in batch.items {
        item.answer_error(StorageError::Unavailable(error.to_string()));
    }
    if batch.finishes.is_empty() {
        return;
    }
    tracing::warn!(%error, finishes = batch.finishes.len(), "The database is away; outcomes wait for it");
    let mut waiting = Batch { finishes: batch.finishes, ..Batch::default() };
    loop {
        tokio::time::sleep(RETRY_PAUSE).await;
        match try_commit(db, routings, &mut waiting).await {
            Ok(()) => return answer(waiting),
            Err(CommitError::Before(error)) if !error.is_unavailable() => {
                return commit_singly(db, routings, waiting).await;
            }
            // A finish that was committed without an answer finds its lease gone and adds nothing but an attempt
            // whose id is there already; that is refused and handled one by one.
            Err(_) => {}
        }
    }
}

/// Whether the batch's first row is on disk; `None` when even that cannot be asked.
async fn was_committed(db: &Db, batch: &Batch) -> Option<bool> {
    for _ in 0..10 {
        let found = match (batch.items.first(), batch.finishes.first()) {
            (Some(item), _) => db.intake_exists(item.decide.account_id(), item.decide.draft().id).await,
            (None, Some(item)) => {
                let finish = &item.finish;
                db.attempt_exists(finish.account_id, finish.delivery_id, finish.attempt.id).await
            }
            (None, None) => return Some(true),
        };
        match found {
            Ok(found) => return Some(found),
            Err(_) => tokio::time::sleep(RETRY_PAUSE).await,
        }
    }
    None
}

/// Lets every intake that was decided under another routing version than `versions` says decide again.
pub(super) async fn decide_moved(
    routings: &RoutingCache,
    items: &mut [Item],
    versions: &std::collections::HashMap<uuid::Uuid, i64>,
) -> Result<(), CommitError> {
    for item in items {
        let account = item.decide.account_id();
        let Some(version) = versions.get(&account.0) else {
            return Err(StorageError::NotFound.into());
        };
        if item.decide.routing_version() == *version {
            continue;
        }
        let mut routing = routings.get(account).await?;
        if routing.as_ref().is_none_or(|routing| routing.version != *version) {
            routing = routings.refresh(account).await?;
        }
        item.decide.decide(&routing.ok_or(StorageError::NotFound)?);
    }
    Ok(())
}
