use super::RecordKey;
use crate::amount::Amount;
use crate::customer::Customer;
use crate::ids::{CustomerId, ItemId, ModuleId};
use crate::module::Item;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A customer with the id of their page and address. In JSON what is known of them stands beside it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoredCustomer {
    /// Their id.
    pub id: CustomerId,
    /// What is known of them.
    #[serde(flatten)]
    pub customer: Customer,
}

crate::json::deserialize_flat!(StoredCustomer { id } + customer);

/// A customer in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomerRow {
    /// Their id.
    pub id: CustomerId,
    /// What senders call them.
    pub key: RecordKey,
    /// What lists call them: the full name, else the e-mail, else the key.
    pub title: String,
    /// The balance.
    pub points: Amount,
    /// When they were first heard of.
    pub created_at: Timestamp,
    /// When anything of them was last changed.
    pub updated_at: Timestamp,
}

/// An item with the id of its page and address. In JSON what is known of it stands beside it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoredItem {
    /// Its id.
    pub id: ItemId,
    /// The module it is in.
    pub module_id: ModuleId,
    /// What is known of it.
    #[serde(flatten)]
    pub item: Item,
}

crate::json::deserialize_flat!(StoredItem { id, module_id } + item);

/// Which records of a kind are wanted (D28).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RecordSearch {
    /// One of whose terms begins so, whatever the case; all where it is left out or empty.
    pub text: Option<String>,
    /// Only terms of this field: `key`, `name`, `title`, `labels`, a field's key.
    pub field: Option<String>,
    /// How terms have to match the text.
    #[serde(default)]
    pub matching: TermMatch,
}

/// How much of what is known has to be what is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TermMatch {
    /// Its beginning.
    #[default]
    Prefix,
    /// All of it.
    Exact,
}

/// An item in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ItemRow {
    /// Its id.
    pub id: ItemId,
    /// What its sender calls it.
    pub key: RecordKey,
    /// What people see of it.
    pub title: String,
    /// Counts its changes.
    pub version: i64,
    /// When it came.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}
