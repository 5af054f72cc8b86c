//! What an account decides about its records: the catalogue, the customers' form, lookup lists.

use crate::account_db::new_uuid;
use crate::testing::{NOW, new_account, on_each_backend};
use crate::{AccountDb, Db, Decisions, StorageError};
use domain::catalogue::EventDefinition;
use domain::event::EventType;
use domain::form::Form;
use domain::ids::{AccountId, LookupListId};
use domain::lookup::{LookupList, LookupListDraft};
use domain::record::Rules;
use domain::source::Source;
use serde_json::json;

pub(super) fn fine(_: &Decisions) -> Result<(), StorageError> {
    Ok(())
}

pub(super) fn definition(event_type: &str, name: &str) -> EventDefinition {
    serde_json::from_value(json!({"event_type": event_type, "name": name})).expect("a definition")
}

pub(super) fn form(key: &str) -> Form {
    let field = json!({"key": key, "label": key, "type": "integer"});
    serde_json::from_value(json!({"sections": [{"title": "All", "fields": [field]}]})).expect("a form")
}

pub(super) fn list_draft(name: &str) -> LookupListDraft {
    let value = json!({"name": name, "entries": [{"id": 4, "label": "Prime time"}]});
    serde_json::from_value(value).expect("a list")
}

pub(super) async fn add_list(account: AccountDb<'_>, name: &str) -> LookupList {
    let id = LookupListId(new_uuid(NOW));
    account.create_lookup_list(id, &list_draft(name), NOW, fine).await.expect("a list")
}

async fn rules(db: &Db, account: AccountId) -> (i64, Rules) {
    let routing = db.load_routing(account).await.expect("a routing").expect("of an account");
    (routing.version, routing.rules)
}

#[tokio::test]
async fn every_decision_bumps_the_routing_version_and_leaves_an_audit_line() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let visit = EventType::new("visit").expect("a type");
        account.define_event(Some(0), &definition("visit", "Visit"), NOW, fine).await.expect("defined");
        account.define_event(Some(1), &definition("visit", "A visit"), NOW, fine).await.expect("changed");
        for expected in [0, 1, 3] {
            let stale = account.define_event(Some(expected), &definition("visit", "X"), NOW, fine).await;
            assert!(matches!(stale, Err(StorageError::Stale)), "{expected}: {stale:?}");
        }
        account.forget_event(&visit, NOW, |_: &[Source]| Ok::<_, StorageError>(())).await.expect("gone");
        account.set_customer_form(Some(0), form("age"), NOW, fine).await.expect("set");
        account.set_customer_form(None, form("size"), NOW, fine).await.expect("changed");
        let list = add_list(account, "Day parts").await;
        account.update_lookup_list(list.id, Some(1), &list_draft("Parts"), NOW).await.expect("changed");
        account.delete_lookup_list(list.id, NOW, fine).await.expect("gone");
        assert_eq!(rules(&db, acme.account.id).await.0, 9);
        let mut actions: Vec<_> =
            account.audit_log(None, 50).await.expect("lines").into_iter().map(|line| line.action).collect();
        actions.sort();
        let expected = [
            "account.created",
            "customer_form.updated",
            "customer_form.updated",
            "event_definition.created",
            "event_definition.deleted",
            "event_definition.updated",
            "lookup_list.created",
            "lookup_list.deleted",
            "lookup_list.updated",
        ];
        assert_eq!(actions, expected);
    })
    .await;
}

#[tokio::test]
async fn a8_what_arrives_is_judged_by_what_the_account_decided() {
    on_each_backend(async |db: Db| {
        let (acme, other) = (new_account(&db, "Acme").await, new_account(&db, "Other").await);
        let (id, account) = (acme.account.id, db.account(&acme.scope));
        let shipped = Rules::default();
        let untouched = async |account| {
            let (_, rules) = rules(&db, account).await;
            rules.customer_form == shipped.customer_form
                && rules.catalogue() == shipped.catalogue()
                && rules.lookups.is_empty()
                && rules.modules.is_empty()
        };
        assert!(untouched(id).await);
        for (event_type, name, at) in
            [("visit", "Visit", 1), ("a.first", "First", 2), ("point_add", "Points!", 3)]
        {
            account
                .define_event(None, &definition(event_type, name), NOW.plus_ms(at), fine)
                .await
                .expect("defined");
        }
        account
            .define_event(None, &definition("visit", "A visit"), NOW.plus_ms(4), fine)
            .await
            .expect("changed");
        account.set_customer_form(Some(0), form("age"), NOW, fine).await.expect("set");
        let lists = [add_list(account, "Zones").await, add_list(account, "Day parts").await];
        let (_, rules) = rules(&db, id).await;
        let names: Vec<_> = rules.catalogue().all().iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names[0], "Points!");
        assert_eq!(names[names.len() - 2..], ["A visit", "First"], "in the order they were first defined");
        assert_eq!(rules.customer_form, form("age"));
        let profile = rules.definition(&EventType::new("profile").expect("a type")).expect("it is shipped");
        assert!(profile.attributes.iter().any(|attribute| attribute.key == "age"));
        assert_eq!(rules.lookups, [lists[1].clone(), lists[0].clone()]);
        assert!(untouched(other.account.id).await, "another account decides for itself");
        assert_eq!(account.customer_form().await.expect("a form").version, 1);
        assert_eq!(account.lookup_lists().await.expect("lists"), rules.lookups);
        assert_eq!(account.lookup_list(lists[0].id).await.expect("a list"), lists[0]);
    })
    .await;
}

#[tokio::test]
async fn decisions_that_are_refused_or_stale_leave_nothing_behind() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let list = add_list(account, "Day parts").await;
        account.set_customer_form(Some(0), form("age"), NOW, fine).await.expect("set");
        account.define_event(None, &definition("visit", "Visit"), NOW, fine).await.expect("defined");
        let visit = EventType::new("visit").expect("a type");
        let before = rules(&db, acme.account.id).await.0;

        let stale = account.set_customer_form(Some(0), form("size"), NOW, fine).await;
        assert!(matches!(stale, Err(StorageError::Stale)), "{stale:?}");
        let stale = account.update_lookup_list(list.id, Some(2), &list_draft("x"), NOW).await;
        assert!(matches!(stale, Err(StorageError::Stale)), "{stale:?}");
        let gone = EventType::new("nothing").expect("a type");
        let missing = account.forget_event(&gone, NOW, |_: &[Source]| Ok::<_, StorageError>(())).await;
        assert!(matches!(missing, Err(StorageError::NotFound)), "{missing:?}");

        // Each is asked with what would be decided then.
        let refuse = |decisions: &Decisions| {
            assert_eq!(decisions.own_events, [definition("visit", "A visit")]);
            Err(StorageError::InUse)
        };
        let refused = account.define_event(None, &definition("visit", "A visit"), NOW, refuse).await;
        assert!(matches!(refused, Err(StorageError::InUse)), "{refused:?}");
        let refuse = |decisions: &Decisions| {
            assert_eq!(decisions.customer_form.form, form("size"));
            Err(StorageError::InUse)
        };
        let refused = account.set_customer_form(Some(1), form("size"), NOW, refuse).await;
        assert!(matches!(refused, Err(StorageError::InUse)), "{refused:?}");
        let refuse = |decisions: &Decisions| {
            assert_eq!(decisions.lookups, std::slice::from_ref(&list));
            Err(StorageError::InUse)
        };
        let refused = account.delete_lookup_list(list.id, NOW, refuse).await;
        assert!(matches!(refused, Err(StorageError::InUse)), "{refused:?}");
        let refused = account.forget_event(&visit, NOW, |_: &[Source]| Err(StorageError::InUse)).await;
        assert!(matches!(refused, Err(StorageError::InUse)), "{refused:?}");

        let (after, rules) = rules(&db, acme.account.id).await;
        assert_eq!(after, before);
        assert_eq!((&rules.customer_form, rules.lookups.as_slice()), (&form("age"), [list].as_slice()));
        assert_eq!(rules.catalogue().get(&visit), Some(&definition("visit", "Visit")));
    })
    .await;
}
