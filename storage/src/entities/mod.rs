//! The tables of configuration, identity and records, as rows. Nothing outside this crate names one.

pub mod account;
pub mod api_key;
pub mod audit_entry;
pub mod chosen_sample;
pub mod customer;
pub mod event_definition;
pub mod form;
pub mod integration;
pub mod item;
pub mod lookup_list;
pub mod membership;
pub mod module;
pub mod note;
pub mod replay;
pub mod session;
pub mod setting;
pub mod signing_secret;
pub mod source;
pub mod source_endpoint;
pub mod source_revision;
pub mod subscription;
pub mod user;

use sea_orm::EntityTrait;

/// A table whose rows belong to accounts. [`AccountDb`](crate::AccountDb) and its transactions reach such a table
/// only through this column.
pub trait AccountOwned: EntityTrait {
    /// The column that says whose the row is.
    const ACCOUNT_ID: Self::Column;
}
