//! Who is let out when, and who has to wait.

mod behind;
mod sharing;

use super::room::{Asked, MAX_TICKETS};
use super::{Dispatcher, Slot, SlotKind, Ticket, Tickets};
use crate::Workers;
use domain::ids::{AccountId, DeliveryId, IntegrationId};
use domain::integration::{IntegrationState, Target};
use domain::time::Timestamp;
use futures::FutureExt;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use storage::testing::NOW;
use uuid::Uuid;

/// Longer than anything here takes; only a test that fails waits for it.
const PATIENCE: Duration = Duration::from_secs(20);
const MIB: usize = 1024 * 1024;

fn account(number: u128) -> AccountId {
    AccountId(Uuid::from_u128(number))
}

fn target(number: u128, limits: Value) -> Arc<Target> {
    let mut config = json!({"name": "Orders", "target_url": "https://example.com/hook"});
    for (name, limit) in limits.as_object().expect("an object") {
        config[name] = limit.clone();
    }
    Arc::new(Target {
        id: IntegrationId(Uuid::from_u128(number)),
        state: IntegrationState::Active,
        config: serde_json::from_value(config).expect("an integration"),
        signing_secrets: Vec::new(),
    })
}

fn ticket(target: &Arc<Target>, slot: Slot) -> Ticket {
    Ticket {
        account_id: account(1),
        delivery_id: DeliveryId(Uuid::nil()),
        event: None,
        target: Arc::clone(target),
        attempts: 0,
        schedule_tries: 0,
        schedule_started_at: NOW,
        lease_token: Uuid::nil(),
        lease_until: Timestamp(NOW.0 + 60_000),
        slot,
    }
}

/// Slots of this kind until there are no more.
fn slots(dispatcher: &Dispatcher, target: &Target, kind: SlotKind) -> Vec<Slot> {
    std::iter::from_fn(|| dispatcher.reserve(account(1), target, 1, kind)).collect()
}

/// How many may be claimed for the account's `target`, when no others are.
fn to_claim(dispatcher: &Dispatcher, of: u128, target: &Target) -> u32 {
    dispatcher.free_to_claim(account(of), target, Asked::default())
}

/// Hands in tickets of each of `kinds`, in that order.
fn dispatch(dispatcher: &Dispatcher, target: &Arc<Target>, kinds: &[SlotKind]) {
    for kind in kinds {
        let slot = dispatcher.reserve(account(1), target, 1, *kind).expect("there is room");
        dispatcher.dispatch(ticket(target, slot));
    }
}

/// What has come out by now.
fn out(tickets: &mut Tickets) -> Vec<Ticket> {
    std::iter::from_fn(|| tickets.try_recv().ok()).collect()
}

#[test]
fn an_integration_has_no_more_in_flight_than_it_may() {
    let (dispatcher, mut tickets) = Dispatcher::new(Workers::Here);
    let target = target(1, json!({"max_in_flight": 2}));
    dispatch(&dispatcher, &target, &[SlotKind::FirstAttempt; 5]);
    let mut in_flight = out(&mut tickets);
    assert_eq!(in_flight.len(), 2);
    in_flight.pop();
    assert_eq!(out(&mut tickets).len(), 1, "one ended, one goes out, and ends");
    assert_eq!(out(&mut tickets).len(), 1);
}

#[test]
fn retries_have_a_quarter_while_first_attempts_wait() {
    let (dispatcher, mut tickets) = Dispatcher::new(Workers::Here);
    let target = target(1, json!({"max_in_flight": 8}));
    let held: Vec<Slot> = (0..8)
        .map(|_| dispatcher.reserve(account(1), &target, 1, SlotKind::FirstAttempt).expect("there is room"))
        .collect();
    for slot in held {
        dispatcher.dispatch(ticket(&target, slot));
    }
    dispatch(&dispatcher, &target, &[SlotKind::Retry; 8]);
    dispatch(&dispatcher, &target, &[SlotKind::FirstAttempt; 8]);
    assert!(out(&mut tickets).iter().all(|ticket| !ticket.slot.is_retry()), "they came first");
    let second = out(&mut tickets);
    assert_eq!(second.iter().filter(|ticket| ticket.slot.is_retry()).count(), 2);
    assert_eq!(second.len(), 8);
}

#[test]
fn retries_have_all_of_it_while_nobody_else_waits() {
    let (dispatcher, mut tickets) = Dispatcher::new(Workers::Here);
    dispatch(&dispatcher, &target(1, json!({"max_in_flight": 4})), &[SlotKind::Retry; 6]);
    assert_eq!(out(&mut tickets).len(), 4);
}

#[test]
fn retries_leave_three_quarters_of_the_slots_to_first_attempts() {
    let (dispatcher, _tickets) = Dispatcher::new(Workers::Here);
    let target = target(1, json!({"max_in_flight": 4}));
    let mut retries = slots(&dispatcher, &target, SlotKind::Retry);
    assert_eq!(retries.len(), 16);
    assert_eq!(to_claim(&dispatcher, 1, &target), 0, "no more of what waits outside");
    assert_eq!(slots(&dispatcher, &target, SlotKind::FirstAttempt).len(), 48);
    retries.clear();
    assert_eq!(to_claim(&dispatcher, 1, &target), 16);
}

#[tokio::test]
async fn an_integration_gets_no_more_a_second_than_it_may() {
    let (dispatcher, mut tickets) = Dispatcher::new(Workers::Here);
    let target = target(1, json!({"max_in_flight": 32, "per_second": 2}));
    dispatch(&dispatcher, &target, &[SlotKind::FirstAttempt; 4]);
    let at_once = out(&mut tickets);
    assert!(at_once.len() < 4, "{}", at_once.len());
    for _ in at_once.len()..4 {
        let later = tokio::time::timeout(PATIENCE, tickets.recv()).await.expect("it comes by itself");
        assert!(later.is_some());
    }
}

#[test]
fn an_integration_with_a_rate_has_no_tickets_that_would_come_too_late() {
    let (dispatcher, _tickets) = Dispatcher::new(Workers::Here);
    let slow = target(1, json!({"max_in_flight": 32, "per_second": 1}));
    let fast = target(2, json!({"max_in_flight": 32, "per_second": 1000}));
    let most = super::WAIT_MS / 1000;
    assert!(i64::from(to_claim(&dispatcher, 1, &slow)) < most);
    assert_eq!(to_claim(&dispatcher, 1, &fast), 128);
    let held = slots(&dispatcher, &slow, SlotKind::FirstAttempt);
    assert!(i64::try_from(held.len()).expect("few") < most);
}

#[test]
fn one_account_leaves_room_for_others() {
    let (dispatcher, _tickets) = Dispatcher::new(Workers::Here);
    let mut held = Vec::new();
    for number in 0..32 {
        let target = target(number, json!({"max_in_flight": 32}));
        held.extend(slots(&dispatcher, &target, SlotKind::FirstAttempt));
    }
    assert_eq!(held.len(), MAX_TICKETS / 2);
    let others = target(99, json!({"max_in_flight": 32}));
    assert_eq!(to_claim(&dispatcher, 2, &others), 128);
    assert!(dispatcher.reserve(account(2), &others, 1, SlotKind::FirstAttempt).is_some());
    held.clear();
    assert_eq!(to_claim(&dispatcher, 1, &others), 128);
}

#[tokio::test]
async fn a_slot_that_comes_back_is_told_to_those_who_wait_for_it_only() {
    let (dispatcher, _tickets) = Dispatcher::new(Workers::Here);
    let full = target(1, json!({"max_in_flight": 1}));
    let other = target(2, json!({"max_in_flight": 1}));
    let mut held = slots(&dispatcher, &full, SlotKind::FirstAttempt);
    drop(dispatcher.reserve(account(1), &other, 1, SlotKind::FirstAttempt));
    assert!(dispatcher.freed().now_or_never().is_none(), "nobody waits for the other");
    held.pop();
    assert!(dispatcher.freed().now_or_never().is_some());
    held.pop();
    assert!(dispatcher.freed().now_or_never().is_none(), "nobody has been refused since");
}

#[test]
fn bodies_in_tickets_are_capped() {
    let (dispatcher, _tickets) = Dispatcher::new(Workers::Here);
    let target = target(1, json!({"max_in_flight": 32}));
    let held: Vec<Slot> =
        std::iter::from_fn(|| dispatcher.reserve(account(1), &target, MIB, SlotKind::FirstAttempt)).collect();
    assert_eq!(held.len(), 32);
}

#[test]
fn what_has_not_gone_out_is_handed_back_at_the_end() {
    let (dispatcher, mut tickets) = Dispatcher::new(Workers::Here);
    let target = target(1, json!({"max_in_flight": 1}));
    dispatch(&dispatcher, &target, &[SlotKind::FirstAttempt; 3]);
    assert_eq!(dispatcher.stop().len(), 2);
    assert_eq!(out(&mut tickets).len(), 1);
    assert!(dispatcher.reserve(account(1), &target, 1, SlotKind::FirstAttempt).is_none());
}

#[test]
fn a_process_without_workers_has_no_slots() {
    let (dispatcher, _tickets) = Dispatcher::new(Workers::Elsewhere);
    let target = target(1, json!({}));
    assert_eq!(to_claim(&dispatcher, 1, &target), 0);
    assert!(dispatcher.reserve(account(1), &target, 1, SlotKind::FirstAttempt).is_none());
}
