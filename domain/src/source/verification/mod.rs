//! How senders prove who they are. Checked in constant time; a missing, empty or doubled value is refused.
//!
//! While a source's secret is being replaced, the one before is believed, too: every check takes it beside the current
//! one and tries both. Until when is not decided here, but by [`RoutedSource::previous_secret()`](super::RoutedSource::previous_secret()).

mod check;
mod error;
mod evidence;
mod hmac_scheme;
mod tolerance;

use crate::header::MASK;
use crate::json::{self, Path};
use crate::secret::SecretText;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tolerance::{default_tolerance_s, seconds};

pub use error::VerifyError;
pub use evidence::Evidence;
pub use hmac_scheme::{HmacAlgorithm, HmacScheme, SignatureEncoding, SignedContent, SignedTimestamp};

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
    /// An HMAC in a header: GitHub, Shopify, Slack and most others.
    Hmac(HmacScheme),
    /// `stripe-signature` as Stripe writes it: `t=…,v1=…`, HMAC-SHA256 over `{t}.{body}`.
    Stripe {
        /// How far the time of the signature may be off, either way, in seconds.
        #[serde(default = "default_tolerance_s", deserialize_with = "seconds")]
        tolerance_s: u32,
        /// `whsec_…`, used as it is. Write-only.
        #[serde(default, skip_serializing)]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, write_only))]
        secret: Option<SecretText>,
    },
    /// `x-twilio-signature` as Twilio makes it: HMAC-SHA1 over the URL and the fields of a form. Of any other body the
    /// URL names the SHA-256 as `bodySHA256`.
    Twilio {
        /// The account's auth token. Write-only.
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
            | Self::StandardWebhooks { secret }
            | Self::Hmac(HmacScheme { secret, .. })
            | Self::Stripe { secret, .. }
            | Self::Twilio { secret } => secret.as_ref(),
        }
    }

    /// Puts `new` where this kind keeps its secret; nothing for [`Verification::None`].
    pub fn set_secret(&mut self, new: Option<SecretText>) {
        match self {
            Self::None => {}
            Self::HeaderToken { token: secret, .. }
            | Self::BodyToken { token: secret, .. }
            | Self::Basic { password: secret, .. }
            | Self::StandardWebhooks { secret }
            | Self::Hmac(HmacScheme { secret, .. })
            | Self::Stripe { secret, .. }
            | Self::Twilio { secret } => *secret = new,
        }
    }

    /// The name of the field that holds the secret; `None` where there is none to hold.
    #[must_use]
    pub const fn secret_field(&self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::HeaderToken { .. } | Self::BodyToken { .. } => Some("token"),
            Self::Basic { .. } => Some("password"),
            Self::StandardWebhooks { .. } | Self::Hmac(_) | Self::Stripe { .. } | Self::Twilio { .. } => {
                Some("secret")
            }
        }
    }

    /// Checks what can be checked before the body is parsed. `previous` is the secret before this one, for as long as
    /// it is believed, too.
    ///
    /// # Errors
    /// Why the sender is not believed. For the source's owner only.
    pub fn check_headers(
        &self,
        previous: Option<&SecretText>,
        evidence: Evidence<'_>,
    ) -> Result<(), VerifyError> {
        check::headers(self, previous, evidence)
    }

    /// Whether the proof is in the body, so that nothing is proven before that is parsed.
    #[must_use]
    pub const fn is_in_body(&self) -> bool {
        matches!(self, Self::BodyToken { .. })
    }

    /// Checks what is in the body: nothing but a [`Verification::BodyToken`]. `previous` as in [`Self::check_headers`].
    ///
    /// # Errors
    /// Why the sender is not believed. For the source's owner only.
    pub fn check_body(&self, previous: Option<&SecretText>, body: &Value) -> Result<(), VerifyError> {
        check::body(self, previous, body)
    }

    /// The header that holds the secret or the password, to be masked wherever the request is kept or shown. Those of
    /// [`crate::header::is_secret`] are masked always.
    #[must_use]
    pub fn masked_header(&self) -> Option<&str> {
        match self {
            Self::HeaderToken { header, .. } => Some(header),
            Self::Basic { .. } => Some("authorization"),
            Self::None
            | Self::BodyToken { .. }
            | Self::StandardWebhooks { .. }
            | Self::Hmac(_)
            | Self::Stripe { .. }
            | Self::Twilio { .. } => None,
        }
    }

    /// Puts `***` where the body holds the token, right or wrong; whether there was something to mask.
    pub fn mask_body(&self, body: &mut Value) -> bool {
        let Self::BodyToken { path, .. } = self else { return false };
        let (Some(_), Ok(path)) = (json::get_text(body, path), path.parse::<Path>()) else { return false };
        json::set_path(body, &path, Value::from(MASK)).is_ok()
    }
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod provider_tests;
#[cfg(test)]
mod tests;
