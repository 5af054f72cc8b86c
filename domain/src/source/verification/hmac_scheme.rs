use super::tolerance::{default_tolerance_s, seconds};
use crate::secret::SecretText;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

/// Senders write base64 with and without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// An HMAC in a header, as most providers sign. Over the bytes as sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HmacScheme {
    /// The header that holds the signature: `x-hub-signature-256`.
    pub header: String,
    /// The hash it is made with.
    #[serde(default)]
    pub algorithm: HmacAlgorithm,
    /// How it is written.
    #[serde(default)]
    pub encoding: SignatureEncoding,
    /// What stands before it in the header: `sha256=`.
    #[serde(default)]
    pub prefix: String,
    /// Where the sender says when it signed. Without it a signed request may be sent again at any time.
    #[serde(default)]
    pub timestamp: Option<SignedTimestamp>,
    /// What is signed.
    #[serde(default)]
    pub signed: SignedContent,
    /// The key, as text. Write-only.
    #[serde(default, skip_serializing)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, write_only))]
    pub secret: Option<SecretText>,
}

/// The time of a signature: whole seconds since the epoch in a header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignedTimestamp {
    /// The header's name: `x-slack-request-timestamp`.
    pub header: String,
    /// How far it may be off, either way, in seconds.
    #[serde(default = "default_tolerance_s", deserialize_with = "seconds")]
    pub tolerance_s: u32,
}

/// The hash of an HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HmacAlgorithm {
    /// SHA-1.
    Sha1,
    /// SHA-256.
    #[default]
    Sha256,
    /// SHA-512.
    Sha512,
}

/// How a signature is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignatureEncoding {
    /// Hexadecimal digits of either case.
    #[default]
    Hex,
    /// Standard base64, with or without padding.
    Base64,
}

/// What an HMAC is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignedContent {
    /// The body alone.
    #[default]
    Body,
    /// `{timestamp}.{body}`
    TimestampDotBody,
    /// `v0:{timestamp}:{body}`
    Slack,
}

impl HmacAlgorithm {
    /// The HMAC of `parts`, one after the other, under `key`.
    pub(super) fn digest(self, key: &SecretText, parts: &[&[u8]]) -> Vec<u8> {
        let key = key.reveal().as_bytes();
        match self {
            Self::Sha1 => mac::<Hmac<Sha1>>(key, parts),
            Self::Sha256 => mac::<Hmac<Sha256>>(key, parts),
            Self::Sha512 => mac::<Hmac<Sha512>>(key, parts),
        }
    }
}

fn mac<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

impl SignatureEncoding {
    /// The bytes of a signature; `None` when it is written otherwise.
    pub(super) fn decode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Hex => decode_hex(text),
            Self::Base64 => BASE64.decode(text).ok(),
        }
    }
}

fn decode_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()).collect()
}

impl SignedContent {
    /// Whether the time is part of what is signed.
    #[must_use]
    pub const fn has_timestamp(self) -> bool {
        match self {
            Self::Body => false,
            Self::TimestampDotBody | Self::Slack => true,
        }
    }

    /// The bytes that are signed, in order.
    pub(super) fn parts<'a>(self, timestamp: &'a str, body: &'a [u8]) -> Vec<&'a [u8]> {
        match self {
            Self::Body => vec![body],
            Self::TimestampDotBody => vec![timestamp.as_bytes(), b".", body],
            Self::Slack => vec![b"v0:", timestamp.as_bytes(), b":", body],
        }
    }
}
