use super::{add_integration, add_source, configure, draft, integration_config, source_config};
use crate::account_db::new_uuid;
use crate::testing::{NOW, new_account, on_each_backend};
use crate::{AccountScope, Db, StorageError};
use domain::ids::{AccountId, SubscriptionId};
use domain::integration::IntegrationState;
use domain::secret::SecretText;
use domain::source::{Source, SourceState};
use migrations::Migrator;
use sea_orm_migration::MigratorTrait;
use serde_json::json;

async fn version(db: &Db, account: AccountId) -> i64 {
    db.load_routing(account).await.expect("a routing").expect("of an account").version
}

async fn moved(db: &Db, scope: &AccountScope, source: &Source, state: SourceState) -> Source {
    db.account(scope).move_source(source.id, NOW, |_| Ok::<_, StorageError>(state)).await.expect("moved")
}

#[tokio::test]
async fn every_write_bumps_the_routing_version_and_leaves_an_audit_line() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let (account, id) = (db.account(&acme.scope), acme.account.id);
        assert_eq!(version(&db, id).await, 1);
        let made = configure(&db, &acme.scope).await;
        assert_eq!(version(&db, id).await, 4);
        let (source, integration) = (made.source.id, made.integration.id);
        let none = json!({"type": "none"});
        let same = |_: &_| Ok::<_, StorageError>(source_config("orders", none.clone()));
        account.update_source(source, Some(1), NOW, same).await.expect("changed");
        moved(&db, &acme.scope, &made.source, SourceState::Active).await;
        let same = |_: &_| Ok::<_, StorageError>(integration_config(none.clone()));
        account.update_integration(integration, None, NOW, same).await.expect("changed");
        let active = IntegrationState::Active;
        account
            .move_integration(integration, active, NOW, |_| Ok::<_, StorageError>(()))
            .await
            .expect("moved");
        account.rotate_signing_secret(integration, &SecretText::new("whsec_x"), NOW).await.expect("rotated");
        let same = |_: &_| Ok::<_, StorageError>(draft(integration));
        account.update_subscription(made.subscription.id, Some(1), NOW, same).await.expect("changed");
        account.delete_subscription(made.subscription.id, NOW).await.expect("deleted");
        account.delete_integration(integration, NOW).await.expect("deleted");
        assert_eq!(version(&db, id).await, 12);

        let mut actions: Vec<_> =
            account.audit_log(None, 50).await.expect("lines").into_iter().map(|line| line.action).collect();
        actions.sort();
        assert_eq!(
            actions,
            [
                "account.created",
                "integration.activated",
                "integration.created",
                "integration.deleted",
                "integration.signing_secret_rotated",
                "integration.updated",
                "source.activated",
                "source.created",
                "source.updated",
                "subscription.created",
                "subscription.deleted",
                "subscription.updated",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_write_that_names_an_older_version_is_stale() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let made = configure(&db, &acme.scope).await;
        let account = db.account(&acme.scope);
        let before = version(&db, acme.account.id).await;
        let none = json!({"type": "none"});
        let source = account
            .update_source(made.source.id, Some(2), NOW, |_| {
                Ok::<_, StorageError>(source_config("x", none.clone()))
            })
            .await;
        assert!(matches!(source, Err(StorageError::Stale)), "{source:?}");
        let change = |_: &_| Ok::<_, StorageError>(integration_config(none.clone()));
        let integration = account.update_integration(made.integration.id, Some(0), NOW, change).await;
        assert!(matches!(integration, Err(StorageError::Stale)), "{integration:?}");
        let change = |_: &_| Ok::<_, StorageError>(draft(made.integration.id));
        let subscription = account.update_subscription(made.subscription.id, Some(9), NOW, change).await;
        assert!(matches!(subscription, Err(StorageError::Stale)), "{subscription:?}");
        assert_eq!(version(&db, acme.account.id).await, before, "nothing is left of a refused write");
        let source = account.source(made.source.id).await.expect("unchanged");
        assert_eq!(source, made.source);
    })
    .await;
}

#[tokio::test]
async fn writes_at_once_all_count() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let made = configure(&db, &acme.scope).await;
        let tries: Vec<_> = (0..8)
            .map(|number| {
                let (db, scope, id) = (db.clone(), acme.scope.clone(), made.source.id);
                tokio::spawn(async move {
                    let name = format!("e{number}");
                    let change = |_: &_| Ok::<_, StorageError>(source_config(&name, json!({"type": "none"})));
                    db.account(&scope).update_source(id, None, NOW, change).await.expect("changed");
                })
            })
            .collect();
        for outcome in tries {
            outcome.await.expect("the task ends");
        }
        assert_eq!(db.account(&acme.scope).source(made.source.id).await.expect("it is there").version, 9);
    })
    .await;
}

#[tokio::test]
async fn endpoints_from_before_they_were_kept_stay_taken_as_far_as_histories_go() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let none = json!({"type": "none"});
        let shop = add_source(&db, &acme.scope, "shop", none.clone()).await.expect("a source");
        let rename = async |id, endpoint: &str| {
            let change = |_: &_| Ok::<_, StorageError>(source_config(endpoint, none.clone()));
            db.account(&acme.scope).update_source(id, None, NOW, change).await
        };
        rename(shop.id, "store").await.expect("renamed");
        let ours = "m20261128_000017_source_endpoints";
        let place = Migrator::migrations().iter().rev().position(|migration| migration.name() == ours);
        let steps = u32::try_from(place.expect("it is one of them") + 1).expect("few");
        Migrator::down(&db.writer, Some(steps)).await.expect("down");
        db.migrate().await.expect("up");

        for endpoint in ["shop", "store"] {
            let taken = add_source(&db, &acme.scope, endpoint, none.clone()).await;
            assert!(matches!(taken, Err(StorageError::Taken)), "{endpoint}: {taken:?}");
        }
        rename(shop.id, "shop").await.expect("it was its own");
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_stays_taken_even_by_an_archived_source() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let none = json!({"type": "none"});
        let first = add_source(&db, &acme.scope, "orders", none.clone()).await.expect("a source");
        let second = add_source(&db, &acme.scope, "others", none.clone()).await.expect("a source");
        moved(&db, &acme.scope, &first, SourceState::Archived).await;
        let third = add_source(&db, &acme.scope, "orders", none.clone()).await;
        assert!(matches!(third, Err(StorageError::Taken)), "{third:?}");
        let change = |_: &_| Ok::<_, StorageError>(source_config("orders", none.clone()));
        let renamed = db.account(&acme.scope).update_source(second.id, None, NOW, change).await;
        assert!(matches!(renamed, Err(StorageError::Taken)), "{renamed:?}");
        let archived = db.account(&acme.scope).sources(&[SourceState::Archived]).await.expect("a list");
        assert_eq!(archived.iter().map(|source| source.id).collect::<Vec<_>>(), [first.id]);
        let others = [SourceState::Active, SourceState::Inactive];
        let others = db.account(&acme.scope).sources(&others).await.expect("a list");
        assert_eq!(others, [second]);
    })
    .await;
}

#[tokio::test]
async fn an_integration_with_links_is_not_deleted() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let made = configure(&db, &acme.scope).await;
        let account = db.account(&acme.scope);
        let refused = account.delete_integration(made.integration.id, NOW).await;
        assert!(matches!(refused, Err(StorageError::InUse)), "{refused:?}");
        let links = account.subscriptions_to(made.integration.id).await.expect("links");
        assert_eq!(links, [made.subscription]);
    })
    .await;
}

#[tokio::test]
async fn moving_to_the_state_it_is_in_changes_nothing() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let made = configure(&db, &acme.scope).await;
        let before = version(&db, acme.account.id).await;
        assert_eq!(moved(&db, &acme.scope, &made.source, SourceState::Inactive).await, made.source);
        let inactive = IntegrationState::Inactive;
        let fine = |_: &_| Ok::<_, StorageError>(());
        let still = db.account(&acme.scope).move_integration(made.integration.id, inactive, NOW, fine).await;
        assert_eq!(still.expect("unmoved"), made.integration);
        assert_eq!(version(&db, acme.account.id).await, before);
    })
    .await;
}

#[tokio::test]
async fn routing_has_everything_whatever_its_state() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let made = configure(&db, &acme.scope).await;
        let second = add_integration(&db, &acme.scope, json!({"type": "none"})).await;
        let later = SubscriptionId(new_uuid(NOW.plus_ms(1)));
        db.account(&acme.scope)
            .create_subscription(later, &draft(second.id), NOW)
            .await
            .expect("a subscription");
        let archived = moved(&db, &acme.scope, &made.source, SourceState::Archived).await;
        let routing = db.load_routing(acme.account.id).await.expect("a routing").expect("of an account");
        assert_eq!(routing.account_id, acme.account.id);
        let source = routing.sources.get("orders").expect("by endpoint");
        assert_eq!(
            (source.id, source.state, &source.config),
            (archived.id, archived.state, &archived.config)
        );
        let subscriptions: Vec<_> =
            routing.subscriptions.iter().map(|subscription| subscription.id).collect();
        assert_eq!(subscriptions, [made.subscription.id, later]);
        assert_eq!(routing.integrations.len(), 2);
        assert_eq!(routing.integrations[&second.id].config, second.config);
        let nobody = AccountId(new_uuid(NOW));
        assert!(db.load_routing(nobody).await.expect("an answer").is_none());
    })
    .await;
}
