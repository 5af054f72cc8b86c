//! Mapping: from the body of a request to the attributes of an event (A9-A12).

mod check;

use crate::error::FieldErrors;
use crate::json::{self, Found, Path, PathError, SetError};
use crate::limits::MAX_BODY_BYTES;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One row: `{"from": "n", "to": "data.n", "default": 0, "replace": [{"value": "yes", "with": true}]}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Path in the body, without a `body.` prefix: `items.0.sku`. `*` or `[]` stands for each element of a list:
    /// `items.*.sku` makes a list of their values, lists in lists one list. Each element is then looked at by itself:
    /// `replace` may change it, `default` fills it where it is empty, and without one an absent value is left out.
    pub from: String,
    /// Path in the event: `data.points`, or at its root `customer`.
    pub to: String,
    /// Put where the value is absent, `null` or an empty text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// The first pair whose value equals the one sent puts another in its place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replace: Vec<Replacement>,
}

/// A value and what stands for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Replacement {
    /// What is sent. Equality is that of [`json::equal`]: `1` is also `1.0` and `"1"`.
    pub value: Value,
    /// What is put.
    pub with: Value,
}

/// Why a body could not be mapped. Rows count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// `to` is no path.
    #[error("mapping row {row}: {error}")]
    Path {
        /// Which row.
        row: usize,
        /// What is wrong with it.
        error: PathError,
    },
    /// Something an earlier row put is in the way.
    #[error("mapping row {row}: {error}")]
    Set {
        /// Which row.
        row: usize,
        /// What is in the way.
        error: SetError,
    },
    /// The rows together copy more than a body may have, as many rows of one big value would.
    #[error("mapping row {row}: the mapped data would be larger than {MAX_BODY_BYTES} bytes")]
    TooLarge {
        /// Which row.
        row: usize,
    },
}

/// Puts values of `body` where the rows say, one row after the other; a later row overwrites an earlier one.
/// A row whose value is absent and that has no default puts nothing; `null` and `""` without default are copied.
/// What a replacement put is not looked at again.
///
/// # Errors
/// When a row cannot put its value.
pub fn apply(rows: &[Mapping], body: &Value) -> Result<Value, MappingError> {
    let mut mapped = Value::Object(Map::new());
    let mut room = Room(MAX_BODY_BYTES);
    for (row, mapping) in (1..).zip(rows) {
        let value = mapping.value_in(body, &mut room).map_err(|Full| MappingError::TooLarge { row })?;
        let Some(value) = value else { continue };
        let to: Path = mapping.to.parse().map_err(|error| MappingError::Path { row, error })?;
        json::set_path(&mut mapped, &to, value).map_err(|error| MappingError::Set { row, error })?;
    }
    Ok(mapped)
}

/// How many bytes the mapped data may still take.
struct Room(usize);

/// There is not enough room.
struct Full;

impl Room {
    fn copy(&mut self, value: &Value) -> Result<Value, Full> {
        self.0 = self.0.checked_sub(json::weight(value)).ok_or(Full)?;
        Ok(value.clone())
    }
}

impl Mapping {
    fn value_in(&self, body: &Value, room: &mut Room) -> Result<Option<Value>, Full> {
        let sent = match json::find_each(body, &self.from) {
            Some(Found::Each(sent)) => {
                let values = sent.into_iter().filter_map(|sent| self.value_for(sent));
                return values.map(|value| room.copy(value)).collect::<Result<_, _>>().map(Some);
            }
            Some(Found::One(sent)) => Some(sent),
            None => None,
        };
        self.value_for(sent).map(|value| room.copy(value)).transpose()
    }

    /// What is put for what was sent.
    fn value_for<'a>(&'a self, sent: Option<&'a Value>) -> Option<&'a Value> {
        let Some(sent) = sent else { return self.default.as_ref() };
        if let Some(replacement) = self.replace.iter().find(|pair| json::equal(&pair.value, sent)) {
            return Some(&replacement.with);
        }
        let is_empty = sent.is_null() || sent.as_str() == Some("");
        if is_empty { self.default.as_ref().or(Some(sent)) } else { Some(sent) }
    }
}

/// The data of an event from what was mapped: what is under `data`, and beside it the other attributes of the root
/// (`customer` becomes `data.customer`); where both have a name, the one under `data` stays.
#[must_use]
pub fn event_data(mapped: Value) -> Value {
    let Value::Object(mut root) = mapped else { return mapped };
    match root.shift_remove("data") {
        None => Value::Object(root),
        Some(Value::Object(mut data)) => {
            for (name, value) in root {
                data.entry(name).or_insert(value);
            }
            Value::Object(data)
        }
        Some(plain) if root.is_empty() => plain,
        Some(plain) => {
            root.insert("data".to_owned(), plain);
            Value::Object(root)
        }
    }
}

/// Notes what is wrong under `field`: at most 100 rows, paths and texts of at most 512 bytes, without NUL.
pub fn check(rows: &[Mapping], field: &str, errors: &mut FieldErrors) {
    check::check(rows, field, errors);
}

#[cfg(test)]
mod tests;
