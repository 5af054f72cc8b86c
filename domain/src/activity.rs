//! What happened, as lists, details and charts show it.

use crate::delivery::{Attempt, Delivery, DeliveryStatus, SendError};
use crate::event::EventType;
use crate::ids::{EventId, IntegrationId, RequestId, SourceId};
use crate::inbound::Outcome;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Rows of a list, newest first, and where to go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Pass it as `after` for older rows; `None` at the end.
    pub next: Option<Uuid>,
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PageRequest {
    /// Only rows older than this id.
    pub after: Option<Uuid>,
    /// Only rows newer than this id, nearest first: for "newer" and for the live tail.
    pub before: Option<Uuid>,
    /// Most rows to answer, 1 to 200; 50 when left out.
    pub limit: Option<u16>,
}

impl PageRequest {
    /// The limit to use.
    #[must_use]
    pub fn rows(self) -> u16 {
        self.limit.unwrap_or(50).clamp(1, 200)
    }
}

/// One inbound call in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestRow {
    /// Its id.
    pub id: RequestId,
    /// When it came.
    pub received_at: Timestamp,
    /// The source it was for, if its endpoint has one.
    pub source_id: Option<SourceId>,
    /// `POST`, `PUT`, …
    pub method: String,
    /// Path of the URL.
    pub path: String,
    /// The status it was answered.
    pub status: u16,
    /// How it ended.
    pub outcome: Outcome,
    /// More about that.
    pub explanation: Option<String>,
    /// From the complete body to the answer, in microseconds.
    pub duration_us: i32,
    /// Size of its body as sent, in bytes.
    pub body_bytes: i32,
}

/// One inbound call with what it carried, what it was answered and what it caused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestDetail {
    /// As in lists.
    pub request: RequestRow,
    /// Its headers, secrets masked; empty once bodies of that age are gone.
    pub headers: Vec<(String, String)>,
    /// Its body as text; `None` once bodies of that age are gone.
    pub body: Option<String>,
    /// What it was answered.
    pub response: String,
    /// The events it made.
    pub events: Vec<EventRow>,
}

/// One event in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventRow {
    /// Its id.
    pub id: EventId,
    /// What happened.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// When it was accepted.
    pub occurred_at: Timestamp,
    /// The request it came from; `None` when published over the API.
    pub request_id: Option<RequestId>,
}

/// One event with its data and its deliveries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventDetail {
    /// As in lists.
    pub event: EventRow,
    /// Its facts; `None` once bodies of that age are gone.
    pub data: Option<Value>,
    /// What it caused.
    pub deliveries: Vec<Delivery>,
}

/// One delivery with its attempts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeliveryDetail {
    /// As in lists.
    pub delivery: Delivery,
    /// Its attempts, oldest first.
    pub attempts: Vec<Attempt>,
    /// The data of its event; `None` once bodies of that age are gone.
    pub data: Option<Value>,
}

/// Which requests are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RequestFilter {
    /// For this source.
    pub source_id: Option<SourceId>,
    /// Ended so.
    pub outcome: Option<Outcome>,
    /// Everything but accepted ones.
    #[serde(default)]
    pub only_refused: bool,
}

/// Which events are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EventFilter {
    /// Of this type, or of types with this prefix if it ends in `*`.
    pub event_type: Option<String>,
}

/// Which deliveries are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DeliveryFilter {
    /// In this state.
    pub status: Option<DeliveryStatus>,
    /// To this integration.
    pub integration_id: Option<IntegrationId>,
    /// Of events of this type, or with this prefix if it ends in `*`.
    pub event_type: Option<String>,
}

/// A count that stops at 10,000 (D28).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Count {
    /// How many, at most 10,000.
    pub count: u32,
    /// Whether there are more.
    pub more: bool,
}

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
    /// Accepted requests, or attempts answered 2xx.
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

/// What the Overview page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// How far back.
    pub span: Span,
    /// Requests over time.
    pub requests: Vec<Point>,
    /// Attempts over time.
    pub attempts: Vec<Point>,
    /// The newest failed deliveries.
    pub recent_failures: Vec<Delivery>,
    /// How many deliveries wait for their next attempt.
    pub waiting: Count,
}

/// What a Test button shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TestReport {
    /// Whether the receiver answered 2xx.
    pub accepted: bool,
    /// The receiver's status, if it answered.
    pub status_code: Option<u16>,
    /// Why it did not, otherwise.
    pub error: Option<SendError>,
    /// More about the error.
    pub error_detail: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: i32,
    /// The first 16 KiB of the answer's body, as text.
    pub response_body: String,
}

/// The message that would be sent, for a person to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExampleMessage {
    /// `POST` or `PUT`.
    pub method: String,
    /// Where it goes.
    pub url: String,
    /// Its headers, secrets masked.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: String,
}

/// What became of one published event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Published {
    /// Its id, or that of the event that had the same client id before.
    pub id: EventId,
    /// Whether it was such a repeat.
    pub duplicate: bool,
}
