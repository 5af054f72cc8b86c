//! A mapping while it is edited, everything kept as typed.

use crate::components::value_text::{text_of, value_of};
use domain::mapping::{Mapping, Replacement};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MappingRow {
    /// Tells rows apart.
    pub id: u32,
    /// Path in the body.
    pub from: String,
    /// Path in the event.
    pub to: String,
    /// As typed; empty for none.
    pub default: String,
    /// Values to replace.
    pub replace: Vec<ReplacementRow>,
}

/// A value and what stands for it, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReplacementRow {
    /// Tells rows apart.
    pub id: u32,
    /// What is sent.
    pub value: String,
    /// What is put.
    pub with: String,
}

/// The rows of a stored mapping.
#[must_use]
pub fn rows_of(mapping: &[Mapping]) -> Vec<MappingRow> {
    let replacements = |mapping: &Mapping| {
        let pairs = (1..).zip(&mapping.replace);
        pairs
            .map(|(id, pair)| ReplacementRow { id, value: text_of(&pair.value), with: text_of(&pair.with) })
            .collect()
    };
    (1..)
        .zip(mapping)
        .map(|(id, mapping)| MappingRow {
            id,
            from: mapping.from.clone(),
            to: mapping.to.clone(),
            default: mapping.default.as_ref().map(text_of).unwrap_or_default(),
            replace: replacements(mapping),
        })
        .collect()
}

/// The mapping that the rows mean.
#[must_use]
pub fn to_mapping(rows: &[MappingRow]) -> Vec<Mapping> {
    rows.iter().map(MappingRow::to_mapping).collect()
}

impl MappingRow {
    /// What this row alone means.
    #[must_use]
    pub fn to_mapping(&self) -> Mapping {
        let pair =
            |pair: &ReplacementRow| Replacement { value: value_of(&pair.value), with: value_of(&pair.with) };
        Mapping {
            from: self.from.trim().to_owned(),
            to: self.to.trim().to_owned(),
            default: (!self.default.is_empty()).then(|| value_of(&self.default)),
            replace: self.replace.iter().map(pair).collect(),
        }
    }
}

/// Adds a row from `path`, to `data.` and its last part; an empty row for an empty path.
pub fn add(rows: &mut Vec<MappingRow>, path: &str) {
    let id = rows.iter().map(|row| row.id).max().unwrap_or(0) + 1;
    let name = path.rsplit(['.', '[']).next().unwrap_or_default().trim_end_matches(']').trim_matches('"');
    let to = if path.is_empty() { String::new() } else { format!("data.{name}") };
    rows.push(MappingRow { id, from: path.to_owned(), to, ..MappingRow::default() });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a12_rows_survive_editing() {
        let mapping: Vec<Mapping> = serde_json::from_value(json!([
            {"from": "n", "to": "data.n", "default": 0, "replace": [{"value": "yes", "with": true}, {"value": "", "with": "none"}]},
            {"from": "clientID", "to": "customer", "default": "5"}
        ]))
        .expect("a mapping");
        assert_eq!(to_mapping(&rows_of(&mapping)), mapping);
    }

    #[test]
    fn a_picked_leaf_becomes_a_row() {
        let mut rows = Vec::new();
        add(&mut rows, "items.0.sku");
        add(&mut rows, "");
        assert_eq!((rows[0].to.as_str(), rows[1].to.as_str(), rows[1].id), ("data.sku", "", 2));
    }
}
