//! The apalis worker over our own tickets: apalis brings the monitor, concurrency, tracing and shutdown; the rows and
//! their leases stay ours.
//!
//! A task of apalis is what was let out at a time, mostly the tickets of one commit: a task for each ticket costs more
//! than what a ticket needs besides its call.

use super::deliver::deliver;
use super::room::MAX_TICKETS;
use super::{Ticket, Tickets};
use crate::Services;
use apalis::prelude::*;
use apalis_core::backend::finalize::Ephemeral;
use apalis_core::backend::{Backend, BackendConfig};
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tower::layer::util::Identity;

/// Tickets that one task sends at most.
const MAX_TICKETS_OF_TASK: usize = 64;

/// What one task sends.
type Departing = Vec<Ticket>;

/// The tickets as an apalis backend. Kept behind a lock, so that a restarted worker finds them again.
#[derive(Clone)]
struct TicketBackend {
    tickets: Arc<Mutex<Tickets>>,
}

impl Backend for TicketBackend {
    type Task = Task<Departing>;
    type Error = Infallible;

    fn poll_ready(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        context: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Option<Result<Task<Departing>, Infallible>>> {
        let mut tickets = self.tickets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut departing = Vec::new();
        tickets
            .poll_recv_many(context, &mut departing, MAX_TICKETS_OF_TASK)
            .map(|count| (count > 0).then(|| Ok(Task::new(departing))))
    }

    fn poll_close(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }
}

impl BackendConfig for TicketBackend {
    type Args = Departing;
    type Id = u64;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}

async fn send(departing: Departing, services: Data<Services>) {
    let mut sends: FuturesUnordered<_> = departing
        .into_iter()
        .map(|ticket| AssertUnwindSafe(deliver(&services, ticket)).catch_unwind())
        .collect();
    while let Some(sent) = sends.next().await {
        if sent.is_err() {
            tracing::error!("An attempt panicked; its delivery becomes due again when its lease ends");
        }
    }
}

/// Sends tickets until `stop`, then lets those under way end, for at most `patience`.
///
/// Not an `async fn`: what builds the worker may not be held by a future that [`tokio::spawn`] takes.
pub(crate) fn run(
    services: Services,
    tickets: Tickets,
    stop: CancellationToken,
    patience: Duration,
) -> impl Future<Output = ()> + Send {
    let backend = TicketBackend { tickets: Arc::new(Mutex::new(tickets)) };
    let monitor = Monitor::new()
        .register(move |restarts| {
            WorkerBuilder::new(format!("deliveries-{restarts}"))
                .backend(backend.clone())
                .data(services.clone())
                // Whatever is let out is sent: waiting here, it would wait for other accounts' receivers.
                .concurrency(MAX_TICKETS)
                .parallelize(tokio::spawn)
                .build(send)
        })
        .should_restart(|_, error| {
            tracing::error!(%error, "The delivery worker died and is started again");
            true
        })
        .shutdown_timeout(patience);
    let signal = async move {
        stop.cancelled().await;
        Ok(())
    };
    let running = monitor.run_with_signal(signal);
    async move {
        if let Err(error) = running.await {
            tracing::error!(%error, "The delivery worker ended");
        }
    }
}
