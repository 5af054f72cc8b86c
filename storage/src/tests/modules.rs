use super::customers::tell;
use super::records::item;
use super::{add_integration, draft};
use crate::account_db::new_uuid;
use crate::testing::{NOW, count, execute, new_account, on_each_backend};
use crate::{AccountDb, Db, StorageError};
use domain::activity::PageRequest;
use domain::ids::{ModuleId, SourceId, SubscriptionId};
use domain::module::{Activities, Activity, Module, ModuleConfig};
use domain::record::{Intent, RecordSearch};
use domain::source::{Source, SourceConfig, SourceState};
use domain::time::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;

const DAY_MS: i64 = 24 * 3_600_000;

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

fn number(text: &str) -> Value {
    serde_json::from_str(text).expect("a number")
}

/// What each key metric comes to: how many items have a value, and the value or the counts.
async fn metrics(account: AccountDb<'_>, module: &Module) -> Vec<(String, i64, Value)> {
    let metrics = account.metrics(module).await.expect("they are reckoned").into_iter();
    let values = metrics.map(|metric| {
        let counts: Vec<_> = metric.values.iter().map(|count| json!([count.value, count.items])).collect();
        let value = metric.value.map_or(json!(counts), Value::from);
        (metric.name, metric.items, value)
    });
    values.collect()
}

fn expected(metrics: &[(&str, i64, Value)]) -> Vec<(String, i64, Value)> {
    metrics.iter().map(|(name, items, value)| ((*name).to_owned(), *items, value.clone())).collect()
}

#[tokio::test]
async fn k8_key_metrics_are_exact() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let (orders, others) = (add_module(account).await, add_module(account).await);
        let big = "12345678901234567890.123456789";
        let items = [
            json!({"city": "Bonn", "amount": number("0.1"), "pieces": 9_007_199_254_740_993_i64, "paid": true}),
            json!({"city": "Rome", "amount": "0.20", "day": "2026-01-31", "opens": "09:00", "paid": false}),
            json!({"city": "Bonn", "amount": number(big), "pieces": 2, "day": "2025-12-01", "opens": "09:00:30"}),
            json!({"city": "Ärmel \"1\"", "amount": number("-1E+02"), "pieces": 2, "opens": "08:59"}),
            json!({"city": "Oslo"}),
        ];
        let intents = items.iter().enumerate().map(|(n, data)| item(&orders, &n.to_string(), data.clone()));
        tell(&db, acme.account.id, intents.collect()).await;
        tell(&db, acme.account.id, vec![item(&others, "1", json!({"amount": 1_000, "city": "Bonn"}))]).await;
        let of_orders = expected(&[
            ("All", 5, json!("5")),
            ("sum amount", 4, json!("12345678901234567790.423456789")),
            ("average amount", 4, json!("3086419725308641947.6")),
            ("min amount", 4, json!("-100")),
            ("max amount", 4, json!(big)),
            ("sum pieces", 3, json!("9007199254740997")),
            ("min day", 2, json!("2025-12-01")),
            ("max opens", 3, json!("09:00:30")),
            ("count_by city", 5, json!([["Bonn", 2], ["Oslo", 1], ["Rome", 1], ["Ärmel \"1\"", 1]])),
            ("count_by paid", 2, json!([[false, 1], [true, 1]])),
            ("count_by pieces", 3, json!([[2, 2], [9_007_199_254_740_993_i64, 1]])),
        ]);
        assert_eq!(metrics(account, &orders).await, of_orders);
    })
    .await;
}

#[tokio::test]
async fn k8_values_that_are_none_of_their_fields_type_any_more_do_not_count() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let orders = add_module(account).await;
        let intents = (0..6).map(|n| item(&orders, &n.to_string(), json!({"amount": n})));
        tell(&db, acme.account.id, intents.collect()).await;
        let long = "x".repeat(2_000);
        // As fields of an older version of the module: the last one has a number that no database reckons with.
        for (key, fields) in [
            ("1", r#"{"amount":"many","day":"soon","opens":"9"}"#.to_owned()),
            ("2", r#"{"amount":"7","city":["Bonn"],"day":"2026-01-31"}"#.to_owned()),
            ("3", format!(r#"{{"amount":{{"a":1}},"city":"{long}"}}"#)),
            ("4", format!(r#"{{"amount":{},"pieces":1e1000}}"#, "9".repeat(1_001))),
            ("5", r#"{"amount":5,"other":1e400000}"#.to_owned()),
        ] {
            execute(&db, &format!("UPDATE items SET fields = '{fields}' WHERE key = '{key}'")).await;
        }
        let found = metrics(account, &orders).await;
        let with_value: Vec<_> = found.into_iter().filter(|(_, items, _)| *items > 0).collect();
        let known = expected(&[
            ("All", 6, json!("6")),
            ("sum amount", 3, json!("12")),
            ("average amount", 3, json!("4")),
            ("min amount", 3, json!("0")),
            ("max amount", 3, json!("7")),
            ("min day", 1, json!("2026-01-31")),
            ("count_by city", 2, json!([[["Bonn"], 1]])),
            ("count_by pieces", 1, json!([[number("1e1000"), 1]])),
        ]);
        assert_eq!(with_value, known);
    })
    .await;
}

#[tokio::test]
async fn k8_a_count_by_value_shows_the_50_most_frequent_ones() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let orders = add_module(account).await;
        let city = |n: usize| format!("c{:03}", n % 60);
        let intents = (0..65).map(|n| item(&orders, &n.to_string(), json!({"city": city(n)})));
        tell(&db, acme.account.id, intents.collect()).await;
        let found = metrics(account, &orders).await;
        let (_, items, counts) =
            found.iter().find(|(name, _, _)| name == "count_by city").expect("the metric");
        let counts = counts.as_array().expect("counts");
        assert_eq!((*items, counts.len()), (65, 50));
        assert_eq!((&counts[4], &counts[5]), (&json!(["c004", 2]), &json!(["c005", 1])));
    })
    .await;
}

#[tokio::test]
async fn items_are_counted_by_the_day_they_came() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let orders = add_module(account).await;
        tell(&db, acme.account.id, (0..3).map(|n| item(&orders, &n.to_string(), json!({}))).collect()).await;
        let counts = async |days: u16, now: Timestamp| {
            let counted = account.items_over_time(orders.id, days, now).await.expect("counts");
            counted.into_iter().map(|count| (count.day.0 / DAY_MS, count.items)).collect::<Vec<_>>()
        };
        let today = NOW.0 / DAY_MS;
        assert_eq!(counts(1, NOW).await, [(today, 3)]);
        let later = NOW.plus_ms(2 * DAY_MS);
        assert_eq!(counts(4, later).await, [(today - 1, 0), (today, 3), (today + 1, 0), (today + 2, 0)]);
        assert_eq!(counts(2, later).await, [(today + 1, 0), (today + 2, 0)]);
        assert_eq!(counts(0, NOW).await, [(today, 3)]);
    })
    .await;
}

#[tokio::test]
async fn d28_items_are_found_by_how_their_key_title_or_fields_begin() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let (orders, others) = (add_module(account).await, add_module(account).await);
        let items = [("A-1", "Ärmel"), ("a-2", "Bonn"), ("b-1", "A-1")];
        for module in [&orders, &others] {
            let intents = items.iter().map(|(key, city)| item(module, key, json!({"city": city})));
            tell(&db, acme.account.id, intents.collect()).await;
        }
        for (text, field, expected) in [
            (None, None, vec!["A-1", "a-2", "b-1"]),
            (Some(" "), Some("city"), vec!["A-1", "a-2", "b-1"]),
            (Some("a-"), None, vec!["A-1", "a-2", "b-1"]),
            (Some("A-"), Some("key"), vec!["A-1", "a-2"]),
            (Some("a-1"), Some("city"), vec!["b-1"]),
            (Some("ÄRM"), None, vec!["A-1"]),
            (Some("ada"), Some("title"), vec!["A-1", "a-2", "b-1"]),
            (Some("onn"), None, vec![]),
            (Some("a%"), None, vec![]),
            (Some("bonn"), Some("nothing"), vec![]),
        ] {
            let search = RecordSearch { text: text.map(Into::into), field: field.map(Into::into) };
            let found = account.items(orders.id, &search, PageRequest::default()).await.expect("a list").data;
            let mut keys: Vec<_> = found.iter().map(|row| row.key.as_str()).collect();
            keys.sort_unstable();
            assert_eq!(keys, expected, "{search:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn items_are_listed_page_by_page_and_read_whole() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let (orders, others) = (add_module(account).await, add_module(account).await);
        let data = json!({"amount": number("1.50"), "rest": [1]});
        let intents = (0..5).map(|n| item(&orders, &n.to_string(), data.clone()));
        tell(&db, acme.account.id, intents.collect()).await;
        let (mut page, mut seen) = (PageRequest { limit: Some(2), ..PageRequest::default() }, Vec::new());
        loop {
            let found = account.items(orders.id, &RecordSearch::default(), page).await.expect("a list");
            assert!(found.data.len() <= 2);
            seen.extend(found.data.into_iter().map(|row| row.id));
            let Some(next) = found.next else { break };
            page.after = Some(next);
        }
        let mut in_order = seen.clone();
        in_order.sort_by_key(|id| std::cmp::Reverse(id.0));
        in_order.dedup();
        assert_eq!((seen.len(), &seen), (5, &in_order));
        let stored = account.item(orders.id, seen[0]).await.expect("it is there");
        assert_eq!(json!(stored.item.data), data);
        assert_eq!(json!(stored.item.fields), json!({"amount": number("1.50")}));
        assert!(matches!(account.item(others.id, seen[0]).await, Err(StorageError::NotFound)));
    })
    .await;
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
