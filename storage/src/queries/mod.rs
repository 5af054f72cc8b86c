//! What is asked of and done to an account's rows, one file a noun.

pub(crate) mod accounts;
pub(crate) mod api_keys;
pub(crate) mod audit;
pub(crate) mod catalogue;
pub(crate) mod customers;
pub(crate) mod decisions;
pub(crate) mod deliveries;
pub(crate) mod forms;
pub(crate) mod history;
pub(crate) mod integrations;
pub(crate) mod items;
pub(crate) mod lookups;
pub(crate) mod members;
pub(crate) mod metrics;
pub(crate) mod modules;
pub(crate) mod notes;
pub(crate) mod replays;
pub(crate) mod samples;
pub(crate) mod search;
pub(crate) mod signing_secrets;
pub(crate) mod source_copies;
pub(crate) mod source_endpoints;
pub(crate) mod source_revisions;
pub(crate) mod sources;
pub(crate) mod subscriptions;

use crate::StorageError;
use crate::entities::{integration, lookup_list, module, source, subscription};
use domain::record::RecordKey;
use domain::secret::SecretText;

/// The names that secrets are sealed under.
pub(crate) const INTEGRATIONS: &str = "integrations";
pub(crate) const SIGNING_SECRETS: &str = "signing_secrets";
pub(crate) const SOURCES: &str = "sources";

/// A row of which several people may hold an older copy.
pub(crate) trait Versioned {
    fn version(&self) -> i64;
}

impl Versioned for integration::Model {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Versioned for lookup_list::Model {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Versioned for module::Model {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Versioned for source::Model {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Versioned for subscription::Model {
    fn version(&self) -> i64 {
        self.version
    }
}

/// The row, if it is there and the caller saw its newest version.
pub(crate) fn unless_stale<M: Versioned>(row: Option<M>, expected: Option<i64>) -> Result<M, StorageError> {
    let row = row.ok_or(StorageError::NotFound)?;
    match expected {
        Some(expected) if expected != row.version() => Err(StorageError::Stale),
        _ => Ok(row),
    }
}

/// What becomes of a write-only secret: the draft's own is sealed, a draft of the same kind without one keeps what is
/// stored, and a change of kind drops it.
pub(crate) fn secret_after<K>(
    stored: Option<Vec<u8>>,
    (before, after): (&K, &K),
    given: Option<&SecretText>,
    seal: impl FnOnce(&SecretText) -> Vec<u8>,
) -> Option<Vec<u8>> {
    match given {
        Some(secret) => Some(seal(secret)),
        None if std::mem::discriminant(before) == std::mem::discriminant(after) => stored,
        None => None,
    }
}

/// Reads a JSON column.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(
    what: &str,
    id: uuid::Uuid,
    text: &str,
) -> Result<T, StorageError> {
    serde_json::from_str(text).map_err(|error| StorageError::Corrupt(format!("{what} {id}: {error}")))
}

/// Writes a JSON column.
pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, StorageError> {
    serde_json::to_string(value)
        .map_err(|error| StorageError::Refused(format!("writing it as JSON: {error}")))
}

/// The key of a record as it is stored.
pub(crate) fn key_of(id: uuid::Uuid, text: String) -> Result<RecordKey, StorageError> {
    RecordKey::new(text).map_err(|error| StorageError::Corrupt(format!("the key of record {id}: {error}")))
}
