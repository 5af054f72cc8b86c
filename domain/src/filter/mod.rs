//! Filters: which requests a source acts on, which events a subscription is meant for.
//!
//! A filter is a tree of groups over criteria. Paths start with a root that says what they look at: `headers.` and
//! `body.` of a request, `event.type`, `data.`, `record.` and `changes.` of an event. Comparisons follow D23; see [`crate::json::equal`] and
//! [`crate::json::compare`]. Where a path stands for each element of a list, a criterion holds if it does of any.

mod check;
mod criterion;
mod facts;
mod failure;
mod narrowed;
mod operator;
#[cfg(feature = "openapi")]
mod schema;
mod words;

use crate::error::FieldErrors;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

pub(crate) use check::check_rooted;
pub use criterion::Criterion;
pub use facts::{EVENT_ROOTS, EventFacts, Facts, INBOUND_ROOTS};
pub use failure::Failure;
pub use operator::Operator;

/// Conditions combined with AND and OR (A5): `{"all": […]}`, `{"any": […]}` or
/// `{"path": "body.n", "op": "greater_than", "value": 0}`.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// Each of them must pass. An empty one passes, as in logic; [`Filter::check`] refuses it.
    All(Vec<Self>),
    /// One of them must pass. An empty one does not, as in logic; [`Filter::check`] refuses it.
    Any(Vec<Self>),
    /// This must hold.
    Criterion(Criterion),
}

impl Filter {
    /// Whether `facts` pass.
    #[must_use]
    pub fn passes(&self, facts: &impl Facts) -> bool {
        match self {
            Self::All(filters) => filters.iter().all(|filter| filter.passes(facts)),
            Self::Any(filters) => filters.iter().any(|filter| filter.passes(facts)),
            Self::Criterion(criterion) => criterion.passes(facts),
        }
    }

    /// The first criterion that keeps `facts` from passing; `None` when they pass.
    #[must_use]
    pub fn first_failure(&self, facts: &impl Facts) -> Option<Failure> {
        failure::first(self, facts)
    }

    /// Notes what is wrong under `field`: at most 50 criteria in groups at most 8 deep, none of them empty; each path
    /// under one of `roots`; a fitting value where the operator takes one.
    pub fn check(&self, roots: &[&str], field: &str, errors: &mut FieldErrors) {
        check::check(self, roots, field, errors);
    }

    fn from_value(value: Value) -> Result<Self, String> {
        const SHAPES: &str = r#"a filter is {"all": […]}, {"any": […]} or {"path": …, "op": …, "value": …}"#;
        let Value::Object(mut map) = value else { return Err(SHAPES.to_owned()) };
        for (name, group) in [("all", Self::All as fn(Vec<Self>) -> Self), ("any", Self::Any)] {
            let Some(parts) = map.shift_remove(name) else { continue };
            if let Some(other) = map.keys().next() {
                return Err(format!("unknown field `{other}` beside `{name}`"));
            }
            let Value::Array(parts) = parts else { return Err(format!("`{name}` is a list of filters")) };
            return parts.into_iter().map(Self::from_value).collect::<Result<_, _>>().map(group);
        }
        if !map.contains_key("path") {
            return Err(SHAPES.to_owned());
        }
        serde_json::from_value(Value::Object(map)).map(Self::Criterion).map_err(|error| error.to_string())
    }
}

impl Serialize for Filter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (name, parts) = match self {
            Self::All(parts) => ("all", parts),
            Self::Any(parts) => ("any", parts),
            Self::Criterion(criterion) => return criterion.serialize(serializer),
        };
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(name, parts)?;
        map.end()
    }
}

/// By way of a [`Value`], because an untagged enum loses numbers that are kept digit for digit.
impl<'de> Deserialize<'de> for Filter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_value(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod each_tests;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
