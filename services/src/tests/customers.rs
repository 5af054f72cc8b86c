use super::records::form;
use super::{fields, on_each, owner};
use crate::{Clock, Error, Services, SignUpPolicy};
use domain::activity::{EventFilter, PageRequest};
use domain::change::ChangedBy;
use domain::customer::{CustomerDraft, NoteDraft};
use domain::ids::CustomerId;
use domain::record::RecordSearch;
use serde_json::{Value, json};
use std::time::Duration;
use storage::AccountScope;
use uuid::Uuid;

/// With what commits running, as edits of customers wait for it.
async fn with_engine(test: impl AsyncFn(&Services, AccountScope)) {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let engine = services.start_engine();
        let scope = owner(&services, "Acme").await.scope;
        test(&services, scope).await;
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

pub(super) fn customer(value: Value) -> CustomerDraft {
    serde_json::from_value(value).expect("a customer")
}

#[tokio::test]
async fn t24_members_make_and_change_customers_as_the_form_says() {
    with_engine(async |services: &Services, scope: AccountScope| {
        let draft = customer(
            json!({"key": "c-1", "fields": {"zip": 93103, "billing_id": "12"}, "labels": ["b", "a"]}),
        );
        let made = services.create_customer(&scope, draft).await.expect("a customer");
        let known = &made.customer;
        assert_eq!((known.key.as_str(), known.version), ("c-1", 1));
        assert_eq!(
            (json!(known.fields), json!(known.labels)),
            (json!({"zip": "93103", "billing_id": 12}), json!(["a", "b"]))
        );
        assert_eq!(services.customer(&scope, made.id).await.expect("a customer"), made);

        let twice = services.create_customer(&scope, customer(json!({"key": "c-1"}))).await;
        assert_eq!(fields(twice), ["key"]);
        assert_eq!(fields(services.create_customer(&scope, CustomerDraft::default()).await), ["key"]);
        let unfit = customer(json!({"key": "c-2", "fields": {"billing_id": "x"}}));
        assert_eq!(fields(services.create_customer(&scope, unfit).await), ["fields.billing_id"]);

        let update = async |expected, draft: Value| {
            services.update_customer(&scope, made.id, expected, customer(draft)).await
        };
        let updated = update(Some(1), json!({"fields": {"city": "Bonn"}})).await.expect("changed");
        assert_eq!((updated.id, updated.customer.version), (made.id, 2));
        assert_eq!(
            (json!(updated.customer.fields), updated.customer.labels.len()),
            (json!({"city": "Bonn"}), 0)
        );
        let stale = update(Some(1), json!({})).await;
        assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
        assert_eq!(fields(update(None, json!({"key": "c-9"})).await), ["key"]);
        let nobody =
            services.update_customer(&scope, CustomerId(Uuid::nil()), None, CustomerDraft::default()).await;
        assert!(matches!(nobody, Err(Error::NotFound)), "{nobody:?}");

        // The next edit is already judged by the form as it is now.
        services.set_customer_form(&scope, None, form("age", json!("integer"))).await.expect("set");
        assert_eq!(fields(update(None, json!({"fields": {}})).await), ["fields.age"]);
        update(Some(2), json!({"fields": {"age": 36, "city": "Bonn"}})).await.expect("changed");

        let history = services.history_of_customer(&scope, made.id, None, PageRequest::default()).await;
        let history = history.expect("a history").data;
        let mut told: Vec<_> = history.iter().map(|one| (one.version, one.event_type.as_str())).collect();
        told.sort_unstable();
        assert_eq!(told, [(1, "customer.created"), (2, "customer.updated"), (3, "customer.updated")]);
        assert!(history.iter().all(|one| one.by == ChangedBy::from(scope.actor())), "{history:?}");
        let found = RecordSearch { text: Some("bonn".into()), ..RecordSearch::default() };
        let found = services.list_customers(&scope, &found, PageRequest::default()).await.expect("a list");
        assert_eq!(found.data.iter().map(|row| row.id).collect::<Vec<_>>(), [made.id]);
    })
    .await;
}

#[tokio::test]
async fn o7_notes_name_who_left_them() {
    with_engine(async |services: &Services, scope: AccountScope| {
        let id = services.create_customer(&scope, customer(json!({"key": "c-1"}))).await.expect("made").id;
        let note = |text: &str| NoteDraft { text: text.into() };
        let left = services.add_note(&scope, id, note("called")).await.expect("left");
        assert_eq!((left.text.as_str(), left.by), ("called", ChangedBy::from(scope.actor())));
        let notes = async |id| services.notes(&scope, id, PageRequest::default()).await;
        assert_eq!(notes(id).await.expect("notes").data, std::slice::from_ref(&left));
        assert_eq!(fields(services.add_note(&scope, id, note(" ")).await), ["text"]);
        services.delete_note(&scope, id, left.id).await.expect("gone");
        assert!(notes(id).await.expect("notes").data.is_empty());
        let nobody = CustomerId(Uuid::nil());
        assert!(matches!(notes(nobody).await, Err(Error::NotFound)));
        assert!(matches!(services.add_note(&scope, nobody, note("x")).await, Err(Error::NotFound)));
        let history = services.history_of_customer(&scope, nobody, None, PageRequest::default()).await;
        assert!(matches!(history, Err(Error::NotFound)), "{history:?}");
    })
    .await;
}

#[tokio::test]
async fn s_a_customer_is_deleted_and_others_are_told_no_more_than_the_key() {
    with_engine(async |services: &Services, scope: AccountScope| {
        let draft = || customer(json!({"key": "c-1", "fields": {"email": "ada@x.example"}}));
        let made = services.create_customer(&scope, draft()).await.expect("a customer");
        let note = NoteDraft { text: "called".into() };
        services.add_note(&scope, made.id, note.clone()).await.expect("left");
        let stale = services.delete_customer(&scope, made.id, Some(2)).await;
        assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
        services.delete_customer(&scope, made.id, Some(1)).await.expect("deleted");

        let page = PageRequest::default();
        let gone = [
            services.customer(&scope, made.id).await.map(|_| ()),
            services.history_of_customer(&scope, made.id, None, page).await.map(|_| ()),
            services.notes(&scope, made.id, page).await.map(|_| ()),
            services.add_note(&scope, made.id, note).await.map(|_| ()),
            services.delete_customer(&scope, made.id, None).await,
        ];
        assert!(gone.iter().all(|gone| matches!(gone, Err(Error::NotFound))), "{gone:?}");
        let search = RecordSearch { text: Some("ada".into()), ..RecordSearch::default() };
        let found = services.list_customers(&scope, &search, page).await.expect("a list").data;
        assert!(found.is_empty(), "{found:?}");

        let deleted = EventFilter { event_type: Some("customer.deleted".into()) };
        let told = services.events(&scope, deleted, page).await.expect("a list").data;
        let [told] = told.as_slice() else { panic!("told once: {told:?}") };
        let told = services.event(&scope, told.id).await.expect("the event");
        let data = json!(told)["data"].clone();
        assert_eq!(data["customer"], json!({"key": "c-1"}));
        assert_eq!(data["changes"][0]["by"], json!(ChangedBy::from(scope.actor())));

        let anew = services.create_customer(&scope, draft()).await.expect("somebody new");
        assert_ne!(anew.id, made.id);
        assert_eq!(anew.customer.version, 1);
    })
    .await;
}
