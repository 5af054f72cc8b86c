//! JSON values as people type them: `5` is a number, `true` a truth, `gold` a text, `"5"` a text, too.

use domain::json::parse;
use serde_json::Value;

/// The value that `text` means.
#[must_use]
pub fn value_of(text: &str) -> Value {
    let trimmed = text.trim();
    parse(trimmed.as_bytes()).unwrap_or_else(|_| Value::from(text))
}

/// The values that `text` means as a list: JSON, or values between commas.
#[must_use]
pub fn values_of(text: &str) -> Value {
    match parse(text.trim().as_bytes()) {
        Ok(Value::Array(values)) => Value::Array(values),
        _ => text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(value_of).collect(),
    }
}

/// The text that means `value`; nothing for `null`.
#[must_use]
pub fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if value_of(text) == *value => text.clone(),
        Value::Array(values) if values_of(&joined(values)) == *value => joined(values),
        other => other.to_string(),
    }
}

fn joined(values: &[Value]) -> String {
    values.iter().map(text_of).collect::<Vec<_>>().join(", ")
}

/// What people call the kind of `value`.
#[must_use]
pub const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true/false",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_survive_the_way_to_text_and_back() {
        for value in [
            json!(5),
            json!("5"),
            json!("gold"),
            json!(true),
            json!("true"),
            json!(""),
            json!({"a": 1}),
            json!("a b"),
        ] {
            assert_eq!(value_of(&text_of(&value)), value, "{value}");
        }
        for list in [json!(["a", "b"]), json!([1, "2", true]), json!(["a, b"]), json!([])] {
            assert_eq!(values_of(&text_of(&list)), list, "{list}");
        }
    }
}
