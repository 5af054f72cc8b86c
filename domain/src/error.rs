//! Why a configuration was refused: one line per field, shown beside that field.

use serde::{Deserialize, Serialize};

/// One thing wrong with one field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// Dotted path of the field in the JSON form: `auth.token_url`, `mapping.2.to`.
    pub field: String,
    /// A sentence for a person.
    pub message: String,
}

/// Everything wrong with a form, in field order. Empty means valid.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// Notes that `field` is wrong.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), message: message.into() });
    }

    /// One thing wrong.
    #[must_use]
    pub fn of(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, message);
        errors
    }

    /// The same errors of a form that is the part `field` of a bigger one: `zip` under `fields` is `fields.zip`.
    #[must_use]
    pub fn under(mut self, field: &str) -> Self {
        for error in &mut self.0 {
            error.field = format!("{field}.{}", error.field);
        }
        self
    }

    /// `Ok` when nothing was added.
    ///
    /// # Errors
    /// Itself, when anything was added.
    pub fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}
