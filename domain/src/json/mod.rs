//! JSON as Hookloft reads it: bounded in depth, numbers kept digit for digit, keys in their order.
//!
//! What the parser itself lets pass is refused by a linear look at the bytes beforehand: nesting deeper than 64, NUL
//! (PostgreSQL's text holds none), and the keys by which `serde_json` marks numbers and raw text in its own data model
//! (a sender could nest unchecked JSON in them). Of duplicate keys the last one wins, as in every browser; the order
//! is that of the first.

mod compare;
mod decimal;
mod path;
mod quotes;
mod scan;

use crate::error::FieldErrors;
use crate::limits::MAX_JSON_DEPTH;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub use compare::{compare, equal, text_of};
pub(crate) use decimal::{NotScaled, as_json_number, scaled};
pub use path::{
    Found, Path, PathError, SetError, check_each, check_one, each_of, find_each, get_in, get_path, get_text,
    set_path,
};
pub(crate) use path::{below, split_first};
pub use quotes::fix_quotes;
pub(crate) use scan::is_reserved;

/// Why a text is not JSON that Hookloft takes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// It is nested deeper than [`MAX_JSON_DEPTH`].
    #[error("nested more than {MAX_JSON_DEPTH} deep")]
    TooDeep,
    /// It is not JSON, or has a NUL or a reserved key.
    #[error("line {line}, column {column}: {message}")]
    Invalid {
        /// 1 is the first.
        line: usize,
        /// In bytes; 1 is the first.
        column: usize,
        /// What is wrong there.
        message: String,
    },
}

/// Reads one JSON value: at most 64 deep, UTF-8, without NUL. Of duplicate keys the last wins.
///
/// # Errors
/// What is wrong, and where.
pub fn parse(bytes: &[u8]) -> Result<Value, JsonError> {
    scan::scan(bytes)?;
    serde_json::from_slice(bytes).map_err(|error| explain(bytes, &error))
}

fn explain(bytes: &[u8], error: &serde_json::Error) -> JsonError {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let suffix = format!(" at line {line} column {column}");
    let mut message = text.strip_suffix(&suffix).unwrap_or(&text).to_owned();
    let there = bytes.split(|byte| *byte == b'\n').nth(line.saturating_sub(1));
    if there.and_then(|line| line.get(column.saturating_sub(1))) == Some(&b'\'') {
        "JSON strings stand in double quotes".clone_into(&mut message);
    }
    JsonError::Invalid { line, column, message }
}

/// Line and column, both from 1, of the byte at `offset`.
pub(crate) fn position(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = &bytes[..offset.min(bytes.len())];
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    (1 + before.iter().filter(|byte| **byte == b'\n').count(), 1 + before.len() - line_start)
}

/// Whether any string or key in `value` has a NUL.
pub(crate) fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(map) => map.iter().any(|(key, value)| key.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// About how many bytes `value` has as JSON, never less than its memory is a small multiple of.
pub(crate) fn weight(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 4,
        Value::Number(number) => number.as_str().len(),
        Value::String(text) => text.len() + 2,
        Value::Array(items) => items.iter().map(|item| weight(item) + 1).sum::<usize>() + 2,
        Value::Object(map) => weight_of_map(map),
    }
}

/// [`weight`] of an object.
pub(crate) fn weight_of_map(map: &Map<String, Value>) -> usize {
    map.iter().map(|(key, value)| key.len() + weight(value) + 4).sum::<usize>() + 2
}

/// Notes under `field` when `text` has more than `most` characters, or a NUL.
pub(crate) fn check_text(text: &str, most: usize, field: &str, errors: &mut FieldErrors) {
    if text.chars().count() > most {
        errors.add(field, format!("use at most {most} characters"));
    } else if text.contains('\0') {
        errors.add(field, "NUL is not allowed");
    }
}

/// The longest name for people, in characters.
pub(crate) const MAX_NAME_CHARS: usize = 100;

/// Notes under `field` when `name` is no name for people: 1 to 100 characters, none of them control characters,
/// no white space around it.
pub fn check_name(name: &str, field: &str, errors: &mut FieldErrors) {
    if name.trim().is_empty() {
        errors.add(field, "give it a name");
    } else if name.trim() != name {
        errors.add(field, "remove the white space around the name");
    } else if name.chars().count() > MAX_NAME_CHARS {
        errors.add(field, format!("use at most {MAX_NAME_CHARS} characters"));
    } else if name.chars().any(char::is_control) {
        errors.add(field, "a name has no control characters");
    }
}

/// Takes the field `name` out of `fields`; a missing one reads as `null`, which only an `Option` takes.
pub(crate) fn take<T: DeserializeOwned, E: serde::de::Error>(
    fields: &mut Map<String, Value>,
    name: &'static str,
) -> Result<T, E> {
    match fields.shift_remove(name) {
        Some(value) => serde_json::from_value(value).map_err(|error| E::custom(format!("{name}: {error}"))),
        None => serde_json::from_value(Value::Null).map_err(|_| E::missing_field(name)),
    }
}

/// Implements `Deserialize` for a struct whose last field is flattened in JSON. `#[serde(flatten)]` cannot: it buffers
/// values in a form that loses numbers when `serde_json` keeps them digit for digit.
macro_rules! deserialize_flat {
    ($type:ident { $($field:ident),+ $(,)? } + $rest:ident) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let mut fields = serde_json::Map::deserialize(deserializer)?;
                $(let $field = $crate::json::take(&mut fields, stringify!($field))?;)+
                let $rest = serde_json::from_value(serde_json::Value::Object(fields))
                    .map_err(serde::de::Error::custom)?;
                Ok(Self { $($field,)+ $rest })
            }
        }
    };
}
pub(crate) use deserialize_flat;

#[cfg(test)]
mod tests;
