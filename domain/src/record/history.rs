use crate::change::{Change, ChangedBy};
use crate::event::EventType;
use crate::ids::{EventId, RequestId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Something that happened to a record, kept as long as the record (A25).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryEntry {
    /// The event that told of it.
    pub id: EventId,
    /// What happened: `point_add`, `item.updated`.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// When.
    pub occurred_at: Timestamp,
    /// The request it came with; `None` where somebody did it in the console or over the API.
    pub request_id: Option<RequestId>,
    /// Who or what did it.
    pub by: ChangedBy,
    /// The record's version after it.
    pub version: i64,
    /// What the event said, beside whom it is about; empty of items, of which the changes say all.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub attributes: Map<String, Value>,
    /// What is different since.
    pub changes: Vec<Change>,
}
