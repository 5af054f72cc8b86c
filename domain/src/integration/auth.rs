use crate::secret::SecretText;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How a delivery proves who sends it. The secret in it is write-only: it is never serialised, and a draft that leaves
/// it out keeps the stored one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Auth {
    /// It does not.
    #[default]
    None,
    /// `Authorization: Basic …`.
    Basic {
        /// May not contain a colon; the password may.
        username: String,
        /// Write-only.
        #[serde(default, skip_serializing)]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, write_only))]
        password: Option<SecretText>,
    },
    /// A header with a key. `username` and `password` are taken for `header` and `value` (D10).
    ApiKey {
        /// The header's name, for example `x-api-key`.
        #[serde(alias = "username")]
        header: String,
        /// The key. Write-only.
        #[serde(default, skip_serializing, alias = "password")]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, write_only))]
        value: Option<SecretText>,
    },
    /// OAuth 2.0 client credentials: a token is fetched, cached and sent as `Authorization: Bearer …`.
    #[serde(rename = "oauth2")]
    OAuth2 {
        /// The client's id.
        client_id: String,
        /// Write-only.
        #[serde(default, skip_serializing)]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, write_only))]
        client_secret: Option<SecretText>,
        /// Where tokens are fetched.
        token_url: String,
        /// Space-separated scopes to ask for; empty for none.
        #[serde(default)]
        scope: String,
    },
}

/// Other names of an API key's fields, and their own (D10).
const API_KEY_ALIASES: [(&str, &str); 2] = [("username", "header"), ("password", "value")];

impl Auth {
    /// Gives the fields of `patch`, which is to be merged into this, their own names: under another they would stand
    /// beside what they are to replace.
    pub fn rename_aliases(&self, patch: &mut Value) {
        let Some(fields) = patch.as_object_mut() else { return };
        let is_api_key = match fields.get("type") {
            Some(kind) => kind == "api_key",
            None => matches!(self, Self::ApiKey { .. }),
        };
        if !is_api_key {
            return;
        }
        for (alias, name) in API_KEY_ALIASES {
            if let Some(value) = fields.shift_remove(alias) {
                fields.insert(name.to_owned(), value);
            }
        }
    }

    /// The secret in it, if it was given.
    #[must_use]
    pub const fn secret(&self) -> Option<&SecretText> {
        match self {
            Self::None => None,
            Self::Basic { password: secret, .. }
            | Self::ApiKey { value: secret, .. }
            | Self::OAuth2 { client_secret: secret, .. } => secret.as_ref(),
        }
    }

    /// Puts `secret` where this kind keeps it; nothing for [`Auth::None`].
    pub fn set_secret(&mut self, new: Option<SecretText>) {
        match self {
            Self::None => {}
            Self::Basic { password: secret, .. }
            | Self::ApiKey { value: secret, .. }
            | Self::OAuth2 { client_secret: secret, .. } => *secret = new,
        }
    }

    /// The name of the field that holds the secret; `None` where there is none to hold.
    #[must_use]
    pub const fn secret_field(&self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Basic { .. } => Some("password"),
            Self::ApiKey { .. } => Some("value"),
            Self::OAuth2 { .. } => Some("client_secret"),
        }
    }

    /// What people call the secret; `None` where there is none to hold.
    #[must_use]
    pub const fn secret_name(&self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Basic { .. } => Some("password"),
            Self::ApiKey { .. } => Some("key"),
            Self::OAuth2 { .. } => Some("client secret"),
        }
    }
}
