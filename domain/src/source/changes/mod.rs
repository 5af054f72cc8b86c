//! What is different between two configurations of a source, one fact at a time.
//!
//! A fact is named by its path in the JSON of the configuration. Two parts are told in words, because nobody reads them
//! as JSON: the filter as a whole, and each row of the mapping, which is named by what it fills: `mapping.data.points`.

use super::{ResponsePolicy, SourceConfig, SourceState, Verification};
use crate::change::{Change, diff};
use crate::header::MASK;
use crate::mapping::Mapping;
use serde_json::{Map, Value, json};

/// What is set otherwise in `after`; without secrets, which are in neither (see [`secret_change`]).
#[must_use]
pub fn changes(before: &SourceConfig, after: &SourceConfig) -> Vec<Change> {
    let mut changes = diff(&facts(before), &facts(after));
    changes.extend(order_change(&before.mapping, &after.mapping));
    changes
}

/// What becomes of the secret when a source that verifies as `before`, with or without a secret set, is to verify as
/// `after`. A secret that is there is `***`; it was replaced where it is so on both sides.
#[must_use]
pub fn secret_change(was_set: bool, before: &Verification, after: &Verification) -> Option<Change> {
    let is_same_kind = std::mem::discriminant(before) == std::mem::discriminant(after);
    let is_given = after.secret().is_some();
    let mask = |is_set: bool| if is_set { Value::from(MASK) } else { Value::Null };
    let change = |verification: &Verification, from: bool, to: bool| {
        let field = format!("verification.{}", verification.secret_field()?);
        Some(Change { field, from: mask(from), to: mask(to) })
    };
    match (was_set, is_given) {
        (_, true) => change(after, was_set && is_same_kind, true),
        (true, false) if !is_same_kind => change(before, true, false),
        _ => None,
    }
}

/// A move from one state to another.
#[must_use]
pub fn state_change(from: SourceState, to: SourceState) -> Change {
    Change { field: "state".to_owned(), from: json!(from), to: json!(to) }
}

fn facts(config: &SourceConfig) -> Map<String, Value> {
    // Named one by one, so that what is added to a source is not forgotten here.
    let SourceConfig {
        name,
        endpoint,
        method,
        content_types,
        handshake,
        verification,
        filter,
        mapping,
        action,
        log_only,
        response,
        idempotency_key,
        per_second,
        blueprint,
    } = config;
    let ResponsePolicy { success, success_status, error, error_status, filtered } = response;
    let mut facts = Map::new();
    for (path, value) in [
        ("name", json!(name)),
        ("endpoint", json!(endpoint)),
        ("method", json!(method.as_str())),
        ("content_types", json!(content_types)),
        ("handshake", json!(handshake)),
    ] {
        facts.insert(path.to_owned(), value);
    }
    put("verification", json!(verification), &mut facts);
    facts.insert("filter".to_owned(), json!(filter.as_ref().map(ToString::to_string)));
    put("action", json!(action), &mut facts);
    facts.insert("log_only".to_owned(), json!(log_only));
    for (name, row) in names(mapping).into_iter().zip(mapping) {
        facts.insert(format!("mapping.{name}"), Value::from(in_words(row)));
    }
    for (path, value) in [
        ("response.success", json!(success)),
        ("response.success_status", json!(success_status)),
        ("response.error", json!(error)),
        ("response.error_status", json!(error_status)),
        ("response.filtered", json!(filtered)),
        ("idempotency_key", json!(idempotency_key)),
        ("per_second", json!(per_second)),
        ("blueprint", json!(blueprint)),
    ] {
        facts.insert(path.to_owned(), value);
    }
    facts
}

/// Puts what an object has under `path`, each by itself.
fn put(path: &str, value: Value, facts: &mut Map<String, Value>) {
    match value {
        Value::Object(parts) => {
            for (name, part) in parts {
                put(&format!("{path}.{name}"), part, facts);
            }
        }
        value => drop(facts.insert(path.to_owned(), value)),
    }
}

/// What each row fills. A second one that fills the same is told apart: `data.points (2)`.
fn names(mapping: &[Mapping]) -> Vec<String> {
    let name = |(place, row): (usize, &Mapping)| {
        let same = mapping[..place].iter().filter(|other| other.to == row.to).count();
        if same == 0 { row.to.clone() } else { format!("{} ({})", row.to, same + 1) }
    };
    mapping.iter().enumerate().map(name).collect()
}

/// Where a row takes its value from and what it makes of it: `amount, "none" becomes 0, 1 where it is empty`.
fn in_words(mapping: &Mapping) -> String {
    let Mapping { from, to: _, default, replace } = mapping;
    let replaced = replace.iter().map(|pair| format!("{} becomes {}", pair.value, pair.with));
    let filled = default.iter().map(|default| format!("{default} where it is empty"));
    std::iter::once(from.clone()).chain(replaced).chain(filled).collect::<Vec<_>>().join(", ")
}

/// Later rows overwrite what earlier ones put, so their order matters, too: that of the rows that are in both.
fn order_change(before: &[Mapping], after: &[Mapping]) -> Option<Change> {
    let (before, after) = (names(before), names(after));
    let common = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|name| those.contains(name)).cloned().collect()
    };
    let (from, to) = (common(&before, &after), common(&after, &before));
    (from != to).then(|| Change { field: "mapping".to_owned(), from: json!(from), to: json!(to) })
}

#[cfg(test)]
mod tests;
