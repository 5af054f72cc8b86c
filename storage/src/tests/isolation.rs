use super::customers::{customer, note, prefix, tell};
use super::decisions::{add_list, definition, fine, form, list_draft};
use super::modules::{add_module, module_config};
use super::records::{item, said};
use super::{add_source, configure, draft, integration_config, source_config};
use crate::account_db::new_uuid;
use crate::testing::{NOW, new_account, on_each_backend};
use crate::{AccountDb, Db, ReplayStep, StorageError};
use domain::account::{ApiKey, Role};
use domain::activity::{PageRequest, ReplayState, RequestFilter};
use domain::catalogue::StoredDefinition;
use domain::change::ChangedBy;
use domain::event::EventType;
use domain::ids::{ApiKeyId, ReplayId, RequestId, SubscriptionId};
use domain::integration::IntegrationState;
use domain::record::{RecordKey, RecordSearch};
use domain::secret::SecretText;
use domain::source::{Source, SourceState};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use std::collections::HashMap;

macro_rules! assert_not_found {
    ($($call:expr),+ $(,)?) => {$(
        let answer = $call.await;
        assert!(matches!(answer, Err(StorageError::NotFound)), "{}: {answer:?}", stringify!($call));
    )+};
}

#[tokio::test]
async fn anothers_ids_are_not_found_by_any_method() {
    on_each_backend(async |db: Db| {
        let (acme, other) = (new_account(&db, "Acme").await, new_account(&db, "Other").await);
        let theirs = configure(&db, &acme.scope).await;
        let account = db.account(&other.scope);
        let (source, integration) = (theirs.source.id, theirs.integration.id);
        let subscription = theirs.subscription.id;
        let none = json!({"type": "none"});
        let fine = |_: &_| Ok::<_, StorageError>(());
        assert_not_found!(
            account.source(source),
            account.update_source(source, None, NOW, |_| Ok::<_, StorageError>(source_config(
                "x",
                none.clone()
            ))),
            account.move_source(source, NOW, |_| Ok::<_, StorageError>(SourceState::Active)),
            account.choose_sample(source, RequestId(new_uuid(NOW)), NOW),
            account.integration(integration),
            account.update_integration(integration, None, NOW, |_| {
                Ok::<_, StorageError>(integration_config(none.clone()))
            }),
            account.move_integration(integration, IntegrationState::Active, NOW, fine),
            account.rotate_signing_secret(integration, &SecretText::new("whsec_x"), NOW),
            account.delete_integration(integration, NOW),
            account.subscription(subscription),
            account
                .update_subscription(subscription, None, NOW, |_| Ok::<_, StorageError>(draft(integration))),
            account.delete_subscription(subscription, NOW),
        );
        assert!(account.subscriptions_to(integration).await.expect("a list").is_empty());
        assert!(account.sources(&[SourceState::Inactive]).await.expect("a list").is_empty());
        assert!(account.integrations().await.expect("a list").is_empty());
        assert!(account.subscriptions().await.expect("a list").is_empty());
        assert_eq!(account.audit_log(None, 10).await.expect("a list").len(), 1);

        let account = db.account(&acme.scope);
        assert_eq!(account.source(source).await.expect("unchanged"), theirs.source);
        assert_eq!(account.integration(integration).await.expect("unchanged"), theirs.integration);
        assert_eq!(account.subscription(subscription).await.expect("unchanged"), theirs.subscription);
    })
    .await;
}

#[tokio::test]
async fn anothers_customers_and_decisions_are_not_found_by_any_method() {
    on_each_backend(async |db: Db| {
        let (acme, other) = (new_account(&db, "Acme").await, new_account(&db, "Other").await);
        let visit = EventType::new("visit").expect("a type");
        let theirs = db.account(&acme.scope);
        tell(&db, acme.account.id, vec![said("profile", json!({"customer": "c-1", "city": "Bonn"}))]).await;
        let id = customer(theirs, "c-1").await;
        let left = note("called", 0);
        theirs.add_note(id, &left).await.expect("left");
        theirs.define_event(None, &definition("visit", "Visit"), NOW, fine).await.expect("defined");
        theirs.set_customer_form(Some(0), form("age"), NOW, fine).await.expect("set");
        let list = add_list(theirs, "Day parts").await;

        let account = db.account(&other.scope);
        assert_not_found!(
            account.customer(id),
            account.key_of_customer(id),
            account.add_note(id, &note("x", 1)),
            account.delete_note(id, left.id, NOW),
            account.forget_event(&visit, NOW, |_: &[Source]| Ok::<_, StorageError>(())),
            account.lookup_list(list.id),
            account.update_lookup_list(list.id, None, &list_draft("x"), NOW),
            account.delete_lookup_list(list.id, NOW, fine),
        );
        let page = PageRequest::default();
        for search in [RecordSearch::default(), prefix(Some("bonn"), None)] {
            assert!(account.customers(&search, page).await.expect("a list").data.is_empty());
            assert_eq!(theirs.customers(&search, page).await.expect("a list").data.len(), 1);
        }
        assert!(account.history(id.0, None, page).await.expect("a list").data.is_empty());
        assert!(account.notes(id, page).await.expect("a list").data.is_empty());
        assert!(account.event_definitions().await.expect("a list").is_empty());
        assert!(account.lookup_lists().await.expect("a list").is_empty());
        assert_eq!(account.customer_form().await.expect("a form").version, 0);
        // What both decide stands beside each other.
        account.define_event(None, &definition("visit", "Other"), NOW, fine).await.expect("defined");
        account.set_customer_form(Some(0), form("size"), NOW, fine).await.expect("set");

        assert_eq!(theirs.notes(id, page).await.expect("a list").data, [left]);
        let kept = StoredDefinition { version: 1, definition: definition("visit", "Visit") };
        assert_eq!(theirs.event_definitions().await.expect("a list"), [kept]);
        assert_eq!(theirs.customer_form().await.expect("a form").form, form("age"));
        assert_eq!(theirs.lookup_lists().await.expect("a list"), [list]);
    })
    .await;
}

#[tokio::test]
async fn anothers_modules_and_items_are_not_found_by_any_method() {
    on_each_backend(async |db: Db| {
        let (acme, other) = (new_account(&db, "Acme").await, new_account(&db, "Other").await);
        let theirs = db.account(&acme.scope);
        let module = add_module(theirs).await;
        tell(&db, acme.account.id, vec![item(&module, "i-1", json!({"city": "Bonn", "amount": 1}))]).await;
        let page = PageRequest::default();
        let all = RecordSearch::default();
        let id = theirs.items(module.id, &all, page).await.expect("a list").data[0].id;
        let keys = [RecordKey::new("i-1").expect("a key"), RecordKey::new("i-2").expect("a key")];
        let found = theirs.item_ids(module.id, &keys).await.expect("ids");
        assert_eq!(found, HashMap::from([(keys[0].clone(), id)]));

        let account = db.account(&other.scope);
        assert_not_found!(
            account.module(module.id),
            account.update_module(module.id, None, NOW, |_| Ok::<_, StorageError>(module_config())),
            account.delete_module(module.id, NOW),
            account.item(module.id, id),
        );
        assert!(account.modules().await.expect("a list").is_empty());
        assert!(account.item_ids(module.id, &keys).await.expect("ids").is_empty());
        for search in [all.clone(), prefix(Some("bonn"), None)] {
            assert!(account.items(module.id, &search, page).await.expect("a list").data.is_empty());
            assert_eq!(theirs.items(module.id, &search, page).await.expect("a list").data.len(), 1);
        }
        assert!(account.history(id.0, None, page).await.expect("a list").data.is_empty());
        for metric in account.metrics(&module, 1, NOW).await.expect("metrics") {
            assert!(metric.items == 0 && metric.values.is_empty(), "{metric:?}");
        }
        let days = account.items_over_time(module.id, 1, NOW).await.expect("counts");
        assert_eq!(days.iter().map(|day| day.items).sum::<i64>(), 0);
        assert_eq!(theirs.item(module.id, id).await.expect("unchanged").item.version, 1);
        assert_eq!(theirs.module(module.id).await.expect("unchanged"), *module);
    })
    .await;
}

#[tokio::test]
async fn anothers_replays_are_not_found_by_any_method() {
    on_each_backend(async |db: Db| {
        let (acme, other) = (new_account(&db, "Acme").await, new_account(&db, "Other").await);
        let (theirs, account) = (db.account(&acme.scope), db.account(&other.scope));
        let filter = RequestFilter::default();
        let (id, until) = (ReplayId(new_uuid(NOW)), RequestId(new_uuid(NOW)));
        let begin = async |account: AccountDb<'_>, id| {
            account.begin_replay(id, &filter, (3, until), (ChangedBy::CommandLine, NOW)).await
        };
        let begun = begin(theirs, id).await.expect("begun");
        let second = begin(theirs, ReplayId(new_uuid(NOW))).await;
        assert!(matches!(second, Err(StorageError::Taken)), "{second:?}");
        // Each account has one of its own at a time.
        let own = begin(account, ReplayId(new_uuid(NOW))).await.expect("begun");

        assert_not_found!(
            account.replay(id),
            account.end_replay(id, ReplayState::Stopped, NOW),
            account.kept_request(until),
        );
        let run = theirs.replay(id).await.expect("it is there");
        let step = ReplayStep { accepted: 1, refused: 1, not_replayed: 1 };
        account.advance_replay(&run, until, step, NOW).await.expect("nothing happens");
        let page = PageRequest::default();
        assert_eq!(account.replays(page).await.expect("a list").data, [own]);
        assert_eq!(theirs.replays(page).await.expect("a list").data, [begun]);

        // The second to move the cursor from the same place changes nothing.
        for _ in 0..2 {
            theirs.advance_replay(&run, until, step, NOW).await.expect("moved");
        }
        let ended = theirs.end_replay(id, ReplayState::Finished, NOW).await.expect("ended");
        assert_eq!((ended.done, ended.state, ended.finished_at), (3, ReplayState::Finished, Some(NOW)));
        let stopped = theirs.end_replay(id, ReplayState::Stopped, NOW.plus_ms(1)).await;
        assert_eq!(stopped.expect("as it ended"), ended);
        db.forget(NOW, NOW.plus_ms(1)).await.expect("forgotten");
        assert_eq!(theirs.replays(page).await.expect("a list").data, []);
        assert_eq!(account.replays(page).await.expect("a list").data.len(), 1, "it runs");
    })
    .await;
}

#[tokio::test]
async fn a_subscription_cannot_send_to_anothers_integration() {
    on_each_backend(async |db: Db| {
        let (acme, other) = (new_account(&db, "Acme").await, new_account(&db, "Other").await);
        let (theirs, own) = (configure(&db, &acme.scope).await, configure(&db, &other.scope).await);
        let account = db.account(&other.scope);
        let id = SubscriptionId(new_uuid(NOW));
        let made = account.create_subscription(id, &draft(theirs.integration.id), NOW).await;
        assert!(matches!(made, Err(StorageError::InUse)), "{made:?}");
        let moved = account
            .update_subscription(own.subscription.id, None, NOW, |_| {
                Ok::<_, StorageError>(draft(theirs.integration.id))
            })
            .await;
        assert!(matches!(moved, Err(StorageError::InUse)), "{moved:?}");
    })
    .await;
}

#[tokio::test]
async fn anothers_keys_are_not_revoked_and_endpoints_are_taken_per_account() {
    on_each_backend(async |db: Db| {
        let (acme, other) = (new_account(&db, "Acme").await, new_account(&db, "Other").await);
        let key = ApiKey {
            id: ApiKeyId(new_uuid(NOW)),
            name: "CI".into(),
            role: Role::Viewer,
            prefix: "hk_abc".into(),
            created_at: NOW,
            last_used_at: None,
            revoked_at: None,
        };
        db.account(&acme.scope).create_api_key(&key, [1; 32], NOW).await.expect("a key");
        assert_not_found!(db.account(&other.scope).revoke_api_key(key.id, NOW));
        db.account(&other.scope).touch_api_key(key.id, NOW).await.expect("nothing happens");
        assert_eq!(db.account(&acme.scope).api_keys().await.expect("keys"), [key]);
        assert!(db.account(&other.scope).api_keys().await.expect("keys").is_empty());
        for scope in [&acme.scope, &other.scope] {
            add_source(&db, scope, "orders", json!({"type": "none"})).await.expect("a source");
        }
    })
    .await;
}

#[tokio::test]
async fn deactivating_ends_only_what_waits_in_the_same_account() {
    on_each_backend(async |db: Db| {
        let (acme, other) = (new_account(&db, "Acme").await, new_account(&db, "Other").await);
        let integration = configure(&db, &acme.scope).await.integration.id;
        let lease = Some(new_uuid(NOW));
        let rows = [
            (acme.account.id, 0_i16, None, NOW.plus_ms(60_000)),
            (acme.account.id, 0, lease, NOW.plus_ms(-1)),
            (acme.account.id, 0, lease, NOW.plus_ms(15_000)),
            (acme.account.id, 2, None, NOW),
            (other.account.id, 0, None, NOW),
        ];
        for (account, status, lease, due_at) in rows {
            let statement = Statement::from_sql_and_values(
                db.writer.get_database_backend(),
                "INSERT INTO deliveries (account_id, id, event_id, event_type, integration_id, status, attempts, \
                 schedule_tries, schedule_started_at, due_at, lease_token) \
                 VALUES ($1, $2, $2, 'order.created', $3, $4, 0, 0, 0, $5, $6)",
                [
                    account.0.into(),
                    new_uuid(NOW).into(),
                    integration.0.into(),
                    status.into(),
                    due_at.0.into(),
                    lease.into(),
                ],
            );
            db.writer.execute_raw(statement).await.expect("a delivery");
        }
        let cancel = async |scope| db.account(scope).cancel_waiting_deliveries(integration, "test", NOW).await;
        assert_eq!(cancel(&acme.scope).await.expect("ended"), 2);
        assert_eq!(cancel(&acme.scope).await.expect("ended"), 0);
        assert_eq!(cancel(&other.scope).await.expect("ended"), 1);
    })
    .await;
}
