use super::{FieldType, Scalar, Unknown};
use crate::error::FieldErrors;
use crate::ids::LookupListId;
use crate::limits::{MAX_ARRAY_VALUES, MAX_TEXT_BYTES};
use crate::lookup::LookupList;
use serde_json::{Map, Value};
use std::collections::HashSet;

/// Longest name of a value that no field is there for.
const MAX_NAME_BYTES: usize = 128;
/// Most such names that are complained about: the rest is the same mistake.
const MAX_COMPLAINTS: usize = 20;

/// What a form or an event says of one value.
pub(crate) struct Slot<'a> {
    pub(crate) key: &'a str,
    pub(crate) field_type: FieldType,
    pub(crate) is_required: bool,
}

impl Slot<'_> {
    /// The value that is kept; `None` where `values` say nothing of it, or where that is an error.
    fn read(
        &self,
        values: &Map<String, Value>,
        lookups: &[LookupList],
        errors: &mut FieldErrors,
    ) -> Option<Value> {
        let sent = values.get(self.key).filter(|value| !says_nothing(value));
        let read = sent.map(|value| read(self.field_type, value, lookups, self.key)).transpose();
        match read {
            Err(wrong) => errors.0.extend(wrong.0),
            Ok(None) if self.is_required => errors.add(self.key, "this is required"),
            Ok(Some(Value::Array(list))) if self.is_required && list.is_empty() => {
                errors.add(self.key, "at least one value is required");
            }
            Ok(read) => return read,
        }
        None
    }
}

/// Whether `value` is the same as none: `null` or the empty text.
pub(crate) fn says_nothing(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

/// `values` as `slots` keep them, in their order, and then those that no slot is there for.
pub(crate) fn read_all<'a>(
    slots: impl Iterator<Item = Slot<'a>>,
    values: &Map<String, Value>,
    lookups: &[LookupList],
    unknown: Unknown,
) -> Result<Map<String, Value>, FieldErrors> {
    let (mut kept, mut errors, mut known) = (Map::new(), FieldErrors::default(), HashSet::new());
    for slot in slots {
        if let Some(value) = slot.read(values, lookups, &mut errors) {
            kept.insert(slot.key.to_owned(), value);
        }
        known.insert(slot.key);
    }
    let others = values.iter().filter(|(name, _)| !known.contains(name.as_str()));
    match unknown {
        Unknown::Refuse => {
            for (name, _) in others.take(MAX_COMPLAINTS) {
                errors.add(name, "there is no such field");
            }
        }
        Unknown::Keep => {
            for (name, value) in others {
                match check_unknown(name, value) {
                    Ok(()) => {
                        kept.insert(name.clone(), value.clone());
                    }
                    Err(message) => errors.add(name, message),
                }
            }
        }
    }
    errors.into_result().map(|()| kept)
}

fn check_unknown(name: &str, value: &Value) -> Result<(), String> {
    if name.len() > MAX_NAME_BYTES || name.contains('\0') {
        return Err(format!("use names of at most {MAX_NAME_BYTES} bytes, without NUL"));
    }
    check_texts(value)
}

/// Whether every text in `value` can be kept: names and numbers are texts, too.
pub(crate) fn check_texts(value: &Value) -> Result<(), String> {
    let check = |text: &str| {
        if text.len() > MAX_TEXT_BYTES {
            return Err(format!("use at most {} KiB of text", MAX_TEXT_BYTES / 1024));
        }
        if text.contains('\0') { Err("NUL is not allowed".to_owned()) } else { Ok(()) }
    };
    match value {
        Value::String(text) => check(text),
        Value::Number(number) => check(number.as_str()),
        Value::Array(items) => items.iter().try_for_each(check_texts),
        Value::Object(map) => map.iter().try_for_each(|(name, value)| {
            check(name)?;
            check_texts(value)
        }),
        Value::Null | Value::Bool(_) => Ok(()),
    }
}

pub(super) fn read(
    field_type: FieldType,
    value: &Value,
    lookups: &[LookupList],
    field: &str,
) -> Result<Value, FieldErrors> {
    let read = match field_type {
        FieldType::String => Scalar::String.read(value),
        FieldType::Integer => Scalar::Integer.read(value),
        FieldType::Decimal => Scalar::Decimal.read(value),
        FieldType::Datetime => Scalar::Datetime.read(value),
        FieldType::Date => Scalar::Date.read(value),
        FieldType::Time => Scalar::Time.read(value),
        FieldType::Boolean => Scalar::Boolean.read(value),
        FieldType::Json => check_texts(value).map(|()| value.clone()),
        FieldType::Lookup { list } => read_lookup(list, value, lookups),
        FieldType::Array { of } => return read_array(of, value, field),
    };
    read.map_err(|message| FieldErrors::of(field, message))
}

fn read_lookup(id: LookupListId, value: &Value, lookups: &[LookupList]) -> Result<Value, String> {
    let number = Scalar::Integer.read(value)?;
    let Some(list) = lookups.iter().find(|list| list.id == id) else {
        return Err("the lookup list of this field is gone".to_owned());
    };
    let is_listed = number.as_i64().is_some_and(|number| list.label(number).is_some());
    if is_listed { Ok(number) } else { Err(format!("choose one of the list `{}`", list.name)) }
}

fn read_array(of: Scalar, value: &Value, field: &str) -> Result<Value, FieldErrors> {
    let Some(values) = elements(value) else { return Err(FieldErrors::of(field, "use an array of values")) };
    if values.len() > MAX_ARRAY_VALUES {
        return Err(FieldErrors::of(field, format!("use at most {MAX_ARRAY_VALUES} values")));
    }
    let (mut kept, mut errors) = (Vec::with_capacity(values.len()), FieldErrors::default());
    for (place, value) in values.iter().enumerate() {
        match of.read(value) {
            Ok(value) => kept.push(value),
            Err(message) => errors.add(format!("{field}.{place}"), message),
        }
    }
    errors.into_result().map(|()| Value::Array(kept))
}

/// The elements of an array; the parts of a text between its commas, without the white space around them and the empty
/// ones; any other single value alone. `None` of an object or `null`.
pub(crate) fn elements(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(items) => Some(items.clone()),
        Value::String(text) => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Some(parts.map(Value::from).collect())
        }
        Value::Number(_) | Value::Bool(_) => Some(vec![value.clone()]),
        Value::Null | Value::Object(_) => None,
    }
}
