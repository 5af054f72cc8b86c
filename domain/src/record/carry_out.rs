use super::{Effected, HeldRecords, HistoryEntry, Intent, RecordKey, Rules};
use crate::change::{self, Change, ChangedBy};
use crate::customer::{self, Customer, CustomerDraft};
use crate::error::FieldErrors;
use crate::event::{Event, EventType};
use crate::hops::Hops;
use crate::ids::{AccountId, CustomerId, EventId, ItemId, RequestId};
use crate::module::{
    ITEM_CREATED, ITEM_DELETED, ITEM_UPDATED, Item, ItemChange, ItemDraft, Module, item_event_data, upsert,
};
use crate::time::Timestamp;
use serde_json::value::to_raw_value;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Type of the event that a member or a machine made a customer.
const CUSTOMER_CREATED: &str = "customer.created";
/// Type of the event that a member or a machine changed a customer.
const CUSTOMER_UPDATED: &str = "customer.updated";
/// Type of the event that a member or a machine deleted a customer.
const CUSTOMER_DELETED: &str = "customer.deleted";

/// Why and when an intent is carried out.
#[derive(Debug, Clone, Copy)]
pub struct Cause<'a> {
    /// Whose record it is.
    pub account: AccountId,
    /// What the account has decided about records.
    pub rules: &'a Rules,
    /// Id of the event, if it makes one.
    pub event_id: EventId,
    /// When.
    pub at: Timestamp,
    /// The request that brought it.
    pub request_id: Option<RequestId>,
    /// Who or what wants it.
    pub by: ChangedBy,
    /// How far it is from what came from outside.
    pub hops: Hops,
}

/// What an intent that was carried out made.
#[derive(Debug)]
pub struct Happened {
    /// What became of the record.
    pub effected: Effected,
    /// For those who are to be told; `None` where there is nothing to tell.
    pub event: Option<Event>,
    /// For the record's history, with the record's id.
    pub history: Option<(Uuid, HistoryEntry)>,
}

/// Why an intent was not carried out. Nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// What is said does not fit.
    Invalid(FieldErrors),
    /// The record is not at the version that is meant.
    Stale,
    /// There is no such record.
    NotFound,
}

impl From<FieldErrors> for Refused {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl std::fmt::Display for Refused {
    /// For a source's owner: `points: write a number; customer: …`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Invalid(errors) => {
                let lines = errors.0.iter().map(|error| format!("{}: {}", error.field, error.message));
                f.write_str(&lines.collect::<Vec<_>>().join("; "))
            }
            Self::Stale => f.write_str("the record was changed meanwhile"),
            Self::NotFound => f.write_str("there is no such record"),
        }
    }
}

/// Does to the record that `intent` is about what is wanted, in `records`, which hold it.
///
/// # Errors
/// Why not; then the record is as it was.
pub fn carry_out(intent: &Intent, records: &mut HeldRecords, cause: Cause<'_>) -> Result<Happened, Refused> {
    match intent {
        Intent::CustomerEvent { definition, event } => {
            let held = records.customer(cause.account, &event.key);
            let after = customer::apply(held.now.as_ref(), event, definition, cause.at)
                .map_err(|error| Refused::Invalid(error.into()))?;
            let told = (&definition.event_type, &event.attributes);
            let happened = of_customer(held.id.0, (held.now.as_ref(), &after), told, cause);
            held.now = Some(after);
            Ok(happened)
        }
        Intent::CustomerEdit { key, draft, expected } => edit_customer(key, draft, *expected, records, cause),
        Intent::CustomerRemoval { key, id, expected } => remove_customer(key, *id, *expected, records, cause),
        Intent::ItemUpsert { module, draft, expected } => {
            upsert_item(module, draft.clone(), *expected, records, cause)
        }
        Intent::ItemRemoval { module, key, expected } => {
            let held = records.item(cause.account, module.id, key);
            let item = held.now.as_ref().ok_or(Refused::NotFound)?;
            unless_stale(*expected, Some(item.version))?;
            let data = item_event_data(module, item, &[], cause.at, &cause.by);
            let event = cause.event(shipped(ITEM_DELETED), &data);
            held.remove(ItemId(cause.event_id.0));
            Ok(Happened { effected: Effected::Deleted, event: Some(event), history: None })
        }
    }
}

fn edit_customer(
    key: &RecordKey,
    draft: &CustomerDraft,
    expected: Option<i64>,
    records: &mut HeldRecords,
    cause: Cause<'_>,
) -> Result<Happened, Refused> {
    let Cause { account, rules, at, .. } = cause;
    let held = records.customer(account, key);
    unless_stale(expected, held.now.as_ref().map(|customer| customer.version))?;
    let after = customer::edit(held.now.as_ref(), draft, &rules.customer_form, &rules.lookups, at)?;
    let event_type = shipped(if held.now.is_none() { CUSTOMER_CREATED } else { CUSTOMER_UPDATED });
    let told = (&event_type, &Map::new());
    let mut happened = of_customer(held.id.0, (held.now.as_ref(), &after), told, cause);
    if happened.effected == Effected::Unchanged {
        (happened.event, happened.history) = (None, None);
    }
    held.now = Some(after);
    Ok(happened)
}

/// Tells no more of the customer than their key, so that others can forget them, too.
fn remove_customer(
    key: &RecordKey,
    id: CustomerId,
    expected: Option<i64>,
    records: &mut HeldRecords,
    cause: Cause<'_>,
) -> Result<Happened, Refused> {
    let held = records.customer(cause.account, key);
    let customer = held.now.as_ref().filter(|_| held.id == id).ok_or(Refused::NotFound)?;
    unless_stale(expected, Some(customer.version))?;
    let change = Change { field: "key".to_owned(), from: json!(key), to: Value::Null };
    let log = change::log(&[change], cause.at, &cause.by);
    let data = json!({"customer": {"key": key}, "attributes": {}, "changes": log});
    // An event's id is no record's yet.
    held.remove(CustomerId(cause.event_id.0));
    let event = Some(cause.event(shipped(CUSTOMER_DELETED), &data));
    Ok(Happened { effected: Effected::Deleted, event, history: None })
}

/// What is told of a customer and stands in their history.
fn of_customer(
    id: Uuid,
    (before, after): (Option<&Customer>, &Customer),
    (event_type, attributes): (&EventType, &Map<String, Value>),
    cause: Cause<'_>,
) -> Happened {
    let changes = customer::changes(before, after);
    let effected = match before {
        None => Effected::Created,
        Some(before) if before.version != after.version => Effected::Updated,
        Some(_) => Effected::Unchanged,
    };
    let log = change::log(&changes, cause.at, &cause.by);
    let data = json!({"customer": after, "attributes": attributes, "changes": log});
    Happened {
        effected,
        event: Some(cause.event(event_type.clone(), &data)),
        history: Some((id, cause.entry(event_type.clone(), after.version, attributes.clone(), changes))),
    }
}

fn upsert_item(
    module: &Module,
    draft: ItemDraft,
    expected: Option<i64>,
    records: &mut HeldRecords,
    cause: Cause<'_>,
) -> Result<Happened, Refused> {
    let held = records.item(cause.account, module.id, &draft.key);
    unless_stale(expected, held.now.as_ref().map(|item| item.version))?;
    let (effected, item, changes) = match upsert(held.now.as_ref(), draft, &module.config, cause.at)? {
        ItemChange::Created { item, changes } => (Effected::Created, item, changes),
        ItemChange::Updated { item, changes } => (Effected::Updated, item, changes),
        ItemChange::Unchanged => {
            return Ok(Happened { effected: Effected::Unchanged, event: None, history: None });
        }
    };
    let happened = if effected == Effected::Updated && changes.is_empty() {
        Happened { effected: Effected::Unchanged, event: None, history: None }
    } else {
        of_item(held.id.0, effected, module, &item, changes, cause)
    };
    held.now = Some(item);
    Ok(happened)
}

fn of_item(
    id: Uuid,
    effected: Effected,
    module: &Module,
    item: &Item,
    changes: Vec<Change>,
    cause: Cause<'_>,
) -> Happened {
    let event_type = shipped(if effected == Effected::Created { ITEM_CREATED } else { ITEM_UPDATED });
    let data = item_event_data(module, item, &changes, cause.at, &cause.by);
    Happened {
        effected,
        event: Some(cause.event(event_type.clone(), &data)),
        history: Some((id, cause.entry(event_type, item.version, Map::new(), changes))),
    }
}

/// `expected` is 0 where there is to be no record yet.
fn unless_stale(expected: Option<i64>, version: Option<i64>) -> Result<(), Refused> {
    match (expected, version) {
        (Some(1..), None) => Err(Refused::NotFound),
        (Some(expected), version) if expected != version.unwrap_or(0) => Err(Refused::Stale),
        _ => Ok(()),
    }
}

fn shipped(event_type: &str) -> EventType {
    EventType::new(event_type).expect("our own types are types")
}

impl Cause<'_> {
    fn event(&self, event_type: EventType, data: &Value) -> Event {
        Event {
            id: self.event_id,
            account_id: self.account,
            event_type,
            occurred_at: self.at,
            data: to_raw_value(data).expect("a JSON value is JSON"),
            hops: self.hops,
        }
    }

    fn entry(
        &self,
        event_type: EventType,
        version: i64,
        attributes: Map<String, Value>,
        changes: Vec<Change>,
    ) -> HistoryEntry {
        HistoryEntry {
            id: self.event_id,
            event_type,
            occurred_at: self.at,
            request_id: self.request_id,
            by: self.by,
            version,
            attributes,
            changes,
        }
    }
}
