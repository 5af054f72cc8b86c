//! Signatures as providers make them: the vectors of their own documentation where they publish one, otherwise such as
//! `openssl dgst -hmac` makes.

use super::tests::verification;
use super::*;
use crate::time::Timestamp;
use serde_json::json;

const SLACK_BODY: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&\
    channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&\
    command=%2Fwebhook-collect&text=&\
    response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&\
    trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
const FORM: &str = "application/x-www-form-urlencoded";
const TWILIO_URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";
const TWILIO_BODY: &str = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&\
    To=%2B18005551212";
const MISMATCH: Result<(), VerifyError> = Err(VerifyError::Mismatch("signature"));

/// A request to check, in parts.
#[derive(Clone, Copy)]
struct Sent<'a> {
    url: &'a str,
    headers: &'a [(&'a str, &'a str)],
    body: &'a str,
    at_s: i64,
}

impl Default for Sent<'_> {
    fn default() -> Self {
        Self { url: "https://a.example/in", headers: &[], body: r#"{"id":1}"#, at_s: 1_614_265_330 }
    }
}

impl Sent<'_> {
    fn check(self, verification: &Verification) -> Result<(), VerifyError> {
        let headers: Vec<_> =
            self.headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        verification.check_headers(
            None,
            Evidence {
                url: self.url,
                headers: &headers,
                raw_body: self.body.as_bytes(),
                received_at: Timestamp(self.at_s * 1000),
            },
        )
    }
}

fn missing(header: &str) -> Result<(), VerifyError> {
    Err(VerifyError::MissingHeader(header.to_owned()))
}

fn stale(off_s: i64, allowed_s: u32) -> Result<(), VerifyError> {
    Err(VerifyError::Stale { off_s, allowed_s })
}

#[test]
fn the_vector_of_githubs_documentation_is_believed() {
    const SIGNATURE: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let github = verification(json!({"type": "hmac", "header": "X-Hub-Signature-256", "prefix": "sha256=",
        "secret": "It's a Secret to Everybody"}));
    let upper = format!("sha256={}", SIGNATURE[7..].to_uppercase());
    for (headers, body, expected) in [
        (vec![("x-hub-signature-256", SIGNATURE)], "Hello, World!", Ok(())),
        (vec![("x-hub-signature-256", upper.as_str())], "Hello, World!", Ok(())),
        (vec![("x-hub-signature-256", SIGNATURE)], "Hello, World", MISMATCH),
        (vec![("x-hub-signature-256", &SIGNATURE[7..])], "Hello, World!", MISMATCH),
        (vec![("x-hub-signature-256", &SIGNATURE[..70])], "Hello, World!", MISMATCH),
        (vec![("x-hub-signature-256", &SIGNATURE[..69])], "Hello, World!", MISMATCH),
        (vec![("x-hub-signature-256", "sha256=")], "Hello, World!", MISMATCH),
        (vec![("x-hub-signature-256", "sha1=757107ea0eb2509f")], "Hello, World!", MISMATCH),
        (vec![("x-hub-signature-256", "")], "Hello, World!", missing("X-Hub-Signature-256")),
        (vec![], "Hello, World!", missing("X-Hub-Signature-256")),
        (
            vec![("x-hub-signature-256", SIGNATURE), ("X-Hub-Signature-256", SIGNATURE)],
            "Hello, World!",
            Err(VerifyError::DuplicatedHeader("X-Hub-Signature-256".to_owned())),
        ),
    ] {
        let sent = Sent { headers: &headers, body, ..Sent::default() };
        assert_eq!(sent.check(&github), expected, "{headers:?} {body}");
    }
}

#[test]
fn the_vector_of_slacks_documentation_is_believed_while_it_is_fresh() {
    const SIGNATURE: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    let slack = verification(json!({"type": "hmac", "header": "x-slack-signature", "prefix": "v0=",
        "timestamp": {"header": "x-slack-request-timestamp"}, "signed": "slack",
        "secret": "8f742231b10e8888abcd99yyyzzz85a5"}));
    let signature = ("x-slack-signature", SIGNATURE);
    let time = ("x-slack-request-timestamp", "1531420618");
    for (headers, at_s, expected) in [
        (vec![signature, time], 1_531_420_618, Ok(())),
        (vec![signature, time], 1_531_420_918, Ok(())),
        (vec![signature, time], 1_531_420_318, Ok(())),
        (vec![signature, time], 1_531_420_919, stale(301, 300)),
        (vec![signature, time], 1_531_420_317, stale(-301, 300)),
        (vec![signature], 1_531_420_618, missing("x-slack-request-timestamp")),
        (vec![time], 1_531_420_618, missing("x-slack-signature")),
        (vec![signature, ("x-slack-request-timestamp", "1531420619")], 1_531_420_618, MISMATCH),
        (vec![signature, ("x-slack-request-timestamp", "now")], 1_531_420_618, MISMATCH),
        (
            vec![signature, time, time],
            1_531_420_618,
            Err(VerifyError::DuplicatedHeader("x-slack-request-timestamp".to_owned())),
        ),
    ] {
        let sent = Sent { headers: &headers, body: SLACK_BODY, at_s, ..Sent::default() };
        assert_eq!(sent.check(&slack), expected, "{headers:?} {at_s}");
    }
}

#[test]
fn every_hash_and_encoding_is_checked() {
    let base64_512 =
        "CFd8Q/drejOzYh686vb49VAhcpOsCF3yf9ki2KHPwV0tnPcKHKJhXOA48dZ81N0wRyncOn9p5qDm1A9LF5RikA==";
    for (algorithm, encoding, signature) in [
        ("sha1", "hex", "85b1499264d7255d6dc179edf48b32464faade38"),
        ("sha256", "hex", "54e8a838e9ae7858932c9bf75c40ef1a7970b8d28e65931b884cb8948dd671c5"),
        (
            "sha512",
            "hex",
            "08577c43f76b7a33b3621ebceaf6f8f550217293ac085df27fd922d8a1cfc15d\
             2d9cf70a1ca2615ce038f1d67cd4dd304729dc3a7f69e6a0e6d40f4b17946290",
        ),
        ("sha1", "base64", "hbFJkmTXJV1twXnt9IsyRk+q3jg="),
        ("sha256", "base64", "VOioOOmueFiTLJv3XEDvGnlwuNKOZZMbiEy4lI3WccU="),
        ("sha256", "base64", "VOioOOmueFiTLJv3XEDvGnlwuNKOZZMbiEy4lI3WccU"),
        ("sha512", "base64", base64_512),
    ] {
        let with = |algorithm: &str, encoding: &str, secret: &str| {
            let hmac = verification(json!({"type": "hmac", "header": "x-shopify-hmac-sha256",
                "algorithm": algorithm, "encoding": encoding, "secret": secret}));
            Sent { headers: &[("x-shopify-hmac-sha256", signature)], ..Sent::default() }.check(&hmac)
        };
        assert_eq!(with(algorithm, encoding, "canary"), Ok(()), "{algorithm} {encoding}");
        assert_eq!(with(algorithm, encoding, "other"), MISMATCH, "{algorithm} {encoding}");
        let other = if encoding == "hex" { "base64" } else { "hex" };
        assert_eq!(with(algorithm, other, "canary"), MISMATCH, "{algorithm} {other}");
        for other in ["sha1", "sha256", "sha512"].iter().filter(|other| **other != algorithm) {
            assert_eq!(with(other, encoding, "canary"), MISMATCH, "{other} {encoding}");
        }
    }
}

#[test]
fn a_signed_time_may_be_off_as_far_as_the_source_says() {
    let hmac = verification(json!({"type": "hmac", "header": "x-signature", "signed": "timestamp_dot_body",
        "timestamp": {"header": "x-time", "tolerance_s": 10}, "secret": "canary"}));
    let headers = [
        ("x-signature", "e8b211a89d25e1858e4c126f6e58b5b767e08971ccb3b95152babbf0b34be89b"),
        ("x-time", "1614265330"),
    ];
    for (off_s, expected) in [(10, Ok(())), (-10, Ok(())), (11, stale(11, 10)), (-11, stale(-11, 10))] {
        let sent = Sent { headers: &headers, at_s: 1_614_265_330 + off_s, ..Sent::default() };
        assert_eq!(sent.check(&hmac), expected, "{off_s}");
    }
}

#[test]
fn stripes_header_has_one_time_and_any_number_of_signatures() {
    const BODY: &str = r#"{"id":"evt_1","object":"event"}"#;
    const V1: &str = "v1=42b3d2b2181207b6b299df380bf37599bb895dc182467ba12e046b1916c4cd19";
    let stripe = verification(json!({"type": "stripe", "secret": "whsec_test_secret"}));
    let wrong = format!("v1={}", "0".repeat(64));
    let v0 = V1.replace("v1", "v0");
    for (value, expected) in [
        (format!("t=1614265330,{V1}"), Ok(())),
        (format!("t=1614265330, {V1}"), Ok(())),
        (format!("t=1614265330,{wrong},{V1},v0=6ffb"), Ok(())),
        (format!("{V1},t=1614265330"), Ok(())),
        (format!("t=1614265330,{wrong}"), MISMATCH),
        (format!("t=1614265330,{v0}"), MISMATCH),
        (format!("t=1614265331,{V1}"), MISMATCH),
        (format!("t=1614265331,t=1614265330,{V1}"), MISMATCH),
        ("t=1614265330".to_owned(), MISMATCH),
        ("t=1614265330,v1=".to_owned(), MISMATCH),
        (V1.to_owned(), MISMATCH),
        (format!("t=,{V1}"), MISMATCH),
        ("garbage".to_owned(), MISMATCH),
        (String::new(), missing("stripe-signature")),
    ] {
        let sent = Sent { headers: &[("Stripe-Signature", &value)], body: BODY, ..Sent::default() };
        assert_eq!(sent.check(&stripe), expected, "{value}");
    }
    let value = format!("t=1614265330,{V1}");
    let late =
        Sent { headers: &[("stripe-signature", &value)], body: BODY, at_s: 1_614_265_631, ..Sent::default() };
    assert_eq!(late.check(&stripe), stale(301, 300));
    let patient = json!({"type": "stripe", "tolerance_s": 600, "secret": "whsec_test_secret"});
    assert_eq!(late.check(&verification(patient)), Ok(()));
}

#[test]
fn the_vector_of_twilios_documentation_is_believed() {
    const SIGNATURE: &str = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
    let twilio = verification(json!({"type": "twilio", "secret": "12345"}));
    let shuffled = "To=%2B18005551212&Digits=1234&From=%2B14158675309&Caller=%2B14158675309&\
                    CallSid=CA1234567890ABCDE";
    let with_port = "https://mycompany.com:443/myapp.php?foo=1&bar=2";
    for (url, body, signature, expected) in [
        (TWILIO_URL, TWILIO_BODY, SIGNATURE, Ok(())),
        (TWILIO_URL, shuffled, SIGNATURE, Ok(())),
        (with_port, TWILIO_BODY, SIGNATURE, Ok(())),
        (TWILIO_URL, "a=2&b=&a=1&a=2", "+1D26KYK2w3ICI6KwX63NDqNrTo=", Ok(())),
        ("https://mycompany.com/myapp.php?foo=1", TWILIO_BODY, SIGNATURE, MISMATCH),
        ("http://mycompany.com/myapp.php?foo=1&bar=2", TWILIO_BODY, SIGNATURE, MISMATCH),
        (TWILIO_URL, &TWILIO_BODY[..40], SIGNATURE, MISMATCH),
        (TWILIO_URL, "a=%ff", SIGNATURE, MISMATCH),
        (TWILIO_URL, TWILIO_BODY, "RSOYDt4T", MISMATCH),
        (TWILIO_URL, TWILIO_BODY, "???", MISMATCH),
        (TWILIO_URL, TWILIO_BODY, "", missing("x-twilio-signature")),
    ] {
        let headers = [("content-type", FORM), ("x-twilio-signature", signature)];
        assert_eq!(Sent { url, headers: &headers, body, at_s: 0 }.check(&twilio), expected, "{url} {body}");
    }
}

#[test]
fn twilios_signature_of_a_url_covers_a_body_by_its_hash_only() {
    const BODY: &str = r#"{"property": "value", "boolean": true}"#;
    const HASH: &str = "bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
    let twilio = verification(json!({"type": "twilio", "secret": "12345"}));
    let url = format!("{TWILIO_URL}&{HASH}");
    let check = |url: &str, body: &str, content_type: &str, signature: &str| {
        let headers = [("content-type", content_type), ("x-twilio-signature", signature)];
        Sent { url, headers: &headers, body, at_s: 0 }.check(&twilio)
    };
    let signature = "a9nBmqA0ju/hNViExpshrM61xv4=";
    assert_eq!(check(&url, BODY, "application/json", signature), Ok(()));
    assert_eq!(check(&url, &BODY.replace("true", "false"), "application/json", signature), MISMATCH);
    assert_eq!(check(&url.replace("0a1f", "0a1e"), BODY, "application/json", signature), MISMATCH);
    assert_eq!(check(&url, BODY, FORM, signature), MISMATCH, "a form's fields are signed themselves");
    let unhashed = Err(VerifyError::MissingParameter("bodySHA256"));
    let of_the_url_alone = "od36BQLUKB+5XsacO6MIwOVUyfE=";
    assert_eq!(check("https://a.example/in", BODY, "application/json", of_the_url_alone), unhashed);
    assert_eq!(check("https://a.example/in", "", "application/json", of_the_url_alone), unhashed);
    assert_eq!(check("https://a.example/in", "", FORM, of_the_url_alone), Ok(()));
    assert_eq!(check(&format!("{url}&{HASH}"), BODY, "application/json", signature), unhashed);
}
