//! Subscriptions: which events go to which integration.

use crate::error::FieldErrors;
use crate::event::EventType;
use crate::filter::Filter;
use crate::ids::{IntegrationId, SubscriptionId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// An event type, or a prefix of them: `order.created`, `order.*`, `*`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
#[serde(transparent)]
pub struct EventPattern(pub String);

impl EventPattern {
    /// Whether events of `event_type` are meant.
    #[must_use]
    pub fn matches(&self, event_type: &EventType) -> bool {
        match self.0.strip_suffix('*') {
            Some(prefix) => event_type.as_str().starts_with(prefix),
            None => event_type.as_str() == self.0,
        }
    }

    /// Whether it is an event type with at most one `*`, at its end.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.0 == "*" || EventType::new(self.0.strip_suffix('*').unwrap_or(&self.0)).is_ok()
    }
}

/// Event types + filter -> integration. It gets the events whose commit saw it, none from before (C7).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Counts its changes; a write that names an older one is refused.
    pub version: i64,
    /// What people call it.
    pub name: String,
    /// Events that match any of these are meant.
    pub event_types: Vec<EventPattern>,
    /// Of those, events that pass this. Sees `event.type`, `data.…`, `record.…` and `changes.…` (D26).
    pub filter: Option<Filter>,
    /// Where they go.
    pub integration_id: IntegrationId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What a person or a machine may say about a subscription.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SubscriptionDraft {
    /// What people call it; made from the event types when left out.
    #[serde(default)]
    pub name: String,
    /// One or more event types or prefixes (`order.*`, `*`).
    pub event_types: Vec<EventPattern>,
    /// See [`Subscription::filter`].
    #[serde(default)]
    pub filter: Option<Filter>,
    /// Where the events go.
    pub integration_id: IntegrationId,
}

impl SubscriptionDraft {
    /// Checks everything that can be checked without the database, and fills in the name.
    ///
    /// # Errors
    /// What is wrong, per field.
    pub fn check(mut self) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        if self.event_types.is_empty() {
            errors.add("event_types", "name at least one event type, or * for all");
        }
        for (index, pattern) in self.event_types.iter().enumerate() {
            if !pattern.is_valid() {
                errors.add(
                    format!("event_types.{index}"),
                    "letters, digits, `_` and `.`, with at most one * at the end",
                );
            }
        }
        if let Some(filter) = &self.filter {
            filter.check(crate::filter::EVENT_ROOTS, "filter", &mut errors);
        }
        if self.name.trim().is_empty() {
            let names: Vec<_> = self.event_types.iter().map(|pattern| pattern.0.as_str()).collect();
            self.name = names.join(", ").chars().take(100).collect();
        }
        crate::json::check_name(&self.name, "name", &mut errors);
        errors.into_result().map(|()| self)
    }
}

impl From<Subscription> for SubscriptionDraft {
    fn from(subscription: Subscription) -> Self {
        Self {
            name: subscription.name,
            event_types: subscription.event_types,
            filter: subscription.filter,
            integration_id: subscription.integration_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_types_and_prefixes() {
        let of = |text: &str| EventType::new(text).expect("a valid type");
        for (pattern, event_type, expected) in [
            ("order.created", "order.created", true),
            ("order.created", "order.created2", false),
            ("order.*", "order.created", true),
            ("order.*", "orders", false),
            ("*", "anything", true),
        ] {
            assert_eq!(
                EventPattern(pattern.into()).matches(&of(event_type)),
                expected,
                "{pattern} {event_type}"
            );
        }
        assert!(!EventPattern("or*der".into()).is_valid());
        assert!(!EventPattern(String::new()).is_valid());
    }
}
