use crate::json;
use crate::limits::MAX_INDEXED_BYTES;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// What its sender calls a record: unique among the customers of an account, or the items of a module.
/// 1 to 512 bytes without NUL. A number is its digits as they were sent: `7` and `"7"` are one key, `7.0` is another.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
#[serde(transparent)]
pub struct RecordKey(String);

/// Why something is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("use a text or number of 1 to {MAX_INDEXED_BYTES} bytes, without NUL")]
pub struct NotAKey;

impl RecordKey {
    /// Checks `text`.
    ///
    /// # Errors
    /// [`NotAKey`] when it is empty, too long or has a NUL.
    pub fn new(text: impl Into<String>) -> Result<Self, NotAKey> {
        let text = text.into();
        let fits = (1..=MAX_INDEXED_BYTES).contains(&text.len()) && !text.contains('\0');
        if fits { Ok(Self(text)) } else { Err(NotAKey) }
    }

    /// The key itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&Value> for RecordKey {
    type Error = NotAKey;

    /// Takes a text or a number.
    fn try_from(value: &Value) -> Result<Self, NotAKey> {
        Self::new(json::text_of(value).ok_or(NotAKey)?)
    }
}

impl std::fmt::Display for RecordKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RecordKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(&Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn k7_keys_are_texts_or_numbers_that_can_be_looked_up() {
        for (value, expected) in [
            (json!("c-1"), Some("c-1")),
            (json!(7), Some("7")),
            (json!(" "), Some(" ")),
            (json!("a".repeat(512)), Some("a".repeat(512).as_str())),
            (json!("a".repeat(513)), None),
            (json!(""), None),
            (json!("a\u{0}"), None),
            (json!(null), None),
            (json!(true), None),
            (json!(["a"]), None),
            (json!({"id": 1}), None),
        ] {
            let key = RecordKey::try_from(&value).ok();
            assert_eq!(key.as_ref().map(RecordKey::as_str), expected, "{value}");
            assert_eq!(serde_json::from_value(value).ok(), key);
        }
        let big: Value = serde_json::from_str("12345678901234567890123").expect("a number");
        assert_eq!(RecordKey::try_from(&big), RecordKey::new("12345678901234567890123"));
    }
}
