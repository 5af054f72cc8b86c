//! Signatures as Standard Webhooks says: `v1,` + base64 of HMAC-SHA256 over `{id}.{seconds}.{body}`.
//! Source: Standard Webhooks 1.0, "Signature scheme", "Verifying webhook authenticity".

use crate::secret::SecretText;
use crate::time::Timestamp;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// How far the time of a signed message may be off, either way.
pub const TOLERANCE_S: i64 = 300;
const PREFIX: &str = "whsec_";
/// Length of a key in bytes.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Senders hand out secrets with and without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why something is not signed, or not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The secret has another form.
    #[error("a signing secret is `whsec_` and the base64 of 24 to 64 bytes")]
    NotASecret,
    /// The time is no number of seconds.
    #[error("the timestamp is no number of seconds")]
    NotATimestamp,
    /// The time is too far off; seconds.
    #[error("timestamp is {0} s off, more than the {TOLERANCE_S} s allowed")]
    Stale(i64),
    /// No signature is that of a secret.
    #[error("no signature matches")]
    Mismatch,
}

/// A secret made ready: decoded and keyed once, copied for each message. Keep it where messages are many.
#[derive(Clone)]
pub struct SigningKey(Hmac<Sha256>);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(***)")
    }
}

impl SigningKey {
    /// Makes `secret` (`whsec_…`) ready.
    ///
    /// # Errors
    /// [`SignatureError::NotASecret`].
    pub fn new(secret: &SecretText) -> Result<Self, SignatureError> {
        let encoded = secret.reveal().strip_prefix(PREFIX).ok_or(SignatureError::NotASecret)?;
        let key = Zeroizing::new(BASE64.decode(encoded).map_err(|_| SignatureError::NotASecret)?);
        if !KEY_BYTES.contains(&key.len()) {
            return Err(SignatureError::NotASecret);
        }
        Hmac::new_from_slice(&key).map(Self).map_err(|_| SignatureError::NotASecret)
    }

    /// The signature of a message: `v1,…`. `timestamp_s` in seconds since the epoch.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp_s: i64, body: &[u8]) -> String {
        let mut signature = String::with_capacity(47);
        signature.push_str("v1,");
        BASE64.encode_string(self.digest(id, &timestamp_s.to_string(), body), &mut signature);
        signature
    }

    fn digest(&self, id: &str, timestamp: &str, body: &[u8]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// The value of `webhook-signature`: one signature per key in the order given, the current key first.
#[must_use]
pub fn sign_with(keys: &[SigningKey], id: &str, timestamp_s: i64, body: &[u8]) -> String {
    let signatures: Vec<_> = keys.iter().map(|key| key.sign(id, timestamp_s, body)).collect();
    signatures.join(" ")
}

/// [`sign_with`] for secrets that sign once.
///
/// # Errors
/// [`SignatureError::NotASecret`].
pub fn sign(
    secrets: &[&SecretText],
    id: &str,
    timestamp_s: i64,
    body: &[u8],
) -> Result<String, SignatureError> {
    let keys = secrets.iter().map(|secret| SigningKey::new(secret)).collect::<Result<Vec<_>, _>>()?;
    Ok(sign_with(&keys, id, timestamp_s, body))
}

/// The three headers of a signed message, as they came.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// `webhook-id`
    pub id: &'a str,
    /// `webhook-timestamp`: seconds since the epoch.
    pub timestamp: &'a str,
    /// `webhook-signature`: signatures of any version, joined by spaces.
    pub signatures: &'a str,
}

/// Checks that one of the signatures is that of `body` under one of `keys`, in time independent of where they differ,
/// and that its time is at most 300 s off.
///
/// # Errors
/// What is wrong.
pub fn verify(
    keys: &[SigningKey],
    signed: Signed<'_>,
    body: &[u8],
    now: Timestamp,
) -> Result<(), SignatureError> {
    let at: i64 = signed.timestamp.parse().map_err(|_| SignatureError::NotATimestamp)?;
    let off = now.seconds().saturating_sub(at);
    if !(-TOLERANCE_S..=TOLERANCE_S).contains(&off) {
        return Err(SignatureError::Stale(off));
    }
    let digests: Vec<_> = keys.iter().map(|key| key.digest(signed.id, signed.timestamp, body)).collect();
    let given = signed.signatures.split(' ').filter_map(|signature| signature.strip_prefix("v1,"));
    let is_signed = given
        .filter_map(|signature| BASE64.decode(signature).ok())
        .any(|signature| digests.iter().any(|digest| digest.as_slice().ct_eq(&signature).into()));
    if is_signed { Ok(()) } else { Err(SignatureError::Mismatch) }
}

/// A new secret from 32 random bytes.
#[must_use]
pub fn generate_secret(random: &[u8; 32]) -> SecretText {
    SecretText::new(format!("{PREFIX}{}", BASE64.encode(random)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const TIMESTAMP: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn secret(text: &str) -> SecretText {
        SecretText::new(text)
    }

    fn key(text: &str) -> SigningKey {
        SigningKey::new(&secret(text)).expect("a signing secret")
    }

    fn check(signatures: &str, timestamp: &str, now_s: i64) -> Result<(), SignatureError> {
        let signed = Signed { id: ID, timestamp, signatures };
        verify(&[key(SECRET)], signed, BODY, Timestamp(now_s * 1000))
    }

    #[test]
    fn the_vector_of_the_spec_is_signed_and_verified() {
        assert_eq!(sign(&[&secret(SECRET)], ID, TIMESTAMP, BODY).as_deref(), Ok(SIGNATURE));
        assert_eq!(check(SIGNATURE, "1614265330", TIMESTAMP), Ok(()));
    }

    #[test]
    fn while_a_secret_is_rotated_both_sign_the_current_one_first() {
        let new = generate_secret(&[7; 32]);
        let both = sign(&[&new, &secret(SECRET)], ID, TIMESTAMP, BODY).expect("two secrets");
        let (first, second) = both.split_once(' ').expect("two signatures");
        assert_eq!((first, second), (key(new.reveal()).sign(ID, TIMESTAMP, BODY).as_str(), SIGNATURE));
        assert_eq!(check(&both, "1614265330", TIMESTAMP), Ok(()));
        assert_eq!(check(&format!("v1a,xyz v2,abc v1,?? {SIGNATURE}"), "1614265330", TIMESTAMP), Ok(()));
    }

    #[test]
    fn stale_signature_is_refused_either_way() {
        for (off, expected) in [
            (300, Ok(())),
            (-300, Ok(())),
            (301, Err(SignatureError::Stale(301))),
            (-301, Err(SignatureError::Stale(-301))),
        ] {
            assert_eq!(check(SIGNATURE, "1614265330", TIMESTAMP + off), expected);
        }
        assert_eq!(check(SIGNATURE, "soon", TIMESTAMP), Err(SignatureError::NotATimestamp));
        assert!(check(SIGNATURE, &i64::MIN.to_string(), TIMESTAMP).is_err());
    }

    #[test]
    fn another_body_time_or_signature_is_refused() {
        assert_eq!(check(SIGNATURE, "1614265331", TIMESTAMP), Err(SignatureError::Mismatch));
        for signatures in ["", "v1,", "v1a,x", &SIGNATURE[3..], "v1,AAAA"] {
            assert_eq!(
                check(signatures, "1614265330", TIMESTAMP),
                Err(SignatureError::Mismatch),
                "{signatures}"
            );
        }
        let signed = Signed { id: ID, timestamp: "1614265330", signatures: SIGNATURE };
        let verdict = verify(&[key(SECRET)], signed, b"{}", Timestamp(TIMESTAMP * 1000));
        assert_eq!(verdict, Err(SignatureError::Mismatch));
        assert!(verify(&[], signed, BODY, Timestamp(TIMESTAMP * 1000)).is_err());
    }

    #[test]
    fn only_whsec_and_enough_base64_is_a_secret() {
        for text in
            ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_abc", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZ!"]
        {
            assert_eq!(SigningKey::new(&secret(text)).err(), Some(SignatureError::NotASecret), "{text}");
        }
        assert_eq!(generate_secret(&[0; 32]).reveal(), format!("whsec_{}=", "A".repeat(43)));
        assert_eq!(format!("{:?}", key(SECRET)), "SigningKey(***)");
    }
}
