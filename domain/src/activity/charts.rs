//! What is counted over time.

use crate::ids::{IntegrationId, SourceId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a chart or a summary is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Requests to a source.
    Source(SourceId),
    /// Attempts to an integration.
    Integration(IntegrationId),
    /// All requests of the account.
    AllRequests,
    /// All attempts of the account.
    AllAttempts,
    /// Refusals before authentication that were counted, not stored.
    UnloggedRefusals,
}

/// Counts and latencies of one span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tally {
    /// Accepted requests, repeats of them and handshakes, or attempts answered 2xx.
    pub succeeded: i64,
    /// The others.
    pub failed: i64,
    /// Sum of all durations, in milliseconds.
    pub duration_ms: i64,
    /// How many took at most 5, 10, 25, 50, 100, 250, 500, 1000, 5000 ms, and longer.
    pub histogram: [i64; 10],
}

impl Tally {
    /// Upper bounds of the histogram's first nine bins, in milliseconds.
    pub const BOUNDS_MS: [i64; 9] = [5, 10, 25, 50, 100, 250, 500, 1000, 5000];

    /// Counts one more.
    pub fn add(&mut self, has_succeeded: Success, duration_ms: i64) {
        match has_succeeded {
            Success::Yes => self.succeeded += 1,
            Success::No => self.failed += 1,
        }
        self.duration_ms += duration_ms;
        let bin = Self::BOUNDS_MS.iter().position(|bound| duration_ms <= *bound).unwrap_or(9);
        self.histogram[bin] += 1;
    }

    /// Counts all of `other`, too.
    pub fn merge(&mut self, other: &Self) {
        self.succeeded += other.succeeded;
        self.failed += other.failed;
        self.duration_ms += other.duration_ms;
        for (mine, theirs) in self.histogram.iter_mut().zip(other.histogram) {
            *mine += theirs;
        }
    }

    /// How many there were.
    #[must_use]
    pub const fn total(&self) -> i64 {
        self.succeeded + self.failed
    }

    /// Upper bound in milliseconds of the bin that holds `quantile` (0.0 to 1.0); `None` when empty.
    /// The last bin answers 30,000.
    #[must_use]
    pub fn quantile_ms(&self, quantile: f64) -> Option<i64> {
        let total: i64 = self.histogram.iter().sum();
        if total == 0 {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "a rank far below 2^52"
        )]
        let rank = ((total as f64) * quantile).ceil() as i64;
        let mut seen = 0;
        for (bin, count) in self.histogram.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return Some(Self::BOUNDS_MS.get(bin).copied().unwrap_or(30_000));
            }
        }
        None
    }
}

/// What a list says of a source or an integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RecentActivity {
    /// What was counted in the last 24 hours.
    pub day: Tally,
    /// The last minute in which something was counted; `None` where never anything was.
    pub last_at: Option<Timestamp>,
}

/// Whether what is counted went well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Success {
    /// It did.
    Yes,
    /// It did not.
    No,
}

/// One point of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Point {
    /// Begin of the span.
    pub at: Timestamp,
    /// What was counted in it.
    pub tally: Tally,
}

/// How far back a chart goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// 60 points of a minute.
    Hour,
    /// 96 points of 15 minutes.
    #[default]
    Day,
    /// 84 points of 2 hours.
    Week,
}

impl Span {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::Week];

    /// Milliseconds a point covers, and how many points there are.
    #[must_use]
    pub const fn grid(self) -> (i64, i64) {
        match self {
            Self::Hour => (60_000, 60),
            Self::Day => (15 * 60_000, 96),
            Self::Week => (120 * 60_000, 84),
        }
    }

    /// Its name in query strings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
        }
    }
}
