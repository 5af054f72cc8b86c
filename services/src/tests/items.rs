use super::jobs::{QUICK, is_done, work_until};
use super::modules::{add_module, config};
use super::{fields, on_each, owner};
use crate::{Clock, Error, Services, SignUpPolicy};
use domain::activity::PageRequest;
use domain::ids::{ItemId, ModuleId};
use domain::module::ItemDraft;
use domain::record::{RecordSearch, StoredItem};
use serde_json::{Value, json};
use std::time::Duration;
use storage::AccountScope;
use storage::testing::{count, queued_jobs};
use uuid::Uuid;

pub(super) fn item(key: &str, data: &Value) -> ItemDraft {
    serde_json::from_value(json!({"key": key, "title": format!("Item {key}"), "data": data}))
        .expect("an item")
}

async fn read(services: &Services, scope: &AccountScope, module: ModuleId, id: ItemId) -> StoredItem {
    services.item(scope, module, id).await.expect("it is there")
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
            let search = RecordSearch { text: Some(text.into()), ..RecordSearch::default() };
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
