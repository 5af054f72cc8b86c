//! Values of fields as people type them, by the field's type. The rules of the domain say whether they fit.

use crate::components::value_text::{text_of, values_of};
use domain::form::{FieldType, Scalar};
use domain::json::parse;
use serde_json::Value;

/// The text that means `value` in a field of this type.
#[must_use]
pub fn as_typed(field_type: FieldType, value: &Value) -> String {
    match (field_type, value) {
        (_, Value::Null) => String::new(),
        (FieldType::Json, value) => serde_json::to_string_pretty(value).unwrap_or_default(),
        (FieldType::Array { of: Scalar::String }, Value::Array(values)) => {
            let texts: Option<Vec<String>> =
                values.iter().map(|value| value.as_str().map(ToOwned::to_owned)).collect();
            texts.map_or_else(|| text_of(value), |texts| typed_list(&texts))
        }
        (FieldType::Array { .. }, value) => text_of(value),
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

/// The value that `text` means in a field of this type; `None` where it says nothing.
///
/// # Errors
/// What is wrong with it as JSON.
pub fn read_typed(field_type: FieldType, text: &str) -> Result<Option<Value>, String> {
    let trimmed = text.trim();
    // White space says something as a text, and nothing else.
    let says_nothing = if field_type == FieldType::String { text.is_empty() } else { trimmed.is_empty() };
    if says_nothing {
        return Ok(None);
    }
    Ok(Some(match field_type {
        FieldType::String => Value::from(text),
        FieldType::Json => parse(text.as_bytes()).map_err(|error| error.to_string())?,
        FieldType::Boolean => match trimmed {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            other => Value::from(other),
        },
        FieldType::Array { of: Scalar::String } => read_list(text).into_iter().map(Value::from).collect(),
        FieldType::Array { .. } => values_of(text),
        // Numbers are read from their digits, so that none is lost.
        _ => Value::from(trimmed),
    }))
}

/// Texts between commas; a JSON array where one of them could not be told apart.
#[must_use]
pub fn typed_list(texts: &[String]) -> String {
    let joined = texts.join(", ");
    if read_list(&joined) == texts { joined } else { Value::from(texts.to_vec()).to_string() }
}

/// The texts that [`typed_list`] wrote, or that somebody typed.
#[must_use]
pub fn read_list(text: &str) -> Vec<String> {
    let trimmed = text.trim();
    if trimmed.starts_with('[')
        && let Ok(texts) = serde_json::from_str(trimmed)
    {
        return texts;
    }
    trimmed.split(',').map(str::trim).filter(|part| !part.is_empty()).map(ToOwned::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn t27_values_survive_editing_whatever_their_type() {
        let big: Value = serde_json::from_str("12345678901234567890123").expect("a number");
        for (field_type, value) in [
            (FieldType::String, json!("007")),
            (FieldType::String, json!(" a, b ")),
            (FieldType::Integer, big),
            (FieldType::Decimal, json!(12.5)),
            (FieldType::Datetime, json!("2026-01-31T09:00:00+01:00")),
            (FieldType::Date, json!("2026-01-31")),
            (FieldType::Time, json!("09:00")),
            (FieldType::Boolean, json!(false)),
            (FieldType::Json, json!({"a": [1, null]})),
            (FieldType::Json, json!("text")),
            (FieldType::Array { of: Scalar::Any }, json!(["a", 1, "2", true])),
            (FieldType::Array { of: Scalar::String }, json!(["2024", "vip"])),
            (FieldType::Array { of: Scalar::String }, json!(["a, b", "[c"])),
        ] {
            let typed = as_typed(field_type, &value);
            let read = read_typed(field_type, &typed).expect("it is read").expect("it says something");
            assert_eq!(field_type.read(&read, &[], "field"), Ok(value), "{typed}");
        }
    }

    #[test]
    fn t27_what_is_empty_says_nothing() {
        for field_type in FieldType::PLAIN {
            assert_eq!(read_typed(field_type, ""), Ok(None));
            assert_eq!(as_typed(field_type, &Value::Null), "");
        }
        assert!(read_typed(FieldType::Json, "{").is_err());
        assert_eq!(read_typed(FieldType::Boolean, "yes"), Ok(Some(json!("yes"))));
    }
}
