use super::*;
use crate::secret::SecretText;
use proptest::prelude::*;

fn config(set: &Value) -> SourceConfig {
    let mut value = json!({
        "name": "Shop", "endpoint": "shop", "action": {"type": "publish_event", "event_type": "order.created"},
    });
    for (name, part) in set.as_object().expect("what is set") {
        value[name.as_str()] = part.clone();
    }
    serde_json::from_value(value).expect("a source")
}

fn between(before: &Value, after: &Value) -> Vec<(String, Value, Value)> {
    let changes = changes(&config(before), &config(after));
    changes.into_iter().map(|change| (change.field, change.from, change.to)).collect()
}

#[test]
fn a16_each_part_that_is_set_otherwise_is_told() {
    let none = Value::Null;
    let module = "00000000-0001-7101-8101-010101010101";
    for (before, after, expected) in [
        (json!({}), json!({}), vec![]),
        (json!({}), json!({"name": "Store"}), vec![("name", json!("Shop"), json!("Store"))]),
        (json!({}), json!({"endpoint": "store"}), vec![("endpoint", json!("shop"), json!("store"))]),
        (json!({}), json!({"method": "PUT"}), vec![("method", json!("POST"), json!("PUT"))]),
        (
            json!({}),
            json!({"content_types": ["json", "form"]}),
            vec![("content_types", json!(["json"]), json!(["json", "form"]))],
        ),
        (json!({"handshake": "get"}), json!({}), vec![("handshake", json!("get"), none.clone())]),
        (
            json!({}),
            json!({"verification": {"type": "stripe", "tolerance_s": 60}}),
            vec![
                ("verification.type", json!("none"), json!("stripe")),
                ("verification.tolerance_s", none.clone(), json!(60)),
            ],
        ),
        (
            json!({"filter": {"path": "body.n", "op": "exists"}}),
            json!({"filter": {"all": [{"path": "body.n", "op": "equals", "value": 1}]}}),
            vec![("filter", json!("body.n exists"), json!("body.n is equal to 1"))],
        ),
        (
            json!({"filter": {"path": "body.n", "op": "exists"}}),
            json!({"filter": {"all": [{"path": "body.n", "op": "exists"}]}}),
            vec![],
        ),
        (
            json!({}),
            json!({"action": {"type": "upsert_item", "module_id": module}}),
            vec![
                ("action.type", json!("publish_event"), json!("upsert_item")),
                ("action.module_id", none.clone(), json!(module)),
                ("action.event_type", json!("order.created"), none.clone()),
            ],
        ),
        (
            json!({}),
            json!({"response": {"success": {"id": "[Event ID]"}, "error_status": 400, "filtered": "success"}}),
            vec![
                ("response.success", none.clone(), json!({"id": "[Event ID]"})),
                ("response.error_status", none.clone(), json!(400)),
                ("response.filtered", json!("error"), json!("success")),
            ],
        ),
        (
            json!({"per_second": 5}),
            json!({"idempotency_key": "body.id"}),
            vec![("idempotency_key", none.clone(), json!("body.id")), ("per_second", json!(5), none.clone())],
        ),
    ] {
        let expected: Vec<_> =
            expected.into_iter().map(|(field, from, to)| (field.to_owned(), from, to)).collect();
        assert_eq!(between(&before, &after), expected, "{before} {after}");
    }
}

#[test]
fn a16_rows_of_the_mapping_are_told_by_what_they_fill() {
    let none = Value::Null;
    let row = |from: &str, to: &str| json!({"from": from, "to": to});
    let points = json!({
        "from": "n", "to": "data.points", "default": 0, "replace": [{"value": "none", "with": null}],
    });
    for (before, after, expected) in [
        (
            json!([row("a", "x"), row("b", "y")]),
            json!([row("a", "x"), row("c", "y")]),
            vec![("mapping.y", json!("b"), json!("c"))],
        ),
        (
            json!([row("a", "x")]),
            json!([points]),
            vec![
                (
                    "mapping.data.points",
                    none.clone(),
                    json!(r#"n, "none" becomes null, 0 where it is empty"#),
                ),
                ("mapping.x", json!("a"), none.clone()),
            ],
        ),
        (
            json!([row("a", "x"), row("b", "y")]),
            json!([row("b", "y"), row("d", "z"), row("a", "x")]),
            vec![("mapping.z", none.clone(), json!("d")), ("mapping", json!(["x", "y"]), json!(["y", "x"]))],
        ),
        (
            json!([row("a", "x")]),
            json!([row("a", "x"), row("b", "x")]),
            vec![("mapping.x (2)", none.clone(), json!("b"))],
        ),
    ] {
        let expected: Vec<_> =
            expected.into_iter().map(|(field, from, to)| (field.to_owned(), from, to)).collect();
        let (before, after) = (json!({"mapping": before}), json!({"mapping": after}));
        assert_eq!(between(&before, &after), expected, "{before} {after}");
    }
}

#[test]
fn a16_secrets_are_told_to_have_been_set_replaced_or_dropped_and_never_shown() {
    let secret = || Some(SecretText::new("hush"));
    let token = |token| Verification::HeaderToken { header: "x".to_owned(), token };
    let body = |token| Verification::BodyToken { path: "x".to_owned(), token };
    let none = || Verification::None;
    let mask = || json!("***");
    for (was_set, before, after, expected) in [
        (false, none(), none(), None),
        (false, none(), token(None), None),
        (false, none(), token(secret()), Some(("verification.token", json!(null), mask()))),
        (true, token(None), token(None), None),
        (true, token(None), token(secret()), Some(("verification.token", mask(), mask()))),
        (true, token(None), body(secret()), Some(("verification.token", json!(null), mask()))),
        (true, token(None), body(None), Some(("verification.token", mask(), json!(null)))),
        (true, token(None), none(), Some(("verification.token", mask(), json!(null)))),
        (false, token(None), none(), None),
        (
            true,
            none(),
            Verification::Basic { username: "u".to_owned(), password: secret() },
            Some(("verification.password", json!(null), mask())),
        ),
    ] {
        let change = secret_change(was_set, &before, &after);
        let told =
            change.as_ref().map(|Change { field, from, to }| (field.as_str(), from.clone(), to.clone()));
        assert_eq!(told, expected, "{before:?} {after:?}");
        assert!(changes_of(&before, &after).iter().all(|change| !json!(change).to_string().contains("hush")));
    }
}

fn changes_of(before: &Verification, after: &Verification) -> Vec<Change> {
    let with = |verification: &Verification| SourceConfig {
        verification: verification.clone(),
        ..config(&json!({}))
    };
    changes(&with(before), &with(after))
}

#[test]
fn a16_a_move_is_a_change_of_the_state() {
    let moved = state_change(SourceState::Inactive, SourceState::Active);
    let expected = Change { field: "state".to_owned(), from: json!("inactive"), to: json!("active") };
    assert_eq!(moved, expected);
}

proptest! {
    #[test]
    fn a16_whatever_is_mapped_otherwise_is_told(
        before in prop::collection::vec(("[ab]", "[xyz]"), 0..5),
        after in prop::collection::vec(("[ab]", "[xyz]"), 0..5),
    ) {
        let mapped = |rows: &[(String, String)]| {
            let rows: Vec<_> = rows.iter().map(|(from, to)| json!({"from": from, "to": to})).collect();
            json!({"mapping": rows})
        };
        let told = between(&mapped(&before), &mapped(&after));
        prop_assert_eq!(told.is_empty(), before == after);
    }
}
