use super::*;
use crate::mapping;
use proptest::prelude::*;
use serde_json::{Value, json};

fn event_type(text: &str) -> EventType {
    EventType::new(text).expect("a type")
}

fn shipped(name: &str) -> EventDefinition {
    Catalogue::default().get(&event_type(name)).cloned().unwrap_or_else(|| panic!("{name} is shipped"))
}

fn own(changes: &Value) -> EventDefinition {
    let mut value = json!({"event_type": "visit", "name": "Visit"});
    for (name, change) in changes.as_object().expect("changes are an object") {
        value[name.as_str()] = change.clone();
    }
    serde_json::from_value(value).expect("a definition")
}

fn fields(errors: FieldErrors) -> Vec<String> {
    errors.0.into_iter().map(|error| error.field).collect()
}

fn read(definition: &EventDefinition, data: &Value) -> Result<(String, Value), Vec<String>> {
    match CustomerEvent::from_data(definition, data, &[]) {
        Ok(event) => Ok((event.key.to_string(), Value::Object(event.attributes))),
        Err(errors) => Err(fields(errors)),
    }
}

#[test]
fn a26_shipped_events_are_sound_and_each_is_there_once() {
    let all = Catalogue::default();
    assert_eq!(Catalogue::check(all.all()), Ok(()));
    let effects: Vec<_> = all.all().iter().map(|one| (one.event_type.as_str(), one.effect)).collect();
    let expected = [
        ("point_add", Effect::AddPoints),
        ("point_sub", Effect::SubtractPoints),
        ("point_spend", Effect::SubtractPoints),
        ("reward", Effect::SubtractPoints),
        ("checkout", Effect::None),
        ("checkout_item", Effect::None),
        ("checkout_accept", Effect::Purchase),
        ("checkout_accept_item", Effect::PurchaseItem),
        ("checkout_reject", Effect::None),
        ("refund", Effect::Refund),
        ("partial_refund", Effect::Refund),
        ("refund_item", Effect::RefundItem),
        ("opt_in", Effect::OptIn),
        ("opt_out", Effect::OptOut),
        ("profile", Effect::Profile),
    ];
    assert_eq!(effects, expected);
}

#[test]
fn a19_to_a23_the_mappings_of_the_manual_fit() {
    let attributes = |rows: &[(&str, &str)], body: Value| {
        let rows: Vec<_> = rows.iter().map(|(from, to)| json!({"from": from, "to": to})).collect();
        let rows: Vec<mapping::Mapping> = serde_json::from_value(json!(rows)).expect("rows");
        mapping::event_data(mapping::apply(&rows, &body).expect("it maps"))
    };
    let points = |from| [("clientID", "customer"), ("reason", "data.reason"), (from, "data.points")];
    let of_checkout = [("transaction_id", "data.transaction_id"), ("total", "data.total")];
    let of_item = [
        ("product_id", "data.product_id"),
        ("subtotal", "data.subtotal"),
        ("quantity", "data.quantity"),
        ("clientID", "customer"),
    ];
    let of_opt_in = [
        ("customerID", "customer"),
        ("optin_labels", "data.email"),
        ("first_name", "data.first_name"),
        ("last_name", "data.last_name"),
        ("labels", "data.labels"),
    ];
    for (name, rows, body, expected) in [
        (
            "point_add",
            points("pointstobeadded").to_vec(),
            json!({"clientID": "c", "pointstobeadded": "10", "reason": "purchase"}),
            json!({"points": 10, "reason": "purchase"}),
        ),
        (
            "point_sub",
            points("pointsub").to_vec(),
            json!({"clientID": "c", "pointsub": 25}),
            json!({"points": 25}),
        ),
        (
            "checkout_accept",
            [&of_checkout[..], &of_item[3..]].concat(),
            json!({"clientID": "c", "transaction_id": 7, "total": "99.90"}),
            json!({"transaction_id": "7", "total": serde_json::from_str::<Value>("99.90").expect("a number")}),
        ),
        (
            "checkout_accept_item",
            [&of_checkout[..], &of_item].concat(),
            json!({"clientID": "c", "transaction_id": "t", "total": 9, "product_id": "p", "subtotal": 3, "quantity": "3"}),
            json!({"transaction_id": "t", "product_id": "p", "total": 9, "subtotal": 3, "quantity": 3}),
        ),
        (
            "opt_in",
            of_opt_in.to_vec(),
            json!({"customerID": "c", "optin_labels": "yes", "first_name": "Ada", "last_name": "", "labels": "a, b"}),
            json!({"email": "yes", "first_name": "Ada", "labels": ["a", "b"]}),
        ),
    ] {
        let data = attributes(&rows, body);
        let (key, read) = read(&shipped(name), &data).unwrap_or_else(|wrong| panic!("{name}: {wrong:?}"));
        assert_eq!((key.as_str(), read.to_string()), ("c", expected.to_string()), "{name}");
    }
}

#[test]
fn d19_the_email_of_an_opt_in_is_whatever_is_mapped_to_it() {
    for (email, expected) in [
        (json!("not an address"), json!("not an address")),
        (json!(true), json!("true")),
        (json!(1), json!("1")),
    ] {
        let data = json!({"customer": "c", "email": email});
        assert_eq!(read(&shipped("opt_in"), &data), Ok(("c".into(), json!({"email": expected}))));
    }
}

#[test]
fn a26_events_that_do_not_fit_are_refused_by_attribute() {
    for (name, data, expected) in [
        ("point_add", json!({"customer": "c"}), vec!["points"]),
        ("point_add", json!({"customer": "c", "points": "many"}), vec!["points"]),
        ("point_add", json!({"customer": "c", "points": ""}), vec!["points"]),
        ("point_add", json!({"points": 1}), vec!["customer"]),
        ("point_add", json!({"customer": "", "points": []}), vec!["customer", "points"]),
        ("point_add", json!({"customer": {"id": 1}, "points": 1}), vec!["customer"]),
        ("point_add", json!([1]), vec!["customer"]),
        ("point_add", json!({"customer": "c", "points": 1, "x": "\u{0}"}), vec!["x"]),
        ("checkout_accept", json!({"customer": "c"}), vec!["transaction_id", "total"]),
        (
            "checkout_accept_item",
            json!({"customer": 7, "transaction_id": "t", "product_id": "p", "quantity": 1.5}),
            vec!["quantity"],
        ),
        ("opt_in", json!({"customer": "c", "labels": ["a", {}]}), vec!["labels.1"]),
    ] {
        let expected = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(read(&shipped(name), &data), Err(expected), "{name} {data}");
    }
}

#[test]
fn a26_attributes_that_are_not_listed_are_kept_as_sent() {
    let data = json!({"orderId": {"a": [1.50, null]}, "points": "1", "customer": 7, "none": ""});
    let expected = json!({"points": 1, "orderId": {"a": [1.50, null]}, "none": ""});
    assert_eq!(read(&shipped("point_add"), &data), Ok(("7".into(), expected)));
}

#[test]
fn a8_an_accounts_definitions_replace_shipped_ones_and_come_after_them() {
    let stricter = json!({"event_type": "point_add", "name": "Points!", "effect": "none"});
    let catalogue = Catalogue::new(vec![own(&json!({})), own(&stricter)]);
    assert_eq!(catalogue.all().len(), Catalogue::default().all().len() + 1);
    assert_eq!(catalogue.all()[0].name, "Points!");
    assert_eq!(catalogue.all().last().map(|last| last.name.as_str()), Some("Visit"));
    assert_eq!(catalogue.get(&event_type("visit")), Some(&own(&json!({}))));
    assert_eq!(catalogue.get(&event_type("visits")), None);
    assert!(Catalogue::ships(&event_type("point_add")) && !Catalogue::ships(&event_type("visit")));
}

#[test]
fn a26_the_customers_form_types_what_a_profile_sets() {
    let form = Form::of_customers();
    let definition = shipped("profile").with_fields_of(&form);
    let data = json!({"customer": "c", "billing_id": "12", "zip": 93103, "email": "e"});
    let expected = json!({"email": "e", "zip": "93103", "billing_id": 12});
    assert_eq!(read(&definition, &data), Ok(("c".into(), expected)));
    assert_eq!(
        read(&definition, &json!({"customer": "c", "billing_id": "x"})),
        Err(vec!["billing_id".into()])
    );
    assert_eq!(shipped("point_add").with_fields_of(&form), shipped("point_add"));
}

#[test]
fn a26_checks_name_the_field() {
    let attribute = |key: &str, field_type: &str| json!({"key": key, "label": "A", "type": field_type});
    for (changes, expected) in [
        (json!({}), vec![]),
        (json!({"name": ""}), vec!["name"]),
        (json!({"description": "a".repeat(1_001)}), vec!["description"]),
        (json!({"attributes": [attribute("a", "json"), attribute("a", "json")]}), vec!["attributes.1.key"]),
        (json!({"attributes": [attribute("customer", "string")]}), vec!["attributes.0.key"]),
        (json!({"attributes": [{"key": "a", "label": "", "type": "json"}]}), vec!["attributes.0.label"]),
        (json!({"attributes": vec![attribute("a", "json"); 101]}), vec!["attributes"]),
        (json!({"effect": "add_points"}), vec!["effect"]),
        (json!({"effect": "add_points", "attributes": [attribute("points", "string")]}), vec!["effect"]),
        (json!({"effect": "add_points", "attributes": [attribute("points", "integer")]}), vec![]),
        (json!({"effect": "purchase", "attributes": [attribute("total", "decimal")]}), vec![]),
        (
            json!({"effect": "purchase_item", "attributes": [attribute("quantity", "decimal")]}),
            vec!["effect"],
        ),
        (json!({"effect": "refund_item", "attributes": [attribute("quantity", "integer")]}), vec![]),
        (json!({"effect": "profile"}), vec![]),
    ] {
        let problems = own(&changes).check().err().map(fields).unwrap_or_default();
        assert_eq!(problems, expected, "{changes}");
    }
    let many: Vec<_> = (0..201).map(|n| own(&json!({"event_type": format!("e{n}")}))).collect();
    assert_eq!(Catalogue::check(&many[..200]), Ok(()));
    assert!(Catalogue::check(&many).is_err());
    let twice = [own(&json!({})), own(&json!({"name": ""}))];
    assert_eq!(Catalogue::check(&twice).map_err(fields), Err(vec!["1.event_type".into(), "1.name".into()]));
}

#[test]
fn a26_effects_have_one_name_each() {
    for effect in Effect::ALL {
        assert_eq!(json!(effect), json!(effect.as_str()));
        assert_eq!(effect.as_str().parse(), Ok(effect));
    }
    let wrong = json!({"event_type": "a", "name": "A", "effects": "none"});
    assert!(serde_json::from_value::<EventDefinition>(wrong).is_err());
}

proptest! {
    #[test]
    fn a26_big_numbers_reach_the_event_digit_for_digit(digits in "[1-9][0-9]{0,60}", quoted in any::<bool>()) {
        let sent = if quoted { format!("\"{digits}\"") } else { digits.clone() };
        let data: Value = serde_json::from_str(&format!(r#"{{"customer":"c","points":{sent}}}"#)).expect("JSON");
        let (_, attributes) = read(&shipped("point_add"), &data).expect("it fits");
        prop_assert_eq!(attributes.to_string(), format!(r#"{{"points":{digits}}}"#));
    }
}
