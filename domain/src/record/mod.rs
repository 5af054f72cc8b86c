//! Records: what an account keeps of its customers, and the items of its modules.
//!
//! Something that arrives says what it wants of a record ([`Intent`]) before the record is known. The transaction that
//! stores it holds the records it names ([`HeldRecords`]), one writer at a time, and [`carry_out()`] makes of each what it
//! becomes, an event for those who are to be told, and an entry of its history. All of it is pure, so a batch of intents
//! is carried out by folding, and again when the transaction has to begin anew.

mod carry_out;
mod held;
mod history;
mod intent;
mod key;
mod rules;
mod views;

pub use carry_out::{Cause, Happened, Refused, carry_out};
pub use held::{Held, HeldRecords};
pub use history::HistoryEntry;
pub use intent::{Effected, Intent, RecordAddress};
pub use key::{NotAKey, RecordKey};
pub use rules::Rules;
pub use views::{CustomerRow, ItemRow, RecordSearch, StoredCustomer, StoredItem, TermMatch};

#[cfg(test)]
mod tests;
