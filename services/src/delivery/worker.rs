//! The apalis worker over our own tickets: apalis brings the monitor, concurrency, tracing and shutdown; the rows and
//! their leases stay ours.

use super::deliver::deliver;
use super::room::MAX_TICKETS;
use super::{Ticket, Tickets};
use crate::Services;
use apalis::prelude::*;
use apalis_core::backend::finalize::Ephemeral;
use apalis_core::backend::{Backend, BackendConfig};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tower::layer::util::Identity;

/// The tickets as an apalis backend. Kept behind a lock, so that a restarted worker finds them again.
#[derive(Clone)]
struct TicketBackend {
    tickets: Arc<Mutex<Tickets>>,
}

impl Backend for TicketBackend {
    type Task = Task<Ticket>;
    type Error = Infallible;

    fn poll_ready(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        context: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Option<Result<Task<Ticket>, Infallible>>> {
        let mut tickets = self.tickets.lock().unwrap_or_else(PoisonError::into_inner);
        tickets.poll_recv(context).map(|ticket| ticket.map(|ticket| Ok(Task::new(ticket))))
    }

    fn poll_close(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }
}

impl BackendConfig for TicketBackend {
    type Args = Ticket;
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

async fn send_ticket(ticket: Ticket, services: Data<Services>) {
    deliver(&services, ticket).await;
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
                .build(send_ticket)
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
