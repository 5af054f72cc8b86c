//! Modules: an account's own kinds of record. Its records are *items*.
//!
//! A message to a source that feeds a module is mapped to an [`ItemDraft`]: a key, a title and whatever else the message
//! says (K7). [`upsert()`] makes an item of it or changes the one of that key, and says what changed (K8, K16). A module's
//! [`ItemField`]s are read from the item's data (K9); key metrics count and add them up. An outgoing webhook of a module
//! is an integration and a subscription underneath: [`Activities`] say which event types and which filter (K10, K12).

mod activity;
mod check;
pub mod data_source;
mod event;
mod example;
mod item;
mod measured;
mod metric;
mod upsert;
mod webhook;

use crate::error::FieldErrors;
use crate::form::FieldType;
use crate::ids::ModuleId;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

pub use activity::{Activities, Activity, ITEM_CREATED, ITEM_DELETED, ITEM_UPDATED};
pub use event::item_event_data;
pub use item::{Item, ItemDraft};
pub use measured::{DayCount, DayValue, MetricValue, ModuleMetrics, ValueCount};
pub use metric::{KeyMetric, MetricKind};
pub use upsert::{ItemChange, upsert};
pub use webhook::{ModuleWebhook, ModuleWebhookDraft};

/// What can be set of a module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ModuleConfig {
    /// What people call it, for example `Subscribers`.
    pub name: String,
    /// What its items show and are filtered by, in this order; at most 200.
    #[serde(default)]
    pub fields: Vec<ItemField>,
    /// What is counted and added up over its items; at most 50.
    #[serde(default)]
    pub metrics: Vec<KeyMetric>,
}

/// One thing that a module knows of each of its items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemField {
    /// Its name in JSON, in filters and in changes: `[a-z][a-z0-9_]{0,63}`, unique in the module; not `id` or `title`,
    /// which every item has.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// What it holds. A value that is none of its type is left out of the fields and stays in the item's data; a lookup
    /// field takes any whole number, as the list may get it later.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// Where it is in the item's data: `merges.FNAME`.
    pub path: String,
}

impl ModuleConfig {
    /// Checks everything that can be checked without the database.
    ///
    /// # Errors
    /// What is wrong, per field.
    pub fn check(&self) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        check::module(self, &mut errors);
        errors.into_result()
    }

    /// The field named `key`.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&ItemField> {
        self.fields.iter().find(|field| field.key == key)
    }
}

/// An account's own kind of record. In JSON the fields of `config` stand beside the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Module {
    /// Its id.
    pub id: ModuleId,
    /// Counts its changes; a write that names an older one is refused.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// What is set.
    #[serde(flatten)]
    pub config: ModuleConfig,
}

crate::json::deserialize_flat!(Module { id, version, created_at, updated_at } + config);

#[cfg(test)]
mod tests;
