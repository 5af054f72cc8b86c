//! The index by which records are found (D28): equality and prefix over declared fields, whatever the case.

use crate::form::elements;
use crate::json;
use crate::limits::{MAX_INDEXED_BYTES, MAX_SEARCH_TERMS};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One value by which a record is found.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Term {
    /// The field's key, or `key`, `name`, `title`, `labels`, `external_account_numbers`.
    pub field: String,
    /// The value, as [`normalised`] makes it.
    pub value: String,
}

/// `text` as it stands in the index, and as what somebody searches for has to be made: without white space around it, in
/// lower case, its first 512 bytes (whole characters).
#[must_use]
pub fn normalised(text: &str) -> String {
    let mut text = text.trim().to_lowercase();
    text.truncate(text.floor_char_boundary(MAX_INDEXED_BYTES));
    text
}

/// Collects the terms of a record: what comes first stays when there are more than 64.
#[derive(Default)]
pub(crate) struct Terms(Vec<Term>);

impl Terms {
    /// Adds a text, unless it is empty or there.
    pub(crate) fn add(&mut self, field: &str, text: &str) {
        let term = Term { field: field.to_owned(), value: normalised(text) };
        if self.0.len() < MAX_SEARCH_TERMS && !term.value.is_empty() && !self.0.contains(&term) {
            self.0.push(term);
        }
    }

    /// Adds a text or number, or those in an array. Truth values and objects are not searched for.
    pub(crate) fn add_value(&mut self, field: &str, value: &Value) {
        if let Some(text) = json::text_of(value) {
            return self.add(field, text);
        }
        for element in elements(value).unwrap_or_default() {
            if let Some(text) = json::text_of(&element) {
                self.add(field, text);
            }
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Term> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn d28_terms_are_texts_and_numbers_in_lower_case() {
        let mut terms = Terms::default();
        terms.add_value("a", &json!("  ÄRGER "));
        terms.add_value("a", &json!("ärger"));
        terms.add_value("b", &json!([1.5, "X", true, null, {"y": 1}]));
        terms.add_value("c", &json!(true));
        terms.add_value("c", &json!({"z": 1}));
        terms.add_value("c", &json!(" "));
        let found: Vec<_> = terms.into_vec().into_iter().map(|term| (term.field, term.value)).collect();
        let expected = [("a", "ärger"), ("b", "1.5"), ("b", "x")];
        assert_eq!(found, expected.map(|(field, value)| (field.to_owned(), value.to_owned())));
    }

    #[test]
    fn d28_a_record_has_at_most_64_terms() {
        let mut terms = Terms::default();
        (0..100).for_each(|n| terms.add("n", &n.to_string()));
        assert_eq!(terms.into_vec().len(), 64);
    }

    proptest! {
        #[test]
        fn d28_terms_can_be_indexed(text in "\\PC{0,400}") {
            let term = normalised(&text);
            prop_assert!(term.len() <= 512);
            prop_assert_eq!(normalised(&term), term.trim_end());
        }
    }
}
