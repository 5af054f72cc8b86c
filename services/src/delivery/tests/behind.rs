//! What waits in the database, and who goes first.

use super::{MIB, account, slots, target, to_claim};
use crate::Workers;
use crate::delivery::lane::Behind;
use crate::delivery::room::{Asked, MAX_TICKETS};
use crate::delivery::taking::Taking;
use crate::delivery::{Dispatcher, Slot, SlotKind};
use domain::integration::Target;
use futures::FutureExt;
use serde_json::json;
use std::collections::HashSet;
use std::sync::Arc;
use storage::Want;

/// A dispatcher, an integration of which all 16 slots are taken, and these; one delivery more found none.
fn overloaded() -> (Dispatcher, Arc<Target>, Vec<Slot>) {
    let (dispatcher, _tickets) = Dispatcher::new(Workers::Here);
    let target = target(1, json!({"max_in_flight": 1}));
    let held = slots(&dispatcher, &target, SlotKind::New);
    assert_eq!(held.len(), 16);
    (dispatcher, target, held)
}

fn has_slot_for_new(dispatcher: &Dispatcher, target: &Target) -> bool {
    dispatcher.reserve(account(1), target, 1, SlotKind::New).is_some()
}

#[test]
fn new_deliveries_go_behind_those_that_found_no_slot() {
    let (dispatcher, target, mut held) = overloaded();
    held.clear();
    assert!(!has_slot_for_new(&dispatcher, &target));
    assert_eq!(
        slots(&dispatcher, &target, SlotKind::FirstAttempt).len(),
        16,
        "the freed are for the claimed"
    );
    dispatcher.note_behind(target.id, Behind::FirstAttempts);
    assert!(!has_slot_for_new(&dispatcher, &target), "there are more");
    dispatcher.note_behind(target.id, Behind::Nothing);
    assert!(has_slot_for_new(&dispatcher, &target));
}

#[test]
fn what_was_left_behind_by_a_commit_goes_first() {
    let (dispatcher, target, mut held) = overloaded();
    dispatcher.note_due(&HashSet::new());
    held.truncate(4);
    assert!(dispatcher.leave_behind(account(1), target.id), "it may be claimed now");
    assert!(!has_slot_for_new(&dispatcher, &target));
}

#[tokio::test]
async fn a_backlog_is_claimed_when_half_of_the_lane_is_free() {
    let (dispatcher, target, mut held) = overloaded();
    assert!(!dispatcher.leave_behind(account(1), target.id));
    held.truncate(9);
    assert_eq!(to_claim(&dispatcher, 1, &target), 0);
    assert!(dispatcher.freed().now_or_never().is_none());
    held.truncate(8);
    assert!(dispatcher.freed().now_or_never().is_some());
    assert_eq!(to_claim(&dispatcher, 1, &target), 8);
}

#[test]
fn what_is_not_due_holds_up_nothing() {
    let (dispatcher, target, mut held) = overloaded();
    held.pop();
    dispatcher.note_due(&HashSet::from([target.id]));
    assert!(!has_slot_for_new(&dispatcher, &target));
    dispatcher.note_due(&HashSet::new());
    assert!(has_slot_for_new(&dispatcher, &target));
}

#[test]
fn retries_that_wait_keep_their_quarter_and_hold_up_no_new_delivery() {
    let (dispatcher, target, mut held) = overloaded();
    dispatcher.note_behind(target.id, Behind::Retries);
    held.clear();
    held.extend(slots(&dispatcher, &target, SlotKind::New));
    assert_eq!(held.len(), 12);
    dispatcher.leave_behind(account(1), target.id);
    assert_eq!(to_claim(&dispatcher, 1, &target), 4);
    assert_eq!(slots(&dispatcher, &target, SlotKind::Retry).len(), 4);
    held.pop();
    assert!(has_slot_for_new(&dispatcher, &target));
}

#[test]
fn what_found_no_room_of_its_account_goes_first_too() {
    let (dispatcher, _tickets) = Dispatcher::new(Workers::Here);
    let mut held: Vec<Slot> = Vec::new();
    for number in 1..=8 {
        held.extend(slots(&dispatcher, &target(number, json!({"max_in_flight": 32})), SlotKind::New));
    }
    assert_eq!(held.len(), MAX_TICKETS / 2);
    let (late, other) = (target(9, json!({})), target(10, json!({})));
    assert!(!has_slot_for_new(&dispatcher, &late));
    held.clear();
    assert!(!has_slot_for_new(&dispatcher, &late));
    assert!(has_slot_for_new(&dispatcher, &other));
}

#[test]
fn a_claim_asks_for_no_more_than_its_account_has_room_for() {
    let (dispatcher, _tickets) = Dispatcher::new(Workers::Here);
    let target = target(1, json!({"max_in_flight": 32}));
    let of_account = u32::try_from(MAX_TICKETS / 2).expect("few") - 3;
    let asked =
        |in_all, of_account| dispatcher.free_to_claim(account(1), &target, Asked { in_all, of_account });
    assert_eq!(
        asked(of_account, of_account),
        0,
        "of the unknown there may be no more than their bytes allow"
    );
    let _one = dispatcher.reserve(account(1), &target, 1, SlotKind::New).expect("there is room");
    assert_eq!(asked(of_account - 1, of_account - 1), 3);
    assert_eq!(asked(of_account + 2, of_account + 2), 0);
}

#[test]
fn a_claim_asks_for_no_more_than_there_are_bytes_for() {
    let (dispatcher, _tickets) = Dispatcher::new(Workers::Here);
    let target = target(1, json!({"max_in_flight": 32}));
    let reserve = || dispatcher.reserve(account(1), &target, MIB, SlotKind::New);
    let _held: Vec<Slot> = (0..30).filter_map(|_| reserve()).collect();
    assert_eq!(to_claim(&dispatcher, 1, &target), 2);
}

#[test]
fn a_process_without_workers_knows_of_no_backlog() {
    let (dispatcher, _tickets) = Dispatcher::new(Workers::Elsewhere);
    let target = target(1, json!({}));
    assert!(!has_slot_for_new(&dispatcher, &target));
    assert!(!dispatcher.leave_behind(account(1), target.id));
}

#[test]
fn a_claim_tells_what_it_left() {
    use SlotKind::{FirstAttempt, Retry};
    for (found, leaves) in [
        (&[][..], Behind::Nothing),
        (&[(FirstAttempt, true), (Retry, true)], Behind::Nothing),
        (&[(FirstAttempt, true), (Retry, true), (Retry, true)], Behind::FirstAttempts),
        (&[(Retry, true); 3], Behind::Retries),
        (&[(Retry, false)], Behind::Retries),
        (&[(Retry, true), (FirstAttempt, false)], Behind::FirstAttempts),
    ] {
        let mut taking = Taking::of(&Want { integration_id: target(1, json!({})).id, limit: 3, lease_ms: 1 });
        for (kind, is_placed) in found {
            taking.add(*kind, *is_placed);
        }
        assert_eq!(taking.leaves(), leaves, "{found:?}");
    }
}
