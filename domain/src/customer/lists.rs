use crate::form::elements;
use serde_json::Value;

/// Most labels, and most external account numbers, of one customer.
const MAX_ENTRIES: usize = 200;
const MAX_ENTRY_BYTES: usize = 128;

/// Why a list of labels or of external account numbers cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// There are more than 200.
    #[error("a customer has at most {MAX_ENTRIES} of them")]
    TooMany,
    /// One of them has more than 128 bytes, or a control character.
    #[error("use texts of at most {MAX_ENTRY_BYTES} bytes, without control characters")]
    Unfit,
    /// It is no list, or has something else than texts and numbers in it.
    #[error("use a list of texts, or one text with commas")]
    NotAList,
}

/// The texts of an array of texts, numbers and truth values; the parts of one text between its commas.
pub(super) fn texts(value: &Value) -> Result<Vec<String>, ListError> {
    let text = |value: Value| match value {
        Value::String(text) => Ok(text),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => Err(ListError::NotAList),
    };
    elements(value).ok_or(ListError::NotAList)?.into_iter().map(text).collect()
}

/// `labels` in alphabetical order, each once.
pub(super) fn sorted(labels: impl IntoIterator<Item = String>) -> Result<Vec<String>, ListError> {
    let mut labels = unique(labels)?;
    labels.sort_unstable();
    Ok(labels)
}

/// `entries` without white space around them and without empty ones, each once, where it first stands.
pub(super) fn unique(entries: impl IntoIterator<Item = String>) -> Result<Vec<String>, ListError> {
    let mut kept: Vec<String> = Vec::new();
    for entry in entries {
        let entry = entry.trim();
        if entry.len() > MAX_ENTRY_BYTES || entry.chars().any(char::is_control) {
            return Err(ListError::Unfit);
        }
        if !entry.is_empty() && !kept.iter().any(|other| other == entry) {
            if kept.len() == MAX_ENTRIES {
                return Err(ListError::TooMany);
            }
            kept.push(entry.to_owned());
        }
    }
    Ok(kept)
}
