use super::{InboundFacts, Outcome};
use crate::filter::Facts;
use crate::json;
use crate::limits::MAX_INDEXED_BYTES;
use crate::mapping;
use crate::source::RoutedSource;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// What became of one object of a body: of the body itself, or of an element of the array that it is (D12).
#[derive(Debug, Clone)]
pub struct Element {
    /// Accepted, Filtered, MappingFailed or NotAnObject.
    pub outcome: Outcome,
    /// More for the source's owner: which criterion failed, which row cannot be mapped.
    pub explanation: Option<String>,
    /// The sender's own key of it, where the source says how to find it and it passed the filter.
    pub idempotency_key: Option<String>,
    /// What the mapping made of it; `None` unless accepted.
    pub data: Option<Box<RawValue>>,
}

impl Element {
    fn rejected(outcome: Outcome, explanation: Option<String>) -> Self {
        Self { outcome, explanation, idempotency_key: None, data: None }
    }
}

/// Takes one object through filter, idempotency key and mapping. `sent` is its text as it was sent: without a mapping
/// that becomes the data, byte for byte. `None` where something in `body` is masked, or it was not sent as JSON of its
/// own.
pub(super) fn examine(
    source: &RoutedSource,
    headers: &[(String, String)],
    body: Value,
    sent: Option<&[u8]>,
) -> Element {
    if !body.is_object() {
        let why = format!("the body is {}, not an object", kind_of(&body));
        return Element::rejected(Outcome::NotAnObject, Some(why));
    }
    let config = &source.config;
    let facts = InboundFacts::new(headers, &body, config.verification.masked_header());
    if let Some(filter) = &config.filter
        && !filter.passes(&facts)
    {
        let failure = filter.first_failure(&facts).map(|failure| failure.message);
        return Element::rejected(Outcome::Filtered, failure);
    }
    let idempotency_key = match idempotency_key(source, &facts) {
        Ok(key) => key,
        Err(why) => return Element::rejected(Outcome::MappingFailed, Some(why)),
    };
    match data_of(source, sent, body) {
        Ok(data) => {
            let outcome = Outcome::Accepted;
            Element { outcome, explanation: None, idempotency_key, data: Some(data) }
        }
        Err(why) => Element { idempotency_key, ..Element::rejected(Outcome::MappingFailed, Some(why)) },
    }
}

/// What `value` is, in words, where it is no object.
fn kind_of(value: &Value) -> &'static str {
    if value.is_array() { "an array" } else { "a single value" }
}

/// What the mapping makes of the body; without a mapping the bytes that were `sent`, or else the body as it is now.
fn data_of(source: &RoutedSource, sent: Option<&[u8]>, body: Value) -> Result<Box<RawValue>, String> {
    let mapping = &source.config.mapping;
    let data = match sent {
        Some(sent) if mapping.is_empty() => serde_json::from_slice::<&RawValue>(sent).map(ToOwned::to_owned),
        _ if mapping.is_empty() => to_raw_value(&body),
        _ => {
            let mapped = mapping::apply(mapping, &body).map_err(|error| error.to_string())?;
            to_raw_value(&mapping::event_data(mapped))
        }
    };
    data.map_err(|error| error.to_string())
}

/// The object's own key; `None` where the source has no path for it, or the object nothing there.
fn idempotency_key(source: &RoutedSource, facts: &InboundFacts<'_>) -> Result<Option<String>, String> {
    let Some(path) = &source.config.idempotency_key else { return Ok(None) };
    let Some(value) = facts.look_up(path).filter(|value| !value.is_null()) else { return Ok(None) };
    let key = json::text_of(&value)
        .ok_or_else(|| format!("the idempotency key at `{path}` is neither a text nor a number"))?;
    if key.len() > MAX_INDEXED_BYTES {
        return Err(format!("the idempotency key at `{path}` has more than {MAX_INDEXED_BYTES} bytes"));
    }
    if key.contains('\0') {
        return Err(format!("the idempotency key at `{path}` has a NUL"));
    }
    Ok(Some(key.to_owned()).filter(|key| !key.is_empty()))
}
