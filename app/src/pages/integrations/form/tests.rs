use super::*;
use serde_json::json;

#[test]
fn every_setting_survives_editing() {
    for config in [
        json!({"name": "a"}),
        json!({"name": "b", "target_url": "https://e.example/x", "method": "PUT", "action": "cancel", "entity": "line_item",
            "auth": {"type": "oauth2", "client_id": "c", "token_url": "https://t.example", "scope": "s"},
            "body": {"type": "form_template", "template": "a=[event.id]"}, "timeout_ms": 5000, "per_second": 3,
            "max_in_flight": 4, "retry": {"custom": [1, 2]}, "signing": "off"}),
        json!({"name": "c", "auth": {"type": "basic", "username": "u"}, "retry": "five_minutes",
            "body": {"type": "json_template", "template": "{}"}}),
        json!({"name": "d", "auth": {"type": "api_key", "header": "x-k"}, "retry": "none"}),
    ] {
        let config: IntegrationConfig = serde_json::from_value(config).expect("a configuration");
        assert_eq!(Fields::of(&config).read(&[]), (config, FieldErrors::default()));
    }
}

#[test]
fn what_is_no_number_is_said_and_kept() {
    let fields = Fields {
        timeout_ms: "soon".into(),
        delays: "5, x".into(),
        retry: "custom".into(),
        ..Fields::of(&blank("a".into()))
    };
    let (_, errors) = fields.read(&[]);
    assert_eq!(
        errors.0.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(),
        ["timeout_ms", "retry"]
    );
}
#[test]
fn an_empty_password_of_basic_is_stored_where_none_is() {
    let stored = |auth: serde_json::Value, is_set: bool| -> Integration {
        serde_json::from_value(json!({
            "id": "00000000-0001-7101-8101-010101010101", "version": 1, "state": "inactive",
            "auth_secret_set": is_set, "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z", "name": "a", "auth": auth,
        }))
        .expect("an integration")
    };
    let (basic, key) =
        (json!({"type": "basic", "username": "u"}), json!({"type": "api_key", "header": "x-k"}));
    let none = json!({"type": "none"});
    for (auth, is_set, typed, secret, sent) in [
        (&none, false, "basic", "", Some("")),
        (&basic, false, "basic", "", Some("")),
        (&key, true, "basic", "", Some("")),
        (&basic, true, "basic", "", None),
        (&basic, true, "basic", "new", Some("new")),
        (&key, false, "api_key", "", None),
        (&basic, true, "oauth2", "", None),
        (&basic, false, "none", "left over", None),
    ] {
        let fields = Fields { auth: typed.into(), secret: secret.into(), ..Fields::default() };
        assert_eq!(
            fields.secret_for(&stored(auth.clone(), is_set)).as_deref(),
            sent,
            "{auth} {is_set} {typed}"
        );
    }
}
