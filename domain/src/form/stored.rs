use super::Form;
use serde::Serialize;

/// A form as an account keeps it. In JSON its sections stand beside the version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoredForm {
    /// Counts its changes, 0 while it is the one that accounts begin with; a write that names an older one is refused.
    pub version: i64,
    /// What it asks for.
    #[serde(flatten)]
    pub form: Form,
}

crate::json::deserialize_flat!(StoredForm { version } + form);
