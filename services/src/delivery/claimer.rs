//! Taking what is due: deliveries whose retry time has come, that found no slot when they were made, or whose process
//! died.

use super::dispatcher::{SlotKind, Tickets};
use super::{Ticket, lease_ms};
use crate::{Result, Services};
use domain::event::Event;
use domain::fan_out::Routing;
use domain::ids::AccountId;
use domain::integration::{IntegrationState, Target};
use domain::time::Timestamp;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use storage::{Backlog, Claimed, StorageError, Want};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Longest time between two looks.
const LOOK_EVERY_MS: i64 = 1_000;
/// Shortest time between two claims, so that a backlog is taken in batches and leaves the database to others.
const PAUSE: Duration = Duration::from_millis(5);
/// Deliveries taken by one claim at most.
const MAX_CLAIM: u32 = 512;
/// One account gets at most this part of a claim.
const ACCOUNT_SHARE: u32 = 8;

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

/// Takes what is due and has room, and says how much that was. What was taken for an integration that turns out to be
/// off or gone is given back: the next look cancels it.
async fn claim(services: &Services) -> Result<usize> {
    let now = services.now();
    let wants = wanted(services, now).await?;
    if wants.is_empty() {
        return Ok(0);
    }
    let claimed = services.db().claim(&wants, Uuid::from_bytes(rand::random()), now).await?;
    let routings = confirmed_routings(services, &claimed).await?;
    let mut dispatched = 0;
    let mut unplaced = Vec::new();
    for delivery in claimed {
        let lease = (delivery.account_id, delivery.id, delivery.lease_token);
        let target = routings
            .get(&delivery.account_id)
            .and_then(|routing| routing.integrations.get(&delivery.integration_id))
            .filter(|target| target.state == IntegrationState::Active);
        match target.is_some_and(|target| dispatch(services, delivery, target, now)) {
            true => dispatched += 1,
            false => unplaced.push(lease),
        }
    }
    if !unplaced.is_empty() {
        services.db().release(&unplaced, now).await?;
    }
    Ok(dispatched)
}

/// What to take: of every integration that has something due and room for it, shared out among accounts.
async fn wanted(services: &Services, now: Timestamp) -> Result<Vec<Want>> {
    let mut wants = Vec::new();
    let mut left = MAX_CLAIM;
    let mut taken: HashMap<AccountId, u32> = HashMap::new();
    let mut backlogs = services.db().backlogs().await?;
    measure(&backlogs, now);
    // Whoever comes first gets what room there is, so each look begins with another.
    let first = rand::random_range(0..backlogs.len().max(1));
    backlogs.rotate_left(first);
    for backlog in backlogs {
        if backlog.due_at > now {
            services.inner.claimer.next_due.fetch_min(backlog.due_at.0, Ordering::Relaxed);
            continue;
        }
        let routing = services.inner.routings.get(backlog.account_id).await;
        let Some(routing) = readable(routing, backlog.account_id)? else { continue };
        let target = match routing.integrations.get(&backlog.integration_id) {
            Some(target) if target.state == IntegrationState::Active => target,
            Some(_) => {
                cancel(services, &backlog, "integration_inactive", now).await?;
                continue;
            }
            None => {
                cancel(services, &backlog, "integration_deleted", now).await?;
                continue;
            }
        };
        let share = taken.entry(backlog.account_id).or_default();
        let limit = services
            .inner
            .dispatcher
            .free(backlog.account_id, target)
            .min(left)
            .min((MAX_CLAIM / ACCOUNT_SHARE).saturating_sub(*share));
        if limit == 0 {
            continue;
        }
        *share += limit;
        left -= limit;
        wants.push(Want {
            integration_id: backlog.integration_id,
            limit: u16::try_from(limit).unwrap_or(u16::MAX),
            lease_ms: lease_ms(target),
        });
    }
    Ok(wants)
}

/// Tells how far behind the deliveries are.
fn measure(backlogs: &[Backlog], now: Timestamp) {
    let late_ms = backlogs.iter().map(|backlog| now.since_ms(backlog.due_at)).filter(|late_ms| *late_ms >= 0);
    metrics::gauge!("hookloft_due_integrations").set(late_ms.clone().count() as f64);
    metrics::gauge!("hookloft_oldest_due_seconds").set(late_ms.max().unwrap_or_default() as f64 / 1000.0);
}

/// Ends what is due to an integration that does not send: its process died before it had cancelled all of it, or an
/// attempt was rescheduled while it went off. Routing that is behind is asked again first.
async fn cancel(services: &Services, backlog: &Backlog, reason: &str, now: Timestamp) -> Result<()> {
    let routing = services.inner.routings.refresh(backlog.account_id).await?;
    let target = routing.as_ref().and_then(|routing| routing.integrations.get(&backlog.integration_id));
    if target.is_some_and(|target| target.state == IntegrationState::Active) {
        return Ok(());
    }
    let scope = storage::unscoped::scope_of_engine(backlog.account_id);
    services.db().account(&scope).cancel_waiting_deliveries(backlog.integration_id, reason, now).await?;
    Ok(())
}

/// The routings of the claimed deliveries' accounts, as new as the claim.
async fn confirmed_routings(
    services: &Services,
    claimed: &[Claimed],
) -> Result<HashMap<AccountId, Arc<Routing>>> {
    let mut accounts: Vec<AccountId> = claimed.iter().map(|delivery| delivery.account_id).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let versions = services.db().routing_versions(&accounts).await?;
    let mut routings = HashMap::with_capacity(accounts.len());
    for account in accounts {
        let mut routing = readable(services.inner.routings.get(account).await, account)?;
        if routing.as_ref().map(|routing| routing.version) != versions.get(&account).copied() {
            routing = readable(services.inner.routings.refresh(account).await, account)?;
        }
        if let Some(routing) = routing {
            routings.insert(account, routing);
        }
    }
    Ok(routings)
}

/// What was read of an account, if it can be: one that cannot does not keep others waiting.
fn readable(
    routing: std::result::Result<Option<Arc<Routing>>, StorageError>,
    account: AccountId,
) -> Result<Option<Arc<Routing>>> {
    match routing {
        Err(error) if !error.is_unavailable() => {
            tracing::error!(%error, account.id = %account, "An account's routing cannot be read");
            Ok(None)
        }
        routing => Ok(routing?),
    }
}

/// Hands the delivery on, unless somebody took its room meanwhile.
fn dispatch(services: &Services, delivery: Claimed, target: &Arc<Target>, now: Timestamp) -> bool {
    let bytes = delivery.data.as_ref().map_or(0, Vec::len);
    let kind = if delivery.attempts == 0 { SlotKind::FirstAttempt } else { SlotKind::Retry };
    let Some(slot) = services.inner.dispatcher.reserve(delivery.account_id, target, bytes, kind) else {
        return false;
    };
    let event = delivery.data.and_then(|data| {
        let data = RawValue::from_string(String::from_utf8(data).ok()?).ok()?;
        Some(Arc::new(Event {
            id: delivery.event_id,
            account_id: delivery.account_id,
            event_type: delivery.event_type,
            occurred_at: delivery.event_id.timestamp(),
            data,
            hops: delivery.hops,
        }))
    });
    services.inner.dispatcher.dispatch(Ticket {
        account_id: delivery.account_id,
        delivery_id: delivery.id,
        event,
        target: Arc::clone(target),
        attempts: delivery.attempts,
        schedule_tries: delivery.schedule_tries,
        schedule_started_at: delivery.schedule_started_at,
        lease_token: delivery.lease_token,
        lease_until: now.plus_ms(lease_ms(target)),
        slot,
    });
    true
}
