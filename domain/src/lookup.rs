//! Lookup lists: whole numbers and what they stand for, kept by an account's admins (T29), for fields of that type.

use crate::error::FieldErrors;
use crate::ids::LookupListId;
use crate::json;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Most entries of a list.
const MAX_ENTRIES: usize = 1_000;

/// One number and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LookupEntry {
    /// What is stored and sent; unique in the list.
    pub id: i64,
    /// What people see; unique in the list.
    pub label: String,
}

/// Numbers and what they stand for, for example the parts of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LookupList {
    /// Its id, by which fields name it.
    pub id: LookupListId,
    /// Counts its changes; a write that names an older one is refused.
    pub version: i64,
    /// What people call it.
    pub name: String,
    /// In the order people choose from.
    pub entries: Vec<LookupEntry>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl LookupList {
    /// What `id` stands for; `None` when it is not in the list.
    #[must_use]
    pub fn label(&self, id: i64) -> Option<&str> {
        self.entries.iter().find(|entry| entry.id == id).map(|entry| entry.label.as_str())
    }
}

/// What can be set of a lookup list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LookupListDraft {
    /// What people call it.
    pub name: String,
    /// In the order people choose from.
    #[serde(default)]
    pub entries: Vec<LookupEntry>,
}

impl LookupListDraft {
    /// Checks it: at most 1,000 entries, no number and no label twice.
    ///
    /// # Errors
    /// What is wrong, per field.
    pub fn check(&self) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        json::check_name(&self.name, "name", &mut errors);
        if self.entries.len() > MAX_ENTRIES {
            errors.add("entries", format!("use at most {MAX_ENTRIES} entries"));
            return Err(errors);
        }
        let (mut ids, mut labels) = (HashSet::new(), HashSet::new());
        for (place, entry) in self.entries.iter().enumerate() {
            if !ids.insert(entry.id) {
                errors.add(format!("entries.{place}.id"), format!("{} is there already", entry.id));
            }
            let field = format!("entries.{place}.label");
            json::check_name(&entry.label, &field, &mut errors);
            if !labels.insert(entry.label.as_str()) {
                errors.add(field, format!("`{}` is there already", entry.label));
            }
        }
        errors.into_result()
    }
}

impl From<LookupList> for LookupListDraft {
    fn from(list: LookupList) -> Self {
        Self { name: list.name, entries: list.entries }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn problems(entries: Value) -> Vec<String> {
        let draft = json!({"name": "Day parts", "entries": entries});
        let draft: LookupListDraft = serde_json::from_value(draft).expect("a list");
        draft.check().err().unwrap_or_default().0.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn t29_ids_and_labels_are_unique() {
        let entry = |id: i64, label: &str| json!({"id": id, "label": label});
        for (entries, expected) in [
            (json!([]), vec![]),
            (json!([entry(1, "Morning"), entry(-2, "morning")]), vec![]),
            (json!([entry(1, "Morning"), entry(1, "Evening")]), vec!["entries.1.id"]),
            (json!([entry(1, "Morning"), entry(2, "Morning")]), vec!["entries.1.label"]),
            (json!([entry(1, "")]), vec!["entries.0.label"]),
            (json!([entry(1, "a\u{0}")]), vec!["entries.0.label"]),
        ] {
            assert_eq!(problems(entries.clone()), expected, "{entries}");
        }
    }

    #[test]
    fn t29_a_list_has_at_most_a_thousand_entries() {
        let entries = |count: i64| {
            json!((0..count).map(|id| json!({"id": id, "label": id.to_string()})).collect::<Vec<_>>())
        };
        assert!(problems(entries(1_000)).is_empty());
        assert_eq!(problems(entries(1_001)), ["entries"]);
    }

    #[test]
    fn t29_lists_name_numbers_and_take_no_unknown_fields() {
        let list: LookupList = serde_json::from_value(json!({
            "id": "00000000-0001-7101-8101-010101010101", "version": 1, "name": "Day parts",
            "entries": [{"id": 4, "label": "Prime time"}],
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        }))
        .expect("a list");
        assert_eq!((list.label(4), list.label(5)), (Some("Prime time"), None));
        let wrong = json!({"name": "a", "entries": [{"id": 1, "label": "a", "x": 1}]});
        assert!(serde_json::from_value::<LookupListDraft>(wrong).is_err());
        assert!(serde_json::from_value::<LookupListDraft>(json!({"name": "a", "x": 1})).is_err());
    }
}
