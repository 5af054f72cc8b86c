//! Where committers find their work.

use super::batch::{Batch, FinishItem, Item};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard, mpsc};
use tokio_util::sync::CancellationToken;

/// How long outcomes wait for company before they are committed.
const LINGER: Duration = Duration::from_millis(20);

/// A queue that several committers empty, one at a time.
pub(super) struct Inbox<T> {
    queue: Arc<Mutex<mpsc::Receiver<T>>>,
}

/// What one committer drains.
#[derive(Debug, Clone)]
pub(super) struct Inboxes {
    pub intakes: Option<Inbox<Item>>,
    pub outcomes: Option<Inbox<FinishItem>>,
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
    /// one fills, so batches grow with the load and nothing waits when idle. It begins with `left`, which waits for
    /// nothing. `None` after `stop`, when all is drained.
    pub async fn next_batch(&self, left: Vec<Item>, stop: &CancellationToken) -> Option<Batch> {
        let mut intakes = lock(self.intakes.as_ref()).await;
        let mut outcomes = lock(self.outcomes.as_ref()).await;
        let mut batch = Batch::of(left, Vec::new());
        tokio::select! {
            biased;
            () = std::future::ready(()), if !batch.is_empty() => {}
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
        while batch.takes_intakes()
            && let Some(intake) = queued(&mut intakes)
        {
            batch.add(intake);
        }
        while batch.takes_outcomes()
            && let Some(outcome) = queued(&mut outcomes)
        {
            batch.add_outcome(outcome);
        }
        (!batch.is_empty()).then_some(batch)
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
