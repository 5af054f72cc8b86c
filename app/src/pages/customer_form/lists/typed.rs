//! A lookup list while it is edited, everything as typed.

use crate::components::form::{Row, rows_of};
use domain::error::FieldErrors;
use domain::lookup::{LookupEntry, LookupList, LookupListDraft};

/// What is typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// What people call it.
    pub name: String,
    /// Numbers and what they stand for.
    pub entries: Vec<Row<TypedEntry>>,
}

/// One entry, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TypedEntry {
    /// A whole number.
    pub id: String,
    /// What it stands for.
    pub label: String,
}

impl Typed {
    /// What is stored, as if typed.
    #[must_use]
    pub fn of(stored: Option<&LookupList>) -> Self {
        let Some(stored) = stored else { return Self::default() };
        let entry = |own: &LookupEntry| TypedEntry { id: own.id.to_string(), label: own.label.clone() };
        Self { name: stored.name.clone(), entries: rows_of(stored.entries.iter().map(entry)) }
    }

    /// What is meant.
    ///
    /// # Errors
    /// What is wrong, per field.
    pub fn read(&self) -> Result<LookupListDraft, FieldErrors> {
        let (mut errors, mut entries) = (FieldErrors::default(), Vec::new());
        for (place, row) in self.entries.iter().enumerate() {
            let label = row.own.label.trim().to_owned();
            match row.own.id.trim().parse() {
                Ok(id) => entries.push(LookupEntry { id, label }),
                Err(_) => errors.add(format!("entries.{place}.id"), "write a whole number"),
            }
        }
        let draft = LookupListDraft { name: self.name.trim().to_owned(), entries };
        // Without the entries that are none the others would stand elsewhere.
        errors.into_result()?;
        draft.check().map(|()| draft)
    }

    /// The number after the greatest there is.
    #[must_use]
    pub fn next_id(&self) -> String {
        let greatest = self.entries.iter().filter_map(|row| row.own.id.trim().parse::<i64>().ok()).max();
        greatest.map_or(1, |id| id.saturating_add(1)).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn t29_a_list_survives_editing_and_names_what_is_wrong() {
        let list: LookupList = serde_json::from_value(json!({
            "id": uuid::Uuid::nil(), "version": 1, "name": "Parts of the day",
            "entries": [{"id": 1, "label": "Morning"}, {"id": -2, "label": "Night"}],
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        }))
        .expect("a list");
        let mut typed = Typed::of(Some(&list));
        assert_eq!(typed.read(), Ok(LookupListDraft::from(list)));
        assert_eq!(typed.next_id(), "2");
        typed.entries[1].own.id = "two".into();
        let wrong = typed.read().expect_err("no number");
        assert_eq!(wrong.0[0].field, "entries.1.id");
    }
}
