//! What some of the blueprints make of their samples, and how they answer.

use super::tests::{customer_with, routing, sample, send, settled, source};
use super::*;
use crate::fan_out::Routing;
use crate::inbound::{Decision, InboundRequest, Outcome, admit};
use crate::record::Intent;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

fn of(key: &str) -> &'static Blueprint {
    blueprint(key).unwrap_or_else(|| panic!("there is no {key}"))
}

/// Type and data of the event that a blueprint's sample makes, and what its sender is answered.
fn made_by(key: &str) -> (String, Value, Value) {
    let blueprint = of(key);
    let decision = send(&source(blueprint, blueprint.sample.secret.as_deref()), &sample(blueprint));
    let event = decision.events.first().unwrap_or_else(|| panic!("{key}: {:?}", decision.explanation));
    let data = serde_json::from_str(event.data.get()).expect("JSON");
    let answer = serde_json::from_slice(&decision.response.body).unwrap_or_default();
    (event.event_type.to_string(), data, answer)
}

/// A number with these digits.
fn exact(digits: &str) -> Value {
    serde_json::from_str(digits).expect("a number")
}

struct UseCase {
    key: &'static str,
    name: &'static str,
    endpoint: &'static str,
    event_type: &'static str,
    filter: Value,
    /// From and to.
    mapping: &'static [(&'static str, &'static str)],
    /// What the sample says of its customer, in the types of the event's definition.
    attributes: Value,
    /// How many points they have before.
    points: &'static str,
    /// What is different of them afterwards: field and value.
    changes: Vec<(&'static str, Value)>,
}

impl UseCase {
    fn holds(&self) {
        let blueprint = of(self.key);
        let rows: Vec<_> = self.mapping.iter().map(|(from, to)| json!({"from": from, "to": to})).collect();
        let expected = json!({
            "name": self.name, "endpoint": self.endpoint, "method": "POST", "filter": self.filter,
            "action": {"type": "record_event", "event_type": self.event_type}, "mapping": rows,
            "response": {"success": {"ok": true}, "error": {"notok": false}},
        });
        let expected: SourceConfig = serde_json::from_value(expected).expect("a source");
        assert_eq!(blueprint.source, expected);
        let decision = send(&source(blueprint, None), &sample(blueprint));
        self.is_wanted_by(&decision);
        self.is_done_by(&decision);
        let stray = InboundRequest { body: "{}".into(), ..sample(blueprint) };
        let refused = send(&source(blueprint, None), &stray);
        let body: Value = serde_json::from_slice(&refused.response.body).expect("JSON");
        assert_eq!((refused.outcome, refused.response.status), (Outcome::Filtered, 422));
        assert_eq!(body, json!({"notok": false}));
    }

    /// The event is recorded on the customer of the sample, and nothing is published before that is done.
    fn is_wanted_by(&self, decision: &Decision) {
        assert_eq!((decision.outcome, decision.events.len()), (Outcome::Accepted, 0));
        let [wanted] = decision.wanted.as_slice() else { panic!("{:?}", decision.explanation) };
        let Intent::CustomerEvent { definition, event } = &wanted.intent else { panic!("{wanted:?}") };
        assert_eq!((definition.event_type.as_str(), event.key.as_str()), (self.event_type, "C-1042"));
        // By their texts, so that digits count.
        let said = Value::Object(event.attributes.clone());
        assert_eq!(said.to_string(), self.attributes.to_string());
    }

    /// The customer is changed as the event says, their history has it, and who subscribes is told.
    fn is_done_by(&self, decision: &Decision) {
        let settled = settled(of(self.key), decision, Some(customer_with(self.points)));
        let Decision { outcome, response, events, wanted, .. } = settled.decision;
        assert_eq!((outcome, response.status, wanted.len()), (Outcome::Accepted, 200, 0));
        assert_eq!(response.body, r#"{"ok":true}"#);
        let [(_, entry)] = settled.history.as_slice() else { panic!("one thing happened to them") };
        let changes: Vec<_> =
            entry.changes.iter().map(|change| (&*change.field, change.to.clone())).collect();
        assert_eq!(changes, self.changes);
        let [event] = events.as_slice() else { panic!("one event tells of it") };
        assert_eq!((event.event_type.as_str(), event.id), (self.event_type, entry.id));
        let data: Value = serde_json::from_str(event.data.get()).expect("JSON");
        assert_eq!((&data["customer"]["key"], &data["attributes"]), (&json!("C-1042"), &self.attributes));
    }
}

#[test]
fn a19_point_add_is_a_blueprint() {
    UseCase {
        key: "point_add",
        name: "Point add",
        endpoint: "endpoint1",
        event_type: "point_add",
        filter: json!({"path": "body.pointadd", "op": "exists"}),
        mapping: &[("clientID", "customer"), ("reason", "data.reason"), ("pointstobeadded", "data.points")],
        attributes: json!({"points": 150, "reason": "newsletter sign-up"}),
        points: "0",
        changes: vec![("points", json!(150))],
    }
    .holds();
}

#[test]
fn a20_point_subtraction_is_a_blueprint() {
    UseCase {
        key: "point_sub",
        name: "Point sub",
        endpoint: "endpoint2",
        event_type: "point_sub",
        filter: json!({"path": "body.pointsub", "op": "greater_than", "value": 0}),
        mapping: &[("clientID", "customer"), ("reason", "data.reason"), ("pointsub", "data.points")],
        attributes: json!({"points": 40, "reason": "voucher redeemed"}),
        points: "100.5",
        changes: vec![("points", json!(60.5))],
    }
    .holds();
}

#[test]
fn a21_checkout_accept_is_a_blueprint() {
    UseCase {
        key: "checkout_accept",
        name: "Checkout accept",
        endpoint: "endpoint3",
        event_type: "checkout_accept",
        filter: json!({"path": "body.checkoutaccept", "op": "exists"}),
        mapping: &[
            ("clientID", "customer"),
            ("transaction_id", "data.transaction_id"),
            ("total", "data.total"),
        ],
        attributes: json!({"transaction_id": "T-2026-000731", "total": exact("84.90")}),
        points: "0",
        changes: vec![("spent", exact("84.9")), ("purchases", json!(1))],
    }
    .holds();
}

#[test]
fn a22_checkout_accept_item_is_a_blueprint() {
    UseCase {
        key: "checkout_accept_item",
        name: "Checkout accept item",
        endpoint: "endpoint4",
        event_type: "checkout_accept_item",
        filter: json!({"path": "body.checkoutacceptitem", "op": "exists"}),
        mapping: &[
            ("clientID", "customer"),
            ("transaction_id", "data.transaction_id"),
            ("total", "data.total"),
            ("product_id", "data.product_id"),
            ("subtotal", "data.subtotal"),
            ("quantity", "data.quantity"),
        ],
        attributes: json!({"transaction_id": "T-2026-000731", "product_id": "SKU-77", "total": exact("84.90"),
            "subtotal": exact("29.95"), "quantity": 1}),
        points: "0",
        changes: vec![("items", json!(1))],
    }
    .holds();
}

#[test]
fn a23_labels_upon_opt_in_are_a_blueprint() {
    UseCase {
        key: "optin_labels",
        name: "Optin labels",
        endpoint: "optin_labels",
        event_type: "opt_in",
        filter: json!({"path": "body.optin_labels", "op": "exists"}),
        mapping: &[
            ("customerID", "customer"),
            ("optin_labels", "data.email"),
            ("first_name", "data.first_name"),
            ("last_name", "data.last_name"),
            ("labels", "data.labels"),
        ],
        attributes: json!({"email": "ada@example.com", "first_name": "Ada", "last_name": "Lovelace",
            "labels": ["newsletter", "early adopter"]}),
        points: "0",
        changes: vec![
            ("email", json!("ada@example.com")),
            ("first_name", json!("Ada")),
            ("last_name", json!("Lovelace")),
            ("opted_in", json!(true)),
            ("labels", json!(["early adopter", "newsletter"])),
        ],
    }
    .holds();
}

#[test]
fn a20_points_that_nobody_has_are_not_subtracted() {
    let blueprint = of("point_sub");
    let decision = send(&source(blueprint, None), &sample(blueprint));
    for before in [None, Some(customer_with("39.9999"))] {
        let settled = settled(blueprint, &decision, before);
        let Decision { outcome, response, events, explanation, .. } = settled.decision;
        assert_eq!((outcome, response.status, events.len()), (Outcome::RecordRefused, 422, 0));
        assert_eq!((response.body, settled.history.len()), (r#"{"notok":false}"#.into(), 0));
        assert!(explanation.is_some_and(|why| why.starts_with("points: ")));
    }
}

#[test]
fn a26_a_customer_nobody_knew_is_made_by_what_is_said_of_them() {
    let blueprint = of("point_add");
    let decision = send(&source(blueprint, None), &sample(blueprint));
    let settled = settled(blueprint, &decision, None);
    let data: Value = serde_json::from_str(settled.decision.events[0].data.get()).expect("JSON");
    let customer = &data["customer"];
    assert_eq!((&customer["points"], &customer["version"]), (&json!(150), &json!(1)));
}

#[test]
fn k17_mailchimps_blueprint_says_where_to_click_and_takes_its_form() {
    let steps = of("mailchimp").steps.join("\n");
    for words in ["list", "Settings", "Webhooks", "Create New Webhook", "Callback URL", "updates", "Save"] {
        assert!(steps.contains(words), "{words}");
    }
    let (event_type, data, _) = made_by("mailchimp");
    assert_eq!(event_type, "subscriber.changed");
    let expected = json!({"customer": "ada@example.com", "type": "subscribe", "fired_at": "2026-09-21 14:13:18",
        "id": "8a25ff1d98", "email": "ada@example.com", "list_id": "a6b5da1054", "first_name": "Ada",
        "last_name": "Lovelace"});
    assert_eq!(data, expected);
}

#[test]
fn d24_mailchimp_may_ask_by_get_whether_somebody_is_there() {
    let mailchimp = source(of("mailchimp"), None);
    let endpoint = mailchimp.config.endpoint.clone();
    let sources = HashMap::from([(endpoint.clone(), Arc::new(mailchimp))]);
    let routing = Routing { sources, ..routing() };
    let source = admit(&routing, "GET", &endpoint).expect("it is let through");
    let asking = InboundRequest { method: "GET".to_owned(), ..sample(of("mailchimp")) };
    assert_eq!(send(&source, &asking).outcome, Outcome::Handshake);
}

#[test]
fn d24_slack_is_answered_its_challenge_once_it_is_believed() {
    const CHALLENGE: &str = r#"{"token":"XXYYZZ","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P","type":"url_verification"}"#;
    let slack = of("slack_events");
    let unsigned = InboundRequest { raw_body: CHALLENGE.into(), body: CHALLENGE.into(), ..sample(slack) };
    let source = source(slack, slack.sample.secret.as_deref());
    assert_eq!(send(&source, &unsigned).outcome, Outcome::VerificationFailed);
    let mut signed = unsigned;
    let (_, signature) =
        signed.headers.iter_mut().find(|(name, _)| name == "x-slack-signature").expect("it is signed");
    *signature = "v0=7dcc2dfac707b2a62c366f1a2c7bdf618ca5b9546786979d15312f46ee22c7f8".to_owned();
    let decision = send(&source, &signed);
    assert_eq!(decision.outcome, Outcome::Handshake);
    let expected = r#"{"challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}"#;
    assert_eq!(decision.response.body, expected);
}

#[test]
fn lists_in_samples_are_collected_element_by_element() {
    let (_, shopify, _) = made_by("shopify_orders");
    assert_eq!(shopify["skus"], json!(["IPOD2008PINK", "IPOD2008BLACK"]));
    assert_eq!(shopify["quantities"], json!([1, 1]));
    let (_, github, _) = made_by("github_push");
    assert_eq!(github["messages"], json!(["Add a greeting", "Say it louder"]));
    let (_, mparticle, _) = made_by("mparticle");
    assert_eq!(mparticle["event_types"], json!(["custom_event", "screen_view"]));
    assert_eq!(mparticle["customer"].to_string(), "7346244611012968789", "every digit is kept");
}

#[test]
fn twilio_is_answered_204_because_it_takes_no_json() {
    let twilio = of("twilio_sms");
    let decision = send(&source(twilio, twilio.sample.secret.as_deref()), &sample(twilio));
    assert_eq!((decision.response.status, decision.response.body.len()), (204, 0));
    let (_, data, _) = made_by("twilio_sms");
    assert_eq!(data["text"], "Where is my order? #1234 & thanks");
}
