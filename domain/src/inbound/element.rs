use super::{InboundFacts, Outcome};
use crate::catalogue::CustomerEvent;
use crate::event::EventType;
use crate::filter::Facts;
use crate::ids::ModuleId;
use crate::json;
use crate::limits::MAX_INDEXED_BYTES;
use crate::mapping;
use crate::module::ItemDraft;
use crate::record::{Effected, Intent, Refused, Rules};
use crate::source::{RoutedSource, SourceAction};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use std::sync::Arc;

const LOG_ONLY: &str = "the source only keeps requests in its log";

/// What became of one object of a body: of the body itself, or of an element of the array that it is (D12).
#[derive(Debug, Clone)]
pub struct Element {
    /// Accepted, Filtered, MappingFailed, NotAnObject, RecordRefused or Duplicate.
    pub outcome: Outcome,
    /// More for the source's owner: which criterion failed, which row cannot be mapped.
    pub explanation: Option<String>,
    /// The sender's own key of it, where the source says how to find it and it passed the filter.
    pub idempotency_key: Option<String>,
    /// What it comes to, until that is taken on; `None` unless accepted.
    pub made: Option<Made>,
    /// What it did to its record, once that is done.
    pub effected: Option<Effected>,
}

/// What an accepted object comes to.
#[derive(Debug, Clone)]
pub enum Made {
    /// An event to publish: its type and its data.
    Event(EventType, Box<RawValue>),
    /// Something that is wanted of a record.
    Wanted(Intent),
}

impl Element {
    pub(super) fn rejected(outcome: Outcome, explanation: Option<String>) -> Self {
        Self { outcome, explanation, idempotency_key: None, made: None, effected: None }
    }

    /// Whether nothing is wrong with it.
    #[must_use]
    pub const fn is_taken(&self) -> bool {
        self.outcome.is_taken()
    }
}

/// Takes one object through filter, idempotency key and mapping. `sent` is its text as it was sent: without a mapping
/// that becomes the data, byte for byte. `None` where something in `body` is masked, or it was not sent as JSON of its
/// own.
pub(super) fn examine(
    source: &RoutedSource,
    rules: &Rules,
    headers: &[(String, String)],
    body: Value,
    sent: Option<&[u8]>,
) -> Element {
    if !body.is_object() {
        let why = format!("the body is {}, not an object", kind_of(&body));
        return Element::rejected(Outcome::NotAnObject, Some(why));
    }
    let config = &source.config;
    if config.log_only {
        return Element::rejected(Outcome::Filtered, Some(LOG_ONLY.to_owned()));
    }
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
    let made = match &config.action {
        SourceAction::PublishEvent { event_type } => {
            data_of(source, sent, body).map(|data| Made::Event(event_type.clone(), data))
        }
        SourceAction::RecordEvent { event_type } => customer_event(source, event_type, rules, body),
        SourceAction::UpsertItem { module_id } => item(source, *module_id, rules, body),
    };
    match made {
        Ok(made) => Element {
            outcome: Outcome::Accepted,
            explanation: None,
            idempotency_key,
            made: Some(made),
            effected: None,
        },
        Err((outcome, why)) => Element { idempotency_key, ..Element::rejected(outcome, Some(why)) },
    }
}

/// Why an object comes to nothing.
type Rejection = (Outcome, String);

/// What is to be recorded on whom.
fn customer_event(
    source: &RoutedSource,
    event_type: &EventType,
    rules: &Rules,
    body: Value,
) -> Result<Made, Rejection> {
    let refused = |why: String| (Outcome::RecordRefused, why);
    let definition = rules
        .definition(event_type)
        .ok_or_else(|| refused(format!("the catalogue has no event `{event_type}` any more")))?;
    let data = mapped(source, body)?;
    let event = CustomerEvent::from_data(definition, &data, &rules.lookups)
        .map_err(|errors| refused(Refused::Invalid(errors).to_string()))?;
    Ok(Made::Wanted(Intent::CustomerEvent { definition: Arc::clone(definition), event }))
}

/// What is said of which item: all of the object, and what was mapped beside it.
fn item(source: &RoutedSource, module_id: ModuleId, rules: &Rules, body: Value) -> Result<Made, Rejection> {
    let refused = |why: String| (Outcome::RecordRefused, why);
    let module = rules
        .modules
        .get(&module_id)
        .ok_or_else(|| refused("the module of this source is not there any more".to_owned()))?;
    let mapped = match &source.config.mapping[..] {
        [] => body.clone(),
        rows => mapping::apply(rows, &body).map_err(|error| (Outcome::MappingFailed, error.to_string()))?,
    };
    let mut draft =
        ItemDraft::from_mapped(&mapped).map_err(|errors| refused(Refused::Invalid(errors).to_string()))?;
    if let Value::Object(mut data) = body {
        data.extend(std::mem::take(&mut draft.data));
        draft.data = data;
    }
    draft.check().map_err(|errors| refused(Refused::Invalid(errors).to_string()))?;
    Ok(Made::Wanted(Intent::ItemUpsert { module: Arc::clone(module), draft, expected: None }))
}

/// What the mapping makes of the body, as data of an event.
fn mapped(source: &RoutedSource, body: Value) -> Result<Value, Rejection> {
    let rows = &source.config.mapping;
    if rows.is_empty() {
        return Ok(body);
    }
    let mapped = mapping::apply(rows, &body).map_err(|error| (Outcome::MappingFailed, error.to_string()))?;
    Ok(mapping::event_data(mapped))
}

/// What `value` is, in words, where it is no object.
fn kind_of(value: &Value) -> &'static str {
    if value.is_array() { "an array" } else { "a single value" }
}

/// What the mapping makes of the body; without a mapping the bytes that were `sent`, or else the body as it is now.
fn data_of(source: &RoutedSource, sent: Option<&[u8]>, body: Value) -> Result<Box<RawValue>, Rejection> {
    let data = match sent {
        Some(sent) if source.config.mapping.is_empty() => {
            serde_json::from_slice::<&RawValue>(sent).map(ToOwned::to_owned)
        }
        _ => to_raw_value(&mapped(source, body)?),
    };
    data.map_err(|error| (Outcome::MappingFailed, error.to_string()))
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
