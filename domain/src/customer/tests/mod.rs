use super::*;
use crate::catalogue::{Catalogue, CustomerEvent, EventDefinition};
use crate::error::FieldErrors;
use crate::event::EventType;
use crate::form::Form;
use proptest::prelude::*;
use serde_json::json;

mod drafts;

const T0: Timestamp = Timestamp(1_790_000_000_000);
const T1: Timestamp = Timestamp(1_790_000_060_000);

fn definition(name: &str) -> EventDefinition {
    let event_type = EventType::new(name).expect("a type");
    Catalogue::default().get(&event_type).cloned().unwrap_or_else(|| panic!("{name} is shipped"))
}

fn with_effect(effect: &str) -> EventDefinition {
    serde_json::from_value(json!({"event_type": "own", "name": "Own", "effect": effect}))
        .expect("a definition")
}

/// What an event makes of a customer, or the attribute it fails by and why.
fn after(
    before: Option<&Customer>,
    definition: &EventDefinition,
    attributes: &Value,
) -> Result<Customer, (String, String)> {
    let mut data = json!({"customer": "c-1"});
    data.as_object_mut().expect("an object").extend(attributes.as_object().expect("an object").clone());
    let first = |errors: FieldErrors| (errors.0[0].field.clone(), errors.0[0].message.clone());
    let event = CustomerEvent::from_data(definition, &data, &[]).map_err(first)?;
    apply(before, &event, definition, T1).map_err(|error| first(error.into()))
}

fn told(name: &str, attributes: &Value) -> Customer {
    after(None, &definition(name), attributes).unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

fn somebody(changes: &Value) -> Customer {
    let mut customer = json!({
        "key": "c-1", "fields": {}, "labels": [], "points": 0, "opted_in": null, "external_account_numbers": [],
        "totals": {"spent": 0, "purchases": 0, "items": 0, "refunded": 0},
        "version": 1, "created_at": T0, "updated_at": T0,
    });
    for (name, change) in changes.as_object().expect("changes are an object") {
        customer[name.as_str()] = change.clone();
    }
    serde_json::from_value(customer).expect("a customer")
}

fn amount(text: &str) -> Amount {
    text.parse().expect("an amount")
}

fn log(changes: Vec<crate::change::Change>) -> Vec<(String, Value, Value)> {
    changes.into_iter().map(|change| (change.field, change.from, change.to)).collect()
}

#[test]
fn a26_points_are_added_and_subtracted_exactly() {
    let before = somebody(&json!({"points": "0.1"}));
    for (name, points, expected) in [
        ("point_add", json!("0.2"), "0.3"),
        ("point_add", json!(10), "10.1"),
        ("point_add", json!(0), "0.1"),
        ("point_sub", json!(0.1), "0"),
        ("point_spend", json!("0.0001"), "0.0999"),
        ("reward", json!(0.05), "0.05"),
        ("reward", json!(null), "0.1"),
    ] {
        let attributes = json!({"points": points, "reward": "mug", "reason": "x"});
        let after = after(Some(&before), &definition(name), &attributes).expect("it is registered");
        assert_eq!(after.points, amount(expected), "{name} {points}");
        assert_eq!(after.fields, before.fields);
    }
}

#[test]
fn a26_what_is_not_there_is_not_subtracted() {
    let message = "not enough points: 10.5 are to be subtracted, and the balance is 10";
    let too_much = json!({"points": 10.5});
    let before = somebody(&json!({"points": 10}));
    let error = after(Some(&before), &definition("point_sub"), &too_much);
    assert_eq!(error, Err(("points".into(), message.into())));
    assert!(after(None, &definition("point_sub"), &too_much).is_err(), "nobody has no points");
    assert_eq!(
        after(Some(&before), &with_effect("subtract_points_below_zero"), &too_much).map(|after| after.points),
        Ok(amount("-0.5")),
        "unless the definition allows it"
    );
    let indebted = somebody(&json!({"points": -1}));
    assert!(after(Some(&indebted), &definition("point_sub"), &json!({"points": 0})).is_ok());
}

#[test]
fn a26_events_that_cannot_be_counted_are_refused() {
    let full = somebody(&json!({
        "points": "922337203685477.5807",
        "totals": {"spent": "922337203685477.5807", "purchases": 1, "items": i64::MAX, "refunded": 0},
    }));
    let purchase = |total: Value| json!({"transaction_id": "t", "total": total});
    let item = |quantity: Value| json!({"transaction_id": "t", "product_id": "p", "quantity": quantity});
    for (name, attributes, expected) in [
        ("point_add", json!({"points": -1}), "points"),
        ("point_sub", json!({"points": -1}), "points"),
        ("point_add", json!({"points": 1}), "points"),
        ("point_add", json!({"points": 0.00001}), "points"),
        ("checkout_accept", purchase(json!(1)), "total"),
        ("checkout_accept", purchase(json!(-1)), "total"),
        ("refund", purchase(json!("-0.01")), "total"),
        ("checkout_accept_item", item(json!(1)), "quantity"),
        ("checkout_accept_item", item(json!(-1)), "quantity"),
        ("refund_item", item(serde_json::from_str("99999999999999999999").expect("a number")), "quantity"),
    ] {
        let refused = after(Some(&full), &definition(name), &attributes).map_err(|(attribute, _)| attribute);
        assert_eq!(refused, Err(expected.to_owned()), "{name} {attributes}");
    }
}

#[test]
fn a26_purchases_and_refunds_add_to_totals() {
    let steps = [
        ("checkout", json!({"transaction_id": "t", "total": 99.9})),
        ("checkout_item", json!({"transaction_id": "t", "product_id": "p", "quantity": 9})),
        ("checkout_reject", json!({"transaction_id": "t"})),
        ("checkout_accept", json!({"transaction_id": "t", "total": "99.90"})),
        (
            "checkout_accept_item",
            json!({"transaction_id": "t", "product_id": "p", "total": 99.9, "quantity": 3}),
        ),
        ("checkout_accept_item", json!({"transaction_id": "t", "product_id": "q", "total": 99.9})),
        ("refund_item", json!({"transaction_id": "t", "product_id": "q"})),
        ("partial_refund", json!({"transaction_id": "t", "total": 33.3})),
        ("refund", json!({"transaction_id": "t", "total": 0.1})),
    ];
    let customer = steps.iter().fold(None, |before, (name, attributes)| {
        Some(after(before.as_ref(), &definition(name), attributes).expect("it is registered"))
    });
    let expected = Totals { spent: amount("99.9"), purchases: 1, items: 3, refunded: amount("33.4") };
    let customer = customer.expect("somebody");
    assert_eq!((customer.totals, customer.points), (expected, Amount::ZERO));
    assert_eq!(told("refund_item", &json!({"transaction_id": "t", "product_id": "p"})).totals.items, -1);
}

#[test]
fn a26_any_event_makes_somebody_who_is_not_there() {
    let customer = told("checkout", &json!({"transaction_id": "t", "total": 1}));
    let expected = somebody(&json!({"created_at": T1, "updated_at": T1}));
    assert_eq!(customer, expected);
}

#[test]
fn a23_opting_in_sets_the_profile_and_adds_labels() {
    let sent =
        json!({"email": "yes", "first_name": "Ada", "last_name": "Byron", "labels": "vip, london ,,vip"});
    let joined = told("opt_in", &sent);
    let expected = somebody(&json!({
        "fields": {"email": "yes", "first_name": "Ada", "last_name": "Byron"}, "labels": ["london", "vip"],
        "opted_in": true, "created_at": T1, "updated_at": T1,
    }));
    assert_eq!(joined, expected);
    let more = json!({"labels": ["bonn", 7], "last_name": "Lovelace", "email": "", "first_name": null});
    let renamed = after(Some(&joined), &definition("profile"), &more).expect("it is registered");
    assert_eq!(renamed.labels, ["7", "bonn", "london", "vip"]);
    assert_eq!(renamed.fields["last_name"], json!("Lovelace"));
    assert_eq!(renamed.fields["email"], json!("yes"), "what says nothing changes nothing");
    assert_eq!((renamed.title(), renamed.opted_in, renamed.version), ("Ada Lovelace".into(), Some(true), 2));
    let left =
        after(Some(&renamed), &definition("opt_out"), &json!({"reason": "moved"})).expect("registered");
    assert_eq!((left.opted_in, left.labels, left.fields), (Some(false), renamed.labels, renamed.fields));
}

#[test]
fn a26_attributes_of_a_profile_become_fields_but_for_what_customers_have_anyway() {
    let sent = json!({"shoeSize": 42.50, "points": 9, "version": 7, "key": "x", "reason": "r"});
    let customer = told("profile", &sent);
    assert_eq!(Value::Object(customer.fields), json!({"shoeSize": 42.50, "reason": "r"}));
    assert_eq!((customer.points, customer.version, customer.key.as_str()), (Amount::ZERO, 1, "c-1"));
}

#[test]
fn t28_external_account_numbers_are_one_or_more_and_replace_those_before() {
    let of = |sent: Value| json!({"external_account_numbers": sent});
    let customer = told("profile", &of(json!(["B-2", "A-1", 7, "B-2"])));
    assert_eq!(customer.external_account_numbers, ["B-2", "A-1", "7"]);
    for (sent, expected) in [
        (json!("A-1"), vec!["A-1"]),
        (json!(12), vec!["12"]),
        (json!("x,y"), vec!["x", "y"]),
        (json!([]), vec![]),
        (json!(null), vec!["B-2", "A-1", "7"]),
    ] {
        let after = after(Some(&customer), &definition("profile"), &of(sent.clone())).expect("registered");
        assert_eq!(after.external_account_numbers, expected, "{sent}");
    }
}

#[test]
fn a26_labels_and_fields_are_bounded() {
    let labels = |count: usize| json!({"labels": (0..count).map(|n| n.to_string()).collect::<Vec<_>>()});
    let text = "a".repeat(60_000);
    let refused =
        |attributes: &Value| after(None, &definition("profile"), attributes).map_err(|(field, _)| field);
    assert!(refused(&labels(200)).is_ok());
    for (attributes, expected) in [
        (labels(201), "labels"),
        (json!({"labels": ["a".repeat(129)]}), "labels"),
        (json!({"labels": "a\u{7}"}), "labels"),
        (json!({"external_account_numbers": ["a".repeat(129)]}), "external_account_numbers"),
        (json!({"a": text, "b": text, "c": text, "d": text, "e": text}), "customer"),
    ] {
        assert_eq!(refused(&attributes), Err(expected.to_owned()));
    }
    let half = told("profile", &labels(150));
    let other = json!({"labels": (150..201).map(|n| n.to_string()).collect::<Vec<_>>()});
    assert!(after(Some(&half), &definition("profile"), &other).is_err(), "with those there were");
}

#[test]
fn a25_changes_tell_what_an_event_did() {
    let before = somebody(&json!({"fields": {"city": "Bonn"}, "points": 5}));
    let paid = after(Some(&before), &definition("point_add"), &json!({"points": 1.5})).expect("registered");
    assert_eq!(log(changes(Some(&before), &paid)), [("points".to_owned(), json!(5), json!(6.5))]);
    assert_eq!((paid.version, paid.created_at, paid.updated_at), (2, T0, T1));
    let same = after(Some(&before), &definition("point_add"), &json!({"points": 0})).expect("registered");
    assert_eq!(same, before, "an event that changes nothing is no new version");

    let joined = told("opt_in", &json!({"first_name": "Ada", "labels": "vip"}));
    let expected = [
        ("first_name".to_owned(), json!(null), json!("Ada")),
        ("opted_in".to_owned(), json!(null), json!(true)),
        ("labels".to_owned(), json!(null), json!(["vip"])),
    ];
    assert_eq!(log(changes(None, &joined)), expected);
}

#[test]
fn customers_are_called_by_name_then_email_then_key() {
    for (fields, expected) in [
        (json!({"first_name": " Ada ", "last_name": "Byron", "email": "a@b"}), "Ada Byron"),
        (json!({"last_name": "Byron", "email": "a@b"}), "Byron"),
        (json!({"first_name": " ", "email": "a@b"}), "a@b"),
        (json!({"first_name": 7, "email": ""}), "c-1"),
        (json!({}), "c-1"),
    ] {
        assert_eq!(somebody(&json!({"fields": fields})).title(), expected, "{fields}");
    }
}

#[test]
fn d28_customers_are_found_by_key_name_numbers_labels_and_fields() {
    let customer = somebody(&json!({
        "fields": {"first_name": "Ada", "last_name": "Byron", "email": "ADA@x.example", "undeclared": "X", "billing_id": 7},
        "labels": ["VIP"], "external_account_numbers": ["A-1"],
    }));
    let terms = customer.search_terms();
    let found: Vec<_> = terms.iter().map(|term| (term.field.as_str(), term.value.as_str())).collect();
    let expected = [
        ("key", "c-1"),
        ("name", "ada byron"),
        ("external_account_numbers", "a-1"),
        ("labels", "vip"),
        ("first_name", "ada"),
        ("last_name", "byron"),
        ("email", "ada@x.example"),
        ("undeclared", "x"),
        ("billing_id", "7"),
    ];
    assert_eq!(found, expected);
}

proptest! {
    #[test]
    fn a26_a_balance_is_what_was_added_without_what_was_taken(
        steps in prop::collection::vec((any::<bool>(), 0_i64..1_000_000), 1..20),
    ) {
        let (mut customer, mut expected) = (None, 0);
        for (is_added, units) in steps {
            let name = if is_added { "point_add" } else { "point_sub" };
            let points = Value::from(Amount(units));
            match after(customer.as_ref(), &definition(name), &json!({"points": points})) {
                Ok(next) => {
                    expected += if is_added { units } else { -units };
                    customer = Some(next);
                }
                Err(_) => prop_assert!(!is_added && units > expected),
            }
            prop_assert!(expected >= 0);
            prop_assert_eq!(customer.as_ref().map_or(0, |customer| customer.points.0), expected);
        }
    }

    #[test]
    fn a26_labels_are_sorted_and_unique_in_whatever_order_they_come(
        one in prop::collection::vec("[a-c ]{0,3}", 0..6), two in prop::collection::vec("[a-c ]{0,3}", 0..6),
    ) {
        let tell = |before: Option<&Customer>, labels: &[String]| {
            after(before, &definition("profile"), &json!({"labels": labels})).expect("registered")
        };
        let (forth, back) = (tell(Some(&tell(None, &one)), &two), tell(Some(&tell(None, &two)), &one));
        prop_assert!(forth.labels.is_sorted());
        prop_assert_eq!(&forth.labels, &back.labels);
        let unique: std::collections::BTreeSet<_> = forth.labels.iter().collect();
        prop_assert_eq!(unique.len(), forth.labels.len());
    }
}
