//! Sending what leaves.
//!
//! A delivery row is made by the journal, or becomes due again by itself. If this process had a *slot* for it when it
//! was made, the row is leased from birth and its [`Ticket`] goes to the [`Dispatcher`] right after the commit; all
//! others wait for a [`Claimer`], of this process or another. While first attempts of an integration wait so, its new
//! deliveries join them: the claimer takes what has been due longest, half a lane at a time, until a claim finds less
//! than it asked for. The dispatcher holds tickets per integration and lets no
//! more out than that integration's limits allow; what it lets out reaches an apalis worker, which sends it and hands
//! the outcome to the journal.
//!
//! Processes on one database divide the limits: each has a row that it renews, and by its place among them it knows its
//! share (`share`). Who has none of an integration leaves it to the claimers of the others. For the seconds in which one
//! does not know yet that another has come, more may go out.
//!
//! What may happen twice: a send, when the process dies before its outcome is committed. The lease then runs out and
//! somebody claims the row. The receiver can tell by `webhook-id`.

mod claim;
mod claimer;
mod deliver;
mod dispatcher;
mod lane;
mod pending;
mod room;
pub mod send;
mod share;
mod taking;
#[cfg(test)]
mod tests;
mod worker;

#[cfg(test)]
pub(crate) use claim::claim;
pub(crate) use claimer::Claimer;
pub(crate) use dispatcher::{Dispatcher, Slot, SlotKind, Tickets};

use domain::event::Event;
use domain::ids::{AccountId, DeliveryId};
use domain::integration::Target;
use domain::time::Timestamp;
use std::sync::Arc;
use uuid::Uuid;

/// How long a ticket may wait for its turn, on top of what sending takes.
const WAIT_MS: i64 = 30_000;
/// What must be left of a lease after the longest possible send, for its outcome to be committed in time.
const MARGIN_MS: i64 = 15_000;
/// How long sends under way may take to end at shutdown: the longest an integration may ask for, and a little.
const DRAIN: std::time::Duration = std::time::Duration::from_secs(32);

/// The right and the means to send one delivery until its lease ends.
pub(crate) struct Ticket {
    pub account_id: AccountId,
    pub delivery_id: DeliveryId,
    /// `None` when retention took its data before it could be sent.
    pub event: Option<Arc<Event>>,
    pub target: Arc<Target>,
    /// Attempts finished so far.
    pub attempts: i32,
    /// Attempts finished in the present schedule.
    pub schedule_tries: i32,
    pub schedule_started_at: Timestamp,
    pub lease_token: Uuid,
    pub lease_until: Timestamp,
    pub slot: Slot,
}

impl Ticket {
    /// Whether enough of the lease is left to send and to commit the outcome.
    pub fn can_begin(&self, now: Timestamp) -> bool {
        self.lease_until.since_ms(now) >= i64::from(self.target.config.timeout_ms) + MARGIN_MS
    }
}

/// How long a delivery to `target` is leased.
pub(crate) fn lease_ms(target: &Target) -> i64 {
    i64::from(target.config.timeout_ms) + MARGIN_MS + WAIT_MS
}

/// Looks for due deliveries until `stop`.
pub(crate) async fn run_claimer(services: crate::Services, stop: tokio_util::sync::CancellationToken) {
    claimer::run(services, stop).await;
}

/// Tells how many deliveries wait until `stop`.
pub(crate) async fn run_count(services: crate::Services, stop: tokio_util::sync::CancellationToken) {
    pending::run(services, stop).await;
}

/// Takes this process's share of the integrations' limits.
pub(crate) async fn renew_share(services: &crate::Services) -> crate::Result<()> {
    share::renew(services).await
}

/// Leaves this process's share to the others.
pub(crate) async fn end_share(services: &crate::Services) {
    share::end(services).await;
}

/// Releases what has not gone out, for whoever claims it.
pub(crate) async fn give_back(services: &crate::Services, unsent: Vec<Ticket>) {
    let leases: Vec<_> =
        unsent.iter().map(|ticket| (ticket.account_id, ticket.delivery_id, ticket.lease_token)).collect();
    drop(unsent);
    if !leases.is_empty()
        && let Err(error) = services.db().release(&leases, services.now()).await
    {
        tracing::warn!(%error, "Unsent deliveries could not be released; their leases run out");
    }
}

/// Starts the worker on the tickets; it ends after `stop`, when what is under way has ended.
pub(crate) fn start_worker(
    services: crate::Services,
    tickets: Tickets,
    stop: tokio_util::sync::CancellationToken,
) -> tokio::task::JoinHandle<()> {
    tokio::spawn(worker::run(services, tickets, stop, DRAIN))
}
