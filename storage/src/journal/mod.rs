//! The journal: everything that arrives or ends is committed here, many at a time.
//!
//! Callers hand in [`Work`] and wait. A committer drains what has queued up into one transaction: first it reads the
//! accounts' routing versions (locked against change on PostgreSQL) and lets every intake that was decided under an
//! older one decide again; then it claims idempotency keys; then it inserts requests, payloads, events and deliveries,
//! and writes the outcomes of attempts. Only after COMMIT do the callers learn what became of their work.
//!
//! What may happen twice: an attempt, when a process dies between sending and the commit of its outcome. What may not:
//! an event, because ids are made before the batch and a lost answer to COMMIT is looked up before anything is retried.
//!
//! One bad row harms only itself: when a batch is refused, its items are committed one by one, and only the culprit
//! gets the error.

mod batch;
mod committer;
mod intake;
mod outcome;
mod postgres;
mod sqlite;

pub use intake::{Committed, Decide, IdempotencyKey, IntakeDraft, NewDelivery, RequestRecord};
pub use outcome::Finish;

use crate::routing_cache::RoutingCache;
use crate::{Backend, Db, StorageError};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Most intakes in one transaction.
const MAX_INTAKES: usize = 512;
/// Most rows in one transaction.
const MAX_ROWS: usize = 4_096;
/// Most bytes of bodies in one transaction.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Work that may wait for a committer before callers do.
const QUEUE: usize = 4_096;

/// Something to commit, and who waits for it.
pub(crate) enum Work {
    Intake { decide: Box<dyn Decide>, reply: oneshot::Sender<Result<Committed, StorageError>> },
    Finish { finish: Box<Finish>, reply: oneshot::Sender<()> },
}

/// The way to the committers. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Journal {
    queue: mpsc::Sender<Work>,
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
    queue: Arc<Mutex<mpsc::Receiver<Work>>>,
    health: Arc<Health>,
}

impl Journal {
    /// A journal over `db`; nothing is committed until [`Committers::run`].
    #[must_use]
    pub fn new(db: Db, routings: RoutingCache) -> (Self, Committers) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let health = Arc::new(Health::default());
        let committers =
            Committers { db, routings, queue: Arc::new(Mutex::new(receiver)), health: Arc::clone(&health) };
        (Self { queue: sender, health }, committers)
    }

    /// Commits what `decide` decides, and answers once it is on disk.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the database or the committer is gone (nothing was accepted);
    /// [`StorageError::Refused`] when this one intake cannot be stored.
    pub async fn commit(&self, decide: Box<dyn Decide>) -> Result<Committed, StorageError> {
        let (reply, answer) = oneshot::channel();
        self.queue.send(Work::Intake { decide, reply }).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }

    /// Writes the outcome of an attempt; returns once it is on disk, however long the database is away.
    /// A finish whose lease is no longer the delivery's adds its attempt and changes no state.
    pub async fn finish(&self, finish: Finish) {
        let (reply, done) = oneshot::channel();
        if self.queue.send(Work::Finish { finish: Box::new(finish), reply }).await.is_ok() {
            // An error means the process is ending; the lease runs out and the delivery is tried again.
            let _ = done.await;
        }
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
    /// How many committers share the queue: SQLite has one writer; on PostgreSQL one commits while another fills.
    const fn count(&self) -> u64 {
        match self.db.backend {
            Backend::Sqlite => 1,
            Backend::Postgres => 2,
        }
    }

    /// Commits until `stop`, then drains what is queued. A committer that dies is started again; those who waited for
    /// its batch get [`StorageError::Unavailable`].
    pub async fn run(self, stop: CancellationToken) {
        self.health.expected.store(self.count(), Ordering::Relaxed);
        let committers = (0..self.count()).map(|_| self.supervise(&stop));
        futures::future::join_all(committers).await;
    }

    async fn supervise(&self, stop: &CancellationToken) {
        loop {
            self.health.running.fetch_add(1, Ordering::Relaxed);
            let committer =
                committer::run(self.db.clone(), self.routings.clone(), Arc::clone(&self.queue), stop.clone());
            let ended = tokio::spawn(committer).await;
            self.health.running.fetch_sub(1, Ordering::Relaxed);
            match ended {
                Ok(()) => return,
                Err(error) => tracing::error!(%error, "A committer died and is started again"),
            }
        }
    }
}
