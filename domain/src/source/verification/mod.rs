//! How senders prove who they are. Checked in constant time; a missing, empty or doubled value is refused.

mod check;

use crate::header::MASK;
use crate::json::{self, Path};
use crate::secret::SecretText;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The kinds of proof a source may ask for. Secrets are write-only: never serialised, kept when left out of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Verification {
    /// None: whoever knows the URL may send.
    #[default]
    None,
    /// A header must hold the token (A7).
    HeaderToken {
        /// The header's name.
        header: String,
        /// Write-only.
        #[serde(default, skip_serializing)]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, write_only))]
        token: Option<SecretText>,
    },
    /// A string in the body must be the token (A7).
    BodyToken {
        /// Its path without prefix: `auth.token`.
        path: String,
        /// Write-only.
        #[serde(default, skip_serializing)]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, write_only))]
        token: Option<SecretText>,
    },
    /// HTTP Basic.
    Basic {
        /// The user.
        username: String,
        /// Write-only.
        #[serde(default, skip_serializing)]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, write_only))]
        password: Option<SecretText>,
    },
    /// `webhook-id`, `webhook-timestamp`, `webhook-signature` as Standard Webhooks says.
    StandardWebhooks {
        /// `whsec_…`. Write-only.
        #[serde(default, skip_serializing)]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, write_only))]
        secret: Option<SecretText>,
    },
}

impl Verification {
    /// The secret in it, if it was given.
    #[must_use]
    pub const fn secret(&self) -> Option<&SecretText> {
        match self {
            Self::None => None,
            Self::HeaderToken { token: secret, .. }
            | Self::BodyToken { token: secret, .. }
            | Self::Basic { password: secret, .. }
            | Self::StandardWebhooks { secret } => secret.as_ref(),
        }
    }

    /// Puts `new` where this kind keeps its secret; nothing for [`Verification::None`].
    pub fn set_secret(&mut self, new: Option<SecretText>) {
        match self {
            Self::None => {}
            Self::HeaderToken { token: secret, .. }
            | Self::BodyToken { token: secret, .. }
            | Self::Basic { password: secret, .. }
            | Self::StandardWebhooks { secret } => *secret = new,
        }
    }

    /// The name of the field that holds the secret; `None` where there is none to hold.
    #[must_use]
    pub const fn secret_field(&self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::HeaderToken { .. } | Self::BodyToken { .. } => Some("token"),
            Self::Basic { .. } => Some("password"),
            Self::StandardWebhooks { .. } => Some("secret"),
        }
    }

    /// Checks what can be checked before the body is parsed. `raw_body` is what was sent: signatures are over it.
    ///
    /// # Errors
    /// Why the sender is not believed. For the source's owner only.
    pub fn check_headers(
        &self,
        headers: &[(String, String)],
        raw_body: &[u8],
        now: Timestamp,
    ) -> Result<(), VerifyError> {
        check::headers(self, headers, raw_body, now)
    }

    /// Whether the proof is in the body, so that nothing is proven before that is parsed.
    #[must_use]
    pub const fn is_in_body(&self) -> bool {
        matches!(self, Self::BodyToken { .. })
    }

    /// Checks what is in the body: nothing but a [`Verification::BodyToken`].
    ///
    /// # Errors
    /// Why the sender is not believed. For the source's owner only.
    pub fn check_body(&self, body: &Value) -> Result<(), VerifyError> {
        check::body(self, body)
    }

    /// The header that holds the secret or the password, to be masked wherever the request is kept or shown. Those of
    /// [`crate::header::is_secret`] are masked always.
    #[must_use]
    pub fn masked_header(&self) -> Option<&str> {
        match self {
            Self::HeaderToken { header, .. } => Some(header),
            Self::Basic { .. } => Some("authorization"),
            Self::None | Self::BodyToken { .. } | Self::StandardWebhooks { .. } => None,
        }
    }

    /// Puts `***` where the body holds the token, right or wrong; whether there was something to mask.
    pub fn mask_body(&self, body: &mut Value) -> bool {
        let Self::BodyToken { path, .. } = self else { return false };
        let (Some(_), Ok(path)) = (json::get_text(body, path), path.parse::<Path>()) else { return false };
        json::set_path(body, &path, Value::from(MASK)).is_ok()
    }
}

/// Why an inbound request was refused. Shown to the source's owner, never to the sender.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// A header that must be there is not.
    #[error("header `{0}` is missing")]
    MissingHeader(String),
    /// A header came twice.
    #[error("header `{0}` came more than once")]
    DuplicatedHeader(String),
    /// The token is not where it should be.
    #[error("`{0}` is missing in the body")]
    MissingField(String),
    /// The time in the signature is too far off; seconds.
    #[error("timestamp is {0} s off, more than the 300 s allowed")]
    Stale(i64),
    /// The value is there and wrong.
    #[error("the {0} does not match the secret of this source")]
    Mismatch(&'static str),
    /// The source says how to verify, but its secret was never set.
    #[error("this source has no secret to verify with; set one")]
    NoSecret,
}

#[cfg(test)]
mod tests;
