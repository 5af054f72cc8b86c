//! The headers by which a message proves who sends it, other than its signature.

use super::RenderError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::integration::Auth;
use domain::secret::SecretText;
use http::{HeaderName, HeaderValue, header};

/// The header that `auth` asks for, marked sensitive; `None` where there is none, or a token has to be fetched for it.
pub(super) fn fixed_header(auth: &Auth) -> Result<Option<(HeaderName, HeaderValue)>, RenderError> {
    match auth {
        Auth::None | Auth::OAuth2 { .. } => Ok(None),
        Auth::Basic { username, password } => {
            let credentials = basic(username, present(password.as_ref(), "password")?.reveal());
            sensitive(header::AUTHORIZATION, &format!("Basic {credentials}")).map(Some)
        }
        Auth::ApiKey { header, value } => {
            let name = HeaderName::from_bytes(header.as_bytes())
                .map_err(|_| RenderError::InvalidHeader(header.clone()))?;
            sensitive(name, present(value.as_ref(), "API key")?.reveal()).map(Some)
        }
    }
}

/// The credentials of Basic authentication. The user name ends at the first colon, so the password may hold more of them
/// (RFC 7617, section 2).
pub(super) fn basic(username: &str, password: &str) -> String {
    STANDARD.encode(format!("{username}:{password}"))
}

fn present<'a>(secret: Option<&'a SecretText>, name: &'static str) -> Result<&'a SecretText, RenderError> {
    secret.ok_or(RenderError::MissingSecret(name))
}

fn sensitive(name: HeaderName, text: &str) -> Result<(HeaderName, HeaderValue), RenderError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| RenderError::InvalidHeader(name.to_string()))?;
    value.set_sensitive(true);
    Ok((name, value))
}
