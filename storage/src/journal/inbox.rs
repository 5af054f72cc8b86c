//! Where committers find their work.

use super::batch::{Batch, FinishItem, Item};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard, Notify, mpsc};
use tokio_util::sync::CancellationToken;

/// How long outcomes wait for company before they are committed.
const LINGER: Duration = Duration::from_millis(20);

/// A queue that several committers empty, one at a time.
pub(super) struct Inbox<T> {
    queue: Arc<Mutex<mpsc::Receiver<T>>>,
}

/// Fewest intakes that are committed beside others: fewer cost more by themselves than they gain by not waiting.
const MIN_BESIDE: usize = 24;

/// What one committer drains.
#[derive(Debug, Clone)]
pub(super) struct Inboxes {
    pub intakes: Option<Inbox<Item>>,
    pub outcomes: Option<Inbox<FinishItem>>,
    pub under_way: Arc<UnderWay>,
}

/// The intakes that are being committed now, by all committers.
#[derive(Debug, Default)]
pub(super) struct UnderWay {
    intakes: AtomicUsize,
    ended: Notify,
}

/// A batch's intakes, under way until dropped.
pub(super) struct Passage {
    intakes: usize,
    under_way: Arc<UnderWay>,
}

impl UnderWay {
    fn begin(self: &Arc<Self>, intakes: usize) -> Passage {
        self.intakes.fetch_add(intakes, Ordering::AcqRel);
        Passage { intakes, under_way: Arc::clone(self) }
    }

    /// Whether a batch of so many intakes is worth a transaction of its own beside those under way.
    fn lets_pass(&self, intakes: usize) -> bool {
        let under_way = self.intakes.load(Ordering::Acquire);
        under_way == 0 || intakes >= under_way.max(MIN_BESIDE)
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        self.under_way.intakes.fetch_sub(self.intakes, Ordering::AcqRel);
        self.under_way.ended.notify_one();
    }
}

impl<T> Inbox<T> {
    pub fn of(queue: mpsc::Receiver<T>) -> Self {
        Self { queue: Arc::new(Mutex::new(queue)) }
    }
}

impl<T> fmt::Debug for Inbox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").finish_non_exhaustive()
    }
}

impl<T> Clone for Inbox<T> {
    fn clone(&self) -> Self {
        Self { queue: Arc::clone(&self.queue) }
    }
}

impl Inboxes {
    /// The next batch: whatever has queued up, as soon as there is an intake. While one transaction commits, the next
    /// one fills, so batches grow with the load and nothing waits when idle; once it is as large as the one under way it
    /// goes beside that one, which may be waiting for its disk. `None` after `stop`, when all is drained.
    pub async fn next_batch(&self, stop: &CancellationToken) -> Option<(Batch, Passage)> {
        let mut intakes = lock(self.intakes.as_ref()).await;
        let mut outcomes = lock(self.outcomes.as_ref()).await;
        let mut batch = Batch::default();
        tokio::select! {
            biased;
            Some(intake) = next(&mut intakes) => batch.add(intake),
            Some(outcome) = next(&mut outcomes) => {
                batch.add_outcome(outcome);
                tokio::select! {
                    biased;
                    Some(intake) = next(&mut intakes) => batch.add(intake),
                    () = tokio::time::sleep(LINGER) => {}
                    () = stop.cancelled() => {}
                }
            }
            () = stop.cancelled() => {}
        }
        self.fill(&mut batch, &mut intakes).await;
        while batch.takes_outcomes()
            && let Some(outcome) = queued(&mut outcomes)
        {
            batch.add_outcome(outcome);
        }
        let passage = self.under_way.begin(batch.items.len());
        (!batch.is_empty()).then_some((batch, passage))
    }

    /// Adds queued intakes to those that `batch` has, until it may go.
    async fn fill(&self, batch: &mut Batch, intakes: &mut Open<'_, Item>) {
        while batch.takes_intakes() {
            if let Some(intake) = queued(intakes) {
                batch.add(intake);
                continue;
            }
            if batch.items.is_empty() || self.under_way.lets_pass(batch.items.len()) {
                return;
            }
            tokio::select! {
                Some(intake) = next(intakes) => batch.add(intake),
                () = self.under_way.ended.notified() => {}
            }
        }
    }
}

type Open<'a, T> = Option<MutexGuard<'a, mpsc::Receiver<T>>>;

async fn lock<T>(inbox: Option<&Inbox<T>>) -> Open<'_, T> {
    match inbox {
        Some(inbox) => Some(inbox.queue.lock().await),
        None => None,
    }
}

/// The next one; never, of an inbox that there is not.
async fn next<T>(inbox: &mut Open<'_, T>) -> Option<T> {
    match inbox {
        Some(queue) => queue.recv().await,
        None => std::future::pending().await,
    }
}

fn queued<T>(inbox: &mut Open<'_, T>) -> Option<T> {
    inbox.as_mut()?.try_recv().ok()
}
