//! Customers and items inside the transaction of a batch: which are to be held, what intakes do to them, and the rows
//! that come of it.

mod columns;
mod rows;

pub(super) use columns::{CustomerColumns, ItemColumns};
pub(super) use rows::{CustomerRows, HistoryRows, ItemRows, RecordRows, TermRows};

use super::batch::Item;
use domain::ids::{AccountId, RequestId};
use domain::record::{HeldRecords, RecordAddress};
use domain::time::Timestamp;
use std::collections::BTreeSet;

/// The records that `items` name, in the order in which they are locked.
pub(super) fn named(items: &[Item]) -> BTreeSet<(AccountId, RecordAddress)> {
    let active = items.iter().filter(|item| item.repeat.is_none());
    let named = active.flat_map(|item| {
        let account = item.decide.account_id();
        item.decide.draft().records.iter().map(move |address| (account, address.clone()))
    });
    named.collect()
}

/// Lets each of `items` that names records do to them what it wants, in the order of their arrival.
pub(super) fn settle(items: &mut [Item], held: &mut HeldRecords) {
    for item in items.iter_mut().filter(|item| item.repeat.is_none()) {
        if !item.decide.draft().records.is_empty() {
            item.decide.settle(held, &item.repeated);
        }
    }
}

/// When the newest of `items` arrived: of that moment are the ids of records that are new.
pub(super) fn moment(items: &[Item]) -> Timestamp {
    let arrived = items.iter().map(|item| RequestId(item.decide.draft().id).timestamp());
    arrived.max().unwrap_or(Timestamp(0))
}
