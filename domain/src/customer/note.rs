use crate::change::ChangedBy;
use crate::error::FieldErrors;
use crate::ids::NoteId;
use crate::json;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

const MAX_NOTE_CHARS: usize = 10_000;

/// A text that somebody, or a machine, left on a customer (O7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// What it says.
    pub text: String,
    /// Who left it.
    pub by: ChangedBy,
    /// When.
    pub created_at: Timestamp,
}

/// What can be said of a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NoteDraft {
    /// 1 to 10,000 characters, without NUL; lines may be broken.
    pub text: String,
}

impl NoteDraft {
    /// Checks it.
    ///
    /// # Errors
    /// What is wrong, per field.
    pub fn check(&self) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        if self.text.trim().is_empty() {
            errors.add("text", "write something");
        }
        json::check_text(&self.text, MAX_NOTE_CHARS, "text", &mut errors);
        errors.into_result()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o7_notes_say_something_of_bounded_length() {
        for (text, is_fine) in [
            ("Note inserted by webhook\nusing new API.".to_owned(), true),
            ("ä".repeat(10_000), true),
            ("ä".repeat(10_001), false),
            (" \n".to_owned(), false),
            ("a\u{0}".to_owned(), false),
        ] {
            let start: String = text.chars().take(20).collect();
            assert_eq!(NoteDraft { text }.check().is_ok(), is_fine, "{start}");
        }
        assert!(serde_json::from_str::<NoteDraft>(r#"{"text": "a", "by": "me"}"#).is_err());
    }
}
