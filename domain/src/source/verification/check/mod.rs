mod hmac;
mod stripe;
mod twilio;

use super::{Evidence, Verification, VerifyError};
use crate::json;
use crate::secret::SecretText;
use crate::signature::{self, SignatureError, Signed, SigningKey, TOLERANCE_S};
use crate::time::Timestamp;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use subtle::ConstantTimeEq;

const SIGNATURE: &str = "signature";

pub(super) fn headers(
    verification: &Verification,
    previous: Option<&SecretText>,
    evidence: Evidence<'_>,
) -> Result<(), VerifyError> {
    let secrets = || Secrets::of(verification, previous);
    match verification {
        Verification::None | Verification::BodyToken { .. } => Ok(()),
        Verification::HeaderToken { header, .. } => header_token(header, secrets()?, evidence.headers),
        Verification::Basic { username, .. } => basic(username, secrets()?, evidence.headers),
        Verification::StandardWebhooks { .. } => standard_webhooks(secrets()?, evidence),
        Verification::Hmac(scheme) => hmac::check(scheme, secrets()?, evidence),
        Verification::Stripe { tolerance_s, .. } => stripe::check(*tolerance_s, secrets()?, evidence),
        Verification::Twilio { .. } => twilio::check(secrets()?, evidence),
    }
}

pub(super) fn body(
    verification: &Verification,
    previous: Option<&SecretText>,
    body: &Value,
) -> Result<(), VerifyError> {
    let Verification::BodyToken { path, .. } = verification else { return Ok(()) };
    let secrets = Secrets::of(verification, previous)?;
    let given = json::get_text(body, path).and_then(Value::as_str).filter(|given| !given.is_empty());
    let given = given.ok_or_else(|| VerifyError::MissingField(path.clone()))?;
    matching(secrets.any(|token| token.matches(given.as_bytes())), "token")
}

/// What a sender may prove to know: the current secret or, while that is new, the one before.
#[derive(Clone, Copy)]
struct Secrets<'a> {
    current: &'a SecretText,
    previous: Option<&'a SecretText>,
}

impl<'a> Secrets<'a> {
    /// Without a current secret nothing is believed, whatever was before. An empty secret would let everybody in who
    /// sends nothing; but a Basic password may be any text, and so may be empty where it was set so.
    fn of(verification: &'a Verification, previous: Option<&'a SecretText>) -> Result<Self, VerifyError> {
        let may_be_empty = matches!(verification, Verification::Basic { .. });
        let current = verification.secret().filter(|secret| may_be_empty || !secret.reveal().is_empty());
        Ok(Self {
            current: current.ok_or(VerifyError::NoSecret)?,
            previous: previous.filter(|secret| !secret.reveal().is_empty()),
        })
    }

    /// Whether one of them `fits`. Both are tried, so that the time taken does not tell which did.
    fn any(self, fits: impl Fn(&SecretText) -> bool) -> bool {
        let is_current = fits(self.current);
        self.previous.is_some_and(fits) | is_current
    }
}

const fn matching(is_match: bool, what: &'static str) -> Result<(), VerifyError> {
    if is_match { Ok(()) } else { Err(VerifyError::Mismatch(what)) }
}

fn is_same(digest: &[u8], given: &[u8]) -> bool {
    digest.ct_eq(given).into()
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

/// `Ok` when `timestamp`, in seconds since the epoch, is not more than `allowed_s` off.
fn check_fresh(timestamp: &str, allowed_s: u32, now: Timestamp) -> Result<(), VerifyError> {
    let at: i64 = timestamp.parse().map_err(|_| VerifyError::Mismatch(SIGNATURE))?;
    let off_s = now.seconds().saturating_sub(at);
    if off_s.unsigned_abs() > u64::from(allowed_s) {
        return Err(VerifyError::Stale { off_s, allowed_s });
    }
    Ok(())
}

/// In `Authorization` the token may stand after a scheme: senders that call it a token write `Bearer` before it.
fn header_token(name: &str, secrets: Secrets<'_>, headers: &[(String, String)]) -> Result<(), VerifyError> {
    let value = single(headers, name)?;
    let bare = match value.split_once(' ') {
        Some((scheme, rest))
            if name.eq_ignore_ascii_case("authorization") && scheme.eq_ignore_ascii_case("bearer") =>
        {
            rest
        }
        _ => value,
    };
    let fits = |token: &SecretText| token.matches(value.as_bytes()) | token.matches(bare.as_bytes());
    matching(secrets.any(fits), "token")
}

fn basic(username: &str, secrets: Secrets<'_>, headers: &[(String, String)]) -> Result<(), VerifyError> {
    const WHAT: &str = "user name or password";
    let value = single(headers, "authorization")?;
    let encoded = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    let decoded = encoded.and_then(|(_, encoded)| BASE64_STANDARD.decode(encoded.trim()).ok());
    let decoded = decoded.ok_or(VerifyError::Mismatch(WHAT))?;
    // The first colon ends the user name (RFC 7617, section 2); the password may have more.
    let colon = decoded.iter().position(|byte| *byte == b':').ok_or(VerifyError::Mismatch(WHAT))?;
    let (given_name, given_password) = (&decoded[..colon], &decoded[colon + 1..]);
    let is_password = secrets.any(|password| password.matches(given_password));
    matching(SecretText::new(username).matches(given_name) & is_password, WHAT)
}

fn standard_webhooks(secrets: Secrets<'_>, evidence: Evidence<'_>) -> Result<(), VerifyError> {
    let signed = Signed {
        id: single(evidence.headers, "webhook-id")?,
        timestamp: single(evidence.headers, "webhook-timestamp")?,
        signatures: single(evidence.headers, "webhook-signature")?,
    };
    let mut keys = vec![SigningKey::new(secrets.current).map_err(|_| VerifyError::NoSecret)?];
    keys.extend(secrets.previous.and_then(|previous| SigningKey::new(previous).ok()));
    signature::verify(&keys, signed, evidence.raw_body, evidence.received_at).map_err(|error| match error {
        SignatureError::Stale(off_s) => VerifyError::Stale { off_s, allowed_s: TOLERANCE_S as u32 },
        SignatureError::NotASecret => VerifyError::NoSecret,
        SignatureError::NotATimestamp | SignatureError::Mismatch => VerifyError::Mismatch(SIGNATURE),
    })
}
