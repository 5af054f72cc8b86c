//! Forms (`application/x-www-form-urlencoded`) as JSON (D24), within the same bounds.
//!
//! Pairs become the keys of one object, values stay texts. `a[b]` is the key `b` of an object at `a`, and so on deeper;
//! `a[]` is a new element of a list at `a`. Of repeated keys the last one wins, as in JSON, also where it is a text and
//! the other an object or a list. Numbers in brackets are keys, which paths find all the same. A name whose brackets do
//! not pair up is one plain key.

mod field_name;

use crate::json::{self, Path};
use crate::limits::MAX_JSON_DEPTH;
use field_name::{FieldName, Segment};
use serde_json::{Map, Value};

/// Why a text is no form that Hookloft takes. Pairs count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Brackets nested deeper than JSON may be.
    #[error("nested more than {MAX_JSON_DEPTH} deep in pair {pair}")]
    TooDeep {
        /// Which pair.
        pair: usize,
    },
    /// Not UTF-8, or something that JSON may not have either.
    #[error("pair {pair}: {message}")]
    Invalid {
        /// Which pair.
        pair: usize,
        /// What is wrong with it.
        message: &'static str,
    },
}

/// Reads a form as one object.
///
/// # Errors
/// The first pair that is not UTF-8, nested more than 64 deep, or has a NUL or a key that is reserved.
pub fn parse(bytes: &[u8]) -> Result<Value, FormError> {
    let mut fields = Map::new();
    for (pair, (name, value)) in (1..).zip(pairs(bytes)?) {
        let name = FieldName::of(&name);
        if name.depth() > MAX_JSON_DEPTH {
            return Err(FormError::TooDeep { pair });
        }
        if name.keys().any(json::is_reserved) {
            return Err(FormError::Invalid { pair, message: "this key is reserved" });
        }
        put(&mut fields, &name, value);
    }
    Ok(Value::Object(fields))
}

/// The pairs of a form, in the order sent, decoded. A `%` without two hexadecimal digits after it is itself.
///
/// # Errors
/// The first pair that is not UTF-8 or has a NUL.
pub fn pairs(bytes: &[u8]) -> Result<Vec<(String, String)>, FormError> {
    let pairs = bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    pairs
        .zip(1..)
        .map(|(bytes, pair)| {
            let end = bytes.iter().position(|byte| *byte == b'=').unwrap_or(bytes.len());
            let value = bytes.get(end + 1..).unwrap_or_default();
            let decode = |bytes| decode(bytes).map_err(|message| FormError::Invalid { pair, message });
            Ok((decode(&bytes[..end])?, decode(value)?))
        })
        .collect()
}

/// The form with `***` in place of every value that [`parse`] may put at `path`; `None` when there is none, or no form.
#[must_use]
pub fn mask(bytes: &[u8], path: &Path) -> Option<Vec<u8>> {
    let pairs = pairs(bytes).ok()?;
    let is_meant = |name: &str| FieldName::of(name).may_be(path);
    if !pairs.iter().any(|(name, _)| is_meant(name)) {
        return None;
    }
    let mut masked = form_urlencoded::Serializer::new(String::new());
    for (name, value) in &pairs {
        masked.append_pair(name, if is_meant(name) { crate::header::MASK } else { value });
    }
    Some(masked.finish().into_bytes())
}

fn put(fields: &mut Map<String, Value>, name: &FieldName<'_>, value: String) {
    let mut slot = fields.entry(name.first()).or_insert(Value::Null);
    for segment in name.rest() {
        slot = child(slot, segment);
    }
    *slot = Value::String(value);
}

/// The place in `parent` that a segment names, made if need be: what is there of another kind gives way.
fn child<'v>(parent: &'v mut Value, segment: &Segment<'_>) -> &'v mut Value {
    match segment {
        Segment::Key(key) => {
            if !parent.is_object() {
                *parent = Value::Object(Map::new());
            }
            let map = parent.as_object_mut().expect("made one if it was none");
            map.entry(*key).or_insert(Value::Null)
        }
        Segment::Next => {
            if !parent.is_array() {
                *parent = Value::Array(Vec::new());
            }
            let items = parent.as_array_mut().expect("made one if it was none");
            items.push(Value::Null);
            items.last_mut().expect("one was just pushed")
        }
    }
}

fn decode(bytes: &[u8]) -> Result<String, &'static str> {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = if *byte == b'%' { escaped(&bytes[at + 1..]) } else { None };
        decoded.push(match (byte, escaped) {
            (_, Some(escaped)) => escaped,
            (b'+', None) => b' ',
            (plain, None) => *plain,
        });
        at += if escaped.is_some() { 3 } else { 1 };
    }
    if decoded.contains(&0) {
        return Err("NUL (%00) is not allowed");
    }
    String::from_utf8(decoded).map_err(|_| "this is not UTF-8")
}

fn escaped(digits: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*digits.get(at)?).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

#[cfg(test)]
mod tests;
