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

/// Something that a mapping can fill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its path in the event: `data.points`.
    pub path: String,
    /// What people call it.
    pub label: String,
    /// What it holds, in words.
    pub kind: &'static str,
    /// Whether nothing comes of a request that does not say it.
    pub required: bool,
}

/// Fills the first row that waits for something to be mapped from; where none does, adds one from `path`: to the target
/// of the same name, else to `data.` and its last part. An empty row for an empty path.
pub fn add(rows: &mut Vec<MappingRow>, path: &str, targets: &[Target]) {
    if path.is_empty() {
        return push(rows, String::new(), String::new());
    }
    if let Some(waiting) = rows.iter_mut().find(|row| row.from.is_empty() && !row.to.is_empty()) {
        path.clone_into(&mut waiting.from);
        return;
    }
    let name = last_part(path);
    let is_meant = |target: &&Target| {
        letters(last_part(&target.path)) == letters(name) && rows.iter().all(|row| row.to != target.path)
    };
    let to =
        targets.iter().find(is_meant).map_or_else(|| format!("data.{name}"), |target| target.path.clone());
    push(rows, path.to_owned(), to);
}

/// Adds a row to `target`, which waits for something to be mapped from.
pub fn add_for(rows: &mut Vec<MappingRow>, target: &str) {
    push(rows, String::new(), target.to_owned());
}

fn push(rows: &mut Vec<MappingRow>, from: String, to: String) {
    let id = rows.iter().map(|row| row.id).max().unwrap_or(0) + 1;
    rows.push(MappingRow { id, from, to, ..MappingRow::default() });
}

/// The last name on the way; an index, or what stands for each element of a list, is none.
fn last_part(path: &str) -> &str {
    let mut parts = path.rsplit(['.', '[']).map(|part| part.trim_end_matches(']').trim_matches('"'));
    let is_name = |part: &&str| !matches!(*part, "" | "*") && !part.bytes().all(|byte| byte.is_ascii_digit());
    parts.find(is_name).unwrap_or("value")
}

/// A name by which `firstName` and `first_name` are the same.
fn letters(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
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
        add(&mut rows, "items.0.sku", &[]);
        add(&mut rows, "", &[]);
        assert_eq!((rows[0].to.as_str(), rows[1].to.as_str(), rows[1].id), ("data.sku", "", 2));
        for (path, expected) in [
            ("items.*.sku", "data.sku"),
            ("tags.*", "data.tags"),
            ("tags.0", "data.tags"),
            ("items[].tags[]", "data.tags"),
            (r#"meta["a b"]"#, "data.a b"),
            ("*", "data.value"),
        ] {
            let mut rows = Vec::new();
            add(&mut rows, path, &[]);
            assert_eq!((rows[0].from.as_str(), rows[0].to.as_str()), (path, expected));
        }
    }

    #[test]
    fn a10_a_picked_leaf_goes_where_it_is_waited_for_or_to_what_has_its_name() {
        let target =
            |path: &str| Target { path: path.into(), label: String::new(), kind: "", required: false };
        let targets = [target("customer"), target("data.first_name"), target("title")];
        let mut rows = Vec::new();
        add_for(&mut rows, "customer");
        for path in ["clientID", "person.firstName", "first_name", "Title", "n"] {
            add(&mut rows, path, &targets);
        }
        let pairs: Vec<_> = rows.iter().map(|row| (row.from.as_str(), row.to.as_str())).collect();
        let expected = [
            ("clientID", "customer"),
            ("person.firstName", "data.first_name"),
            ("first_name", "data.first_name"),
            ("Title", "title"),
            ("n", "data.n"),
        ];
        assert_eq!(pairs, expected);
    }
}
