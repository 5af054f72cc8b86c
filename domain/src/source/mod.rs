//! Sources: configured inbound URLs.

mod changes;
mod check;
mod content_type;
mod copy;
mod handshake;
mod revision;
mod verification;

use crate::error::FieldErrors;
use crate::event::EventType;
use crate::filter::Filter;
use crate::ids::{ModuleId, SourceId};
use crate::integration::Method;
use crate::mapping::Mapping;
use crate::secret::SecretText;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use changes::{changes, secret_change, state_change};
pub use content_type::ContentType;
pub use copy::{CopyDraft, copied_endpoint, copied_name};
pub use handshake::Handshake;
pub use revision::{Revision, RevisionCause, RevisionDetail};
pub use verification::{
    Evidence, HmacAlgorithm, HmacScheme, SignatureEncoding, SignedContent, SignedTimestamp, Verification,
    VerifyError,
};

/// Where a source is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// It answers 404 to everybody.
    #[default]
    Inactive,
    /// It takes requests.
    Active,
    /// Gone for good; its endpoint name stays taken.
    Archived,
}

/// What a request that passes does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum SourceAction {
    /// Publish an event with the mapped data.
    PublishEvent {
        /// Its type.
        event_type: EventType,
    },
    /// Record an event of the account's catalogue on the customer that the mapped `customer` names, who is made where
    /// nobody has that key (A8). `profile` makes or changes a customer and does nothing else.
    RecordEvent {
        /// Its type.
        event_type: EventType,
    },
    /// Make or change the item of a module that the mapped `id` names (K7, K8). What is mapped beside `id` and `title`
    /// is added to the item's data, which is the whole object that was sent.
    UpsertItem {
        /// The module.
        module_id: ModuleId,
    },
}

impl SourceAction {
    /// Whether it takes an array of objects, each by itself (D12): only what feeds items does.
    #[must_use]
    pub const fn takes_arrays(&self) -> bool {
        match self {
            Self::PublishEvent { .. } | Self::RecordEvent { .. } => false,
            Self::UpsertItem { .. } => true,
        }
    }
}

/// What a filtered-out request is answered (D3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FilteredAnswer {
    /// The error response with status 422.
    #[default]
    Error,
    /// The success response: for senders that give up after a 4xx.
    Success,
}

/// What senders are answered. A body left out is the default one:
/// `{"ok":true}` and `{"ok":false,"code":…}` (A27).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResponsePolicy {
    /// Body of a success. A text in it that is exactly `[Event ID]`, `[Request ID]` or `[Record Key]` becomes that id,
    /// or `null` where there is none; nothing else is evaluated.
    #[serde(default)]
    pub success: Option<Value>,
    /// Status of a success, 200 to 299.
    #[serde(default = "default_success_status")]
    pub success_status: u16,
    /// Body of every refusal after the state check.
    #[serde(default)]
    pub error: Option<Value>,
    /// Status of refusals in place of each one's own, 400 to 599; each one's own when left out.
    #[serde(default)]
    pub error_status: Option<u16>,
    /// What filtered-out requests are answered.
    #[serde(default)]
    pub filtered: FilteredAnswer,
}

const fn default_success_status() -> u16 {
    200
}

impl Default for ResponsePolicy {
    fn default() -> Self {
        Self {
            success: None,
            success_status: default_success_status(),
            error: None,
            error_status: None,
            filtered: FilteredAnswer::default(),
        }
    }
}

/// What can be set of a source. The verification's secrets are write-only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// What people call it.
    pub name: String,
    /// Last part of its URL: 1 to 64 letters, digits, `_` or `-`; unique in the account, for ever.
    pub endpoint: String,
    /// The only method it takes.
    #[serde(default)]
    pub method: Method,
    /// How its bodies may be written (D24); 1 or 2 of them.
    #[serde(default = "default_content_types")]
    pub content_types: Vec<ContentType>,
    /// How the provider asks whether somebody is there, if it does (D24).
    #[serde(default)]
    pub handshake: Option<Handshake>,
    /// How senders prove who they are.
    #[serde(default)]
    pub verification: Verification,
    /// What requests must pass. Sees `headers.…` and `body.…`.
    #[serde(default)]
    pub filter: Option<Filter>,
    /// From the body to the event, in this order. Empty: the whole body becomes the event's data.
    #[serde(default)]
    pub mapping: Vec<Mapping>,
    /// What a request that passes does.
    pub action: SourceAction,
    /// Whether requests are only kept in the log and end as filtered out, whatever `action` says: to see what a sender
    /// sends before anything is made of it. Of what came so nothing is made when it ends, other than by replay, or where a
    /// data source is finished.
    #[serde(default)]
    pub log_only: bool,
    /// What senders are answered.
    #[serde(default)]
    pub response: ResponsePolicy,
    /// Where each request carries a key of its own, as `headers.…` or `body.…`: a repeat of it within 7 days is
    /// answered like the first and makes no event (D16).
    #[serde(default)]
    pub idempotency_key: Option<String>,
    /// Most requests a second to each server process; more are answered 429. No limit when left out.
    #[serde(default)]
    pub per_second: Option<u32>,
    /// The key of the blueprint that it was made from, whose steps its page shows. None when left out.
    #[serde(default)]
    pub blueprint: Option<String>,
}

fn default_content_types() -> Vec<ContentType> {
    vec![ContentType::default()]
}

impl SourceConfig {
    /// Checks everything that can be checked without the database.
    ///
    /// # Errors
    /// What is wrong, per field.
    pub fn check(&self) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        check::source(self, &mut errors);
        errors.into_result()
    }
}

/// A configured inbound URL. In JSON the fields of `config` stand beside the others.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Source {
    /// Its id.
    pub id: SourceId,
    /// Counts its changes; a write that names an older one is refused.
    pub version: i64,
    /// Where it is in its life.
    pub state: SourceState,
    /// Whether the secret that `verification` needs is stored.
    pub verification_secret_set: bool,
    /// Until when it keeps what it is sent while it is inactive, as samples that do nothing (D4).
    pub capture_until: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// What is set.
    #[serde(flatten)]
    pub config: SourceConfig,
}

crate::json::deserialize_flat!(
    Source { id, version, state, verification_secret_set, capture_until, created_at, updated_at } + config
);

impl Source {
    /// Checks that it has what taking requests needs: the secret of its verification.
    ///
    /// # Errors
    /// What is missing, per field.
    pub fn can_be_activated(&self) -> Result<(), FieldErrors> {
        let verification = &self.config.verification;
        let has_secret = self.verification_secret_set || verification.secret().is_some();
        match verification.secret_field().filter(|_| !has_secret) {
            Some(name) => {
                Err(FieldErrors::of(format!("verification.{name}"), format!("set the {name} first")))
            }
            None => Ok(()),
        }
    }
}

/// A source as the pipeline uses it. Never serialised: `config.verification` holds its secrets.
#[derive(Debug, Clone)]
pub struct RoutedSource {
    /// Its id.
    pub id: SourceId,
    /// Where it is in its life.
    pub state: SourceState,
    /// What is set, secrets included.
    pub config: SourceConfig,
    /// The secret before the one in `config`.
    pub previous_secret: Option<PreviousSecret>,
    /// See [`Source::capture_until`].
    pub capture_until: Timestamp,
}

/// A secret that was replaced. Until it expires, senders that know it are believed, too.
#[derive(Debug, Clone)]
pub struct PreviousSecret {
    /// The secret.
    pub secret: SecretText,
    /// From when on it is believed no more.
    pub expires_at: Timestamp,
}

impl RoutedSource {
    /// The secret that is believed at `now` beside the one in `config`. Routing is kept in memory for longer than a
    /// secret may be believed, so this is asked of each request.
    #[must_use]
    pub fn previous_secret(&self, now: Timestamp) -> Option<&SecretText> {
        self.previous_secret
            .as_ref()
            .filter(|previous| now < previous.expires_at)
            .map(|previous| &previous.secret)
    }

    /// Whether what it is sent at `now` is kept, so that its owner can look at it: what it takes always is; else only
    /// while a person waits for samples.
    #[must_use]
    pub fn keeps_bodies(&self, now: Timestamp) -> bool {
        self.state == SourceState::Active || now < self.capture_until
    }
}
