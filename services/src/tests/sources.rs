use super::{fields, on_each, owner, source_config};
use crate::{Clock, Error, Services, SignUpPolicy};
use domain::ids::SourceId;
use domain::inbound::Outcome;
use domain::source::{CopyDraft, SourceConfig, SourceState, Verification};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

fn with(endpoint: &str, verification: Value) -> SourceConfig {
    let verification: Verification = serde_json::from_value(verification).expect("a verification");
    SourceConfig { verification, ..source_config(endpoint) }
}

#[tokio::test]
async fn a14_a15_a_source_is_made_inactive_and_switched_on_and_off() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let made = services.create_source(&scope, source_config("orders")).await.expect("a source");
        assert_eq!((made.state, made.version), (SourceState::Inactive, 1));
        let active = services.activate_source(&scope, made.id).await.expect("active");
        assert_eq!((active.state, active.version), (SourceState::Active, 2));
        let listed = async |state| services.list_sources(&scope, state).await.expect("a list").len();
        assert_eq!(
            (listed(Some(SourceState::Active)).await, listed(Some(SourceState::Inactive)).await),
            (1, 0)
        );
        let inactive = services.deactivate_source(&scope, made.id).await.expect("inactive");
        assert_eq!((inactive.state, listed(None).await), (SourceState::Inactive, 1));
    })
    .await;
}

#[tokio::test]
async fn a16_a_source_is_edited_whole_or_in_part() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let made = services.create_source(&scope, source_config("orders")).await.expect("a source");
        let patch = json!({"name": "Orders", "per_second": 5, "response": {"success": {"ok": 1.50}}});
        let patched = services.patch_source(&scope, made.id, Some(1), patch).await.expect("patched");
        let expected = SourceConfig { name: "Orders".into(), per_second: Some(5), ..made.config.clone() };
        let expected = SourceConfig { response: patched.config.response.clone(), ..expected };
        assert_eq!(patched.config, expected);
        assert_eq!(patched.config.response.success, Some(json!({"ok": 1.50})));
        let stale = services.patch_source(&scope, made.id, Some(1), json!({"name": "x"})).await;
        assert!(matches!(stale, Err(Error::Stale)));
        let updated =
            services.update_source(&scope, made.id, Some(2), made.config.clone()).await.expect("updated");
        assert_eq!((updated.version, &updated.config), (3, &made.config));
        assert_eq!(services.source(&scope, made.id).await.expect("it is there"), updated);
        let nonsense = services.patch_source(&scope, made.id, None, json!({"colour": "red"})).await;
        assert_eq!(fields(nonsense), [""]);
        let invalid = services.patch_source(&scope, made.id, None, json!({"endpoint": "a b"})).await;
        assert_eq!(fields(invalid), ["endpoint"]);
    })
    .await;
}

#[tokio::test]
async fn a17_archiving_takes_an_inactive_source_and_cannot_be_undone() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let made = services.create_source(&scope, source_config("orders")).await.expect("a source");
        services.activate_source(&scope, made.id).await.expect("active");
        assert_eq!(fields(services.archive_source(&scope, made.id).await), ["state"]);
        services.deactivate_source(&scope, made.id).await.expect("inactive");
        let archived = services.archive_source(&scope, made.id).await.expect("archived");
        assert_eq!(archived.state, SourceState::Archived);
        assert_eq!(fields(services.activate_source(&scope, made.id).await), ["state"]);
        assert_eq!(fields(services.deactivate_source(&scope, made.id).await), ["state"]);
        assert_eq!(
            fields(services.patch_source(&scope, made.id, None, json!({"endpoint": "x"})).await),
            ["state"]
        );
        assert_eq!(services.archive_source(&scope, made.id).await.expect("it is so already"), archived);
        assert_eq!(fields(services.create_source(&scope, source_config("orders")).await), ["endpoint"]);
    })
    .await;
}

#[tokio::test]
async fn a3_an_endpoint_that_a_source_had_is_its_own_for_ever() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let shop = services.create_source(&scope, source_config("shop")).await.expect("a source");
        let other = services.create_source(&scope, source_config("other")).await.expect("a source");
        let rename = async |id: SourceId, endpoint: &str| {
            services.patch_source(&scope, id, None, json!({"endpoint": endpoint})).await
        };
        rename(shop.id, "store").await.expect("renamed");
        assert_eq!(fields(services.create_source(&scope, source_config("shop")).await), ["endpoint"]);
        assert_eq!(fields(rename(other.id, "shop").await), ["endpoint"]);
        let draft = CopyDraft { name: None, endpoint: Some("shop".into()) };
        assert_eq!(fields(services.copy_source(&scope, other.id, draft).await), ["endpoint"]);
        assert_eq!(services.source(&scope, other.id).await.expect("it is there"), other, "it is as it was");
        let back = rename(shop.id, "shop").await.expect("it was its own");
        assert_eq!((back.config.endpoint.as_str(), back.version), ("shop", 3));
        let theirs = owner(&services, "Bolt").await.scope;
        services.create_source(&theirs, source_config("store")).await.expect("nobody of the account had it");
    })
    .await;
}

#[tokio::test]
async fn a_source_is_active_only_with_the_secret_it_verifies_with() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let without = json!({"type": "header_token", "header": "x-token"});
        let made = services.create_source(&scope, with("orders", without.clone())).await.expect("a source");
        assert_eq!(fields(services.activate_source(&scope, made.id).await), ["verification.token"]);
        let set = json!({"verification": {"token": "0123456789abcdef"}});
        services.patch_source(&scope, made.id, None, set).await.expect("set");
        services.activate_source(&scope, made.id).await.expect("active");
        let kept =
            services.update_source(&scope, made.id, None, with("orders", without)).await.expect("kept");
        assert!(kept.verification_secret_set);
        let other = json!({"verification": {"type": "body_token", "path": "token"}});
        assert_eq!(fields(services.patch_source(&scope, made.id, None, other).await), ["verification.token"]);
        let none = json!({"verification": {"type": "none"}});
        let none = services.patch_source(&scope, made.id, None, none).await.expect("it needs none");
        assert!(!none.verification_secret_set);
    })
    .await;
}

#[tokio::test]
async fn d4_a_capture_window_is_open_for_ten_minutes_from_when_it_is_asked_for() {
    on_each(SignUpPolicy::Open, async |services: Services, clock: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let made = services.create_source(&scope, source_config("orders")).await.expect("a source");
        assert_eq!(made.capture_until, services.now().plus_ms(600_000));
        clock.advance_ms(3_600_000);
        let opened = services.open_capture_window(&scope, made.id).await.expect("it is inactive");
        assert_eq!(opened.capture_until, services.now().plus_ms(600_000));
        assert_eq!(opened.version, made.version, "nothing that is set has changed");
        services.archive_source(&scope, made.id).await.expect("archived");
        assert_eq!(fields(services.open_capture_window(&scope, made.id).await), ["state"]);
    })
    .await;
}

#[tokio::test]
async fn d17_a_pasted_sample_is_kept_whenever_it_is_pasted_and_counted_nowhere() {
    on_each(SignUpPolicy::Open, async |services: Services, clock: Clock| {
        let engine = services.start_engine();
        let scope = owner(&services, "Acme").await.scope;
        let made = services.create_source(&scope, source_config("orders")).await.expect("a source");
        clock.advance_ms(3_600_000);
        let paste = async |body: &str| services.paste_sample(&scope, made.id, body, Vec::new()).await;
        let pasted = paste(" {\"n\": 1.50} ").await.expect("a sample");
        let kept = services.request(&scope, pasted).await.expect("it is in the log");
        assert_eq!((kept.request.source_id, kept.request.outcome), (Some(made.id), Outcome::Pasted));
        assert_eq!((kept.body.as_deref(), kept.events.len()), (Some("{\"n\": 1.50}"), 0));
        assert_eq!(kept.headers, [("content-type".to_owned(), "application/json".to_owned())]);
        assert_eq!(fields(paste("{'n': 1}").await), ["body"]);
        services.archive_source(&scope, made.id).await.expect("archived");
        assert_eq!(fields(paste("{}").await), ["state"]);
        let nowhere = services.paste_sample(&scope, SourceId(Uuid::nil()), "{}", Vec::new()).await;
        assert!(matches!(nowhere, Err(Error::NotFound)));
        assert!(services.inner.tallies.take().is_empty());
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

#[tokio::test]
async fn h5_inbound_urls_name_the_account_by_its_id() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let account = owner(&services, "Acme").await.account.id;
        let url = services.inbound_url(account, "orders");
        assert_eq!(url, format!("https://hooks.example.com/in/{account}/orders"));
    })
    .await;
}
