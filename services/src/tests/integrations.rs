use super::{draft, fields, integration_config, on_each, owner};
use crate::{Clock, Error, Services, SignUpPolicy};
use domain::integration::{Auth, IntegrationConfig, IntegrationState};
use domain::link::{Link, LinkKind};
use serde_json::json;

#[tokio::test]
async fn t3_a_name_is_enough_to_make_one_and_not_to_switch_it_on() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let config: IntegrationConfig = serde_json::from_value(json!({"name": "Orders"})).expect("a config");
        let created = services.create_integration(&scope, config).await.expect("an integration");
        let id = created.integration.id;
        assert_eq!(created.integration.state, IntegrationState::Inactive);
        assert!(created.signing_secret.reveal().starts_with("whsec_"));
        assert_eq!(fields(services.activate_integration(&scope, id).await), ["target_url"]);
        let patch = json!({
            "target_url": "https://example.com",
            "auth": {"type": "api_key", "header": "x-key"},
        });
        services.patch_integration(&scope, id, Some(1), patch).await.expect("set up");
        assert_eq!(fields(services.activate_integration(&scope, id).await), ["auth.value"]);
        let patch = json!({"auth": {"value": "key"}});
        let patched = services.patch_integration(&scope, id, Some(2), patch).await.expect("set up");
        assert!(patched.auth_secret_set);
        let active = services.activate_integration(&scope, id).await.expect("active");
        assert_eq!((active.state, active.version), (IntegrationState::Active, 4));
        assert_eq!(
            fields(services.patch_integration(&scope, id, None, json!({"target_url": ""})).await),
            ["target_url"]
        );
        let other = json!({"auth": {"type": "basic", "username": "ada"}});
        assert_eq!(fields(services.patch_integration(&scope, id, None, other).await), ["auth.password"]);
        let inactive = services.deactivate_integration(&scope, id).await.expect("inactive");
        assert_eq!(inactive.state, IntegrationState::Inactive);
        assert_eq!(services.integration(&scope, id).await.expect("it is there"), inactive);
    })
    .await;
}

#[tokio::test]
async fn d10_a_username_and_a_password_are_taken_for_the_header_and_its_value() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let pair = json!({"type": "api_key", "username": "X-Key", "password": "canary"});
        let config = integration_config("Orders", pair.clone());
        let made = services.create_integration(&scope, config).await.expect("an integration").integration;
        assert!(made.auth_secret_set);
        let shown = |auth: &Auth| serde_json::to_value(auth).expect("plain data");
        assert_eq!(shown(&made.config.auth), json!({"type": "api_key", "header": "X-Key"}));

        for (patch, header) in [
            (json!({"type": "api_key", "username": "X-Other", "password": "canary"}), "X-Other"),
            (json!({"password": "canary-2"}), "X-Other"),
            (json!({"username": "X-Third"}), "X-Third"),
        ] {
            let patch = json!({ "auth": patch });
            let patched = services.patch_integration(&scope, made.id, None, patch).await.expect("patched");
            assert_eq!(shown(&patched.config.auth), json!({"type": "api_key", "header": header}));
            assert!(patched.auth_secret_set);
        }
        let basic = json!({"auth": {"type": "basic", "username": "ada", "password": "canary"}});
        let patched = services.patch_integration(&scope, made.id, None, basic).await.expect("patched");
        assert_eq!(shown(&patched.config.auth), json!({"type": "basic", "username": "ada"}));
    })
    .await;
}

#[tokio::test]
async fn a_stored_secret_is_not_sent_to_a_server_it_was_not_entered_for() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let acme = owner(&services, "Acme").await;
        let scope = acme.scope;
        let auth = json!({
            "type": "oauth2", "client_id": "c", "client_secret": "canary", "token_url": "https://example.com/token",
        });
        let config = integration_config("Orders", auth);
        let id = services.create_integration(&scope, config).await.expect("an integration").integration.id;
        let patch = async |patch| services.patch_integration(&scope, id, None, patch).await;
        let token_url = json!({"auth": {"token_url": "https://thief.example/token"}});
        for elsewhere in [json!({"target_url": "https://thief.example/"}), token_url] {
            assert_eq!(fields(patch(elsewhere).await), ["auth.client_secret"]);
        }
        let whole = services.integration(&scope, id).await.expect("it is there").config;
        let whole = IntegrationConfig { target_url: "https://thief.example/".into(), ..whole };
        assert_eq!(fields(services.update_integration(&scope, id, None, whole).await), ["auth.client_secret"]);

        patch(json!({"target_url": "https://example.com/other"})).await.expect("the same server");
        let secret = json!({"client_secret": "new"});
        let moved = patch(json!({"target_url": "https://new.example/", "auth": secret})).await.expect("moved");
        assert_eq!(moved.config.target_url, "https://new.example/");
        let routing =
            services.db().load_routing(acme.account.id).await.expect("a routing").expect("an account");
        let stored = routing.integrations[&id].config.auth.secret().expect("a secret");
        assert_eq!(stored.reveal(), "new");
    })
    .await;
}

#[tokio::test]
async fn an_integration_is_deleted_once_nothing_is_linked_to_it() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let config = integration_config("Orders", json!({"type": "none"}));
        let id = services.create_integration(&scope, config).await.expect("an integration").integration.id;
        assert!(services.integration_links(&scope, id).await.expect("links").is_empty());
        let subscription = services.create_subscription(&scope, draft(id)).await.expect("a subscription");
        let link = Link { kind: LinkKind::Subscription, id: subscription.id.0, name: "order.*".into() };
        assert_eq!(services.integration_links(&scope, id).await.expect("links"), [link]);
        let refused = services.delete_integration(&scope, id).await;
        assert!(matches!(&refused, Err(Error::InUse(why)) if why.contains("subscriptions")), "{refused:?}");
        services.delete_subscription(&scope, subscription.id).await.expect("deleted");
        services.delete_integration(&scope, id).await.expect("deleted");
        assert!(matches!(services.integration_links(&scope, id).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn rotating_answers_a_new_secret() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let acme = owner(&services, "Acme").await;
        let config = integration_config("Orders", json!({"type": "none"}));
        let created = services.create_integration(&acme.scope, config).await.expect("an integration");
        let id = created.integration.id;
        let rotated = services.rotate_signing_secret(&acme.scope, id).await.expect("rotated");
        assert_ne!(rotated, created.signing_secret);
        let routing =
            services.db().load_routing(acme.account.id).await.expect("a routing").expect("an account");
        let secrets = routing.integrations[&id].signing_secrets.iter();
        assert_eq!(
            secrets.map(|secret| &secret.secret).collect::<Vec<_>>(),
            [&rotated, &created.signing_secret]
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_invalid_is_refused_and_not_stored() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let mut config = integration_config("", json!({"type": "none"}));
        config.target_url = "ftp://example.com".into();
        assert_eq!(fields(services.create_integration(&scope, config).await), ["name", "target_url"]);
        assert!(services.list_integrations(&scope).await.expect("a list").is_empty());
    })
    .await;
}
