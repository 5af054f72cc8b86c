//! What happened, as lists, details and charts show it.

mod charts;
mod replay;

pub use charts::{Point, RecentActivity, Span, Subject, Success, Tally};
pub use replay::{Replay, ReplayState};

use crate::delivery::{Attempt, Delivery, DeliveryStatus, SendError};
use crate::event::EventType;
use crate::ids::{EventId, IntegrationId, ReplayId, RequestId, SourceId};
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
    /// Path of the URL. Its query string is not stored, because it may hold a token.
    pub path: String,
    /// The status it was answered.
    pub status: u16,
    /// How it ended.
    pub outcome: Outcome,
    /// More about that.
    pub explanation: Option<String>,
    /// How long it was processed before it was stored: from the complete body to the decision, in microseconds. Charts
    /// measure to the answer, which waits until it is on disk.
    pub duration_us: i32,
    /// Size of its body as sent, in bytes.
    pub body_bytes: i32,
    /// The request that it is a replay of; `None` where it came from outside.
    pub replay_of: Option<RequestId>,
    /// The bulk replay that made it.
    pub replay_id: Option<ReplayId>,
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
    /// How often it was replayed.
    pub replays: Count,
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
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestFilter {
    /// For this source.
    pub source_id: Option<SourceId>,
    /// Ended so.
    pub outcome: Option<Outcome>,
    /// Everything but accepted ones, handshakes and pasted samples.
    #[serde(default)]
    pub only_refused: bool,
    /// Replays of this request.
    pub replay_of: Option<RequestId>,
    /// Made by this bulk replay.
    pub replay_id: Option<ReplayId>,
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

impl Count {
    /// Where counting stops.
    pub const MOST: u32 = 10_000;
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
