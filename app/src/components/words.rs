//! Enums as the words they are in JSON: what menus and radio buttons hold.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The word of a plain enum.
#[must_use]
pub fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The value of a word; the default one for a word that is none.
#[must_use]
pub fn of_word<T: DeserializeOwned + Default>(word: &str) -> T {
    serde_json::from_value(Value::from(word)).unwrap_or_default()
}
