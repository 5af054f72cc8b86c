//! The journal: everything that arrives or ends is committed here, many at a time.
//!
//! Callers hand in work and wait. A committer drains what has queued up into one transaction: first it reads the
//! accounts' routing versions (locked against change on PostgreSQL) and lets every intake that was decided under an
//! older one decide again; then it claims idempotency keys; then it locks the records that intakes name and lets each do
//! to them what it wants, in the order of arrival; then it inserts requests, payloads, events and deliveries, and writes
//! the outcomes of attempts. Only after COMMIT do the callers learn what became of their work.
//!
//! What may happen twice: an attempt, when a process dies between sending and the commit of its outcome. What may not:
//! an event, because ids are made before the batch and a lost answer to COMMIT is looked up before anything is retried.
//!
//! One bad row harms only itself: when a batch is refused, or panics, its items are committed one by one, and only the
//! culprit gets the error.
//!
//! What is refused when it is settled gives its idempotency key back. So what has the key of something before it in its
//! batch that may be refused goes into the next batch.

mod batch;
mod committer;
mod day_statement;
mod inbox;
mod intake;
mod keys;
mod metered;
mod outcome;
mod postgres;
mod records;
mod rows;
mod sqlite;

pub use intake::{Committed, Decide, IdempotencyKey, IntakeDraft, NewDelivery, RequestRecord};
pub use outcome::Finish;

use crate::routing_cache::RoutingCache;
use crate::{Backend, Db, StorageError, checkpoint};
use batch::{FinishItem, Item};
use inbox::{Inbox, Inboxes};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// How long an intake waits for its commit at most. It may be on disk all the same, later.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a committer that died stays so: what killed it may be about to end.
const RESTART_PAUSE: Duration = Duration::from_millis(100);
/// Work that may wait for a committer before callers do.
const QUEUE: usize = 4_096;

/// The way to the committers. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Journal {
    intakes: mpsc::Sender<Item>,
    outcomes: mpsc::Sender<FinishItem>,
    health: Arc<Health>,
}

/// How the committers fare.
#[derive(Debug, Default)]
struct Health {
    running: AtomicU64,
    expected: AtomicU64,
}

/// The receiving end of a [`Journal`], from which committers are started.
#[derive(Debug)]
pub struct Committers {
    db: Db,
    routings: RoutingCache,
    intakes: Inbox<Item>,
    outcomes: Inbox<FinishItem>,
    health: Arc<Health>,
}

impl Journal {
    /// A journal over `db`; nothing is committed until [`Committers::run`].
    #[must_use]
    pub fn new(db: Db, routings: RoutingCache) -> (Self, Committers) {
        let (intakes, new_intakes) = mpsc::channel(QUEUE);
        let (outcomes, new_outcomes) = mpsc::channel(QUEUE);
        let health = Arc::new(Health::default());
        let committers = Committers {
            db,
            routings,
            intakes: Inbox::of(new_intakes),
            outcomes: Inbox::of(new_outcomes),
            health: Arc::clone(&health),
        };
        (Self { intakes, outcomes, health }, committers)
    }

    /// Commits what `decide` decides, and answers once it is on disk.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the database or the committer is gone, or takes longer than 20 s (nothing was
    /// accepted);
    /// [`StorageError::Refused`] when this one intake cannot be stored.
    pub async fn commit(&self, decide: Box<dyn Decide>) -> Result<Committed, StorageError> {
        let (reply, answer) = oneshot::channel();
        let committed = async {
            let item = Item { decide, reply, repeat: None, repeated: Vec::new() };
            self.intakes.send(item).await.map_err(|_| gone())?;
            answer.await.map_err(|_| gone())?
        };
        tokio::time::timeout(PATIENCE, committed).await.unwrap_or_else(|_| {
            Err(StorageError::Unavailable(format!("no commit within {} s", PATIENCE.as_secs())))
        })
    }

    /// Writes the outcome of an attempt; returns once it is on disk, however long the database is away.
    /// A finish whose lease is no longer the delivery's adds its attempt and changes no state.
    pub async fn finish(&self, finish: Finish) {
        let (reply, done) = oneshot::channel();
        self.send_finish(finish, Some(reply)).await;
        // An error means the process is ending; the lease runs out and the delivery is tried again.
        let _ = done.await;
    }

    /// Like [`Journal::finish`], but returns once it is queued.
    pub async fn finish_soon(&self, finish: Finish) {
        self.send_finish(finish, None).await;
    }

    async fn send_finish(&self, finish: Finish, reply: Option<oneshot::Sender<()>>) {
        // Fails only when the process is ending, as above.
        let _ = self.outcomes.send(FinishItem { finish: Box::new(finish), reply }).await;
    }

    /// Whether every committer runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        let expected = self.health.expected.load(Ordering::Relaxed);
        expected > 0 && self.health.running.load(Ordering::Relaxed) == expected
    }
}

fn gone() -> StorageError {
    StorageError::Unavailable("the journal's committer is not running".into())
}

impl Committers {
    /// What each committer drains. SQLite has one writer, so intakes and outcomes share its transactions. On PostgreSQL
    /// outcomes, for which nobody waits, go by themselves in fewer batches. Of committers of intakes one is enough: a
    /// second makes twice the batches of half the size.
    fn inboxes(&self) -> Vec<Inboxes> {
        let both = Inboxes { intakes: Some(self.intakes.clone()), outcomes: Some(self.outcomes.clone()) };
        match self.db.backend {
            Backend::Sqlite => vec![both],
            Backend::Postgres => {
                vec![Inboxes { outcomes: None, ..both.clone() }, Inboxes { intakes: None, ..both }]
            }
        }
    }

    /// Commits until `stop`, then drains what is queued. A committer that dies is started again; those who waited for
    /// its batch get [`StorageError::Unavailable`].
    pub async fn run(self, stop: CancellationToken) {
        let inboxes = self.inboxes();
        self.health.expected.store(inboxes.len() as u64, Ordering::Relaxed);
        let committers = inboxes.into_iter().map(|inboxes| self.supervise(inboxes, &stop));
        let committed = futures::future::join_all(committers);
        tokio::select! {
            _ = committed => {}
            () = checkpoint::run(&self.db) => {}
        }
    }

    async fn supervise(&self, inboxes: Inboxes, stop: &CancellationToken) {
        loop {
            self.health.running.fetch_add(1, Ordering::Relaxed);
            let committer =
                committer::run(self.db.clone(), self.routings.clone(), inboxes.clone(), stop.clone());
            let ended = tokio::spawn(committer).await;
            self.health.running.fetch_sub(1, Ordering::Relaxed);
            match ended {
                Ok(()) => return,
                Err(error) => tracing::error!(%error, "A committer died and is started again"),
            }
            tokio::time::sleep(RESTART_PAUSE).await;
        }
    }
}
