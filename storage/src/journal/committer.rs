//! Committing batches, and what is done when that fails.

use super::batch::{Batch, Item};
use super::inbox::Inboxes;
use super::metered::Metered;
use super::{postgres, sqlite};
use crate::routing_cache::RoutingCache;
use crate::{Backend, Db, StorageError};
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Pause before outcomes are tried again while the database is away.
const RETRY_PAUSE: Duration = Duration::from_millis(200);
/// Looks for what may have been committed, while the database is away.
const LOOKS: u32 = 10;
/// How long one of them waits.
const LOOK_PATIENCE: Duration = Duration::from_secs(5);
/// Tries of a batch that lost a deadlock.
const DEADLOCK_TRIES: u32 = 3;

/// How a transaction ended without committing.
#[derive(Debug)]
pub(super) enum CommitError {
    /// Before COMMIT was sent: nothing is stored.
    Before(StorageError),
    /// COMMIT was sent and its answer is unknown.
    Unanswered(StorageError),
}

impl CommitError {
    /// Whether the database is away, rather than unwilling.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Before(error) | Self::Unanswered(error) => error.is_unavailable(),
        }
    }
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

impl From<rusqlite::Error> for CommitError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Before(error.into())
    }
}

/// Where a committer writes.
enum Store {
    Sqlite(sqlite::Store),
    Postgres(postgres::Store),
}

impl Store {
    fn of(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => Self::Sqlite(sqlite::Store::default()),
            Backend::Postgres => Self::Postgres(postgres::Store::default()),
        }
    }
}

/// One of the tasks that commit.
struct Committer {
    db: Db,
    routings: RoutingCache,
    store: Store,
    metered: Metered,
}

/// Commits batches until `stop` and all is drained.
pub(super) async fn run(db: Db, routings: RoutingCache, inboxes: Inboxes, stop: CancellationToken) {
    let store = Store::of(db.backend);
    let mut committer = Committer { db, routings, store, metered: Metered::new() };
    let mut left = Vec::new();
    while let Some(mut batch) = inboxes.next_batch(left, &stop).await {
        left = batch.take_possible_repeats();
        committer.commit_batch(batch).await;
    }
}

impl Committer {
    async fn commit_batch(&mut self, mut batch: Batch) {
        let mut tries = 0;
        loop {
            let error = match self.try_commit(&mut batch).await {
                Ok(()) => return answer(batch),
                Err(CommitError::Before(error)) => error,
                Err(CommitError::Unanswered(error)) => match self.was_committed(&batch).await {
                    Some(true) => return answer(batch),
                    Some(false) => error,
                    None => return self.give_up_intakes(batch, &error).await,
                },
            };
            tries += 1;
            if error.is_unavailable() {
                if tries < DEADLOCK_TRIES && self.db.ping().await.is_ok() {
                    continue;
                }
                return self.give_up_intakes(batch, &error).await;
            }
            if batch.items.len() + batch.finishes.len() == 1 {
                // A statement that was given up may have stored it since.
                return match self.was_committed(&batch).await {
                    Some(true) => answer(batch),
                    Some(false) | None => answer_culprit(batch, error),
                };
            }
            tracing::warn!(%error, items = batch.items.len(), "A batch was refused; its items are committed one by one");
            return self.commit_singly(batch).await;
        }
    }

    async fn try_commit(&mut self, batch: &mut Batch) -> Result<(), CommitError> {
        for item in &mut batch.items {
            item.repeat = None;
            item.repeated.clear();
        }
        let begun = Instant::now();
        match &mut self.store {
            Store::Postgres(store) => {
                let commit = AssertUnwindSafe(store.commit(&self.db, &self.routings, batch));
                commit.catch_unwind().await.unwrap_or_else(|_| Err(panicked()))
            }
            Store::Sqlite(store) => store.commit(&self.db, &self.routings, batch).await,
        }?;
        self.metered.committed(batch, begun.elapsed());
        Ok(())
    }

    async fn commit_singly(&mut self, batch: Batch) {
        for item in batch.items {
            let single = Batch::of(vec![item], Vec::new());
            Box::pin(self.commit_batch(single)).await;
        }
        for finish in batch.finishes {
            let single = Batch::of(Vec::new(), vec![finish]);
            Box::pin(self.commit_batch(single)).await;
        }
    }

    /// The database is away: intakes are refused (their senders get 503), outcomes are kept until it is back.
    async fn give_up_intakes(&mut self, batch: Batch, error: &StorageError) {
        for item in batch.items {
            item.answer_error(StorageError::Unavailable(error.to_string()));
        }
        if batch.finishes.is_empty() {
            return;
        }
        tracing::warn!(%error, finishes = batch.finishes.len(), "The database is away; outcomes wait for it");
        let mut waiting = Batch::of(Vec::new(), batch.finishes);
        loop {
            tokio::time::sleep(RETRY_PAUSE).await;
            match self.try_commit(&mut waiting).await {
                Ok(()) => return answer(waiting),
                Err(CommitError::Before(error)) if !error.is_unavailable() => {
                    return self.commit_singly(waiting).await;
                }
                // A finish that was committed without an answer finds its lease gone and its attempt there already;
                // writing it again changes nothing.
                Err(_) => {}
            }
        }
    }

    /// Whether the batch's first row is on disk; `None` when even that cannot be asked.
    async fn was_committed(&mut self, batch: &Batch) -> Option<bool> {
        for _ in 0..LOOKS {
            match timeout(LOOK_PATIENCE, self.is_on_disk(batch)).await {
                Ok(Ok(found)) => return Some(found),
                Ok(Err(_)) | Err(_) => tokio::time::sleep(RETRY_PAUSE).await,
            }
        }
        None
    }

    async fn is_on_disk(&mut self, batch: &Batch) -> Result<bool, StorageError> {
        let first_stored = batch.items.iter().find(|item| item.is_stored());
        match (first_stored, batch.finishes.first()) {
            (Some(item), _) => self.db.intake_exists(item.decide.account_id(), item.decide.draft().id).await,
            (None, Some(item)) => {
                let finish = &item.finish;
                self.db.attempt_exists(finish.account_id, finish.delivery_id, finish.attempt.id).await
            }
            // What leaves no row in the logs may be written again: it says of records what they are, or that nothing
            // is new.
            (None, None) => Ok(false),
        }
    }
}

/// What is said of a batch whose writing panicked: it is refused, so that its items are tried one by one.
pub(super) fn panicked() -> CommitError {
    StorageError::Refused("deciding or writing it panicked".into()).into()
}

fn answer(batch: Batch) {
    for item in batch.items {
        item.answer_stored();
    }
    for item in batch.finishes {
        item.answer();
    }
}

fn answer_culprit(batch: Batch, error: StorageError) {
    tracing::error!(%error, "A row cannot be stored");
    for item in batch.items {
        item.answer_error(StorageError::Refused(error.to_string()));
    }
    // A finish that cannot be stored leaves its delivery to the end of its lease.
    for item in batch.finishes {
        item.answer();
    }
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
