//! Signs bodies as most providers do: HMAC-SHA256 over the body, as hexadecimal digits in a header.

use std::{fmt, time::Instant};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{message::BODY_BYTES, report::float};

/// The header that holds the signature.
pub const HEADER: &str = "x-bench-signature";
/// How many hexadecimal digits a signature has.
pub const DIGITS: usize = 64;
const HEX: &[u8; 16] = b"0123456789abcdef";

/// A secret, made ready once.
#[derive(Clone)]
pub struct Signer {
    secret: String,
    mac: Hmac<Sha256>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Signer(***)")
    }
}

impl Signer {
    /// A signer with a secret of its own.
    pub fn random() -> Self {
        Self::new(hex(&rand::random::<[u8; 32]>()).iter().copied().map(char::from).collect())
    }

    fn new(secret: String) -> Self {
        let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes());
        Self { mac: mac.expect("HMAC takes keys of any length"), secret }
    }

    /// How a source is told to ask for these signatures.
    pub fn verification(&self) -> Value {
        json!({"type": "hmac", "header": HEADER, "algorithm": "sha256", "encoding": "hex", "secret": self.secret})
    }

    /// The signature of `body`.
    pub fn sign(&self, body: &[u8]) -> [u8; DIGITS] {
        let mut mac = self.mac.clone();
        mac.update(body);
        hex(&mac.finalize().into_bytes().into())
    }

    /// What signing one body of the bench's size costs, in microseconds.
    pub fn micros_per_body(&self) -> f64 {
        const BODIES: u32 = 20_000;
        let mut body = [b'x'; BODY_BYTES];
        let started = Instant::now();
        for _ in 0..BODIES {
            let signature = self.sign(&body);
            body[..DIGITS].copy_from_slice(&signature);
        }
        let nanos = started.elapsed().as_nanos() / u128::from(BODIES);
        float(u64::try_from(nanos).unwrap_or(u64::MAX)) / 1000.0
    }
}

fn hex(bytes: &[u8; DIGITS / 2]) -> [u8; DIGITS] {
    let mut digits = [0; DIGITS];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
        pair[0] = HEX[usize::from(byte >> 4)];
        pair[1] = HEX[usize::from(byte & 15)];
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn signature_is_hmac_sha256_in_hexadecimal_digits() {
        let signature = Signer::new("Jefe".to_owned()).sign(b"what do ya want for nothing?");
        let expected = b"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(&signature, expected);
    }
}
