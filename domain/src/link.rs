//! What makes an integration fire.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Something that sends to an integration. An integration without one is linked to nothing and never fires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Link {
    /// What it is.
    pub kind: LinkKind,
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
}

/// What can send to an integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// A subscription.
    Subscription,
}
