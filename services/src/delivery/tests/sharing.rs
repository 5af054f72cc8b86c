//! Processes that divide the limits of an integration.

use super::{account, dispatch, out, slots, target, ticket, to_claim};
use crate::Workers;
use crate::delivery::lane::Behind;
use crate::delivery::{Dispatcher, SlotKind, Tickets};
use serde_json::json;
use storage::SendingPlace;

/// Two processes on one database, and where their tickets come out.
fn two() -> [(Dispatcher, Tickets); 2] {
    [0, 1].map(|index| {
        let (dispatcher, tickets) = Dispatcher::new(Workers::Here);
        assert!(dispatcher.take_place(SendingPlace { index, count: 2 }).is_empty());
        (dispatcher, tickets)
    })
}

#[test]
fn two_processes_have_no_more_in_flight_than_the_integration_may() {
    let target = target(1, json!({"max_in_flight": 5}));
    let mut in_flight = two().map(|(dispatcher, mut tickets)| {
        dispatch(&dispatcher, &target, &[SlotKind::FirstAttempt; 10]);
        let at_once = out(&mut tickets).len();
        while !out(&mut tickets).is_empty() {}
        at_once
    });
    in_flight.sort_unstable();
    assert_eq!(in_flight, [2, 3]);
}

#[test]
fn what_may_have_one_message_in_flight_is_sent_by_one_process() {
    for number in 1..=4 {
        let target = target(number, json!({"max_in_flight": 1}));
        let claimable = two().map(|(dispatcher, _tickets)| to_claim(&dispatcher, 1, &target));
        assert_eq!(claimable.iter().filter(|most| **most > 0).count(), 1, "{claimable:?}");
        let reserved = two().map(|(dispatcher, _tickets)| slots(&dispatcher, &target, SlotKind::New).len());
        assert_eq!(reserved.iter().sum::<usize>(), 16, "{reserved:?}");
    }
}

#[test]
fn an_edit_that_leaves_no_share_holds_no_ticket_back() {
    let (dispatcher, mut tickets) = Dispatcher::new(Workers::Here);
    dispatcher.take_place(SendingPlace { index: 0, count: 2 });
    let before = target(1, json!({"max_in_flight": 2}));
    dispatch(&dispatcher, &before, &[SlotKind::FirstAttempt; 4]);
    let edited = target(1, json!({"max_in_flight": 1}));
    assert!(dispatcher.reserve(account(1), &edited, 1, SlotKind::FirstAttempt).is_none());
    let sent: usize = std::iter::from_fn(|| Some(out(&mut tickets).len()).filter(|out| *out > 0)).sum();
    assert_eq!(sent, 4);
}

#[test]
fn tickets_that_are_another_processs_turn_are_handed_back() {
    let (dispatcher, mut tickets) = Dispatcher::new(Workers::Here);
    let (kept, left) = (target(2, json!({"max_in_flight": 1})), target(1, json!({"max_in_flight": 1})));
    for target in [&kept, &left] {
        dispatch(&dispatcher, target, &[SlotKind::FirstAttempt; 3]);
    }
    let in_flight = out(&mut tickets);
    assert_eq!(in_flight.len(), 2);
    let unsent = dispatcher.take_place(SendingPlace { index: 0, count: 2 });
    assert!(unsent.len() == 2 && unsent.iter().all(|ticket| ticket.target.id == left.id));
    drop((unsent, in_flight));
    assert_eq!(out(&mut tickets).len(), 1, "the share that stays goes on");
    assert!(dispatcher.reserve(account(1), &left, 1, SlotKind::FirstAttempt).is_none());

    assert!(dispatcher.take_place(SendingPlace::default()).is_empty());
    dispatcher.note_behind(left.id, Behind::Nothing);
    let slot = dispatcher.reserve(account(1), &left, 1, SlotKind::New).expect("all is its own again");
    dispatcher.dispatch(ticket(&left, slot));
    assert!(out(&mut tickets).iter().any(|ticket| ticket.target.id == left.id));
}
