use super::*;

fn edited(before: Option<&Customer>, draft: Value) -> Result<Customer, Vec<String>> {
    let draft: CustomerDraft = serde_json::from_value(draft).expect("a draft");
    let edited = edit(before, &draft, &Form::of_customers(), &[], T1);
    edited.map_err(|errors| errors.0.into_iter().map(|error| error.field).collect())
}

#[test]
fn t24_drafts_make_and_change_customers() {
    let draft = json!({
        "key": 7, "fields": {"billing_id": "12", "city": "Bonn", "zip": ""}, "labels": [" b", "a", "b"],
        "opted_in": true, "external_account_numbers": ["2", "1"],
    });
    let made = edited(None, draft).expect("it fits");
    let expected = somebody(&json!({
        "key": "7", "fields": {"city": "Bonn", "billing_id": 12}, "labels": ["a", "b"], "opted_in": true,
        "external_account_numbers": ["2", "1"], "created_at": T1, "updated_at": T1,
    }));
    assert_eq!(made, expected);

    let before = somebody(&json!({"fields": {"shoeSize": 42, "city": "Bonn"}, "points": 5, "labels": ["a"]}));
    let emptied = edited(Some(&before), json!({"fields": {"shoeSize": 43}})).expect("it fits");
    let expected = somebody(&json!({
        "fields": {"shoeSize": 43}, "points": 5, "version": 2, "updated_at": T1,
    }));
    assert_eq!(emptied, expected, "points are of events alone");
    let same = edited(Some(&before), json!(CustomerDraft::from(before.clone()))).expect("it fits");
    assert_eq!(same, before);
}

#[test]
fn s_drafts_say_nothing_that_is_not_theirs_to_say() {
    let before = somebody(&json!({"fields": {"shoeSize": 42}}));
    for (before, draft, expected) in [
        (None, json!({}), vec!["key"]),
        (Some(&before), json!({"key": "c-2"}), vec!["key"]),
        (Some(&before), json!({"fields": {"hat": 1, "billing_id": "x"}}), vec!["fields.billing_id"]),
        (Some(&before), json!({"fields": {"hat": 1}}), vec!["fields.hat"]),
        (None, json!({"key": "c", "fields": {"shoeSize": 1}}), vec!["fields.shoeSize"]),
        (
            None,
            json!({"key": "c", "labels": ["a".repeat(129)], "external_account_numbers": ["\u{7}"]}),
            vec!["labels", "external_account_numbers"],
        ),
    ] {
        let expected = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(edited(before, draft.clone()), Err(expected), "{draft}");
    }
    for wrong in [json!({"points": 5}), json!({"totals": {}}), json!({"version": 9}), json!({"key": ""})] {
        assert!(serde_json::from_value::<CustomerDraft>(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn t23_the_form_of_customers_has_no_field_that_all_of_them_have() {
    let form = |key: &str| {
        let field = json!({"key": key, "label": "A", "type": "string"});
        serde_json::from_value::<Form>(json!({"sections": [{"title": "All", "fields": [field]}]}))
            .expect("a form")
    };
    assert_eq!(check_form(&Form::of_customers()), Ok(()));
    assert_eq!(check_form(&form("title")), Ok(()));
    for (key, _, _) in log(changes(None, &told("profile", &json!({"labels": "a"})))) {
        assert!(check_form(&form(&key)).is_err(), "{key}");
    }
    assert!(check_form(&form("points")).is_err());
}
