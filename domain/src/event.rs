//! Events: immutable facts, and the envelope in which they leave.

use crate::error::FieldErrors;
use crate::hops::Hops;
use crate::ids::{AccountId, EventId};
use crate::integration::{Action, EntityType};
use crate::json;
use crate::limits::MAX_INDEXED_BYTES;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The name of a kind of event: `[A-Za-z0-9_.]{1,128}`, for example `order.created`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
#[serde(transparent)]
pub struct EventType(String);

/// Why a text is no event type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event type has 1 to 128 letters, digits, `_` or `.`")]
pub struct NotAnEventType;

impl EventType {
    /// Checks `text`.
    ///
    /// # Errors
    /// [`NotAnEventType`] when it has other characters or length.
    pub fn new(text: impl Into<String>) -> Result<Self, NotAnEventType> {
        let text = text.into();
        let fits = (1..=128).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.');
        if fits { Ok(Self(text)) } else { Err(NotAnEventType) }
    }

    /// The name itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for EventType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for EventType {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// An immutable fact about a record or about nothing.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its id; its children (deliveries) share its millisecond.
    pub id: EventId,
    /// The account it belongs to.
    pub account_id: AccountId,
    /// What happened.
    pub event_type: EventType,
    /// When it was accepted.
    pub occurred_at: Timestamp,
    /// The facts, as the JSON text that is stored and sent: numbers keep every digit, keys keep their order.
    pub data: Box<RawValue>,
    /// How far it is from the event that came from outside.
    pub hops: Hops,
}

/// What an API client publishes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EventDraft {
    /// What happened.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// The facts: any JSON.
    #[cfg_attr(feature = "openapi", schema(value_type = serde_json::Value))]
    pub data: Box<RawValue>,
    /// The client's own id: a second event with it within 7 days is the same event.
    #[serde(default)]
    pub id: Option<String>,
}

impl EventDraft {
    /// Checks what its type does not say: the data is JSON that Hookloft takes (see [`json::parse`]), and the client's
    /// own id can be looked up.
    ///
    /// # Errors
    /// What is wrong, per field.
    pub fn check(&self) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        if let Err(error) = json::parse(self.data.get().as_bytes()) {
            errors.add("data", error.to_string());
        }
        let fits = |id: &String| (1..=MAX_INDEXED_BYTES).contains(&id.len()) && !id.contains('\0');
        if !self.id.as_ref().is_none_or(fits) {
            errors.add("id", format!("use 1 to {MAX_INDEXED_BYTES} bytes, without NUL"));
        }
        errors.into_result()
    }
}

/// The message that carries `event` (D25): `{"id","type","timestamp","version","account","action","entity","data"}`
/// as JSON, with the data byte for byte as it is stored.
#[must_use]
pub fn envelope(event: &Event, account: AccountId, action: Action, entity: EntityType) -> Vec<u8> {
    let Event { id, event_type, occurred_at, data, .. } = event;
    let (action, entity, data) = (action.as_str(), entity.as_str(), data.get());
    // None of the values before the data can hold a character that JSON escapes.
    format!(
        "{{\"id\":\"{id}\",\"type\":\"{event_type}\",\"timestamp\":\"{occurred_at}\",\"version\":1,\
         \"account\":\"{account}\",\"action\":\"{action}\",\"entity\":\"{entity}\",\"data\":{data}}}"
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn d25_an_envelope_carries_the_data_byte_for_byte() {
        let data = r#"{"n": 123456789012345678901234567890, "b":1, "a":"ä\u00e4"}"#;
        let event = Event {
            id: EventId::new(Timestamp(1_790_000_000_123), &[1; 10]),
            account_id: AccountId::new(Timestamp(0), &[2; 10]),
            event_type: EventType::new("order.created").expect("a valid type"),
            occurred_at: Timestamp(1_790_000_000_123),
            data: RawValue::from_string(data.into()).expect("JSON"),
            hops: Hops::default(),
        };
        let bytes = envelope(&event, event.account_id, Action::Push, EntityType::LineItem);
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert!(text.ends_with(&format!(r#""data":{data}}}"#)), "{text}");
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let head = json!({
            "id": event.id, "type": "order.created", "timestamp": "2026-09-21T14:13:20.123Z", "version": 1,
            "account": event.account_id, "action": "push", "entity": "line_item",
            "data": serde_json::from_str::<serde_json::Value>(data).expect("JSON"),
        });
        assert_eq!(value, head);
    }

    #[test]
    fn drafts_hold_json_that_can_be_stored() {
        let long = "a".repeat(513);
        for (draft, expected) in [
            (json!({"type": "a", "data": {"n": 1}}), vec![]),
            (json!({"type": "a", "data": null, "id": "x"}), vec![]),
            (json!({"type": "a", "data": "\0"}), vec!["data"]),
            (json!({"type": "a", "data": 1, "id": ""}), vec!["id"]),
            (json!({"type": "a", "data": 1, "id": long}), vec!["id"]),
            (json!({"type": "a", "data": 1, "id": "\0"}), vec!["id"]),
        ] {
            let draft: EventDraft = serde_json::from_str(&draft.to_string()).expect("a draft");
            let errors = draft.check().err().unwrap_or_default();
            let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(fields, expected, "{draft:?}");
        }
        let deep = format!(r#"{{"type":"a","data":{}{}}}"#, "[".repeat(65), "]".repeat(65));
        assert!(serde_json::from_str::<EventDraft>(&deep).expect("a draft").check().is_err());
    }

    #[test]
    fn event_types_have_no_character_that_json_escapes() {
        for (name, is_fine) in
            [("order.created", true), ("A_1.b", true), ("", false), ("a\"b", false), ("a b", false)]
        {
            assert_eq!(EventType::new(name).is_ok(), is_fine, "{name}");
        }
        assert!(EventType::new("a".repeat(129)).is_err());
    }
}
