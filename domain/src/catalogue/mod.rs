//! The event catalogue: what can be said of a customer, with which attributes, and what it does to them (A8, A26).
//!
//! Hookloft ships the events of loyalty programmes. An account changes them, and adds its own, by definitions that take
//! the place of shipped ones of the same type. An event whose attributes do not fit its definition is not registered.

mod check;
mod effect;
mod entry;
mod event;
mod shipped;

use crate::error::FieldErrors;
use crate::event::EventType;
use crate::form::{FieldType, Form};
use serde::{Deserialize, Serialize};

pub use effect::Effect;
pub use entry::{CatalogueEntry, StoredDefinition};
pub use event::CustomerEvent;

/// What may be said of a customer by events of one type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EventDefinition {
    /// The type, unique in the catalogue: `point_add`.
    pub event_type: EventType,
    /// What people call it: `Point add`.
    pub name: String,
    /// When it is used, at most 1,000 characters.
    #[serde(default)]
    pub description: String,
    /// What it says, at most 100. Attributes that are not listed are kept as they are sent.
    #[serde(default)]
    pub attributes: Vec<Attribute>,
    /// What it does to the customer.
    #[serde(default)]
    pub effect: Effect,
}

/// One thing that events of a type say, under `data.` in a mapping (A10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// Its name in JSON: `[a-z][a-z0-9_]{0,63}`, unique in the definition; `customer` names the customer itself.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// Whether events without it are refused.
    #[serde(default)]
    pub required: bool,
}

impl EventDefinition {
    /// Checks it: at most 100 attributes, each key once, and what its effect reads is there in a type it can read.
    ///
    /// # Errors
    /// What is wrong, per field.
    pub fn check(&self) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        check::definition(self, &mut errors);
        errors.into_result()
    }

    /// The same, with the fields of the customers' form as attributes that may be left out, where its effect sets fields
    /// and it does not list them itself: so what a `profile` event sets is of the types that the form has.
    #[must_use]
    pub fn with_fields_of(mut self, form: &Form) -> Self {
        if self.effect.sets_fields() {
            for field in form.fields() {
                if self.attributes.iter().all(|attribute| attribute.key != field.key) {
                    self.attributes.push(Attribute {
                        key: field.key.clone(),
                        label: field.label.clone(),
                        field_type: field.field_type,
                        required: false,
                    });
                }
            }
        }
        self
    }
}

/// All events that there are for an account's customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue(Vec<EventDefinition>);

impl Default for Catalogue {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl Catalogue {
    /// The shipped events, those that the account defines itself in place of shipped ones of the same type, and its
    /// other ones after them.
    #[must_use]
    pub fn new(own: Vec<EventDefinition>) -> Self {
        let mut all = shipped::definitions();
        for definition in own {
            match all.iter_mut().find(|other| other.event_type == definition.event_type) {
                Some(other) => *other = definition,
                None => all.push(definition),
            }
        }
        Self(all)
    }

    /// The event of this type.
    #[must_use]
    pub fn get(&self, event_type: &EventType) -> Option<&EventDefinition> {
        self.0.iter().find(|definition| definition.event_type == *event_type)
    }

    /// All of them, in the order a person is offered them.
    #[must_use]
    pub fn all(&self) -> &[EventDefinition] {
        &self.0
    }

    /// Whether Hookloft ships an event of this type, to which the account returns by deleting its own.
    #[must_use]
    pub fn ships(event_type: &EventType) -> bool {
        shipped::definitions().iter().any(|definition| definition.event_type == *event_type)
    }

    /// Checks the definitions of an account: at most 200, each type once, each as [`EventDefinition::check`] wants it.
    ///
    /// # Errors
    /// What is wrong, by the definition's place: `3.attributes.0.key`; by `events` when there are too many.
    pub fn check(own: &[EventDefinition]) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        check::definitions(own, &mut errors);
        errors.into_result()
    }
}

#[cfg(test)]
mod tests;
