//! The numbered 1 kB body: written by [`crate::load`], recognised by [`crate::receiver`] inside whatever
//! envelope it arrives in.

use std::net::SocketAddr;

use memchr::memmem;

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

/// The bytes of a whole HTTP request, ready but for its number and time.
#[derive(Debug, Clone)]
pub struct RequestTemplate {
    bytes: Vec<u8>,
    number_at: usize,
    sent_at_at: usize,
}

impl RequestTemplate {
    /// A keep-alive `POST` of a 1 kB JSON body to `path` at `host`.
    pub fn post(host: SocketAddr, path: &str) -> Self {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\nuser-agent: hookloft-bench\r\ncontent-type: application/json\r\n\
             content-length: {BODY_BYTES}\r\n\r\n"
        );
        let body = blank_body();
        let number_at = head.len() + body.find("0000000000").expect("the body has a place for its number");
        let sent_at_at =
            head.len() + body.find("0000000000000000").expect("the body has a place for its time");
        Self { bytes: [head.as_bytes(), body.as_bytes()].concat(), number_at, sent_at_at }
    }

    /// Writes sequence and time (microseconds) into the template and hands out the request.
    pub fn stamp(&mut self, sequence: u64, sent_at: u64) -> &[u8] {
        write_digits(
            &mut self.bytes[self.number_at..self.number_at + NUMBER_DIGITS],
            FIRST_NUMBER + sequence,
        );
        write_digits(&mut self.bytes[self.sent_at_at..self.sent_at_at + SENT_AT_DIGITS], sent_at);
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
        let mut template = RequestTemplate::post("127.0.0.1:80".parse().unwrap(), "/in/a/b");
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
}
