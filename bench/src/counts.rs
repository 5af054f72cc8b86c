//! What became of what was sent.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;

use crate::{bitmap::Bitmap, report};

/// What was answered.
#[derive(Debug, Clone)]
pub struct Counts {
    /// Sequences whose 2xx was read to its end.
    pub accepted: Bitmap,
    /// Answers by status.
    pub statuses: BTreeMap<u16, u64>,
    /// Answers by status to requests that were sent and answered during an outage.
    pub outage_statuses: BTreeMap<u16, u64>,
    /// Connections that were refused or broke before the answer was complete.
    pub broken: u64,
    /// Requests that had no answer for 30 s.
    pub unanswered: u64,
    /// From send to the end of the 2xx, in microseconds.
    pub answered_after: Histogram<u64>,
}

impl Default for Counts {
    fn default() -> Self {
        Self {
            accepted: Bitmap::default(),
            statuses: BTreeMap::new(),
            outage_statuses: BTreeMap::new(),
            broken: 0,
            unanswered: 0,
            answered_after: report::micros_histogram(),
        }
    }
}

impl Counts {
    /// Counts the answer to `sequence`, which was complete after so many microseconds; whether it was accepted.
    pub fn answered(&mut self, sequence: u64, status: u16, micros: u64, is_outage: bool) -> bool {
        *self.statuses.entry(status).or_default() += 1;
        if is_outage {
            *self.outage_statuses.entry(status).or_default() += 1;
        }
        if is_success(status) {
            self.accepted.insert(sequence);
            self.answered_after.saturating_record(micros);
        }
        is_success(status)
    }

    /// Adds what was answered in a later phase, whose sequences are others.
    pub fn add(&mut self, later: &Self) {
        for sequence in later.accepted.iter() {
            self.accepted.insert(sequence);
        }
        for (of_all, of_later) in
            [(&mut self.statuses, &later.statuses), (&mut self.outage_statuses, &later.outage_statuses)]
        {
            for (status, count) in of_later {
                *of_all.entry(*status).or_default() += count;
            }
        }
        self.broken += later.broken;
        self.unanswered += later.unanswered;
        self.answered_after.add(&later.answered_after).expect("both have the same bounds");
    }

    /// Answers other than 2xx.
    pub fn refused(&self) -> u64 {
        self.statuses.iter().filter(|(status, _)| !is_success(**status)).map(|(_, count)| count).sum()
    }
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}
