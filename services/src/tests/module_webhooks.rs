use super::items::item;
use super::modules::add_module;
use super::{fields, integration_config, on_each, owner};
use crate::{Clock, Error, Services, SignUpPolicy};
use domain::ids::IntegrationId;
use domain::integration::IntegrationState;
use domain::module::{Activity, ModuleWebhookDraft};
use domain::subscription::SubscriptionDraft;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

fn webhook(url: &str, activities: Value) -> ModuleWebhookDraft {
    let value = json!({"name": "CRM", "url": url, "activities": activities});
    serde_json::from_value(value).expect("a webhook")
}

#[tokio::test]
async fn k10_k12_k13_a_webhook_of_a_module_is_an_integration_and_a_subscription() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let (module, other) =
            (add_module(&services, &scope).await.id, add_module(&services, &scope).await.id);
        let activities = json!([{"type": "item_created"}, {"type": "field_changed", "field": "city"}]);
        let draft = webhook("https://crm.example/hook", activities.clone());
        let made = services.create_module_webhook(&scope, module, draft).await.expect("made");
        let (webhook_id, integration) = (made.webhook.subscription_id, made.webhook.integration.clone());
        assert_eq!((integration.state, integration.config.name.as_str()), (IntegrationState::Active, "CRM"));
        assert!(made.signing_secret.reveal().starts_with("whsec_"));
        assert_eq!(json!(made.webhook.activities), activities);
        let webhooks = services.module_webhooks(&scope, module).await.expect("a list");
        assert_eq!(webhooks, std::slice::from_ref(&made.webhook));
        assert!(services.module_webhooks(&scope, other).await.expect("a list").is_empty());
        let elsewhere = services.module_webhook(&scope, other, webhook_id).await;
        assert!(matches!(elsewhere, Err(Error::NotFound)));
        let subscription = services.subscription(&scope, webhook_id).await.expect("it is there");
        assert_eq!(json!(subscription.event_types), json!(["item.created", "item.updated"]));

        let deleted = json!([{"type": "item_deleted"}]);
        let update = async |version, draft| {
            services.update_module_webhook(&scope, module, webhook_id, version, draft).await
        };
        let draft = webhook("https://crm.example/other", deleted.clone());
        let updated = update(Some(1), draft.clone()).await.expect("changed");
        assert_eq!((updated.version, json!(updated.activities)), (2, deleted));
        assert_eq!(updated.integration.config.target_url, "https://crm.example/other");
        let stale = update(Some(1), webhook("https://crm.example/third", activities)).await;
        assert!(matches!(stale, Err(Error::Stale)));
        let unchanged = services.integration(&scope, integration.id).await.expect("it is there");
        assert_eq!(unchanged.config.target_url, "https://crm.example/other", "nothing is half changed");

        let another: SubscriptionDraft =
            serde_json::from_value(json!({"event_types": ["order.*"], "integration_id": integration.id}))
                .expect("a subscription");
        let another = services.create_subscription(&scope, another).await.expect("linked").id;
        assert_eq!(services.module_webhooks(&scope, module).await.expect("a list").len(), 1);
        let refused = services.delete_module(&scope, module).await;
        assert!(matches!(refused, Err(Error::InUse(_))), "{refused:?}");
        services.delete_module_webhook(&scope, module, webhook_id).await.expect("deleted");
        assert!(services.integration(&scope, integration.id).await.is_ok(), "something else is linked to it");
        services.delete_subscription(&scope, another).await.expect("deleted");
        let alone = services.create_module_webhook(&scope, module, draft).await.expect("made").webhook;
        services.delete_module_webhook(&scope, module, alone.subscription_id).await.expect("deleted");
        let gone = services.integration(&scope, alone.integration.id).await;
        assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
        services.delete_module(&scope, module).await.expect("nothing needs it");
    })
    .await;
}

#[tokio::test]
async fn k12_k13_a_webhook_that_could_not_work_is_refused_and_leaves_nothing() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let module = add_module(&services, &scope).await.id;
        let created = json!([{"type": "item_created"}]);
        for (draft, expected) in [
            (webhook("ftp://crm.example", created.clone()), "url"),
            (webhook("", created.clone()), "url"),
            (webhook("https://crm.example", json!([])), "activities"),
            (
                webhook("https://crm.example", json!([{"type": "item_created"}, {"type": "item_created"}])),
                "activities.1",
            ),
            (
                webhook("https://crm.example", json!([{"type": "field_changed", "field": "zip"}])),
                "activities.0.field",
            ),
            (ModuleWebhookDraft { name: " ".into(), ..webhook("https://crm.example", created) }, "name"),
        ] {
            let made = services.create_module_webhook(&scope, module, draft.clone()).await;
            assert_eq!(fields(made.map(|made| made.webhook)), [expected]);
            assert_eq!(fields(services.test_module_webhook(&scope, module, draft).await), [expected]);
        }
        assert!(services.list_integrations(&scope).await.expect("a list").is_empty());
        let fine = webhook("https://crm.example", json!([{"type": "field_changed", "field": "title"}]));
        services.create_module_webhook(&scope, module, fine).await.expect("every item has a title");
    })
    .await;
}

/// What a subscription that is no webhook of a module looks like.
#[tokio::test]
async fn k10_only_subscriptions_to_its_activities_are_a_modules_webhooks() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let module = add_module(&services, &scope).await.id;
        let config = integration_config("CRM", json!({"type": "none"}));
        let integration = services.create_integration(&scope, config).await.expect("made").integration.id;
        let filter = webhook("", json!([{"type": "item_created"}])).activities.filter(module);
        for (event_types, filter, is_one) in [
            (json!(["item.created"]), json!(filter), true),
            (json!(["item.*"]), json!(filter), false),
            (json!(["item.created"]), json!(null), false),
            (
                json!(["item.created"]),
                json!({"path": "data.module.id", "op": "equals", "value": module}),
                false,
            ),
        ] {
            let draft = json!({"event_types": event_types, "filter": filter, "integration_id": integration});
            let draft = serde_json::from_value(draft).expect("a subscription");
            let id = services.create_subscription(&scope, draft).await.expect("made").id;
            let webhooks = services.module_webhooks(&scope, module).await.expect("a list");
            assert_eq!(!webhooks.is_empty(), is_one, "{event_types} {filter}");
            services.delete_subscription(&scope, id).await.expect("deleted");
        }
        assert_ne!(integration, IntegrationId(Uuid::nil()));
    })
    .await;
}

#[tokio::test]
async fn k14_the_example_is_made_of_the_newest_item_or_of_one_that_might_be() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let engine = services.start_engine();
        let scope = owner(&services, "Acme").await.scope;
        let module = add_module(&services, &scope).await.id;
        let body = async |activity: Option<Activity>| {
            let example =
                services.module_webhook_example(&scope, module, activity.as_ref()).await.expect("an example");
            assert_eq!(example.method, "POST");
            serde_json::from_str::<Value>(&example.body).expect("JSON")
        };
        let made_up = body(None).await;
        assert_eq!(
            (&made_up["type"], &made_up["data"]["item"]["fields"]["city"]),
            (&json!("item.updated"), &json!("Bonn"))
        );
        assert_eq!(made_up["data"]["changes"][0]["field"], "city");
        services.create_item(&scope, module, item("7", &json!({"city": "Rome"}))).await.expect("made");
        let newest = body(None).await;
        assert_eq!(
            (&newest["data"]["item"]["id"], &newest["data"]["changes"][0]["to"]),
            (&json!("7"), &json!("Rome"))
        );
        let title = Activity::FieldChanged { field: "title".to_owned() };
        for (activity, event_type, changed) in [
            (Activity::ItemCreated, "item.created", vec!["title", "city"]),
            (Activity::ItemUpdated, "item.updated", vec!["city"]),
            (title, "item.updated", vec!["title"]),
            (Activity::ItemDeleted, "item.deleted", vec![]),
        ] {
            let example = body(Some(activity)).await;
            let changes = example["data"]["changes"].as_array().expect("a log").iter();
            let changes: Vec<_> = changes.map(|change| change["field"].as_str().expect("a field")).collect();
            assert_eq!((example["type"].as_str(), changes), (Some(event_type), changed));
        }
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}
