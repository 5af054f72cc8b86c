use crate::error::FieldErrors;
use crate::integration::{Integration, IntegrationConfig};
use serde_json::{Value, json};

fn config(changes: Value) -> IntegrationConfig {
    let mut value = json!({"name": "Orders", "target_url": "https://example.com/hook"});
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    for (name, change) in changes {
        value[name.as_str()] = change;
    }
    serde_json::from_value(value).expect("an integration")
}

fn problems(changes: Value) -> Vec<String> {
    let errors = config(changes).check().err().unwrap_or_default();
    errors.0.into_iter().map(|error| error.field).collect()
}

#[test]
fn the_defaults_are_valid() {
    assert_eq!(problems(json!({})), Vec::<String>::new());
    assert_eq!(problems(json!({"target_url": ""})), Vec::<String>::new());
}

#[test]
fn target_urls_are_absolute_http_without_user_or_fragment() {
    let long = format!("https://a/{}", "b".repeat(2048));
    for (url, is_fine) in [
        ("http://localhost:8080/a?b=c", true),
        ("https://[::1]/", true),
        ("https://exämple.com/", true),
        ("example.com/hook", false),
        ("/hook", false),
        ("ftp://example.com/", false),
        ("javascript:alert(1)", false),
        ("https://", false),
        ("https://user@example.com/", false),
        ("https://:pass@example.com/", false),
        ("https://example.com/#part", false),
        (" https://example.com/", false),
        ("https://example.com/a\nb", false),
        (long.as_str(), false),
    ] {
        assert_eq!(problems(json!({"target_url": url})).is_empty(), is_fine, "{url}");
        let oauth = json!({"auth": {"type": "oauth2", "client_id": "a", "token_url": url}});
        assert_eq!(problems(oauth).is_empty(), is_fine, "token {url}");
    }
    assert_eq!(
        problems(json!({"auth": {"type": "oauth2", "client_id": "", "token_url": ""}})),
        ["auth.client_id", "auth.token_url"]
    );
}

#[test]
fn headers_of_http_and_of_hookloft_are_reserved() {
    for name in [
        "Content-Length",
        "HOST",
        "connection",
        "transfer-encoding",
        "te",
        "upgrade",
        "keep-alive",
        "proxy-connection",
        "user-agent",
        "content-type",
        "webhook-id",
        "X-Hookloft-Hop",
        "",
        "a b",
        "a:b",
    ] {
        assert_eq!(
            problems(json!({"headers": [{"name": name, "value": "x"}]})),
            ["headers.0.name"],
            "{name}"
        );
        assert_eq!(problems(json!({"auth": {"type": "api_key", "header": name}})), ["auth.header"], "{name}");
    }
    assert!(problems(json!({"headers": [{"name": "X-Tenant", "value": "a b"}]})).is_empty());
    assert_eq!(problems(json!({"headers": [{"name": "x", "value": "a\r\nb: c"}]})), ["headers.0.value"]);
    let twice = json!({"headers": [{"name": "x-a", "value": ""}, {"name": "X-A", "value": ""}]});
    assert_eq!(problems(twice), ["headers.1.name"]);
    let many: Vec<_> = (0..21).map(|n| json!({"name": format!("x-{n}"), "value": ""})).collect();
    assert_eq!(problems(json!({"headers": many})), ["headers"]);
}

#[test]
fn headers_that_the_authentication_sets_are_taken() {
    let with =
        |auth: Value, name: &str| problems(json!({"auth": auth, "headers": [{"name": name, "value": "x"}]}));
    let oauth = json!({"type": "oauth2", "client_id": "a", "token_url": "https://example.com/token"});
    for auth in [json!({"type": "basic", "username": "u"}), oauth] {
        assert_eq!(with(auth, "Authorization"), ["headers.0.name"]);
    }
    assert!(with(json!({"type": "none"}), "authorization").is_empty());
    let key = json!({"type": "api_key", "header": "X-Key"});
    assert_eq!(with(key.clone(), "x-key"), ["headers.0.name"]);
    assert!(with(key, "authorization").is_empty());
}

#[test]
fn authentication_is_checked() {
    for (auth, expected) in [
        (json!({"type": "basic", "username": "u", "password": "a:b"}), vec![]),
        (json!({"type": "basic", "username": "u", "password": ""}), vec![]),
        (json!({"type": "basic", "username": "u", "password": "a\nb"}), vec!["auth.password"]),
        (json!({"type": "basic", "username": "u:v"}), vec!["auth.username"]),
        (json!({"type": "basic", "username": ""}), vec!["auth.username"]),
        (json!({"type": "basic", "username": "a\u{7}"}), vec!["auth.username"]),
        (json!({"type": "api_key", "header": "x-key", "value": ""}), vec!["auth.value"]),
        (json!({"type": "api_key", "header": "x-key", "value": "ä"}), vec!["auth.value"]),
        (
            json!({"type": "oauth2", "client_id": "a", "client_secret": "", "token_url": "https://a.b/"}),
            vec!["auth.client_secret"],
        ),
    ] {
        assert_eq!(problems(json!({"auth": auth})), expected, "{auth}");
    }
}

#[test]
fn numbers_templates_and_names_are_checked() {
    for (changes, expected) in [
        (json!({"name": ""}), vec!["name"]),
        (json!({"timeout_ms": 999}), vec!["timeout_ms"]),
        (json!({"timeout_ms": 30_001}), vec!["timeout_ms"]),
        (json!({"timeout_ms": 30_000}), vec![]),
        (json!({"per_second": 0}), vec!["per_second"]),
        (json!({"per_second": 100_001}), vec!["per_second"]),
        (json!({"max_in_flight": 0}), vec!["max_in_flight"]),
        (json!({"max_in_flight": 513}), vec!["max_in_flight"]),
        (json!({"retry": {"custom": []}}), vec!["retry"]),
        (json!({"body": {"type": "json_template", "template": "{'a': 1}"}}), vec!["body.template"]),
        (json!({"body": {"type": "json_template", "template": "{\"a\": \"[data.n]\"}"}}), vec![]),
        (json!({"body": {"type": "form_template", "template": "a=[b]"}}), vec!["body.template"]),
        (json!({"body": {"type": "form_template", "template": "a".repeat(70_000)}}), vec!["body.template"]),
    ] {
        assert_eq!(problems(changes.clone()), expected, "{changes}");
    }
}

#[test]
fn unknown_settings_are_refused() {
    for value in [
        json!({"name": "a", "admin": true}),
        json!({"name": "a", "auth": {"type": "basic", "username": "u", "role": "owner"}}),
        json!({"name": "a", "auth": {"type": "magic"}}),
        json!({"name": "a", "headers": [{"name": "a", "value": "b", "secret": true}]}),
    ] {
        assert!(serde_json::from_value::<IntegrationConfig>(value.clone()).is_err(), "{value}");
    }
}

#[test]
fn an_integration_round_trips_without_its_secret() {
    let json = json!({
        "id": "00000000-0001-7101-8101-010101010101", "version": 3, "state": "active", "disabled_reason": null,
        "auth_secret_set": true, "created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-01T00:00:00.000Z",
        "name": "Orders", "per_second": 5, "auth": {"type": "basic", "username": "u", "password": "canary"},
    });
    let integration: Integration = serde_json::from_value(json.clone()).expect("an integration");
    assert_eq!((integration.version, integration.config.per_second), (3, Some(5)));
    let shown = serde_json::to_string(&integration).expect("JSON");
    assert!(!shown.contains("canary") && !format!("{integration:?}").contains("canary"));
    assert_eq!(
        serde_json::from_str::<Integration>(&shown).expect("an integration").config.timeout_ms,
        15_000
    );
    for (field, part) in [("version", "missing field `version`"), ("state", "missing field `state`")] {
        let mut without = json.clone();
        without.as_object_mut().expect("an object").shift_remove(field);
        let error = serde_json::from_value::<Integration>(without).expect_err(field).to_string();
        assert!(error.contains(part), "{error}");
    }
    let mut more = json;
    more["admin"] = json!(true);
    assert!(serde_json::from_value::<Integration>(more).is_err());
}

#[test]
fn activation_needs_a_target_and_the_secret() {
    let missing = |auth: Value, url: &str, is_set: bool| {
        let integration: Integration = serde_json::from_value(json!({
            "id": "00000000-0001-7101-8101-010101010101", "version": 1, "state": "inactive",
            "auth_secret_set": is_set, "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
            "name": "Orders", "target_url": url, "auth": auth,
        }))
        .expect("an integration");
        integration.can_be_activated().err().unwrap_or_default()
    };
    let basic = json!({"type": "basic", "username": "u"});
    let key = json!({"type": "api_key", "header": "x-key"});
    let oauth = json!({"type": "oauth2", "client_id": "c", "token_url": "https://a.b/token"});
    assert_eq!(missing(json!({"type": "none"}), "https://a.b/", false), FieldErrors::default());
    assert_eq!(missing(basic.clone(), "https://a.b/", true), FieldErrors::default());
    for (auth, field, message) in [
        (basic, "auth.password", "set the password first"),
        (key, "auth.value", "set the key first"),
        (oauth, "auth.client_secret", "set the client secret first"),
    ] {
        assert_eq!(missing(auth.clone(), "https://a.b/", false), FieldErrors::of(field, message));
        let mut both = FieldErrors::of("target_url", "set the target URL first");
        both.add(field, message);
        assert_eq!(missing(auth, "", false), both);
    }
}
