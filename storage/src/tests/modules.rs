use super::customers::tell;
use super::records::item;
use super::{add_integration, draft};
use crate::account_db::new_uuid;
use crate::testing::{NOW, count, new_account, on_each_backend};
use crate::{AccountDb, Db, StorageError};
use domain::ids::{ModuleId, SourceId, SubscriptionId};
use domain::module::{Activities, Activity, Module, ModuleConfig};
use domain::record::Intent;
use domain::source::{Source, SourceConfig, SourceState};
use serde_json::json;
use std::sync::Arc;

pub(super) fn module_config() -> ModuleConfig {
    let field =
        |key: &str, field_type: &str| json!({"key": key, "label": key, "type": field_type, "path": key});
    let metric = |kind: &str, field: &str| json!({"name": format!("{kind} {field}"), "kind": {"type": kind, "field": field}});
    let value = json!({
        "name": "Orders",
        "fields": [
            field("city", "string"), field("amount", "decimal"), field("pieces", "integer"), field("day", "date"),
            field("opens", "time"), field("paid", "boolean"),
        ],
        "metrics": [
            {"name": "All", "kind": {"type": "count"}},
            metric("sum", "amount"), metric("average", "amount"), metric("min", "amount"), metric("max", "amount"),
            metric("sum", "pieces"), metric("min", "day"), metric("max", "opens"),
            metric("count_by", "city"), metric("count_by", "paid"), metric("count_by", "pieces"),
        ],
    });
    serde_json::from_value(value).expect("a module")
}

pub(super) async fn add_module(account: AccountDb<'_>) -> Arc<Module> {
    let id = ModuleId(new_uuid(NOW));
    Arc::new(account.create_module(id, &module_config(), NOW).await.expect("a module"))
}

pub(super) fn feeding(module: ModuleId, endpoint: &str) -> SourceConfig {
    let action = json!({"type": "upsert_item", "module_id": module});
    let mapping = json!([{"from": "id", "to": "id"}, {"from": "name", "to": "title"}]);
    let value = json!({"name": "Feed", "endpoint": endpoint, "action": action, "mapping": mapping});
    serde_json::from_value(value).expect("a source")
}

async fn add_feed(account: AccountDb<'_>, module: ModuleId) -> Result<Source, StorageError> {
    account.create_source(SourceId(new_uuid(NOW)), &feeding(module, "feed"), NOW).await
}

#[tokio::test]
async fn modules_are_made_changed_and_deleted_with_all_that_is_known_of_their_items() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let (orders, kept) = (add_module(account).await, add_module(account).await);
        let same = |_: &Module| Ok::<_, StorageError>(ModuleConfig { name: "New".into(), ..module_config() });
        let changed = account.update_module(orders.id, Some(1), NOW.plus_ms(1), same).await.expect("changed");
        assert_eq!((changed.version, changed.config.name.as_str()), (2, "New"));
        assert_eq!(account.module(orders.id).await.expect("it is there"), changed);
        let stale = account.update_module(orders.id, Some(1), NOW, same).await;
        assert!(matches!(stale, Err(StorageError::Stale)), "{stale:?}");
        let of = |module: &Arc<Module>| -> Vec<Intent> {
            (0..30).map(|n| item(module, &n.to_string(), json!({"city": "Bonn"}))).collect()
        };
        tell(&db, acme.account.id, of(&orders)).await;
        tell(&db, acme.account.id, of(&kept)).await;
        account.delete_module(orders.id, NOW).await.expect("deleted");
        assert!(matches!(account.delete_module(orders.id, NOW).await, Err(StorageError::NotFound)));
        assert_eq!(account.modules().await.expect("a list"), [kept.as_ref().clone()]);
        for (table, rows) in [("items", 30), ("history", 30), ("search_terms", 90)] {
            let left = count(&db, &format!("SELECT count(*) FROM {table}")).await;
            assert_eq!(left, rows, "{table} of the module that is kept");
        }
        let lines = account.audit_log(None, 20).await.expect("lines");
        let mut actions: Vec<_> = lines.into_iter().map(|line| line.action).collect();
        actions.sort_unstable();
        assert_eq!(
            actions,
            ["account.created", "module.created", "module.created", "module.deleted", "module.updated"]
        );
        let routing = db.load_routing(acme.account.id).await.expect("a routing").expect("of an account");
        assert!(routing.version > 5, "each change is seen: {}", routing.version);
        assert_eq!(routing.rules.modules.keys().collect::<Vec<_>>(), [&kept.id]);
    })
    .await;
}

#[tokio::test]
async fn a_module_that_is_fed_or_tells_somebody_is_not_deleted() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let orders = add_module(account).await;
        tell(&db, acme.account.id, vec![item(&orders, "1", json!({}))]).await;
        let is_refused = async |what: &str| {
            let deleted = account.delete_module(orders.id, NOW).await;
            assert!(matches!(deleted, Err(StorageError::InUse)), "{what}: {deleted:?}");
            assert_eq!(count(&db, "SELECT count(*) FROM items").await, 1, "{what}");
        };
        let source = add_feed(account, orders.id).await.expect("a source");
        is_refused("a source feeds it").await;
        let to = |state| move |_: &Source| Ok::<_, StorageError>(state);
        account.move_source(source.id, NOW, to(SourceState::Archived)).await.expect("archived");
        let integration = add_integration(&db, &acme.scope, json!({"type": "none"})).await.id;
        let webhook = Activities(vec![Activity::ItemCreated]);
        let mut subscription = draft(integration);
        subscription.filter = Some(webhook.filter(orders.id));
        let id = SubscriptionId(new_uuid(NOW));
        account.create_subscription(id, &subscription, NOW).await.expect("a subscription");
        is_refused("it has an outgoing webhook").await;
        account.delete_subscription(id, NOW).await.expect("deleted");
        account.delete_module(orders.id, NOW).await.expect("nothing needs it");
        assert_eq!(count(&db, "SELECT count(*) FROM items").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_source_feeds_only_modules_of_its_account() {
    on_each_backend(async |db: Db| {
        let (acme, other) = (new_account(&db, "Acme").await, new_account(&db, "Other").await);
        let (account, others) = (db.account(&acme.scope), db.account(&other.scope));
        let (own, theirs) = (add_module(account).await, add_module(others).await);
        for module in [theirs.id, ModuleId(new_uuid(NOW))] {
            let made = add_feed(account, module).await;
            assert!(matches!(made, Err(StorageError::InUse)), "{made:?}");
        }
        let source = add_feed(account, own.id).await.expect("a source");
        let moved = account
            .update_source(source.id, None, NOW, |_| Ok::<_, StorageError>(feeding(theirs.id, "feed")))
            .await;
        assert!(matches!(moved, Err(StorageError::InUse)), "{moved:?}");
        assert_eq!(account.source(source.id).await.expect("it is there"), source);
    })
    .await;
}
