//! Counting for charts: added up in memory, written once a second.

use domain::activity::{Subject, Success, Tally};
use domain::ids::AccountId;
use domain::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use storage::TallyRow;

const MINUTE_MS: i64 = 60_000;

/// What was counted since the last write.
#[derive(Debug, Default)]
pub(crate) struct Tallies {
    counted: Mutex<BTreeMap<(AccountId, Subject, i64), Tally>>,
}

impl Tallies {
    /// Counts one more.
    pub fn add(
        &self,
        account: AccountId,
        subject: Subject,
        at: Timestamp,
        success: Success,
        duration_ms: i64,
    ) {
        let minute = at.0 - at.0.rem_euclid(MINUTE_MS);
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        counted.entry((account, subject, minute)).or_default().add(success, duration_ms);
    }

    /// Takes what was counted, in an order that every process writes in.
    pub fn take(&self) -> Vec<TallyRow> {
        let counted = std::mem::take(&mut *self.counted.lock().unwrap_or_else(PoisonError::into_inner));
        counted
            .into_iter()
            .map(|((account_id, subject, minute), tally)| TallyRow {
                account_id,
                subject,
                minute: Timestamp(minute),
                tally,
            })
            .collect()
    }

    /// Puts back what could not be written.
    pub fn put_back(&self, rows: Vec<TallyRow>) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        for row in rows {
            counted.entry((row.account_id, row.subject, row.minute.0)).or_default().merge(&row.tally);
        }
    }
}
