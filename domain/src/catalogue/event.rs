use super::EventDefinition;
use crate::error::FieldErrors;
use crate::form::{Slot, Unknown, read_all};
use crate::lookup::LookupList;
use crate::record::RecordKey;
use serde_json::{Map, Value};

/// What one event says of one customer, in the types of its definition.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerEvent {
    /// Whom it is about.
    pub key: RecordKey,
    /// What it says: what the definition lists, in its order, then what else was sent.
    pub attributes: Map<String, Value>,
}

impl CustomerEvent {
    /// Reads the data of an event as [`crate::mapping::event_data`] makes it: `{"customer": "c-1", "points": "10"}`.
    /// Attributes that the definition lists and that say nothing (`null`, `""`) are left out; others are kept as sent.
    ///
    /// # Errors
    /// What does not fit or is missing, by the attribute's key.
    pub fn from_data(
        definition: &EventDefinition,
        data: &Value,
        lookups: &[LookupList],
    ) -> Result<Self, FieldErrors> {
        let Value::Object(sent) = data else {
            return Err(FieldErrors::of(
                "customer",
                "the data of this event is no object, so it names nobody",
            ));
        };
        let key = RecordKey::try_from(sent.get("customer").unwrap_or(&Value::Null))
            .map_err(|error| FieldErrors::of("customer", error.to_string()));
        let slots = definition.attributes.iter().map(|attribute| Slot {
            key: &attribute.key,
            field_type: attribute.field_type,
            is_required: attribute.required,
        });
        match (key, read_all(slots, sent, lookups, Unknown::Keep)) {
            (Ok(key), Ok(mut attributes)) => {
                attributes.shift_remove("customer");
                Ok(Self { key, attributes })
            }
            (key, attributes) => {
                let wrong = [key.err(), attributes.err()].into_iter().flatten();
                Err(FieldErrors(wrong.flat_map(|errors| errors.0).collect()))
            }
        }
    }
}
