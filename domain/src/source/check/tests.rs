use crate::error::FieldErrors;
use crate::source::{ContentType, Source, SourceConfig, Verification};
use serde_json::{Value, json};

fn config(changes: &Value) -> Result<SourceConfig, serde_json::Error> {
    let mut value = json!({
        "name": "Shop", "endpoint": "shop-orders_1", "action": {"type": "publish_event", "event_type": "order.created"},
    });
    for (name, change) in changes.as_object().expect("changes are an object") {
        value[name.as_str()] = change.clone();
    }
    serde_json::from_value(value)
}

fn problems(changes: &Value) -> Vec<String> {
    let errors = config(changes).expect("a source").check().err().unwrap_or_default();
    errors.0.into_iter().map(|error| error.field).collect()
}

#[test]
fn checks_name_the_field() {
    let whsec = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    for (changes, expected) in [
        (json!({}), vec![]),
        (json!({"name": " a"}), vec!["name"]),
        (json!({"endpoint": ""}), vec!["endpoint"]),
        (json!({"endpoint": "a/b"}), vec!["endpoint"]),
        (json!({"endpoint": "ä"}), vec!["endpoint"]),
        (json!({"endpoint": "a".repeat(65)}), vec!["endpoint"]),
        (json!({"filter": {"path": "data.a", "op": "exists"}}), vec!["filter.path"]),
        (json!({"filter": {"path": "headers.x-a", "op": "exists"}}), vec![]),
        (json!({"mapping": [{"from": "", "to": "a"}]}), vec!["mapping.0.from"]),
        (json!({"idempotency_key": "headers.x-id"}), vec![]),
        (json!({"idempotency_key": "body.id"}), vec![]),
        (json!({"idempotency_key": "id"}), vec!["idempotency_key"]),
        (json!({"idempotency_key": "body."}), vec!["idempotency_key"]),
        (
            json!({"idempotency_key": "body.token", "verification": {"type": "body_token", "path": "token"}}),
            vec!["idempotency_key"],
        ),
        (
            json!({"idempotency_key": "headers.X-T", "verification": {"type": "header_token", "header": "x-t"}}),
            vec!["idempotency_key"],
        ),
        (
            json!({"idempotency_key": "body.id", "verification": {"type": "body_token", "path": "token"}}),
            vec![],
        ),
        (json!({"per_second": 0}), vec!["per_second"]),
        (json!({"per_second": 100_000}), vec![]),
        (json!({"response": {"success_status": 300}}), vec!["response.success_status"]),
        (json!({"response": {"error_status": 200}}), vec!["response.error_status"]),
        (json!({"response": {"success": {"ok": true}, "error": "no", "error_status": 599}}), vec![]),
        (json!({"response": {"success": "a".repeat(8191)}}), vec!["response.success"]),
        (json!({"response": {"error": "\u{0}"}}), vec!["response.error"]),
        (json!({"verification": {"type": "header_token", "header": "x-token", "token": "t"}}), vec![]),
        (json!({"verification": {"type": "header_token", "header": "x token"}}), vec!["verification.header"]),
        (
            json!({"verification": {"type": "header_token", "header": "x", "token": ""}}),
            vec!["verification.token"],
        ),
        (
            json!({"verification": {"type": "header_token", "header": "x", "token": "ä"}}),
            vec!["verification.token"],
        ),
        (json!({"verification": {"type": "body_token", "path": "auth.token", "token": "ä"}}), vec![]),
        (json!({"verification": {"type": "body_token", "path": "a..b"}}), vec!["verification.path"]),
        (json!({"verification": {"type": "basic", "username": "u", "password": "a:b"}}), vec![]),
        (json!({"verification": {"type": "basic", "username": "u:v"}}), vec!["verification.username"]),
        (json!({"verification": {"type": "standard_webhooks", "secret": whsec}}), vec![]),
        (
            json!({"verification": {"type": "standard_webhooks", "secret": "hello"}}),
            vec!["verification.secret"],
        ),
        (json!({"verification": {"type": "standard_webhooks"}}), vec![]),
        (json!({"content_types": ["json", "form"]}), vec![]),
        (json!({"content_types": []}), vec!["content_types"]),
        (json!({"content_types": ["form", "form"]}), vec!["content_types"]),
        (json!({"handshake": "get", "content_types": ["form"]}), vec![]),
        (json!({"handshake": "slack_challenge"}), vec![]),
        (json!({"handshake": "slack_challenge", "content_types": ["form"]}), vec!["handshake"]),
    ] {
        assert_eq!(problems(&changes), expected, "{changes}");
    }
}

#[test]
fn checks_of_signatures_name_the_field() {
    let hmac = |changes: Value| {
        let mut hmac = json!({"type": "hmac", "header": "x-signature", "secret": "s"});
        hmac.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
        hmac
    };
    let timestamp = json!({"header": "x-time"});
    for (verification, expected) in [
        (hmac(json!({})), vec![]),
        (hmac(json!({"header": "x y"})), vec!["verification.header"]),
        (hmac(json!({"prefix": "HMAC "})), vec![]),
        (hmac(json!({"prefix": "ä"})), vec!["verification.prefix"]),
        (hmac(json!({"prefix": "a".repeat(101)})), vec!["verification.prefix"]),
        (hmac(json!({"secret": ""})), vec!["verification.secret"]),
        (hmac(json!({"secret": "a\nb"})), vec!["verification.secret"]),
        (hmac(json!({"timestamp": timestamp, "signed": "slack"})), vec![]),
        (hmac(json!({"signed": "timestamp_dot_body"})), vec!["verification.timestamp"]),
        (hmac(json!({"timestamp": timestamp})), vec!["verification.signed"]),
        (
            hmac(json!({"timestamp": {"header": "", "tolerance_s": 0}, "signed": "slack"})),
            vec!["verification.timestamp.header", "verification.timestamp.tolerance_s"],
        ),
        (json!({"type": "stripe", "secret": "whsec_a"}), vec![]),
        (json!({"type": "stripe", "tolerance_s": 86_401}), vec!["verification.tolerance_s"]),
        (json!({"type": "twilio", "secret": ""}), vec!["verification.secret"]),
    ] {
        assert_eq!(problems(&json!({"verification": verification})), expected, "{verification}");
    }
}

#[test]
fn unknown_settings_are_refused() {
    for changes in [
        json!({"admin": true}),
        json!({"verification": {"type": "magic"}}),
        json!({"verification": {"type": "hmac", "header": "x", "algorithm": "md5"}}),
        json!({"verification": {"type": "hmac", "header": "x", "tolerance_s": 1}}),
        json!({"verification": {"type": "hmac", "header": "x", "timestamp": {"header": "x", "unit": "ms"}}}),
        json!({"verification": {"type": "stripe", "tolerance_s": -1}}),
        json!({"verification": {"type": "stripe", "tolerance_s": 1.5}}),
        json!({"content_types": ["xml"]}),
        json!({"handshake": "post"}),
        json!({"verification": {"type": "basic", "username": "u", "x": 1}}),
        json!({"response": {"headers": {"location": "/"}}}),
        json!({"action": {"type": "publish_event", "event_type": "a b"}}),
        json!({"method": "GET"}),
    ] {
        assert!(config(&changes).is_err(), "{changes}");
    }
}

#[test]
fn a_source_round_trips_with_big_numbers_and_without_its_secret() {
    let text = r#"{"id":"00000000-0001-7101-8101-010101010101","version":2,"state":"active",
        "verification_secret_set":true,"capture_until":"2026-01-01T00:10:00Z","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z",
        "name":"Shop","endpoint":"shop","per_second":7,"response":{"success":{"n":12345678901234567890123},"success_status":201},
        "filter":{"path":"body.n","op":">","value":12345678901234567890123},
        "verification":{"type":"body_token","path":"t","token":"canary"},
        "action":{"type":"publish_event","event_type":"a"}}"#;
    let source: Source = serde_json::from_str(text).expect("a source");
    let shown = serde_json::to_string(&source).expect("JSON");
    assert!(!shown.contains("canary") && !format!("{source:?}").contains("canary"));
    assert_eq!(shown.matches("12345678901234567890123").count(), 2);
    let again: Source = serde_json::from_str(&shown).expect("a source");
    assert_eq!((again.config.per_second, again.config.response.success_status), (Some(7), 201));
    assert_eq!(again.config.filter, source.config.filter);
}

#[test]
fn d24_a_source_stored_before_there_were_forms_takes_json_and_no_handshake() {
    let stored = r#"{"name":"Shop","endpoint":"shop","method":"POST","verification":{"type":"none"},"filter":null,
        "mapping":[],"action":{"type":"publish_event","event_type":"a"},
        "response":{"success":null,"success_status":200,"error":null,"error_status":null,"filtered":"error"},
        "idempotency_key":null,"per_second":null}"#;
    let config: SourceConfig = serde_json::from_str(stored).expect("a source");
    assert_eq!((config.content_types.as_slice(), config.handshake), (&[ContentType::Json][..], None));
}

#[test]
fn numbers_in_a_verification_are_read_from_text_and_written_again() {
    let text = r#"{"name":"A","endpoint":"a","action":{"type":"publish_event","event_type":"a"},
        "verification":{"type":"hmac","header":"x","timestamp":{"header":"y","tolerance_s":60},"signed":"slack"}}"#;
    let config: SourceConfig = serde_json::from_str(text).expect("a source");
    let Verification::Hmac(scheme) = &config.verification else { panic!("an HMAC") };
    assert_eq!(scheme.timestamp.as_ref().map(|timestamp| timestamp.tolerance_s), Some(60));
    let again: SourceConfig =
        serde_json::from_str(&serde_json::to_string(&config).expect("JSON")).expect("a source");
    assert_eq!(again, config);
    let stripe: Verification = serde_json::from_str(r#"{"type":"stripe","tolerance_s":5}"#).expect("a kind");
    assert_eq!(stripe, Verification::Stripe { tolerance_s: 5, secret: None });
    let default: Verification = serde_json::from_str(r#"{"type":"stripe"}"#).expect("a kind");
    assert_eq!(default, Verification::Stripe { tolerance_s: 300, secret: None });
}

#[test]
fn activation_needs_the_secret_by_its_name() {
    let missing = |verification: Value, is_set: bool| {
        let source: Source = serde_json::from_value(json!({
            "id": "00000000-0001-7101-8101-010101010101", "version": 1, "state": "inactive",
            "verification_secret_set": is_set, "capture_until": "2026-01-01T00:00:00Z",
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
            "name": "Shop", "endpoint": "shop", "action": {"type": "publish_event", "event_type": "a.b"},
            "verification": verification,
        }))
        .expect("a source");
        source.can_be_activated().err().unwrap_or_default()
    };
    for (verification, field, message) in [
        (json!({"type": "header_token", "header": "x-t"}), "verification.token", "set the token first"),
        (json!({"type": "basic", "username": "u"}), "verification.password", "set the password first"),
        (json!({"type": "twilio"}), "verification.secret", "set the secret first"),
    ] {
        assert_eq!(missing(verification.clone(), false), FieldErrors::of(field, message));
        assert_eq!(missing(verification, true), FieldErrors::default());
    }
    assert_eq!(missing(json!({"type": "none"}), false), FieldErrors::default());
}
