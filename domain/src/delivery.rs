//! Deliveries and their attempts.

use crate::event::EventType;
use crate::ids::{AttemptId, DeliveryId, EventId, IntegrationId, SubscriptionId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// Waiting for its next attempt, or in flight.
    Pending,
    /// The receiver answered 2xx.
    Succeeded,
    /// Its attempts are used up, or the receiver's answer ended it.
    Failed,
    /// Its integration went inactive before it succeeded.
    Cancelled,
}

impl DeliveryStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Succeeded, Self::Failed, Self::Cancelled];

    /// Its number in the database.
    #[must_use]
    pub const fn code(self) -> i16 {
        match self {
            Self::Pending => 0,
            Self::Succeeded => 1,
            Self::Failed => 2,
            Self::Cancelled => 3,
        }
    }

    /// The status of a number in the database.
    #[must_use]
    pub fn from_code(code: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// Its name in JSON and query strings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl std::str::FromStr for DeliveryStatus {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(())
    }
}

/// Why an attempt got no HTTP answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SendError {
    /// The host's name did not resolve.
    DnsError,
    /// Nobody listens there.
    ConnectionRefused,
    /// The connection broke.
    ConnectionReset,
    /// TLS failed.
    TlsError,
    /// The deadline passed.
    Timeout,
    /// The address is not one deliveries may reach.
    BlockedAddress,
    /// The OAuth 2.0 token could not be had.
    TokenError,
    /// The message could not be made: bad URL, header or template.
    InvalidRequest,
    /// The answer was no HTTP.
    ProtocolError,
}

impl SendError {
    /// Its name in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DnsError => "dns_error",
            Self::ConnectionRefused => "connection_refused",
            Self::ConnectionReset => "connection_reset",
            Self::TlsError => "tls_error",
            Self::Timeout => "timeout",
            Self::BlockedAddress => "blocked_address",
            Self::TokenError => "token_error",
            Self::InvalidRequest => "invalid_request",
            Self::ProtocolError => "protocol_error",
        }
    }

    /// The error of a name in the database.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::DnsError,
            Self::ConnectionRefused,
            Self::ConnectionReset,
            Self::TlsError,
            Self::Timeout,
            Self::BlockedAddress,
            Self::TokenError,
            Self::InvalidRequest,
            Self::ProtocolError,
        ]
        .into_iter()
        .find(|error| error.as_str() == name)
    }
}

/// How one exchange with a receiver ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The receiver answered.
    Http {
        /// Its status.
        status: u16,
        /// What it said of when to try again, in milliseconds from now.
        retry_after_ms: Option<i64>,
    },
    /// It did not.
    Error(SendError),
}

/// One try of a delivery, as it is stored and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attempt {
    /// Its id.
    pub id: AttemptId,
    /// 1 is the first.
    pub number: i32,
    /// When it began.
    pub started_at: Timestamp,
    /// How long the exchange took, in milliseconds.
    pub duration_ms: i32,
    /// The receiver's status, if it answered.
    pub status_code: Option<u16>,
    /// Why it did not, otherwise.
    pub error: Option<SendError>,
    /// More about the error, for a person.
    pub error_detail: Option<String>,
    /// The first 16 KiB of the answer's body, as text.
    pub response_body: Option<String>,
    /// Whether more was sent than is kept.
    pub response_truncated: bool,
}

/// One message to one destination, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Delivery {
    /// Its id; the receiver sees it as `webhook-id` on every attempt.
    pub id: DeliveryId,
    /// The event it carries.
    pub event_id: EventId,
    /// That event's type.
    pub event_type: EventType,
    /// Where it goes.
    pub integration_id: IntegrationId,
    /// The link that made it.
    pub subscription_id: Option<SubscriptionId>,
    /// Where it is.
    pub status: DeliveryStatus,
    /// Attempts finished so far.
    pub attempts: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it is tried next, while pending.
    pub next_attempt_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Status of the last answer.
    pub last_status_code: Option<u16>,
    /// Error of the last attempt, if it got no answer.
    pub last_error: Option<SendError>,
    /// Why it ended without success: `attempts_exhausted`, `integration_inactive`, …
    pub ended_because: Option<String>,
}
