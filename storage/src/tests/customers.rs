//! Customers as they are found and read, their histories and notes.

use super::journal::Process;
use super::records::{Wanting, item, module, refusals, said};
use crate::account_db::new_uuid;
use crate::testing::{NOW, new_account, on_each_backend};
use crate::{AccountDb, Db, StorageError};
use domain::activity::PageRequest;
use domain::change::ChangedBy;
use domain::customer::Note;
use domain::ids::{AccountId, CustomerId, NoteId};
use domain::record::{Intent, RecordSearch, TermMatch};
use serde_json::{Value, json};

/// Has each carried out, in this order.
pub(super) async fn tell(db: &Db, account: AccountId, intents: Vec<Intent>) {
    for committed in Process::new(db).commit(vec![Wanting::new(account, intents)]).await {
        assert_eq!(refusals(committed), Some(Vec::new()));
    }
}

/// What the events of a type say of a customer.
fn profiles(of: &[Value]) -> Vec<Intent> {
    of.iter().map(|data| said("profile", data.clone())).collect()
}

/// What begins with `text`, in that field or in any.
pub(super) fn prefix(text: Option<&str>, field: Option<&str>) -> RecordSearch {
    RecordSearch { text: text.map(Into::into), field: field.map(Into::into), matching: TermMatch::Prefix }
}

/// The only customer that the account has under this key.
pub(super) async fn customer(account: AccountDb<'_>, key: &str) -> CustomerId {
    let search = prefix(Some(key), Some("key"));
    let found = account.customers(&search, PageRequest::default()).await.expect("a list").data;
    found.into_iter().find(|row| row.key.as_str() == key).expect("the customer").id
}

pub(super) fn note(text: &str, ms: i64) -> Note {
    let at = NOW.plus_ms(ms);
    Note { id: NoteId(new_uuid(at)), text: text.into(), by: ChangedBy::Engine, created_at: at }
}

#[tokio::test]
async fn d28_customers_are_found_by_how_what_is_known_of_them_begins() {
    on_each_backend(async |db: Db| {
        let (acme, other) = (new_account(&db, "Acme").await, new_account(&db, "Other").await);
        let ada = json!({
            "customer": "C-1", "first_name": "Ada", "last_name": "Lovelace", "email": "ada@x.example",
            "labels": "vip, gold", "external_account_numbers": [77, "78"],
        });
        let of_acme = profiles(&[
            ada.clone(),
            json!({"customer": "c-2", "email": "Adam@y.example", "zip": "01234"}),
            json!({"customer": "c-10", "city": "Ärmel"}),
            json!({"customer": "c1x", "billing_id": 12}),
        ]);
        tell(&db, acme.account.id, of_acme).await;
        tell(&db, other.account.id, profiles(&[ada])).await;
        let subscribers = module(&db, acme.account.id).await;
        tell(&db, acme.account.id, vec![item(&subscribers, "c-1", json!({"city": "Ärmel"}))]).await;
        let everybody = vec!["C-1", "c-10", "c-2", "c1x"];
        for (text, field, expected) in [
            (None, None, everybody.clone()),
            (Some(" "), Some("email"), everybody.clone()),
            (Some("c"), None, everybody.clone()),
            (Some("ADA"), None, vec!["C-1", "c-2"]),
            (Some("ada"), Some("name"), vec!["C-1"]),
            (Some("ada"), Some("email"), vec!["C-1", "c-2"]),
            (Some("ada"), Some(""), vec!["C-1", "c-2"]),
            (Some(" ada lo"), None, vec!["C-1"]),
            (Some("c-1"), None, vec!["C-1", "c-10"]),
            (Some("c-1"), Some("email"), vec![]),
            (Some("ärm"), None, vec!["c-10"]),
            (Some("VIP"), Some("labels"), vec!["C-1"]),
            (Some("7"), Some("external_account_numbers"), vec!["C-1"]),
            (Some("0123"), Some("zip"), vec!["c-2"]),
            (Some("12"), Some("billing_id"), vec!["c1x"]),
            (Some("lovelace"), None, vec!["C-1"]),
            (Some("velace"), None, vec![]),
            (Some("%"), None, vec![]),
            (Some("_da"), None, vec![]),
            (Some("ada\u{0}"), None, vec![]),
            (Some("ada"), Some("na\u{0}me"), vec![]),
        ] {
            let search = prefix(text, field);
            let found = db.account(&acme.scope).customers(&search, PageRequest::default()).await;
            let mut keys: Vec<_> =
                found.expect("a list").data.into_iter().map(|row| row.key.to_string()).collect();
            keys.sort_unstable();
            assert_eq!(keys, expected, "{search:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn d28_customers_are_found_by_all_of_what_is_known_of_them() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let people = [
            json!({"customer": "c-1", "city": "Bonn", "labels": "vip"}),
            json!({"customer": "c-10", "city": "Bonner Land", "labels": "Bonn, vips"}),
        ];
        tell(&db, acme.account.id, profiles(&people)).await;
        for (text, field, expected) in [
            ("c-1", None, vec!["c-1"]),
            (" BONN ", None, vec!["c-1", "c-10"]),
            ("bonn", Some("city"), vec!["c-1"]),
            ("Bonner land", Some("city"), vec!["c-10"]),
            ("vip", Some("labels"), vec!["c-1"]),
            ("bon", None, vec![]),
            ("%", None, vec![]),
            ("", Some("city"), vec!["c-1", "c-10"]),
        ] {
            let search = RecordSearch { matching: TermMatch::Exact, ..prefix(Some(text), field) };
            let found = db.account(&acme.scope).customers(&search, PageRequest::default()).await;
            let mut keys: Vec<_> =
                found.expect("a list").data.into_iter().map(|row| row.key.to_string()).collect();
            keys.sort_unstable();
            assert_eq!(keys, expected, "{search:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn d28_pages_of_what_is_found_follow_each_other() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let people = (0..5).map(|n| json!({"customer": format!("c-{n}"), "city": "Bonn", "state": "Bonn"}));
        tell(&db, acme.account.id, profiles(&people.collect::<Vec<_>>())).await;
        tell(&db, acme.account.id, profiles(&[json!({"customer": "stranger"})])).await;
        let search = prefix(Some("bonn"), None);
        let (mut seen, mut sizes) = (Vec::new(), Vec::new());
        let mut request = PageRequest { limit: Some(2), ..PageRequest::default() };
        loop {
            let page = db.account(&acme.scope).customers(&search, request).await.expect("a page");
            sizes.push(page.data.len());
            seen.extend(page.data.into_iter().map(|row| row.id));
            let Some(next) = page.next else { break };
            request.after = Some(next);
        }
        assert_eq!(sizes, [2, 2, 1]);
        assert!(seen.is_sorted_by(|newer, older| newer > older), "each once, the newest first: {seen:?}");
        let newer = PageRequest { before: Some(seen[3].0), after: None, limit: Some(2) };
        let newer = db.account(&acme.scope).customers(&search, newer).await.expect("a page").data;
        assert_eq!(newer.into_iter().map(|row| row.id).collect::<Vec<_>>(), seen[1..3]);
    })
    .await;
}

#[tokio::test]
async fn a25_a_customer_is_read_as_events_left_them() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let total: Value = serde_json::from_str("99.90").expect("a number");
        let intents = vec![
            said("opt_in", json!({"customer": "c-1", "email": "ada@x.example", "labels": ["b", "a"]})),
            said("point_add", json!({"customer": "c-1", "points": "12.5"})),
            said("point_sub", json!({"customer": "c-1", "points": 2})),
            said("checkout_accept", json!({"customer": "c-1", "transaction_id": "t", "total": total})),
            said("profile", json!({"customer": "c-1", "external_account_numbers": "9, 8"})),
        ];
        tell(&db, acme.account.id, intents).await;
        let id = customer(account, "c-1").await;
        let read = serde_json::to_value(account.customer(id).await.expect("a customer")).expect("JSON");
        let expected = json!({
            "id": id, "key": "c-1", "fields": {"email": "ada@x.example"}, "labels": ["a", "b"],
            "points": serde_json::from_str::<Value>("10.5").expect("a number"),
            "totals": {
                "spent": serde_json::from_str::<Value>("99.9").expect("a number"),
                "purchases": 1, "items": 0, "refunded": 0,
            },
            "opted_in": true, "external_account_numbers": ["9", "8"], "version": 5,
            "created_at": NOW, "updated_at": NOW,
        });
        assert_eq!(read, expected);
        let row = account.customers(&RecordSearch::default(), PageRequest::default()).await.expect("a list");
        let row = &row.data[0];
        assert_eq!(
            (row.id, row.title.as_str(), row.points.to_string().as_str()),
            (id, "ada@x.example", "10.5")
        );

        let history = async |event_type: Option<&str>, limit| {
            let page = PageRequest { limit, ..PageRequest::default() };
            account.history(id.0, event_type, page).await.expect("a page")
        };
        let all = history(None, None).await.data;
        let mut told: Vec<_> = all.iter().map(|one| (one.version, one.event_type.as_str())).collect();
        told.sort_unstable();
        let expected =
            [(1, "opt_in"), (2, "point_add"), (3, "point_sub"), (4, "checkout_accept"), (5, "profile")];
        assert_eq!(told, expected);
        for (event_type, count) in
            [("point_add", 1), ("point_*", 2), ("*", 5), ("point", 0), ("point_add\u{0}", 0)]
        {
            assert_eq!(history(Some(event_type), None).await.data.len(), count, "{event_type}");
        }
        let points = &history(Some("point_sub"), None).await.data[0];
        assert_eq!((points.by, points.occurred_at, points.request_id), (ChangedBy::Engine, NOW, None));
        assert_eq!(json!(points.attributes), json!({"points": 2}));
        let changed = json!([{
            "field": "points", "from": serde_json::from_str::<Value>("12.5").expect("a number"),
            "to": serde_json::from_str::<Value>("10.5").expect("a number"),
        }]);
        assert_eq!(json!(points.changes), changed);
        let first = history(None, Some(3)).await;
        assert_eq!((first.data.as_slice(), first.next), (&all[..3], Some(all[2].id.0)));
    })
    .await;
}

#[tokio::test]
async fn o7_notes_are_left_read_and_taken_away() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let people = [json!({"customer": "c-1"}), json!({"customer": "c-2"})];
        tell(&db, acme.account.id, profiles(&people)).await;
        let (id, beside) = (customer(account, "c-1").await, customer(account, "c-2").await);
        let (first, second) = (note("called", 0), note("called\nagain", 1));
        account.add_note(id, &first).await.expect("left");
        account.add_note(id, &second).await.expect("left");
        let notes = async |id| account.notes(id, PageRequest::default()).await.expect("a list").data;
        assert_eq!(notes(id).await, [second.clone(), first.clone()]);
        assert!(notes(beside).await.is_empty());
        let elsewhere = account.delete_note(beside, first.id, NOW).await;
        assert!(matches!(elsewhere, Err(StorageError::NotFound)), "{elsewhere:?}");
        account.delete_note(id, first.id, NOW).await.expect("gone");
        let again = account.delete_note(id, first.id, NOW).await;
        assert!(matches!(again, Err(StorageError::NotFound)), "{again:?}");
        assert_eq!(notes(id).await, [second]);
        let audit = account.audit_log(None, 10).await.expect("lines");
        let audit: Vec<_> = audit.iter().filter(|line| line.action == "note.deleted").collect();
        assert_eq!(audit.iter().map(|line| line.subject_id).collect::<Vec<_>>(), [id.0]);
        let nobody = account.add_note(CustomerId(new_uuid(NOW)), &note("x", 2)).await;
        assert!(matches!(nobody, Err(StorageError::NotFound)), "{nobody:?}");
    })
    .await;
}
