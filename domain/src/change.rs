//! What changed on a record: the log that its history keeps and that module webhooks carry (K16, D25).

use crate::account::Actor;
use crate::ids::{ApiKeyId, SourceId, UserId};
use crate::json;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// One fact of a record that is not what it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// The field's key, or the name of something that every such record has: `city`, `title`, `points`.
    pub field: String,
    /// What it was; `null` where it was not there.
    pub from: Value,
    /// What it is; `null` where it is gone.
    pub to: Value,
}

/// Who or what made a change: `{"type": "source", "id": "…"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum ChangedBy {
    /// A message to a source.
    Source(SourceId),
    /// A member in the console.
    User(UserId),
    /// A machine with a key.
    ApiKey(ApiKeyId),
    /// The command line of the machine that runs Hookloft.
    CommandLine,
    /// Hookloft itself.
    Engine,
}

impl From<Actor> for ChangedBy {
    fn from(actor: Actor) -> Self {
        match actor {
            Actor::User(id) => Self::User(id),
            Actor::ApiKey(id) => Self::ApiKey(id),
            Actor::CommandLine => Self::CommandLine,
            Actor::Engine => Self::Engine,
        }
    }
}

/// What is not the same in both, in the order of `after`, then what is gone. A field that is absent is `null`, so
/// setting one to `null` that was not there is no change.
///
/// Unlike in comparisons ([`json::equal`], D23) a number and a text are never the same here: a field that was `"7"` and
/// is `7` did change. Numbers are the same by value (`1` = `1.0`), objects in any order.
#[must_use]
pub fn diff(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<Change> {
    let gone = before.keys().filter(|field| !after.contains_key(*field));
    let value = |map: &Map<String, Value>, field: &str| map.get(field).cloned().unwrap_or_default();
    after
        .keys()
        .chain(gone)
        .map(|field| Change { field: field.clone(), from: value(before, field), to: value(after, field) })
        .filter(|change| !is_same(&change.from, &change.to))
        .collect()
}

/// Changes with when they were made and by whom, as those who are told of them see them (K16).
#[must_use]
pub(crate) fn log(changes: &[Change], at: Timestamp, by: &ChangedBy) -> Value {
    let logged = |Change { field, from, to }: &Change| json!({"field": field, "from": from, "to": to, "at": at, "by": by});
    changes.iter().map(logged).collect()
}

fn is_same(one: &Value, two: &Value) -> bool {
    match (one, two) {
        (Value::Number(_), Value::Number(_)) => json::equal(one, two),
        (Value::Array(one), Value::Array(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| is_same(one, two))
        }
        (Value::Object(one), Value::Object(two)) => {
            one.len() == two.len()
                && one.iter().all(|(key, one)| two.get(key).is_some_and(|two| is_same(one, two)))
        }
        _ => one == two,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn map(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).expect("an object")
    }

    fn between(before: Value, after: Value) -> Vec<(String, Value, Value)> {
        let changes = diff(&map(before), &map(after));
        changes.into_iter().map(|change| (change.field, change.from, change.to)).collect()
    }

    #[test]
    fn k16_changes_say_what_was_and_what_is() {
        let changes = between(
            json!({"gone": 1, "same": [1], "city": "Bonn", "nulled": 2}),
            json!({"city": "Rome", "same": [1], "new": {"a": 1}, "nulled": null, "nothing": null}),
        );
        let expected = [
            ("city".to_owned(), json!("Bonn"), json!("Rome")),
            ("new".to_owned(), json!(null), json!({"a": 1})),
            ("nulled".to_owned(), json!(2), json!(null)),
            ("gone".to_owned(), json!(1), json!(null)),
        ];
        assert_eq!(changes, expected);
    }

    #[test]
    fn k16_numbers_change_by_value_and_texts_by_letter() {
        let number = |text: &str| serde_json::from_str::<Value>(text).expect("a number");
        for (before, after, changed) in [
            (number("1"), number("1.0"), false),
            (number("1e2"), number("100"), false),
            (number("12345678901234567890"), number("12345678901234567891"), true),
            (json!("7"), json!(7), true),
            (json!("a"), json!("A"), true),
            (json!(["7"]), json!([7]), true),
            (json!([1.0]), json!([1]), false),
            (json!([1, 2]), json!([2, 1]), true),
            (json!({"a": 1, "b": 2}), json!({"b": 2.0, "a": 1}), false),
            (json!({"a": 1}), json!({"b": 1}), true),
            (json!(false), json!(null), true),
        ] {
            let count = between(json!({"v": before}), json!({"v": after})).len();
            assert_eq!(count == 1, changed, "{before} {after}");
        }
    }

    #[test]
    fn k16_who_made_a_change_is_told_by_kind_and_id() {
        let id = "00000000-0001-7101-8101-010101010101";
        let source = ChangedBy::Source(id.parse().expect("an id"));
        assert_eq!(json!(source), json!({"type": "source", "id": id}));
        assert_eq!(json!(ChangedBy::from(Actor::Engine)), json!({"type": "engine"}));
        assert_eq!(serde_json::from_value::<ChangedBy>(json!(source)).ok(), Some(source));
    }

    proptest! {
        #[test]
        fn k16_changes_lead_from_what_was_to_what_is(
            before in prop::collection::btree_map("[a-d]", 0..3_i64, 0..4),
            after in prop::collection::btree_map("[a-d]", 0..3_i64, 0..4),
        ) {
            let (before, after) = (map(json!(before)), map(json!(after)));
            let mut patched = before.clone();
            for change in diff(&before, &after) {
                prop_assert_ne!(&change.from, &change.to);
                match change.to {
                    Value::Null => patched.remove(&change.field),
                    to => patched.insert(change.field, to),
                };
            }
            prop_assert_eq!(patched, after.clone());
            prop_assert!(diff(&after, &after).is_empty());
        }
    }
}
