//! Integrations: configured outbound webhooks.

mod auth;
mod check;
mod custody;

use crate::error::FieldErrors;
use crate::ids::IntegrationId;
use crate::limits;
use crate::retry::RetryPolicy;
use crate::secret::SecretText;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

pub use auth::Auth;

/// The kinds of integration there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IntegrationKind {
    /// An HTTP call to a URL.
    #[default]
    Webhook,
}

/// Whether it sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IntegrationState {
    /// It sends what its links give it.
    Active,
    /// It sends nothing; waiting deliveries were cancelled.
    #[default]
    Inactive,
}

/// HTTP method of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Send.
    #[default]
    Post,
    /// Update.
    Put,
}

impl Method {
    /// `POST` or `PUT`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

/// What the receiver is to do with the entity; fills `action` of the envelope and decides nothing (D25).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Make it.
    #[default]
    Create,
    /// Change it.
    Update,
    /// Call it off.
    Cancel,
    /// Take it as it is.
    Push,
}

impl Action {
    /// Its name in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Cancel => "cancel",
            Self::Push => "push",
        }
    }
}

/// What the receiver makes of the message; fills `entity` of the envelope and decides nothing (D25).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntityType {
    /// A client.
    Client,
    /// An order.
    #[default]
    Order,
    /// A line item of an order.
    LineItem,
}

impl EntityType {
    /// Its name in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Order => "order",
            Self::LineItem => "line_item",
        }
    }
}

/// How the message's body is made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum BodyFormat {
    /// The versioned JSON envelope (D25).
    #[default]
    Envelope,
    /// A JSON text with merge fields in its strings: `{"name": "[data.first_name]"}`.
    JsonTemplate {
        /// The text.
        template: String,
    },
    /// `label=value` pairs joined by `&`, values with merge fields, sent as a form.
    FormTemplate {
        /// The text.
        template: String,
    },
}

/// Whether messages carry Standard Webhooks signature headers (D21).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Signing {
    /// `webhook-id`, `webhook-timestamp`, `webhook-signature` over the exact bytes sent.
    #[default]
    StandardWebhooks,
    /// No signature headers.
    Off,
}

/// A custom header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value, sent as it is. Not for secrets: members can read it.
    pub value: String,
}

/// What can be set of an integration, secrets apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct IntegrationConfig {
    /// What people call it.
    pub name: String,
    /// What it is.
    #[serde(default, rename = "type")]
    pub kind: IntegrationKind,
    /// Where messages go; empty until it is set up.
    #[serde(default)]
    pub target_url: String,
    /// POST or PUT.
    #[serde(default)]
    pub method: Method,
    /// Fills `action` of the envelope.
    #[serde(default)]
    pub action: Action,
    /// Fills `entity` of the envelope.
    #[serde(default)]
    pub entity: EntityType,
    /// How it authenticates.
    #[serde(default)]
    pub auth: Auth,
    /// Sent with every message.
    #[serde(default)]
    pub headers: Vec<Header>,
    /// What is sent.
    #[serde(default)]
    pub body: BodyFormat,
    /// One deadline over token fetch, connect, headers and body, in milliseconds (1,000 to 30,000).
    #[serde(default = "default_timeout_ms")]
    pub timeout_ms: u32,
    /// Most messages a second; no limit when left out.
    #[serde(default)]
    pub per_second: Option<u32>,
    /// Most messages in flight at once (1 to 512).
    #[serde(default = "default_in_flight")]
    pub max_in_flight: u32,
    /// When to try again.
    #[serde(default)]
    pub retry: RetryPolicy,
    /// Whether messages are signed.
    #[serde(default)]
    pub signing: Signing,
}

const fn default_timeout_ms() -> u32 {
    limits::DEFAULT_TIMEOUT_MS
}

const fn default_in_flight() -> u32 {
    limits::DEFAULT_IN_FLIGHT
}

/// A configured outbound webhook. It fires only through a link: a subscription, a task definition or a workflow step.
/// In JSON the fields of `config` stand beside the others.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Integration {
    /// Its id.
    pub id: IntegrationId,
    /// Counts its changes; a write that names an older one is refused.
    pub version: i64,
    /// Whether it sends.
    pub state: IntegrationState,
    /// Why Hookloft switched it off, if it did.
    pub disabled_reason: Option<String>,
    /// Whether the secret that `auth` needs is stored.
    pub auth_secret_set: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// What is set.
    #[serde(flatten)]
    pub config: IntegrationConfig,
}

crate::json::deserialize_flat!(
    Integration { id, version, state, disabled_reason, auth_secret_set, created_at, updated_at } + config
);

/// Everything needed to send to an integration. Never serialised: it holds secrets.
#[derive(Debug, Clone)]
pub struct Target {
    /// The integration's id.
    pub id: IntegrationId,
    /// Whether it sends.
    pub state: IntegrationState,
    /// Its configuration, with the secret in `auth`.
    pub config: IntegrationConfig,
    /// Signing secrets (`whsec_…`), current first; the second is one being rotated out.
    pub signing_secrets: Vec<SigningSecret>,
}

/// A signing secret and until when it signs.
#[derive(Debug, Clone)]
pub struct SigningSecret {
    /// `whsec_` + base64 of 24 to 64 bytes.
    pub secret: SecretText,
    /// When it stops signing; `None` for the current one.
    pub expires_at: Option<Timestamp>,
}

impl IntegrationConfig {
    /// Checks everything that can be checked without the database or the network.
    ///
    /// # Errors
    /// What is wrong, per field.
    pub fn check(&self) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        check::integration(self, &mut errors);
        errors.into_result()
    }
}

impl Integration {
    /// Checks that it has what sending needs: a target, and the secret of its authentication.
    ///
    /// # Errors
    /// What is missing, per field.
    pub fn can_be_activated(&self) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        if self.config.target_url.is_empty() {
            errors.add("target_url", "set the target URL first");
        }
        let auth = &self.config.auth;
        let has_secret = self.auth_secret_set || auth.secret().is_some();
        if let (false, Some(field), Some(name)) = (has_secret, auth.secret_field(), auth.secret_name()) {
            errors.add(format!("auth.{field}"), format!("set the {name} first"));
        }
        errors.into_result()
    }
}
