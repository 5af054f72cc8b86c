//! When to take what is due: deliveries whose retry time has come, that found no slot when they were made, or whose
//! process died.

use super::claim::claim;
use super::dispatcher::Tickets;
use crate::Services;
use domain::time::Timestamp;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Longest time between two looks.
const LOOK_EVERY_MS: i64 = 1_000;
/// Shortest time between two claims, so that a backlog is taken in batches and leaves the database to others.
const PAUSE: Duration = Duration::from_millis(5);

/// When to look next, and the tickets' way to the worker until that is started.
pub(crate) struct Claimer {
    doorbell: Notify,
    next_due: AtomicI64,
    tickets: Mutex<Option<Tickets>>,
}

impl Claimer {
    pub fn new(tickets: Tickets) -> Self {
        Self {
            doorbell: Notify::new(),
            next_due: AtomicI64::new(i64::MAX),
            tickets: Mutex::new(Some(tickets)),
        }
    }

    /// Hands out the worker's end, once.
    pub fn take_tickets(&self) -> Option<Tickets> {
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Something may be due now.
    pub fn ring(&self) {
        self.next_due.store(0, Ordering::Relaxed);
        self.doorbell.notify_one();
    }

    /// Something is due then, for the next look.
    pub fn look_by(&self, at: Timestamp) {
        self.next_due.fetch_min(at.0, Ordering::Relaxed);
    }

    /// Something is due then.
    pub fn due_at(&self, at: Timestamp) {
        let before = self.next_due.fetch_min(at.0, Ordering::Relaxed);
        if at.0 < before {
            self.doorbell.notify_one();
        }
    }
}

/// Looks for due deliveries until `stop`.
pub(crate) async fn run(services: Services, stop: CancellationToken) {
    let claimer = &services.inner.claimer;
    while !stop.is_cancelled() {
        claimer.next_due.store(services.now().0 + LOOK_EVERY_MS, Ordering::Relaxed);
        match claim(&services).await {
            Ok(0) => wait(&services, &stop).await,
            Ok(_) => tokio::time::sleep(PAUSE).await,
            Err(error) => {
                tracing::warn!(%error, "Claiming deliveries failed and is tried again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// Until something may be due: the doorbell, the next due time, a slot that came back, or a second.
async fn wait(services: &Services, stop: &CancellationToken) {
    let claimer = &services.inner.claimer;
    loop {
        let left = claimer.next_due.load(Ordering::Relaxed).saturating_sub(services.now().0);
        let Ok(left) = u64::try_from(left) else { return };
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(left.max(1))) => return,
            () = claimer.doorbell.notified() => {}
            () = services.inner.dispatcher.freed() => {
                tokio::time::sleep(PAUSE).await;
                return;
            }
            () = stop.cancelled() => return,
        }
    }
}
