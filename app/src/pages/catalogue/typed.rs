//! A definition while it is edited, everything as typed.

use crate::components::form::{Row, rows_of};
use crate::pages::records::{type_of, type_word};
use domain::catalogue::{Attribute, CatalogueEntry, Effect, EventDefinition};
use domain::error::FieldErrors;
use domain::event::EventType;

/// What is typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// Its type; only asked for of a new one.
    pub event_type: String,
    /// What people call it.
    pub name: String,
    /// When it is used.
    pub description: String,
    /// The word of its effect.
    pub effect: String,
    /// What it says.
    pub attributes: Vec<Row<TypedAttribute>>,
}

/// One attribute, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TypedAttribute {
    /// Its name in JSON.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// The word of its type.
    pub field_type: String,
    /// Whether events without it are refused.
    pub required: bool,
}

impl Typed {
    /// What is stored, as if typed.
    #[must_use]
    pub fn of(stored: Option<&CatalogueEntry>) -> Self {
        let Some(CatalogueEntry { definition, .. }) = stored else {
            return Self { effect: Effect::None.as_str().to_owned(), ..Self::default() };
        };
        let attribute = |attribute: &Attribute| TypedAttribute {
            key: attribute.key.clone(),
            label: attribute.label.clone(),
            field_type: type_word(attribute.field_type),
            required: attribute.required,
        };
        Self {
            event_type: definition.event_type.to_string(),
            name: definition.name.clone(),
            description: definition.description.clone(),
            effect: definition.effect.as_str().to_owned(),
            attributes: rows_of(definition.attributes.iter().map(attribute)),
        }
    }

    /// What is meant.
    ///
    /// # Errors
    /// What is wrong, per field.
    pub fn read(&self) -> Result<EventDefinition, FieldErrors> {
        let mut errors = FieldErrors::default();
        let event_type = EventType::new(self.event_type.trim()).unwrap_or_else(|error| {
            errors.add("event_type", error.to_string());
            EventType::new("none").expect("letters are an event type")
        });
        let attribute = |row: &Row<TypedAttribute>| Attribute {
            key: row.own.key.trim().to_owned(),
            label: row.own.label.trim().to_owned(),
            field_type: type_of(&row.own.field_type),
            required: row.own.required,
        };
        let definition = EventDefinition {
            event_type,
            name: self.name.trim().to_owned(),
            description: self.description.trim().to_owned(),
            attributes: self.attributes.iter().map(attribute).collect(),
            effect: self.effect.parse().unwrap_or_default(),
        };
        errors.0.extend(definition.check().err().unwrap_or_default().0);
        errors.into_result().map(|()| definition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::catalogue::Catalogue;

    #[test]
    fn a26_every_shipped_event_survives_editing() {
        for definition in Catalogue::default().all() {
            let entry =
                CatalogueEntry { definition: definition.clone(), shipped: true, own: false, version: 0 };
            assert_eq!(Typed::of(Some(&entry)).read().as_ref(), Ok(definition));
        }
        let wrong = Typed::of(None).read().expect_err("nothing is said yet");
        let fields: Vec<_> = wrong.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["event_type", "name"]);
    }
}
