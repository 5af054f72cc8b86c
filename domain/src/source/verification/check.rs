use super::{Verification, VerifyError};
use crate::json;
use crate::secret::SecretText;
use crate::signature::{self, SignatureError, Signed, SigningKey};
use crate::time::Timestamp;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

pub(super) fn headers(
    verification: &Verification,
    headers: &[(String, String)],
    raw_body: &[u8],
    now: Timestamp,
) -> Result<(), VerifyError> {
    match verification {
        Verification::None | Verification::BodyToken { .. } => Ok(()),
        Verification::HeaderToken { header, token } => header_token(header, known(token.as_ref())?, headers),
        Verification::Basic { username, password } => {
            // A Basic password may be any text, and so may be empty where it was set so.
            basic(username, password.as_ref().ok_or(VerifyError::NoSecret)?, headers)
        }
        Verification::StandardWebhooks { secret } => {
            standard_webhooks(known(secret.as_ref())?, headers, raw_body, now)
        }
    }
}

pub(super) fn body(verification: &Verification, body: &Value) -> Result<(), VerifyError> {
    let Verification::BodyToken { path, token } = verification else { return Ok(()) };
    let token = known(token.as_ref())?;
    let given = json::get_text(body, path).and_then(Value::as_str).filter(|given| !given.is_empty());
    let given = given.ok_or_else(|| VerifyError::MissingField(path.clone()))?;
    matching(token.matches(given.as_bytes()), "token")
}

/// An empty secret would let everybody in who sends nothing.
fn known(secret: Option<&SecretText>) -> Result<&SecretText, VerifyError> {
    secret.filter(|secret| !secret.reveal().is_empty()).ok_or(VerifyError::NoSecret)
}

const fn matching(is_match: bool, what: &'static str) -> Result<(), VerifyError> {
    if is_match { Ok(()) } else { Err(VerifyError::Mismatch(what)) }
}

/// The value of a header that must be there once and not empty.
fn single<'a>(headers: &'a [(String, String)], name: &str) -> Result<&'a str, VerifyError> {
    let mut values = headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
    match (values.next(), values.next()) {
        (Some((_, value)), None) if !value.is_empty() => Ok(value),
        (Some(_), Some(_)) => Err(VerifyError::DuplicatedHeader(name.to_owned())),
        _ => Err(VerifyError::MissingHeader(name.to_owned())),
    }
}

/// In `Authorization` the token may stand after a scheme: senders that call it a token write `Bearer` before it.
fn header_token(name: &str, token: &SecretText, headers: &[(String, String)]) -> Result<(), VerifyError> {
    let value = single(headers, name)?;
    let bare = match value.split_once(' ') {
        Some((scheme, rest))
            if name.eq_ignore_ascii_case("authorization") && scheme.eq_ignore_ascii_case("bearer") =>
        {
            rest
        }
        _ => value,
    };
    matching(token.matches(value.as_bytes()) | token.matches(bare.as_bytes()), "token")
}

fn basic(username: &str, password: &SecretText, headers: &[(String, String)]) -> Result<(), VerifyError> {
    const WHAT: &str = "user name or password";
    let value = single(headers, "authorization")?;
    let encoded = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    let decoded = encoded.and_then(|(_, encoded)| BASE64_STANDARD.decode(encoded.trim()).ok());
    let decoded = decoded.ok_or(VerifyError::Mismatch(WHAT))?;
    // The first colon ends the user name (RFC 7617, section 2); the password may have more.
    let colon = decoded.iter().position(|byte| *byte == b':').ok_or(VerifyError::Mismatch(WHAT))?;
    let (given_name, given_password) = (&decoded[..colon], &decoded[colon + 1..]);
    matching(SecretText::new(username).matches(given_name) & password.matches(given_password), WHAT)
}

fn standard_webhooks(
    secret: &SecretText,
    headers: &[(String, String)],
    raw_body: &[u8],
    now: Timestamp,
) -> Result<(), VerifyError> {
    let signed = Signed {
        id: single(headers, "webhook-id")?,
        timestamp: single(headers, "webhook-timestamp")?,
        signatures: single(headers, "webhook-signature")?,
    };
    let key = SigningKey::new(secret).map_err(|_| VerifyError::NoSecret)?;
    signature::verify(&[key], signed, raw_body, now).map_err(|error| match error {
        SignatureError::Stale(seconds) => VerifyError::Stale(seconds),
        SignatureError::NotASecret => VerifyError::NoSecret,
        SignatureError::NotATimestamp | SignatureError::Mismatch => VerifyError::Mismatch("signature"),
    })
}
