use super::{add_source, source_config};
use crate::account_db::new_uuid;
use crate::testing::{NOW, new_account, on_each_backend};
use crate::{AccountScope, Db, StorageError};
use domain::activity::PageRequest;
use domain::ids::SourceId;
use domain::limits::REVISIONS_KEPT;
use domain::secret::SecretText;
use domain::source::{Revision, RevisionCause, Source, SourceConfig, SourceState};
use migrations::Migrator;
use sea_orm_migration::MigratorTrait;
use serde_json::json;

async fn history(db: &Db, scope: &AccountScope, id: SourceId, page: PageRequest) -> Vec<Revision> {
    db.account(scope).source_revisions(id, page).await.expect("a list").data
}

async fn rename(db: &Db, scope: &AccountScope, id: SourceId, name: &str) -> Source {
    let rename = |current: &Source| {
        Ok::<_, StorageError>(SourceConfig { name: name.to_owned(), ..current.config.clone() })
    };
    db.account(scope).update_source(id, None, NOW, rename).await.expect("renamed")
}

fn anything(_: &Source, _: &SourceConfig) -> Result<(), StorageError> {
    Ok(())
}

#[tokio::test]
async fn the_newest_revisions_are_kept_in_order_even_within_a_millisecond() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let source = add_source(&db, &acme.scope, "orders", json!({"type": "none"})).await.expect("a source");
        let last = REVISIONS_KEPT + 5;
        for number in 2..=last {
            let renamed = rename(&db, &acme.scope, source.id, &format!("n{number}")).await;
            assert_eq!(renamed.version, number);
        }
        let all =
            history(&db, &acme.scope, source.id, PageRequest { limit: Some(200), ..PageRequest::default() })
                .await;
        let numbers: Vec<_> = all.iter().map(|revision| revision.number).collect();
        assert_eq!(numbers, (6..=last).rev().collect::<Vec<_>>());
        assert!(all.is_sorted_by(|newer, older| newer.id > older.id));
        let oldest = all.last().expect("one");
        assert_eq!(json!(oldest.changes), json!([{"field": "name", "from": "n5", "to": "n6"}]));
        let gone = db.account(&acme.scope).source_revision(source.id, 5).await;
        assert!(matches!(gone, Err(StorageError::NotFound)), "{gone:?}");
        let kept = db.account(&acme.scope).source_revision(source.id, 6).await.expect("it is kept");
        assert_eq!((&kept.revision, kept.configuration.name.as_str()), (oldest, "n6"));
    })
    .await;
}

#[tokio::test]
async fn a_change_that_is_refused_leaves_no_revision() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let none = json!({"type": "none"});
        let source = add_source(&db, &acme.scope, "orders", none.clone()).await.expect("a source");
        add_source(&db, &acme.scope, "taken", none.clone()).await.expect("a source");
        let taken = |_: &Source| Ok::<_, StorageError>(source_config("taken", none));
        let refused = account.update_source(source.id, None, NOW, taken).await;
        assert!(matches!(refused, Err(StorageError::Taken)), "{refused:?}");
        let refused = account.restore_source(source.id, 1, Some(7), NOW, anything).await;
        assert!(matches!(refused, Err(StorageError::Stale)), "{refused:?}");
        let stay = |_: &Source| Ok::<_, StorageError>(SourceState::Inactive);
        account.move_source(source.id, NOW, stay).await.expect("it is so already");
        let history = history(&db, &acme.scope, source.id, PageRequest::default()).await;
        assert_eq!(history.len(), 1, "{history:?}");
    })
    .await;
}

#[tokio::test]
async fn anothers_revisions_are_not_found_nor_restored_nor_copied() {
    on_each_backend(async |db: Db| {
        let (acme, other) = (new_account(&db, "Acme").await, new_account(&db, "Other").await);
        let theirs = add_source(&db, &acme.scope, "orders", json!({"type": "none"})).await.expect("a source");
        let own = add_source(&db, &other.scope, "orders", json!({"type": "none"})).await.expect("a source");
        let account = db.account(&other.scope);
        assert!(history(&db, &other.scope, theirs.id, PageRequest::default()).await.is_empty());
        let read = account.source_revision(theirs.id, 1).await;
        assert!(matches!(read, Err(StorageError::NotFound)), "{read:?}");
        let restored = account.restore_source(theirs.id, 1, None, NOW, anything).await;
        assert!(matches!(restored, Err(StorageError::NotFound)), "{restored:?}");
        let config = own.config.clone();
        let copy = |_: &Source, _: &[String]| Ok::<_, StorageError>(config);
        let copied = account.copy_source(theirs.id, SourceId(new_uuid(NOW)), NOW, copy).await;
        assert!(matches!(copied, Err(StorageError::NotFound)), "{copied:?}");
        assert_eq!(db.account(&acme.scope).source(theirs.id).await.expect("unchanged"), theirs);
        assert_eq!(history(&db, &acme.scope, theirs.id, PageRequest::default()).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_copy_has_the_secrets_of_its_original_sealed_for_itself() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let token = |token: &str| json!({"type": "header_token", "header": "x-token", "token": token});
        let source = add_source(&db, &acme.scope, "orders", token("old")).await.expect("a source");
        let replace = |_: &Source| Ok::<_, StorageError>(source_config("orders", token("new")));
        account.update_source(source.id, None, NOW, replace).await.expect("replaced");
        let copy = |original: &Source, taken: &[String]| {
            assert_eq!(taken, ["orders"]);
            Ok::<_, StorageError>(SourceConfig { endpoint: "copy".into(), ..original.config.clone() })
        };
        let copied =
            account.copy_source(source.id, SourceId(new_uuid(NOW)), NOW, copy).await.expect("copied");
        assert!(copied.verification_secret_set && copied.config.verification.secret().is_none());

        let routing = db.load_routing(acme.account.id).await.expect("a routing").expect("of an account");
        let secrets = |endpoint: &str| {
            let source = &routing.sources[endpoint];
            let current = source.config.verification.secret().map(SecretText::reveal);
            let previous = source.previous_secret.as_ref();
            (current, previous.map(|previous| (previous.secret.reveal(), previous.expires_at)))
        };
        assert_eq!(secrets("copy"), secrets("orders"));
        let (current, previous) = secrets("copy");
        assert_eq!((current, previous.map(|(secret, _)| secret)), (Some("new"), Some("old")));
        let history = history(&db, &acme.scope, copied.id, PageRequest::default()).await;
        assert_eq!(
            history.iter().map(|one| one.cause).collect::<Vec<_>>(),
            [RevisionCause::Duplicated(source.id)]
        );
    })
    .await;
}

#[tokio::test]
async fn a_source_from_before_its_history_began_can_be_restored_to_what_it_was_then() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let source = add_source(&db, &acme.scope, "orders", json!({"type": "none"})).await.expect("a source");
        let renamed = rename(&db, &acme.scope, source.id, "Before").await;
        let ours = "m20261128_000011_source_revisions";
        let place = Migrator::migrations().iter().rev().position(|migration| migration.name() == ours);
        let steps = u32::try_from(place.expect("it is one of them") + 1).expect("few");
        Migrator::down(&db.writer, Some(steps)).await.expect("down");
        db.migrate().await.expect("up");

        let began = history(&db, &acme.scope, source.id, PageRequest::default()).await;
        let told: Vec<_> = began.iter().map(|one| (one.number, one.cause, one.made_at)).collect();
        assert_eq!(told, [(2, RevisionCause::HistoryBegan, NOW)]);
        rename(&db, &acme.scope, source.id, "After").await;
        let account = db.account(&acme.scope);
        let restored = account.restore_source(source.id, 2, Some(3), NOW, anything).await.expect("restored");
        assert_eq!((restored.version, restored.config), (4, renamed.config));
        let causes: Vec<_> = history(&db, &acme.scope, source.id, PageRequest::default())
            .await
            .iter()
            .map(|one| one.cause)
            .collect();
        let expected = [RevisionCause::Restored(2), RevisionCause::Updated, RevisionCause::HistoryBegan];
        assert_eq!(causes, expected);
    })
    .await;
}
