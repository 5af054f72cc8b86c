use super::*;
use crate::signature;
use crate::time::Timestamp;
use serde_json::json;

const NOW: Timestamp = Timestamp(1_614_265_330_000);
const BODY: &[u8] = br#"{"test": 2432232314}"#;

pub(super) fn verification(value: Value) -> Verification {
    serde_json::from_value(value).expect("a verification")
}

fn check(verification: &Verification, headers: &[(&str, &str)]) -> Result<(), VerifyError> {
    let headers: Vec<_> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let evidence =
        Evidence { url: "https://a.example/in", headers: &headers, raw_body: BODY, received_at: NOW };
    verification.check_headers(None, evidence)
}

fn stale(off_s: i64) -> Result<(), VerifyError> {
    Err(VerifyError::Stale { off_s, allowed_s: 300 })
}

fn missing(name: &str) -> Result<(), VerifyError> {
    Err(VerifyError::MissingHeader(name.to_owned()))
}

#[test]
fn a7_a_header_token_must_come_once_and_match() {
    let token = verification(json!({"type": "header_token", "header": "X-Token", "token": "s3cret"}));
    for (headers, expected) in [
        (vec![("x-token", "s3cret")], Ok(())),
        (vec![("x-token", "s3cret ")], Err(VerifyError::Mismatch("token"))),
        (vec![("x-token", "other")], Err(VerifyError::Mismatch("token"))),
        (vec![("x-token", "Bearer s3cret")], Err(VerifyError::Mismatch("token"))),
        (vec![("x-token", "")], missing("X-Token")),
        (vec![], missing("X-Token")),
        (
            vec![("x-token", "s3cret"), ("x-token", "s3cret")],
            Err(VerifyError::DuplicatedHeader("X-Token".into())),
        ),
    ] {
        assert_eq!(check(&token, &headers), expected, "{headers:?}");
    }
}

#[test]
fn in_authorization_a_token_may_follow_bearer() {
    let of = |token: &str| {
        verification(json!({"type": "header_token", "header": "Authorization", "token": token}))
    };
    for (token, value, is_fine) in [
        ("abc", "Bearer abc", true),
        ("abc", "bearer abc", true),
        ("abc", "abc", true),
        ("Bearer abc", "Bearer abc", true),
        ("abc", "Basic abc", false),
        ("abc", "Bearer", false),
    ] {
        assert_eq!(check(&of(token), &[("authorization", value)]).is_ok(), is_fine, "{token} {value}");
    }
}

#[test]
fn basic_passwords_may_have_colons() {
    let basic = verification(json!({"type": "basic", "username": "user", "password": "a:b:c"}));
    let wrong = || Err(VerifyError::Mismatch("user name or password"));
    for (value, expected) in [
        ("Basic dXNlcjphOmI6Yw==", Ok(())),
        ("basic dXNlcjphOmI6Yw==", Ok(())),
        ("Basic dXNlcjphOmI=", wrong()),
        ("Basic b3RoZXI6YTpiOmM=", wrong()),
        ("Basic dXNlcg==", wrong()),
        ("Basic ???", wrong()),
        ("Basic", wrong()),
        ("Bearer dXNlcjphOmI6Yw==", wrong()),
        ("", missing("authorization")),
    ] {
        assert_eq!(check(&basic, &[("authorization", value)]), expected, "{value}");
    }
}

#[test]
fn standard_webhooks_are_verified_over_the_bytes_as_sent() {
    let signed = verification(
        json!({"type": "standard_webhooks", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}),
    );
    let id = ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek");
    let timestamp = ("webhook-timestamp", "1614265330");
    let signature = ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    for (headers, expected) in [
        (vec![id, timestamp, signature], Ok(())),
        (vec![timestamp, signature], missing("webhook-id")),
        (vec![id, signature], missing("webhook-timestamp")),
        (vec![id, timestamp], missing("webhook-signature")),
        (vec![id, id, timestamp, signature], Err(VerifyError::DuplicatedHeader("webhook-id".into()))),
        (vec![("webhook-id", "other"), timestamp, signature], Err(VerifyError::Mismatch("signature"))),
        (vec![id, ("webhook-timestamp", "x"), signature], Err(VerifyError::Mismatch("signature"))),
        (vec![id, ("webhook-timestamp", "1614265029"), signature], stale(301)),
    ] {
        assert_eq!(check(&signed, &headers), expected, "{headers:?}");
    }
    let own = signature::generate_secret(&[1; 32]);
    assert!(signature::SigningKey::new(&own).is_ok());
}

#[test]
fn a_body_token_must_be_there_and_match() {
    let token = verification(json!({"type": "body_token", "path": "auth.token", "token": "s3cret"}));
    let absent = || Err(VerifyError::MissingField("auth.token".to_owned()));
    for (body, expected) in [
        (json!({"auth": {"token": "s3cret"}}), Ok(())),
        (json!({"auth": {"token": "other"}}), Err(VerifyError::Mismatch("token"))),
        (json!({"auth": {"token": ""}}), absent()),
        (json!({"auth": {"token": ["s3cret"]}}), absent()),
        (json!({"auth": {}}), absent()),
        (json!([]), absent()),
    ] {
        assert_eq!(token.check_body(None, &body), expected, "{body}");
    }
    assert_eq!(check(&token, &[]), Ok(()));
}

#[test]
fn without_a_secret_nobody_is_let_in() {
    for kind in [
        json!({"type": "header_token", "header": "x"}),
        json!({"type": "header_token", "header": "x", "token": ""}),
        json!({"type": "basic", "username": "u"}),
        json!({"type": "standard_webhooks"}),
        json!({"type": "standard_webhooks", "secret": "hello"}),
        json!({"type": "hmac", "header": "x"}),
        json!({"type": "hmac", "header": "x", "secret": ""}),
        json!({"type": "stripe"}),
        json!({"type": "twilio", "secret": ""}),
    ] {
        let headers = [
            ("x", "a"),
            ("authorization", "Basic dTo="),
            ("webhook-id", "a"),
            ("webhook-timestamp", "1614265330"),
            ("webhook-signature", "v1,a"),
        ];
        assert_eq!(check(&verification(kind.clone()), &headers), Err(VerifyError::NoSecret), "{kind}");
    }
    let body = verification(json!({"type": "body_token", "path": "t"}));
    assert_eq!(body.check_body(None, &json!({"t": ""})), Err(VerifyError::NoSecret));
    assert_eq!(check(&Verification::None, &[]), Ok(()));
}

#[test]
fn d18_secrets_are_masked_in_what_is_stored() {
    let body = verification(json!({"type": "body_token", "path": "auth.token"}));
    let mut value = json!({"auth": {"token": "canary", "n": 1}});
    assert!(body.mask_body(&mut value));
    assert_eq!(value, json!({"auth": {"token": "***", "n": 1}}));
    let mut absent = json!({"auth": {}});
    assert!(!body.mask_body(&mut absent));
    assert_eq!(absent, json!({"auth": {}}));
    for (kind, expected) in [
        (json!({"type": "none"}), None),
        (json!({"type": "body_token", "path": "a"}), None),
        (json!({"type": "header_token", "header": "x-token"}), Some("x-token")),
        (json!({"type": "basic", "username": "u"}), Some("authorization")),
        (json!({"type": "standard_webhooks"}), None),
        (json!({"type": "hmac", "header": "x-signature"}), None),
        (json!({"type": "stripe"}), None),
        (json!({"type": "twilio"}), None),
    ] {
        assert_eq!(verification(kind.clone()).masked_header(), expected, "{kind}");
    }
    assert!(!verification(json!({"type": "none"})).mask_body(&mut value));
}

#[test]
fn s_secrets_of_every_kind_are_set_read_and_never_shown() {
    for kind in [
        json!({"type": "header_token", "header": "x"}),
        json!({"type": "body_token", "path": "a"}),
        json!({"type": "basic", "username": "u"}),
        json!({"type": "standard_webhooks"}),
        json!({"type": "hmac", "header": "x", "timestamp": {"header": "y"}}),
        json!({"type": "stripe"}),
        json!({"type": "twilio"}),
    ] {
        let mut with_secret = kind.clone();
        let field = verification(kind.clone()).secret_field().expect("it has one");
        with_secret[field] = json!("canary");
        let set = verification(with_secret);
        let mut other = verification(kind.clone());
        assert_eq!(other.secret(), None, "{kind}");
        other.set_secret(set.secret().cloned());
        assert_eq!(other, set, "{kind}");
        let shown = serde_json::to_string(&set).expect("JSON");
        assert!(!shown.contains("canary") && !format!("{set:?}").contains("canary"), "{shown}");
        other.set_secret(None);
        assert_eq!(verification(serde_json::from_str(&shown).expect("JSON")), other, "{kind}");
    }
}
