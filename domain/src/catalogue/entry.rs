use super::EventDefinition;
use serde::{Deserialize, Serialize};

/// An event of an account's catalogue, and where its definition comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CatalogueEntry {
    /// What holds of events of its type.
    pub definition: EventDefinition,
    /// Whether Hookloft ships an event of this type. Such a one is never gone: without a definition of the account's own
    /// it is as it was shipped.
    pub shipped: bool,
    /// Whether the definition is the account's own.
    pub own: bool,
    /// Counts the changes of the account's own definition, 0 where it has none; a write that names an older one is
    /// refused.
    pub version: i64,
}

/// An account's own definition as it keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDefinition {
    /// Counts its changes, from 1.
    pub version: i64,
    /// What holds of events of its type.
    pub definition: EventDefinition,
}
