use super::*;
use crate::customer::Customer;
use crate::fan_out::Routing;
use crate::filter::Filter;
use crate::ids::{AccountId, CustomerId, RequestId, SourceId};
use crate::inbound::{Decision, InboundRequest, Outcome, Settled, parse_body, process, settle};
use crate::record::{Held, HeldRecords, Intent};
use crate::secret::SecretText;
use crate::source::{ContentType, RoutedSource, SourceState, Verification};
use crate::time::Timestamp;
use serde_json::Value;
use std::collections::HashSet;

/// An active source made from `blueprint`, with this secret.
pub(super) fn source(blueprint: &Blueprint, secret: Option<&str>) -> RoutedSource {
    let mut config = blueprint.source.clone();
    config.verification.set_secret(secret.map(SecretText::new));
    let id = SourceId::new(Timestamp(2), &[8; 10]);
    RoutedSource {
        id,
        state: SourceState::Active,
        config,
        previous_secret: None,
        capture_until: Timestamp(0),
    }
}

pub(super) fn routing() -> Routing {
    Routing::empty(AccountId::new(Timestamp(1), &[9; 10]))
}

pub(super) fn send(source: &RoutedSource, request: &InboundRequest) -> Decision {
    process(source, &routing(), request, &mut || [5; 10])
}

pub(super) fn sample(blueprint: &Blueprint) -> InboundRequest {
    blueprint.sample.request(RequestId::new(blueprint.sample.received_at, &[7; 10]))
}

/// What comes of the sample once it is settled with the one customer that it is about, who is `before`.
pub(super) fn settled(blueprint: &Blueprint, decision: &Decision, before: Option<Customer>) -> Settled {
    let mut records = HeldRecords::default();
    for wanted in &decision.wanted {
        let id = CustomerId::new(Timestamp(3), &[6; 10]);
        let address = (routing().account_id, wanted.intent.key().clone());
        records.customers.insert(address, Held::new(id, before.clone()));
    }
    let source = source(blueprint, None);
    settle(&source, &routing(), &sample(blueprint), decision, &mut records, &[])
}

/// Somebody with this many points.
pub(super) fn customer_with(points: &str) -> Customer {
    let value = format!(
        r#"{{"key": "C-1042", "fields": {{}}, "labels": [], "points": {points}, "opted_in": null,
            "totals": {{"spent": 0, "purchases": 0, "items": 0, "refunded": 0}},
            "external_account_numbers": [], "version": 1, "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z"}}"#
    );
    serde_json::from_str(&value).expect("a customer")
}

/// What the mapping made of the sample: an event's data, or what is said of a customer.
fn said(decision: &Decision) -> Value {
    match (decision.events.as_slice(), decision.wanted.as_slice()) {
        ([event], []) => serde_json::from_str(event.data.get()).expect("JSON"),
        ([], [wanted]) => {
            let Intent::CustomerEvent { event, .. } = &wanted.intent else { panic!("{wanted:?}") };
            let mut said = event.attributes.clone();
            said.insert("customer".to_owned(), Value::from(event.key.as_str()));
            Value::Object(said)
        }
        other => panic!("not one thing comes of it: {other:?}"),
    }
}

fn paths(filter: &Filter) -> Vec<String> {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().flat_map(paths).collect(),
        Filter::Criterion(criterion) => vec![criterion.path.clone()],
    }
}

/// The sample without what `path` looks at, as JSON: the rest is all that a filter sees.
fn without(path: &str, blueprint: &Blueprint) -> InboundRequest {
    let mut request = sample(blueprint);
    if let Some(name) = path.strip_prefix("headers.") {
        request.headers.retain(|(other, _)| other != name);
        return request;
    }
    let content_type = ContentType::declared(&request.headers).expect("a content type");
    let mut body = parse_body(content_type, &request.body).expect("a body");
    let field = path.strip_prefix("body.").expect("headers or body");
    assert!(body.as_object_mut().expect("an object").shift_remove(field).is_some(), "{path}");
    request.body = match content_type {
        ContentType::Json => body.to_string().into(),
        ContentType::Form => {
            let plain = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let pairs = body.as_object().expect("an object").iter().map(|(name, value)| (name, plain(value)));
            form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into()
        }
    };
    request
}

#[test]
fn every_blueprint_is_one_that_can_be_saved_and_explained() {
    let mut keys = HashSet::new();
    for blueprint in blueprints() {
        let key = blueprint.key;
        assert!(keys.insert(key), "{key} is there twice");
        assert_eq!(super::blueprint(key), Some(blueprint));
        assert_eq!(blueprint.source.check(), Ok(()), "{key}");
        assert_eq!(blueprint.source.verification.secret(), None, "{key} leaves the secret to the account");
        let sentence = &blueprint.description;
        assert!(
            sentence.ends_with('.') && !sentence[..sentence.len() - 1].contains(". "),
            "{key}: {sentence}"
        );
        assert!(
            blueprint.steps.len() > 1 && blueprint.steps.iter().all(|step| step.ends_with(['.', '!'])),
            "{key}"
        );
        assert!(blueprint.steps.iter().any(|step| step.contains("URL")), "{key} says where the URL goes");
        assert_eq!(sample(blueprint).endpoint, blueprint.source.endpoint, "{key}");
        assert_eq!(sample(blueprint).method, blueprint.source.method.as_str(), "{key}");
        assert!(Category::ALL.contains(&blueprint.category) && !blueprint.category.label().is_empty());
        let is_proven = blueprint.source.verification != Verification::None;
        assert_eq!(blueprint.sample.secret.is_some(), is_proven, "{key} knows its sample's secret");
    }
    assert_eq!(blueprint("none"), None);
    assert_eq!(blueprints()[0].key, "blank");
}

#[test]
fn a2_every_blueprint_takes_its_own_sample() {
    for blueprint in blueprints() {
        let source = source(blueprint, blueprint.sample.secret.as_deref());
        let decision = send(&source, &sample(blueprint));
        assert_eq!(decision.outcome, Outcome::Accepted, "{}: {:?}", blueprint.key, decision.explanation);
        let data = said(&decision);
        let is_told = |value: &Value| !value.is_null() && *value != Value::Array(Vec::new());
        for row in &blueprint.source.mapping {
            let name = row.to.strip_prefix("data.").unwrap_or(&row.to);
            // Only an unsubscribe has a reason.
            if !(blueprint.key == "mailchimp" && name == "reason") {
                assert!(is_told(&data[name]), "{}: the sample has nothing for `{}`", blueprint.key, row.to);
            }
        }
        let is_keyed = blueprint.source.idempotency_key.is_some();
        assert_eq!(decision.idempotency_key.is_some(), is_keyed, "{}", blueprint.key);
        let settled = settled(blueprint, &decision, Some(customer_with("1000"))).decision;
        let is_taken = (settled.outcome, settled.response.status / 100) == (Outcome::Accepted, 2);
        let is_settled = settled.wanted.is_empty() && settled.events.len() <= 1;
        assert!(is_taken && is_settled, "{}: {:?}", blueprint.key, settled.explanation);
    }
}

#[test]
fn a2_no_blueprint_believes_a_sample_of_another_secret() {
    let mut proven = 0;
    for blueprint in blueprints() {
        let Some(secret) = &blueprint.sample.secret else { continue };
        proven += 1;
        // Of the same form, so that it is the signature that is refused.
        let swap = |c: char| if c == 'a' { 'b' } else { c };
        let other: String = secret.chars().rev().map(swap).collect();
        let other =
            secret.strip_prefix("whsec_").map_or(other, |_| "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD".into());
        let decision = send(&source(blueprint, Some(&other)), &sample(blueprint));
        let mismatch = decision.explanation.is_some_and(|why| why.contains("does not match"));
        assert_eq!((decision.outcome, mismatch), (Outcome::VerificationFailed, true), "{}", blueprint.key);
        let unset = send(&source(blueprint, None), &sample(blueprint));
        assert_eq!(unset.outcome, Outcome::VerificationFailed, "{}", blueprint.key);
        let mut changed = sample(blueprint);
        changed.raw_body = [&changed.raw_body[..], b" "].concat().into();
        let is_signed = !matches!(
            blueprint.source.verification,
            Verification::HeaderToken { .. } | Verification::BodyToken { .. } | Verification::Basic { .. }
        );
        let decision = send(&source(blueprint, Some(secret)), &changed);
        assert_eq!(decision.outcome == Outcome::VerificationFailed, is_signed, "{}", blueprint.key);
    }
    assert!(proven >= 9, "only {proven}");
}

/// Headers without which the sample's sender is not believed.
fn proofs(blueprint: &Blueprint) -> Vec<String> {
    let source = source(blueprint, blueprint.sample.secret.as_deref());
    let sent = sample(blueprint);
    let is_proof = |name: &String| {
        let mut without = sent.clone();
        without.headers.retain(|(own, _)| own != name);
        let decision = send(&source, &without);
        decision.outcome == Outcome::VerificationFailed
            && decision
                .explanation
                .is_some_and(|why| why.eq_ignore_ascii_case(&format!("header `{name}` is missing")))
    };
    sent.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).filter(is_proof).collect()
}

#[test]
fn a7_a_proof_that_is_missing_empty_or_there_twice_is_refused() {
    let mut proven = Vec::new();
    for blueprint in blueprints() {
        let source = source(blueprint, blueprint.sample.secret.as_deref());
        let proofs = proofs(blueprint);
        let in_body = matches!(blueprint.source.verification, Verification::BodyToken { .. });
        assert_eq!(proofs.is_empty(), blueprint.sample.secret.is_none() || in_body, "{}", blueprint.key);
        for name in proofs {
            let mut empty = sample(blueprint);
            for (_, value) in empty.headers.iter_mut().filter(|(own, _)| *own == name) {
                value.clear();
            }
            let refused = send(&source, &empty);
            assert_eq!(refused.outcome, Outcome::VerificationFailed, "{} {name}", blueprint.key);
            // Twice the same is refused, too: which of them a proxy before us looked at is not known.
            let mut twice = sample(blueprint);
            let proof = twice.headers.iter().find(|(own, _)| *own == name).cloned();
            twice.headers.extend(proof);
            let refused = send(&source, &twice);
            let why = refused.explanation.unwrap_or_default().to_ascii_lowercase();
            assert_eq!(why, format!("header `{name}` came more than once"), "{}", blueprint.key);
            assert_eq!(refused.outcome, Outcome::VerificationFailed, "{} {name}", blueprint.key);
            proven.push(name);
        }
    }
    for name in [
        "authorization",
        "stripe-signature",
        "x-twilio-signature",
        "x-hub-signature-256",
        "x-slack-signature",
        "x-slack-request-timestamp",
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    ] {
        assert!(proven.iter().any(|own| own == name), "{name}");
    }
}

#[test]
fn d2_no_blueprints_filter_passes_without_what_it_looks_at() {
    let mut filtered = 0;
    for blueprint in blueprints() {
        for path in blueprint.source.filter.iter().flat_map(paths) {
            filtered += 1;
            let mut source = source(blueprint, None);
            source.config.verification = Verification::None;
            let decision = send(&source, &without(&path, blueprint));
            assert_eq!(decision.outcome, Outcome::Filtered, "{} {path}", blueprint.key);
            assert!(decision.explanation.is_some_and(|why| why.contains(&path)), "{} {path}", blueprint.key);
        }
    }
    assert!(filtered >= 12, "only {filtered}");
}

#[test]
fn k2_blueprints_are_found_by_all_words_in_any_case() {
    let found = |text: &str| search(text).into_iter().map(|blueprint| blueprint.key).collect::<Vec<_>>();
    for (text, expected) in [
        ("MAILchimp", vec!["mailchimp"]),
        ("push github", vec!["github_push"]),
        ("antavo points", vec!["point_add", "point_sub"]),
        ("antavo", vec!["point_add", "point_sub", "checkout_accept", "checkout_accept_item", "optin_labels"]),
        ("point_add", vec!["point_add"]),
        ("checkout stripe", vec!["stripe_checkout"]),
        ("svix", vec!["standard_webhooks"]),
        ("new custom source", vec!["blank"]),
        ("github shopify", vec![]),
        ("no such thing", vec![]),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
    assert_eq!(search("  ").len(), blueprints().len());
}

#[test]
fn a_source_made_from_a_blueprint_has_its_own_name_and_endpoint() {
    let github = blueprint("github_push").expect("there is one");
    let config = github.config("Deploys", "deploys");
    assert_eq!((config.name.as_str(), config.endpoint.as_str()), ("Deploys", "deploys"));
    assert_eq!(config.blueprint.as_deref(), Some("github_push"), "its page shows the steps of it");
    let (name, endpoint) = ("GitHub push".into(), "github-push".into());
    assert_eq!(SourceConfig { name, endpoint, blueprint: None, ..config }, github.source);
}

#[test]
fn s_what_is_shown_of_a_blueprint_names_no_secret() {
    for blueprint in blueprints() {
        let shown: Value = serde_json::to_value(blueprint).expect("JSON");
        assert!(shown["sample"].get("secret").is_none(), "{}", blueprint.key);
        assert_eq!(shown["sample"]["body"], blueprint.sample.body.as_str());
        assert_eq!(shown["source"]["endpoint"], blueprint.source.endpoint.as_str());
    }
}
