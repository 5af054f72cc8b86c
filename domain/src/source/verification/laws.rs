//! What holds of every signature: one bit changed anywhere, and it is refused.

use super::tests::verification;
use super::*;
use crate::signature::{SigningKey, generate_secret};
use crate::time::Timestamp;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use proptest::prelude::*;
use serde_json::json;

const NOW: Timestamp = Timestamp(1_614_265_330_000);
const TIME: &str = "1614265330";
const URL: &str = "https://a.example/in/1/shop";

/// A kind of signature, and how a sender makes it.
struct Kind {
    verification: Value,
    header: &'static str,
    prefix: String,
    is_hex: bool,
    digest: fn(&SecretText, &[u8]) -> Vec<u8>,
}

fn hmac(algorithm: HmacAlgorithm, key: &SecretText, parts: &[&[u8]]) -> Vec<u8> {
    algorithm.digest(key, parts)
}

fn kinds() -> Vec<Kind> {
    let timestamp = json!({"header": "x-time"});
    vec![
        Kind {
            verification: json!({"type": "hmac", "header": "x-signature", "prefix": "sha256="}),
            header: "x-signature",
            prefix: "sha256=".to_owned(),
            is_hex: true,
            digest: |key, body| hmac(HmacAlgorithm::Sha256, key, &[body]),
        },
        Kind {
            verification: json!({"type": "hmac", "header": "x-signature", "algorithm": "sha512", "encoding": "base64",
                "timestamp": timestamp, "signed": "timestamp_dot_body"}),
            header: "x-signature",
            prefix: String::new(),
            is_hex: false,
            digest: |key, body| hmac(HmacAlgorithm::Sha512, key, &[TIME.as_bytes(), b".", body]),
        },
        Kind {
            verification: json!({"type": "hmac", "header": "x-signature", "algorithm": "sha1", "prefix": "v0=",
                "timestamp": timestamp, "signed": "slack"}),
            header: "x-signature",
            prefix: "v0=".to_owned(),
            is_hex: true,
            digest: |key, body| hmac(HmacAlgorithm::Sha1, key, &[b"v0:", TIME.as_bytes(), b":", body]),
        },
        Kind {
            verification: json!({"type": "stripe"}),
            header: "stripe-signature",
            prefix: format!("t={TIME},v1="),
            is_hex: true,
            digest: |key, body| hmac(HmacAlgorithm::Sha256, key, &[TIME.as_bytes(), b".", body]),
        },
        Kind {
            verification: json!({"type": "standard_webhooks"}),
            header: "webhook-signature",
            prefix: "v1,".to_owned(),
            is_hex: false,
            digest: |key, body| {
                let key = SigningKey::new(key).expect("a signing secret");
                BASE64_STANDARD.decode(&key.sign("id", 1_614_265_330, body)[3..]).expect("base64")
            },
        },
        Kind {
            verification: json!({"type": "twilio"}),
            header: "x-twilio-signature",
            prefix: String::new(),
            is_hex: false,
            digest: |key, body| hmac(HmacAlgorithm::Sha1, key, &[URL.as_bytes(), b"field", body]),
        },
    ]
}

impl Kind {
    fn write(&self, digest: &[u8]) -> String {
        let hex = || digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        format!("{}{}", self.prefix, if self.is_hex { hex() } else { BASE64_STANDARD.encode(digest) })
    }

    fn check(&self, secrets: (&SecretText, Option<&SecretText>), signature: &str, body: &[u8]) -> bool {
        let mut verification = verification(self.verification.clone());
        verification.set_secret(Some(secrets.0.clone()));
        let is_twilio = matches!(verification, Verification::Twilio { .. });
        let headers = [
            (self.header, signature),
            ("x-time", TIME),
            ("webhook-id", "id"),
            ("webhook-timestamp", TIME),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        // What Twilio signs is the decoded field, so every byte is escaped to get there as it is.
        let form: String = body.iter().map(|byte| format!("%{byte:02X}")).collect();
        let form = format!("field={form}");
        let raw_body = if is_twilio { form.as_bytes() } else { body };
        let evidence = Evidence { url: URL, headers: &headers, raw_body, received_at: NOW };
        verification.check_headers(secrets.1, evidence).is_ok()
    }
}

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let bit = bit % (bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

proptest! {
    #[test]
    fn s_one_flipped_bit_in_body_or_signature_is_refused(
        body in "[ -~]{1,40}", key in any::<[u8; 32]>(), other in any::<[u8; 32]>(), bit in any::<usize>(),
    ) {
        let (secret, other) = (generate_secret(&key), generate_secret(&other));
        let body = body.as_bytes();
        for kind in kinds() {
            let digest = (kind.digest)(&secret, body);
            let signature = kind.write(&digest);
            let believed = |secrets, signature: &str, body: &[u8]| kind.check(secrets, signature, body);
            prop_assert!(believed((&secret, None), &signature, body), "{}", kind.verification);
            prop_assert!(!believed((&secret, None), &signature, &flipped(body, bit)), "{}", kind.verification);
            let changed = kind.write(&flipped(&digest, bit));
            prop_assert!(!believed((&secret, None), &changed, body), "{}", kind.verification);
            prop_assert!(!believed((&secret, Some(&other)), &changed, body), "{}", kind.verification);
            prop_assert!(believed((&other, Some(&secret)), &signature, body), "{}", kind.verification);
            prop_assert!(believed((&secret, Some(&other)), &signature, body), "{}", kind.verification);
            if other != secret {
                prop_assert!(!believed((&other, None), &signature, body), "{}", kind.verification);
                prop_assert!(!believed((&other, Some(&other)), &signature, body), "{}", kind.verification);
            }
        }
    }

    #[test]
    fn any_header_and_body_are_believed_or_refused(value in ".{0,60}", body in prop::collection::vec(any::<u8>(), 0..60)) {
        let secret = generate_secret(&[7; 32]);
        for kind in kinds() {
            for value in [value.clone(), format!("{}{value}", kind.prefix)] {
                prop_assert!(!kind.check((&secret, None), &value, &body));
            }
        }
    }
}
