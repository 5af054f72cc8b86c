//! What runs beside the calls: committers, the claimer, the workers and the housekeeping; and how all of it stops.

use crate::config::Workers;
use crate::{Services, delivery, housekeeping, jobs};
use std::sync::PoisonError;
use std::time::Duration;
use storage::StorageError;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The running engine of one process.
pub struct Engine {
    services: Services,
    /// Stops claiming and taking tickets.
    stop_sending: CancellationToken,
    /// Stops the committers, once everybody who hands them work has ended.
    stop_committing: CancellationToken,
    senders: Vec<JoinHandle<()>>,
    committers: Vec<JoinHandle<()>>,
}

/// Whether the process can do its work now.
#[derive(Debug, Clone)]
pub struct Health {
    /// Whether the database answers, or why it does not.
    pub database: Result<(), String>,
    /// Whether the committers run.
    pub engine: Result<(), String>,
}

impl Health {
    /// Whether all is well.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        self.database.is_ok() && self.engine.is_ok()
    }
}

impl Services {
    /// Starts the committers, and the workers if this process has them. Call it once.
    #[must_use]
    pub fn start_engine(&self) -> Engine {
        let (stop_sending, stop_committing) = (CancellationToken::new(), CancellationToken::new());
        let mut committers = Vec::new();
        let waiting = self.inner.committers.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(waiting) = waiting {
            let stop = stop_committing.clone();
            committers.push(tokio::spawn(async move { waiting.run(stop).await }));
        }
        let mut senders = Vec::new();
        if self.inner.config.workers == Workers::Here
            && let Some(tickets) = self.inner.claimer.take_tickets()
        {
            senders.push(tokio::spawn(delivery::run_claimer(self.clone(), stop_sending.clone())));
            senders.push(tokio::spawn(delivery::run_count(self.clone(), stop_sending.clone())));
            senders.push(delivery::start_worker(self.clone(), tickets, stop_sending.clone()));
            senders.push(jobs::start(self.clone(), jobs::Pace::default(), stop_sending.clone()));
        }
        senders.push(tokio::spawn(housekeeping::run(self.clone(), stop_sending.clone())));
        Engine { services: self.clone(), stop_sending, stop_committing, senders, committers }
    }

    /// Whether the database answers and the committers run.
    pub async fn health(&self) -> Health {
        let ping = tokio::time::timeout(Duration::from_secs(2), self.db().ping()).await;
        let database = match ping {
            Ok(answer) => answer.map_err(|error: StorageError| error.to_string()),
            Err(_) => Err("the database does not answer".into()),
        };
        let engine =
            if self.inner.journal.is_running() { Ok(()) } else { Err("a committer is not running".into()) };
        Health { database, engine }
    }
}

impl Engine {
    /// Gives back what has not begun, lets what is under way end for at most `patience`, and commits what is left.
    /// Callers must have stopped calling.
    pub async fn shutdown(self, patience: Duration) {
        let unsent = self.services.inner.dispatcher.stop();
        self.stop_sending.cancel();
        delivery::give_back(&self.services, unsent).await;
        if tokio::time::timeout(patience, futures::future::join_all(self.senders)).await.is_err() {
            tracing::warn!("Some sends did not end in time; their deliveries are tried again");
        }
        delivery::end_share(&self.services).await;
        self.stop_committing.cancel();
        futures::future::join_all(self.committers).await;
    }
}
