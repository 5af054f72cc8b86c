//! Forms: sections of typed fields that a kind of record has (T23), and which values fit them.
//!
//! Values come as JSON from people and machines alike. What a field takes is written down in [`FieldType`]; what it
//! keeps is always of its type, so that whoever reads it need not look twice.

mod check;
mod scalar;
mod shipped;
mod stored;
mod values;

use crate::error::FieldErrors;
use crate::ids::LookupListId;
use crate::lookup::LookupList;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(crate) use check::check_key;
pub use scalar::Scalar;
pub use stored::StoredForm;
pub(crate) use values::{Slot, check_texts, elements, read_all, says_nothing};

/// The fields that a kind of record has, as a person fills them in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// In this order, at most 20.
    #[serde(default)]
    pub sections: Vec<Section>,
}

/// Fields that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// In this order; at most 200 in all sections together.
    #[serde(default)]
    pub fields: Vec<Field>,
}

/// One thing to fill in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name in JSON, for good: `[a-z][a-z0-9_]{0,63}`, unique in the form.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// Whether it must be filled in.
    #[serde(default)]
    pub required: bool,
    /// A hint for whoever fills it in, at most 1,000 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
}

/// What a field holds (T27): `"integer"`, `{"lookup": {"list": "…"}}`, `{"array": {"of": "string"}}`.
///
/// `null` and the empty text say nothing: they are no value of any type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FieldType {
    /// A text of at most 64 KiB. A number or truth value that is sent is kept as its text.
    String,
    /// A whole number of any size, kept digit for digit; `"7"`, `7.0` and `7e0` are kept as 7.
    Integer,
    /// A decimal number, kept as it was written; a decimal string (D23) is kept as that number.
    Decimal,
    /// A moment, as RFC 3339 with an offset: `2026-01-31T09:00:00+01:00`.
    Datetime,
    /// A day: `2026-01-31`.
    Date,
    /// A time of day: `09:00` or `09:00:30`.
    Time,
    /// `true` or `false`.
    Boolean,
    /// One of the numbers of a lookup list.
    Lookup {
        /// The list.
        list: LookupListId,
    },
    /// Any JSON, its texts at most 64 KiB each.
    Json,
    /// At most 1,000 values. A text is cut at its commas, and a single value is an array of one (T28), as forms and
    /// mappings cannot always send an array.
    Array {
        /// What each of them is.
        #[serde(default)]
        of: Scalar,
    },
}

impl FieldType {
    /// Those that need no more to be said, in the order a person is offered them.
    pub const PLAIN: [Self; 9] = [
        Self::String,
        Self::Integer,
        Self::Decimal,
        Self::Datetime,
        Self::Date,
        Self::Time,
        Self::Boolean,
        Self::Json,
        Self::Array { of: Scalar::Any },
    ];

    /// Its words for a person: `Decimal (currency)`.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Integer => "Integer",
            Self::Decimal => "Decimal (currency)",
            Self::Datetime => "Date and time",
            Self::Date => "Date",
            Self::Time => "Time",
            Self::Boolean => "Yes or no",
            Self::Lookup { .. } => "Integer (lookup)",
            Self::Json => "JSON",
            Self::Array { .. } => "Array of values",
        }
    }

    /// The lookup list it chooses from.
    #[must_use]
    pub const fn lookup_list(self) -> Option<LookupListId> {
        match self {
            Self::Lookup { list } => Some(list),
            _ => None,
        }
    }

    /// Whether its values can be added up.
    #[must_use]
    pub const fn is_numeric(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal)
    }

    /// What `value` is as this type, or why it is none. What is wrong with an element of an array stands at its place
    /// under `field`.
    ///
    /// # Errors
    /// Sentences for a person.
    pub fn read(self, value: &Value, lookups: &[LookupList], field: &str) -> Result<Value, FieldErrors> {
        values::read(self, value, lookups, field)
    }
}

/// What becomes of values that no field is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// Each is an error.
    Refuse,
    /// They are kept as they are, after the known ones; with names of at most 128 bytes.
    Keep,
}

impl Form {
    /// Its fields, in order.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.sections.iter().flat_map(|section| &section.fields)
    }

    /// The field named `key`.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields().find(|field| field.key == key)
    }

    /// Checks the form itself: 20 sections, 200 fields, each key once. Whether its lookup lists are there is for whoever
    /// has them to say.
    ///
    /// # Errors
    /// What is wrong, per field.
    pub fn check(&self) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        check::form(self, &mut errors);
        errors.into_result()
    }

    /// `values` as the form keeps them, in its order: what says nothing is left out, the rest is of its field's type.
    ///
    /// # Errors
    /// What does not fit or is missing, by the field's key.
    pub fn check_values(
        &self,
        values: &Map<String, Value>,
        lookups: &[LookupList],
        unknown: Unknown,
    ) -> Result<Map<String, Value>, FieldErrors> {
        let slots = self.fields().map(|field| Slot {
            key: &field.key,
            field_type: field.field_type,
            is_required: field.required,
        });
        read_all(slots, values, lookups, unknown)
    }
}

#[cfg(test)]
mod tests;
