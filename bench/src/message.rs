//! The numbered 1 kB body: written by [`crate::load`], recognised by [`crate::receiver`] inside whatever
//! envelope it arrives in.

use std::net::SocketAddr;

use memchr::memmem;

use crate::signer::{self, Signer};

/// Size of every body sent.
pub const BODY_BYTES: usize = 1024;

/// Sequence 0 travels as this number, so that every number has ten digits and every body the same length.
const FIRST_NUMBER: u64 = 1_000_000_000;
const NUMBER_DIGITS: usize = 10;
const SENT_AT_DIGITS: usize = 16;

const BODY_HEAD: &str = concat!(
    r#"{"n":0000000000,"sent_at":0000000000000000,"payload":{"order":{"id":"ord_01HZX3","status":"paid","currency":"EUR","#,
    r#""total":149.9,"customer":{"id":"cus_7391","email":"jo@example.test","city":"Bruges"},"lines":[{"sku":"A-100","quantity":2,"#,
    r#""price":24.95},{"sku":"B-220","quantity":1,"price":100.0}],"gift":false,"coupon":null},"note":""#
);
const BODY_TAIL: &str = r#""}}"#;

/// The bytes of a whole HTTP request, ready but for its number and time, and its signature where there is one.
#[derive(Debug, Clone)]
pub struct RequestTemplate {
    bytes: Vec<u8>,
    body_at: usize,
    number_at: usize,
    sent_at_at: usize,
    signature: Option<Signature>,
}

/// What signs a request, and where its signature stands.
#[derive(Debug, Clone)]
struct Signature {
    signer: Signer,
    at: usize,
}

impl RequestTemplate {
    /// A keep-alive `POST` of a 1 kB JSON body to `path` at `host`, signed if there is a `signer`.
    pub fn post(host: SocketAddr, path: &str, signer: Option<Signer>) -> Self {
        let mut head = format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\nuser-agent: hookloft-bench\r\ncontent-type: application/json\r\n\
             content-length: {BODY_BYTES}\r\n"
        );
        let signature = signer.map(|signer| {
            head.push_str(&format!("{}: ", signer::HEADER));
            let at = head.len();
            head.push_str(&format!("{}\r\n", "0".repeat(signer::DIGITS)));
            Signature { signer, at }
        });
        head.push_str("\r\n");
        let (body, body_at) = (blank_body(), head.len());
        let place =
            |digits| body_at + body.find(digits).expect("the body has a place for its number and its time");
        let (number_at, sent_at_at) = (place("0000000000"), place("0000000000000000"));
        Self { bytes: [head.as_bytes(), body.as_bytes()].concat(), body_at, number_at, sent_at_at, signature }
    }

    /// Writes sequence and time (microseconds) into the template, signs it and hands out the request.
    pub fn stamp(&mut self, sequence: u64, sent_at: u64) -> &[u8] {
        write_digits(
            &mut self.bytes[self.number_at..self.number_at + NUMBER_DIGITS],
            FIRST_NUMBER + sequence,
        );
        write_digits(&mut self.bytes[self.sent_at_at..self.sent_at_at + SENT_AT_DIGITS], sent_at);
        if let Some(Signature { signer, at }) = &self.signature {
            let signature = signer.sign(&self.bytes[self.body_at..]);
            self.bytes[*at..*at + signer::DIGITS].copy_from_slice(&signature);
        }
        &self.bytes
    }
}

/// What a received body says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Sequence number, from 0.
    pub sequence: u64,
    /// When it was sent, in microseconds of [`crate::clock::now_micros`].
    pub sent_at: u64,
}

impl Stamp {
    /// Finds number and time in a body: those of `data` when there is an envelope, else of the body itself.
    pub fn find(body: &[u8]) -> Option<Self> {
        let from = memmem::find(body, b"\"data\":").unwrap_or(0);
        let data = &body[from..];
        let sequence = number_after(data, b"\"n\":")?.checked_sub(FIRST_NUMBER)?;
        Some(Self { sequence, sent_at: number_after(data, b"\"sent_at\":")? })
    }
}

fn blank_body() -> String {
    let note = BODY_BYTES - BODY_HEAD.len() - BODY_TAIL.len();
    let words = "ring the bell twice and leave it with the neighbours on the left ".chars().cycle();
    BODY_HEAD.chars().chain(words.take(note)).chain(BODY_TAIL.chars()).collect()
}

fn write_digits(place: &mut [u8], mut number: u64) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).expect("a digit is below 10");
        number /= 10;
    }
}

fn number_after(bytes: &[u8], key: &[u8]) -> Option<u64> {
    let rest = &bytes[memmem::find(bytes, key)? + key.len()..];
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).take(19).count();
    std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamped_body_is_1024_bytes_of_json_and_is_found_again() {
        let mut template = RequestTemplate::post("127.0.0.1:80".parse().unwrap(), "/in/a/b", None);
        let request = template.stamp(4_711, 1_790_000_000_000_001).to_vec();
        let body = &request[memmem::find(&request, b"\r\n\r\n").unwrap() + 4..];
        assert_eq!(body.len(), BODY_BYTES);
        let json: serde_json::Value = serde_json::from_slice(body).unwrap();
        assert_eq!(json["n"], 1_000_004_711_u64);
        let expected = Stamp { sequence: 4_711, sent_at: 1_790_000_000_000_001 };
        assert_eq!(Stamp::find(body), Some(expected));
        let envelope = serde_json::json!({"id": "x", "account": {"n": 3}, "data": json}).to_string();
        assert_eq!(Stamp::find(envelope.as_bytes()), Some(expected));
        assert_eq!(Stamp::find(b"{\"n\":7,\"sent_at\":1}"), None);
    }
    #[test]
    fn signed_request_carries_the_signature_of_the_body_it_carries() {
        let signer = Signer::random();
        let mut template =
            RequestTemplate::post("127.0.0.1:80".parse().unwrap(), "/in/a/b", Some(signer.clone()));
        for sequence in [1, 2] {
            let request = template.stamp(sequence, 1_790_000_000_000_001);
            let body_at = memmem::find(request, b"\r\n\r\n").unwrap() + 4;
            let body = &request[body_at..];
            assert_eq!(body.len(), BODY_BYTES);
            assert_eq!(Stamp::find(body).map(|stamp| stamp.sequence), Some(sequence));
            let header = [b"\r\nx-bench-signature: ", &signer.sign(body)[..], b"\r\n"].concat();
            assert!(memmem::find(&request[..body_at], &header).is_some());
        }
    }
}
