use super::MergeValues;
use crate::json::{self, Path};
use serde_json::Value;
use std::borrow::Cow;

/// What a merge field names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum MergeField {
    EventId,
    EventType,
    EventTimestamp,
    AccountId,
    DeliveryId,
    Action,
    Entity,
    AllData,
    Data(Path),
}

/// Part of a text with merge fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Literal(String),
    Field(MergeField),
}

/// What is wrong, and how many bytes into the text.
#[derive(Debug)]
pub(super) struct MergeError {
    pub(super) offset: usize,
    pub(super) message: String,
}

impl MergeField {
    fn parse(name: &str) -> Result<Self, String> {
        Ok(match name {
            "event.id" => Self::EventId,
            "event.type" => Self::EventType,
            "event.timestamp" => Self::EventTimestamp,
            "account.id" => Self::AccountId,
            "delivery.id" => Self::DeliveryId,
            "action" => Self::Action,
            "entity" => Self::Entity,
            "data" => Self::AllData,
            _ if name.starts_with("[secret:") => {
                return Err(
                    "account secrets are not available here; use the integration's authentication".into()
                );
            }
            _ => match json::below(name, "data").map(str::parse) {
                Some(Ok(path)) => Self::Data(path),
                Some(Err(error)) => return Err(format!("`[{name}]`: {error}")),
                None => return Err(format!("unknown field `[{name}]`; write \\[ for a plain bracket")),
            },
        })
    }

    /// Its value; `null` where the data has none.
    pub(super) fn value<'a>(&self, values: &MergeValues<'a>) -> Cow<'a, Value> {
        Cow::Owned(Value::String(match self {
            Self::EventId => values.event_id.to_string(),
            Self::EventType => values.event_type.to_string(),
            Self::EventTimestamp => values.occurred_at.to_string(),
            Self::AccountId => values.account_id.to_string(),
            Self::DeliveryId => values.delivery_id.to_string(),
            Self::Action => values.action.as_str().to_owned(),
            Self::Entity => values.entity.as_str().to_owned(),
            Self::AllData => return Cow::Borrowed(values.data),
            Self::Data(path) => {
                return json::get_path(values.data, path).map_or(Cow::Owned(Value::Null), Cow::Borrowed);
            }
        }))
    }

    /// Its value as part of a text: `null` is empty, lists and objects are compact JSON.
    pub(super) fn append_to(&self, text: &mut String, values: &MergeValues<'_>) {
        match self.value(values).as_ref() {
            Value::Null => {}
            Value::String(value) => text.push_str(value),
            other => text.push_str(&other.to_string()),
        }
    }
}

/// Cuts a text at its merge fields.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, MergeError> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut offset = 0;
    while let Some(at) = text[offset..].find(['[', '\\']).map(|at| offset + at) {
        literal.push_str(&text[offset..at]);
        if text[at..].starts_with('\\') {
            let escaped = text[at + 1..].chars().next().filter(|next| matches!(next, '[' | ']' | '\\'));
            literal.push(escaped.unwrap_or('\\'));
            offset = at + 1 + escaped.map_or(0, char::len_utf8);
            continue;
        }
        let inner = &text[at + 1..];
        let error = |message| MergeError { offset: at, message };
        let end = closing_bracket(inner).ok_or_else(|| {
            error("this merge field is never closed; write \\[ for a plain bracket".to_owned())
        })?;
        let field = MergeField::parse(&inner[..end]).map_err(error)?;
        if !literal.is_empty() {
            pieces.push(Piece::Literal(std::mem::take(&mut literal)));
        }
        pieces.push(Piece::Field(field));
        offset = at + 1 + end + 1;
    }
    literal.push_str(&text[offset..]);
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    Ok(pieces)
}

/// Where the `]` is that closes what was opened before `text`: brackets inside, as in `[data["a.b"]]`, come in pairs,
/// and those inside quotes do not count.
fn closing_bracket(text: &str) -> Option<usize> {
    let (mut depth, mut is_quoted, mut is_escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b'[' if !is_quoted => depth += 1,
            b']' if !is_quoted && depth == 0 => return Some(at),
            b']' if !is_quoted => depth -= 1,
            _ => {}
        }
    }
    None
}
