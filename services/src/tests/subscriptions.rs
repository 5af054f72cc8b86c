use super::{draft, fields, integration_config, on_each, owner};
use crate::{Clock, Error, Services, SignUpPolicy};
use domain::account::Permission;
use domain::ids::IntegrationId;
use domain::subscription::EventPattern;
use serde_json::json;
use storage::AccountScope;
use uuid::Uuid;

async fn add_integration(services: &Services, scope: &AccountScope) -> IntegrationId {
    let config = integration_config("Orders", json!({"type": "none"}));
    services.create_integration(scope, config).await.expect("an integration").integration.id
}

#[tokio::test]
async fn a_subscription_is_made_changed_and_deleted() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let (first, second) =
            (add_integration(&services, &scope).await, add_integration(&services, &scope).await);
        let made = services.create_subscription(&scope, draft(first)).await.expect("a subscription");
        assert_eq!((made.name.as_str(), made.version), ("order.*", 1));
        let criterion = r#"{"path":"data.total","op":"greater_than","value":12345678901234567890.50}"#;
        let mut patch = json!({"event_types": ["*"], "integration_id": second});
        patch["filter"] = serde_json::from_str(criterion).expect("a filter");
        let patched = services.patch_subscription(&scope, made.id, Some(1), patch).await;
        let patched = patched.expect("patched");
        assert_eq!(patched.event_types, [EventPattern("*".into())]);
        assert_eq!((patched.integration_id, patched.version), (second, 2));
        let stored = services.subscription(&scope, made.id).await.expect("it is there");
        assert_eq!(stored, patched);
        let filter = serde_json::to_string(&stored.filter).expect("JSON");
        assert!(filter.contains(":12345678901234567890.50"), "every digit is kept: {filter}");
        let stale = services.update_subscription(&scope, made.id, Some(1), draft(first)).await;
        assert!(matches!(stale, Err(Error::Stale)));
        let cleared = services.patch_subscription(&scope, made.id, None, json!({"filter": null})).await;
        assert_eq!(cleared.expect("cleared").filter, None);
        services.delete_subscription(&scope, made.id).await.expect("deleted");
        assert!(matches!(services.subscription(&scope, made.id).await, Err(Error::NotFound)));
        assert!(services.list_subscriptions(&scope).await.expect("a list").is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_integration_that_is_not_the_accounts_own_is_refused() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let (acme, other) = (owner(&services, "Acme").await, owner(&services, "Other").await);
        let theirs = add_integration(&services, &acme.scope).await;
        let own = add_integration(&services, &other.scope).await;
        let subscription = services.create_subscription(&other.scope, draft(own)).await.expect("its own");
        for foreign in [theirs, IntegrationId(Uuid::nil())] {
            let made = services.create_subscription(&other.scope, draft(foreign)).await;
            assert_eq!(fields(made), ["integration_id"]);
            let patch = json!({"integration_id": foreign});
            let moved = services.patch_subscription(&other.scope, subscription.id, None, patch).await;
            assert_eq!(fields(moved), ["integration_id"]);
        }
        assert!(other.scope.allows(Permission::EditSubscriptions));
    })
    .await;
}
