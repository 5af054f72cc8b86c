//! What to take of what is due, and its way to the dispatcher.

use super::room::Asked;
use super::taking::{Taking, Unplaced, kind_of, lease_of};
use super::{Ticket, lease_ms};
use crate::{Result, Services};
use domain::event::Event;
use domain::fan_out::Routing;
use domain::ids::{AccountId, DeliveryId};
use domain::integration::{IntegrationState, Target};
use domain::retry::{FailReason, is_out_of_time};
use domain::time::Timestamp;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::sync::Arc;
use storage::{Backlog, Claimed, StorageError, Want};
use uuid::Uuid;

/// Deliveries taken by one claim at most.
const MAX_CLAIM: u32 = 2_048;
/// Bytes of event data in one claim, but for its last delivery. There is room for more only where what is held already
/// tells nothing of the size of what is due.
const MAX_CLAIM_BYTES: u32 = 16 * 1024 * 1024;
/// One account gets at most this part of a claim.
const ACCOUNT_SHARE: u32 = 8;

/// Takes what is due and has room, and says how much that was. What was taken for an integration that turns out to be
/// off or gone is given back: the next look cancels it. So is everything, where it cannot be read where it goes. What is
/// out of time fails.
pub(crate) async fn claim(services: &Services) -> Result<usize> {
    let now = services.now();
    let wants = wanted(services, now).await?;
    if wants.is_empty() {
        return Ok(0);
    }
    let lease_token = Uuid::from_bytes(rand::random());
    let claimed = services.db().claim(&wants, MAX_CLAIM_BYTES, lease_token, now).await?;
    let bytes: usize = claimed.iter().filter_map(|delivery| delivery.data.as_ref()).map(Vec::len).sum();
    let is_cut = bytes >= MAX_CLAIM_BYTES as usize;
    let routings = match confirmed_routings(services, &claimed).await {
        Ok(routings) => routings,
        Err(error) => {
            give_back(services, &claimed, now).await;
            return Err(error);
        }
    };
    let mut takings: HashMap<_, _> =
        wants.iter().map(|want| (want.integration_id, Taking::of(want))).collect();
    let mut taken = 0;
    let mut unplaced = Unplaced::default();
    let mut late: HashMap<AccountId, Vec<(DeliveryId, Uuid)>> = HashMap::new();
    for delivery in claimed {
        let (lease, since) = (lease_of(&delivery), delivery.schedule_started_at);
        let (integration, kind) = (delivery.integration_id, kind_of(&delivery));
        let target = routings
            .get(&delivery.account_id)
            .and_then(|routing| routing.integrations.get(&integration))
            .filter(|target| target.state == IntegrationState::Active);
        let is_placed = match target {
            None => false,
            Some(_) if is_late(&delivery, now) => {
                late.entry(delivery.account_id).or_default().push((delivery.id, delivery.lease_token));
                true
            }
            Some(target) => dispatch(services, delivery, target, now),
        };
        match is_placed {
            true => taken += 1,
            false => unplaced.add(lease, kind, since),
        }
        if let Some(taking) = takings.get_mut(&integration) {
            taking.add(kind, is_placed);
        }
    }
    for (integration, taking) in takings {
        // A claim that was cut has not looked at all there is: what was known of the rest holds.
        if is_cut && taking.is_short() {
            continue;
        }
        services.inner.dispatcher.note_behind(integration, taking.leaves());
    }
    unplaced.release(services, now).await?;
    fail(services, late, now).await?;
    Ok(taken)
}

/// Gives back all that was claimed: nothing could be found out about where it goes.
async fn give_back(services: &Services, claimed: &[Claimed], now: Timestamp) {
    let mut unplaced = Unplaced::default();
    for delivery in claimed {
        unplaced.add(lease_of(delivery), kind_of(delivery), delivery.schedule_started_at);
    }
    if let Err(error) = unplaced.release(services, now).await {
        tracing::warn!(%error, "Claimed deliveries could not be released; their leases run out");
    }
}

fn is_late(delivery: &Claimed, now: Timestamp) -> bool {
    is_out_of_time(delivery.id.timestamp(), delivery.schedule_started_at, delivery.schedule_tries, now)
}

/// Ends what waited for longer than deliveries live.
async fn fail(
    services: &Services,
    late: HashMap<AccountId, Vec<(DeliveryId, Uuid)>>,
    now: Timestamp,
) -> Result<()> {
    for (account, leases) in late {
        tracing::warn!(account.id = %account, deliveries = leases.len(), "Deliveries were not sent within their 7 days");
        let scope = storage::unscoped::scope_of_engine(account);
        let reason = FailReason::OutOfTime.as_str();
        services.db().account(&scope).fail_claimed_deliveries(&leases, reason, now).await?;
    }
    Ok(())
}

/// What to take: of every integration that has something due and room for it, shared out among accounts.
async fn wanted(services: &Services, now: Timestamp) -> Result<Vec<Want>> {
    let dispatcher = &services.inner.dispatcher;
    let mut wants = Vec::new();
    let mut asked_in_all = 0;
    let mut asked_of: HashMap<AccountId, u32> = HashMap::new();
    let mut backlogs = services.db().backlogs().await?;
    measure(&backlogs, now);
    let is_due = |backlog: &&Backlog| backlog.due_at <= now;
    dispatcher.note_due(&backlogs.iter().filter(is_due).map(|backlog| backlog.integration_id).collect());
    // Whoever comes first gets what room there is, so each look begins with another.
    let first = rand::random_range(0..backlogs.len().max(1));
    backlogs.rotate_left(first);
    for backlog in backlogs {
        if backlog.due_at > now {
            services.inner.claimer.look_by(backlog.due_at);
            continue;
        }
        let Some(target) = active_target(services, &backlog, now).await? else { continue };
        let of_account = asked_of.entry(backlog.account_id).or_default();
        let asked = Asked { in_all: asked_in_all, of_account: *of_account };
        let limit = dispatcher
            .free_to_claim(backlog.account_id, &target, asked)
            .min(MAX_CLAIM - asked_in_all)
            .min((MAX_CLAIM / ACCOUNT_SHARE).saturating_sub(*of_account));
        if limit == 0 {
            continue;
        }
        *of_account += limit;
        asked_in_all += limit;
        wants.push(Want {
            integration_id: backlog.integration_id,
            limit: u16::try_from(limit).unwrap_or(u16::MAX),
            lease_ms: lease_ms(&target),
        });
    }
    Ok(wants)
}

/// Where the integration's deliveries go. One that is off or gone has its deliveries cancelled.
async fn active_target(
    services: &Services,
    backlog: &Backlog,
    now: Timestamp,
) -> Result<Option<Arc<Target>>> {
    let routing = services.inner.routings.get(backlog.account_id).await;
    let Some(routing) = readable(routing, backlog.account_id)? else { return Ok(None) };
    let reason = match routing.integrations.get(&backlog.integration_id) {
        Some(target) if target.state == IntegrationState::Active => return Ok(Some(Arc::clone(target))),
        Some(_) => "integration_inactive",
        None => "integration_deleted",
    };
    cancel(services, backlog, reason, now).await?;
    Ok(None)
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
    let kind = kind_of(&delivery);
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
