//! What a committer does, measured.

use super::batch::Batch;
use metrics::{Histogram, histogram};
use std::time::Duration;

/// What is noted of each transaction, looked up by name once.
pub(super) struct Metered {
    seconds: Histogram,
    intakes: Histogram,
    outcomes: Histogram,
}

impl Metered {
    /// Handles of whoever collects metrics now.
    pub fn new() -> Self {
        Self {
            seconds: histogram!("hookloft_commit_seconds"),
            intakes: histogram!("hookloft_commit_intakes"),
            outcomes: histogram!("hookloft_commit_outcomes"),
        }
    }

    /// A batch was committed; one of outcomes alone says nothing of how many intakes share a transaction.
    pub fn committed(&self, batch: &Batch, took: Duration) {
        self.seconds.record(took.as_secs_f64());
        for (histogram, size) in [(&self.intakes, batch.items.len()), (&self.outcomes, batch.finishes.len())]
        {
            if size > 0 {
                histogram.record(size as f64);
            }
        }
    }
}
