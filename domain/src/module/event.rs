use super::{Item, Module};
use crate::change::{self, Change, ChangedBy};
use crate::time::Timestamp;
use serde_json::{Value, json};

/// The data of the event that something happened to an item (K16, D25):
///
/// ```json
/// {
///   "module": {"id": "…", "name": "Subscribers"},
///   "item": {"id": "8a25ff1d98", "title": "ada@example.com", "fields": {…}, "data": {…},
///            "version": 3, "created_at": "…", "updated_at": "…"},
///   "changes": [{"field": "city", "from": "Bonn", "to": "Rome", "at": "…", "by": {"type": "source", "id": "…"}}]
/// }
/// ```
///
/// The item's `id` is its key: what its sender calls it. Of an item that is gone it is the last that was known, and no
/// changes.
#[must_use]
pub fn item_event_data(
    module: &Module,
    item: &Item,
    changes: &[Change],
    now: Timestamp,
    by: &ChangedBy,
) -> Value {
    json!({
        "module": {"id": module.id, "name": module.config.name},
        "item": {
            "id": item.key,
            "title": item.title,
            "fields": item.fields,
            "data": item.data,
            "version": item.version,
            "created_at": item.created_at,
            "updated_at": item.updated_at,
        },
        "changes": change::log(changes, now, by),
    })
}
