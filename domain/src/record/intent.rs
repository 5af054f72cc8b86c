use super::RecordKey;
use crate::catalogue::{CustomerEvent, EventDefinition};
use crate::customer::CustomerDraft;
use crate::ids::{CustomerId, ModuleId};
use crate::module::{ItemDraft, Module};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which record of an account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RecordAddress {
    /// The customer of this key.
    Customer(RecordKey),
    /// The item of this key in this module.
    Item(ModuleId, RecordKey),
}

/// What is wanted of a record.
#[derive(Debug, Clone)]
pub enum Intent {
    /// An event of the catalogue is recorded on a customer.
    CustomerEvent {
        /// What events of its type say and do.
        definition: Arc<EventDefinition>,
        /// What this one says.
        event: CustomerEvent,
    },
    /// A customer is what a member or a machine says; somebody new where there was nobody.
    CustomerEdit {
        /// Who.
        key: RecordKey,
        /// What they are to be.
        draft: Box<CustomerDraft>,
        /// The version that is changed, where that matters; 0 where there is to be nobody yet.
        expected: Option<i64>,
    },
    /// A customer is gone, with all that is known of them.
    CustomerRemoval {
        /// Who.
        key: RecordKey,
        /// Their id: somebody else who has the key by now stays.
        id: CustomerId,
        /// The version that is meant, where that matters.
        expected: Option<i64>,
    },
    /// An item is what a message, a member or a machine says; a new one where there was none.
    ItemUpsert {
        /// The module it is in.
        module: Arc<Module>,
        /// What is said of it.
        draft: ItemDraft,
        /// The version that is changed, where that matters; 0 where there is to be none yet.
        expected: Option<i64>,
    },
    /// An item is gone.
    ItemRemoval {
        /// The module it is in.
        module: Arc<Module>,
        /// Which.
        key: RecordKey,
        /// The version that is meant, where that matters.
        expected: Option<i64>,
    },
}

impl Intent {
    /// The record it is about.
    #[must_use]
    pub fn address(&self) -> RecordAddress {
        match self {
            Self::CustomerEvent { event, .. } => RecordAddress::Customer(event.key.clone()),
            Self::CustomerEdit { key, .. } | Self::CustomerRemoval { key, .. } => {
                RecordAddress::Customer(key.clone())
            }
            Self::ItemUpsert { module, draft, .. } => RecordAddress::Item(module.id, draft.key.clone()),
            Self::ItemRemoval { module, key, .. } => RecordAddress::Item(module.id, key.clone()),
        }
    }

    /// The key of the record it is about.
    #[must_use]
    pub const fn key(&self) -> &RecordKey {
        match self {
            Self::CustomerEvent { event, .. } => &event.key,
            Self::CustomerEdit { key, .. }
            | Self::CustomerRemoval { key, .. }
            | Self::ItemRemoval { key, .. } => key,
            Self::ItemUpsert { draft, .. } => &draft.key,
        }
    }
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Effected {
    /// It is new.
    Created,
    /// Something of it is different.
    Updated,
    /// Nothing of it is different.
    Unchanged,
    /// It is gone.
    Deleted,
}
