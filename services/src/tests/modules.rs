use super::jobs::{QUICK, is_done, work_until};
use super::{fields, integration_config, on_each, owner, source_config};
use crate::{Clock, Error, Services, SignUpPolicy};
use domain::activity::PageRequest;
use domain::ids::{IntegrationId, ItemId, ModuleId};
use domain::integration::IntegrationState;
use domain::module::{ItemDraft, Module, ModuleConfig, ModuleWebhookDraft};
use domain::record::{RecordSearch, StoredItem};
use domain::source::SourceConfig;
use domain::subscription::SubscriptionDraft;
use serde_json::{Value, json};
use std::time::Duration;
use storage::AccountScope;
use storage::testing::{count, queued_jobs};
use uuid::Uuid;

fn config(name: &str, fields: &[&str]) -> ModuleConfig {
    let field = |key: &&str| json!({"key": key, "label": key, "type": "string", "path": key});
    let fields: Vec<_> = fields.iter().map(field).collect();
    serde_json::from_value(json!({"name": name, "fields": fields})).expect("a module")
}

fn item(key: &str, data: &Value) -> ItemDraft {
    serde_json::from_value(json!({"key": key, "title": format!("Item {key}"), "data": data}))
        .expect("an item")
}

fn webhook(url: &str, activities: Value) -> ModuleWebhookDraft {
    let value = json!({"name": "CRM", "url": url, "activities": activities});
    serde_json::from_value(value).expect("a webhook")
}

async fn add_module(services: &Services, scope: &AccountScope) -> Module {
    services.create_module(scope, config("Subscribers", &["city"])).await.expect("a module")
}

async fn read(services: &Services, scope: &AccountScope, module: ModuleId, id: ItemId) -> StoredItem {
    services.item(scope, module, id).await.expect("it is there")
}

#[tokio::test]
async fn modules_are_made_changed_in_whole_or_in_part_and_deleted() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let scope = owner(&services, "Acme").await.scope;
        let made = add_module(&services, &scope).await;
        let patch = json!({"name": "Readers", "metrics": [{"name": "All", "kind": {"type": "count"}}]});
        let patched = services.patch_module(&scope, made.id, Some(1), patch).await.expect("patched");
        assert_eq!((patched.version, patched.config.name.as_str()), (2, "Readers"));
        assert_eq!(patched.config.fields, made.config.fields);
        let stale = services.update_module(&scope, made.id, Some(1), made.config.clone()).await;
        assert!(matches!(stale, Err(Error::Stale)));
        let without = services.patch_module(&scope, made.id, None, json!({"fields": [{"key": "Id"}]})).await;
        assert_eq!(fields(without), [""]);
        assert_eq!(fields(services.create_module(&scope, config(" ", &[])).await), ["name"]);
        let doubled = services.update_module(&scope, made.id, None, config("New", &["a", "a"])).await;
        assert_eq!(fields(doubled), ["fields.1.key"]);
        assert_eq!(services.list_modules(&scope).await.expect("a list"), [patched]);
        services.delete_module(&scope, made.id).await.expect("deleted");
        assert!(matches!(services.module(&scope, made.id).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn k8_items_are_made_changed_and_deleted_by_hand_as_by_messages() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let engine = services.start_engine();
        let scope = owner(&services, "Acme").await.scope;
        let module = add_module(&services, &scope).await;
        let (id, create) = (module.id, async |draft| services.create_item(&scope, module.id, draft).await);
        let made = create(item("1", &json!({"city": "Bonn", "n": 1}))).await.expect("made");
        assert_eq!((made.item.version, json!(made.item.fields)), (1, json!({"city": "Bonn"})));
        assert_eq!(fields(create(item("1", &json!({}))).await), ["key"]);
        let mut untitled = item("2", &json!({}));
        untitled.title.clear();
        assert_eq!(fields(create(untitled).await), ["title"]);

        let update = async |version, draft| services.update_item(&scope, id, made.id, version, draft).await;
        let moved = update(Some(1), item("1", &json!({"city": "Rome"}))).await.expect("changed");
        assert_eq!(json!(moved.item.data), json!({"city": "Rome", "n": 1}));
        assert_eq!((moved.id, moved.item.version), (made.id, 2));
        assert_eq!(read(&services, &scope, id, made.id).await, moved);
        assert!(matches!(update(Some(1), item("1", &json!({}))).await, Err(Error::Stale)));
        assert_eq!(fields(update(None, item("2", &json!({}))).await), ["key"]);
        let same = update(None, item("1", &json!({"n": 1}))).await.expect("nothing to do");
        assert_eq!(same.item.version, 2);

        let history = services.history_of_item(&scope, id, made.id, PageRequest::default()).await;
        let history = history.expect("a history").data;
        let told: Vec<_> = history.iter().map(|entry| (entry.event_type.as_str(), entry.version)).collect();
        assert_eq!(told, [("item.updated", 2), ("item.created", 1)]);
        assert_eq!(
            (&history[0].changes[0].from, &history[0].changes[0].to),
            (&json!("Bonn"), &json!("Rome"))
        );
        let stale = services.delete_item(&scope, id, made.id, Some(1)).await;
        assert!(matches!(stale, Err(Error::Stale)));
        services.delete_item(&scope, id, made.id, Some(2)).await.expect("deleted");
        assert!(matches!(services.item(&scope, id, made.id).await, Err(Error::NotFound)));
        let gone = services.history_of_item(&scope, id, made.id, PageRequest::default()).await;
        assert!(matches!(gone, Err(Error::NotFound)));
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

#[tokio::test]
async fn k9_items_are_read_anew_when_their_modules_fields_change() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let engine = services.start_engine();
        let scope = owner(&services, "Acme").await.scope;
        let module = add_module(&services, &scope).await.id;
        let add = async |n: usize| {
            let draft = item(&n.to_string(), &json!({"city": "Bonn", "zip": format!("531{n:02}")}));
            services.create_item(&scope, module, draft).await.expect("made")
        };
        // More than are read at a time.
        let made = futures::future::join_all((0..230).map(add)).await;
        let told = async || {
            let db = services.db();
            (count(db, "SELECT count(*) FROM events").await, count(db, "SELECT count(*) FROM history").await)
        };
        assert_eq!(told().await, (230, 230));
        let renamed = services.update_module(&scope, module, None, config("Readers", &["city"])).await;
        assert_eq!(renamed.expect("renamed").version, 2);
        assert!(queued_jobs(services.db()).await.is_empty(), "the fields are as they were");

        services.update_module(&scope, module, None, config("Readers", &["zip"])).await.expect("changed");
        let jobs_are_done = async || queued_jobs(services.db()).await.iter().all(is_done);
        work_until(&[&services], QUICK, jobs_are_done).await;
        let found = async |text: &str| {
            let search = RecordSearch { text: Some(text.into()), field: None };
            services
                .list_items(&scope, module, &search, PageRequest::default())
                .await
                .expect("a list")
                .data
                .len()
        };
        assert_eq!((found("53107").await, found("bonn").await), (1, 0));
        for before in &made {
            let now = read(&services, &scope, module, before.id).await.item;
            assert_eq!(json!(now.fields), json!({"zip": before.item.data["zip"]}));
            assert_eq!((&now.title, &now.data), (&before.item.title, &before.item.data));
            assert_eq!((now.version, now.created_at), (2, before.item.created_at));
        }
        assert_eq!(told().await, (230, 230), "nobody is told of it");

        let before = read(&services, &scope, module, made[0].id).await;
        let (account, stop) = (scope.account_id(), tokio_util::sync::CancellationToken::new());
        crate::modules::reread_items(&services, (account, module), &stop).await.expect("again");
        assert_eq!(
            read(&services, &scope, module, made[0].id).await,
            before,
            "a second time changes nothing"
        );
        let nowhere = (account, ModuleId(Uuid::nil()));
        crate::modules::reread_items(&services, nowhere, &stop).await.expect("there is nothing to do");
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
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
        let body = async || {
            let example = services.module_webhook_example(&scope, module).await.expect("an example");
            assert_eq!(example.method, "POST");
            serde_json::from_str::<Value>(&example.body).expect("JSON")
        };
        let made_up = body().await;
        assert_eq!(
            (&made_up["type"], &made_up["data"]["item"]["fields"]["city"]),
            (&json!("item.updated"), &json!("Bonn"))
        );
        assert_eq!(made_up["data"]["changes"][0]["field"], "city");
        services.create_item(&scope, module, item("7", &json!({"city": "Rome"}))).await.expect("made");
        let newest = body().await;
        assert_eq!(
            (&newest["data"]["item"]["id"], &newest["data"]["changes"][0]["to"]),
            (&json!("7"), &json!("Rome"))
        );
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

#[tokio::test]
async fn a8_a_sources_action_names_an_event_of_the_catalogue_or_a_module() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let (scope, other) = (owner(&services, "Acme").await.scope, owner(&services, "Other").await.scope);
        let (module, theirs) =
            (add_module(&services, &scope).await.id, add_module(&services, &other).await.id);
        let with = |action: Value| {
            let mapping = json!([{"from": "id", "to": "id"}, {"from": "name", "to": "title"}]);
            let mapping = if action["type"] == "upsert_item" {
                mapping
            } else {
                json!([{"from": "id", "to": "customer"}])
            };
            let action = serde_json::from_value(action).expect("an action");
            let mapping = serde_json::from_value(mapping).expect("a mapping");
            SourceConfig { action, mapping, ..source_config("feed") }
        };
        let unknown = [
            (json!({"type": "upsert_item", "module_id": theirs}), "action.module_id"),
            (json!({"type": "upsert_item", "module_id": Uuid::nil()}), "action.module_id"),
            (json!({"type": "record_event", "event_type": "no_such_event"}), "action.event_type"),
        ];
        for (action, field) in &unknown {
            assert_eq!(fields(services.create_source(&scope, with(action.clone())).await), [*field]);
        }
        let shipped = with(json!({"type": "record_event", "event_type": "point_add"}));
        let source = services.create_source(&scope, shipped).await.expect("it is shipped");
        let feed = with(json!({"type": "upsert_item", "module_id": module}));
        services.update_source(&scope, source.id, None, feed).await.expect("it is there");
        for (action, field) in unknown {
            let patched = services.patch_source(&scope, source.id, None, json!({"action": action})).await;
            assert_eq!(fields(patched), [field]);
        }
        let refused = services.delete_module(&scope, module).await;
        assert!(matches!(refused, Err(Error::InUse(_))), "{refused:?}");
        services.archive_source(&scope, source.id).await.expect("archived");
        services.delete_module(&scope, module).await.expect("nothing needs it");
    })
    .await;
}
