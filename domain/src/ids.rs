//! Identifiers: one newtype per noun, so that an event's id cannot be passed for a delivery's.
//!
//! All are UUIDv7. A *child* of a log row (the events of a request, the deliveries of an event) is made with its
//! parent's millisecond, so children are found by a range scan of the primary key instead of an index of their own.

use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A UUIDv7 of this moment; `random` is 10 random bytes.
            #[must_use]
            pub fn new(at: crate::time::Timestamp, random: &[u8; 10]) -> Self {
                Self(Builder::from_unix_timestamp_millis(at.0.unsigned_abs(), random).into_uuid())
            }

            /// The millisecond this id was made in.
            #[must_use]
            pub fn timestamp(self) -> crate::time::Timestamp {
                timestamp_of(self.0)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

id! {
    /// A tenant.
    AccountId
    /// A person who can sign in.
    UserId
    /// A signed-in browser.
    SessionId
    /// A key of the REST API.
    ApiKeyId
    /// A configured inbound URL.
    SourceId
    /// What a source was at a time.
    RevisionId
    /// One inbound HTTP call.
    RequestId
    /// An immutable fact.
    EventId
    /// A configured outbound webhook.
    IntegrationId
    /// Event types + filter -> integration.
    SubscriptionId
    /// One message to one destination.
    DeliveryId
    /// One try of a delivery.
    AttemptId
    /// One line of the audit log.
    AuditId
    /// A customer.
    CustomerId
    /// A text somebody left on a customer.
    NoteId
    /// An account's own kind of record.
    ModuleId
    /// A record of a module.
    ItemId
    /// A list of numbers and what they stand for.
    LookupListId
    /// Logged requests that are sent through the pipeline again, as one piece of work.
    ReplayId
}

fn timestamp_of(id: Uuid) -> crate::time::Timestamp {
    let (seconds, nanos) = id.get_timestamp().map_or((0, 0), |at| at.to_unix());
    let millis = seconds.saturating_mul(1000) + u64::from(nanos / 1_000_000);
    crate::time::Timestamp(i64::try_from(millis).unwrap_or(i64::MAX))
}
