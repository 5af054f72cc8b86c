//! What is left of customers and items that are deleted, and of those that come after them.

use super::customers::{customer, note, prefix, tell};
use super::journal::Process;
use super::records::{Wanting, item, module, points, refusals, said};
use crate::testing::{count, new_account, on_each_backend, on_each_url};
use crate::{Backend, Db, MasterKey, StorageError};
use domain::activity::PageRequest;
use domain::ids::CustomerId;
use domain::record::{Intent, RecordKey, Refused};
use serde_json::json;
use std::sync::Arc;

fn removal(key: &str, id: CustomerId) -> Intent {
    Intent::CustomerRemoval { key: RecordKey::new(key).expect("a key"), id, expected: None }
}

/// Rows of histories, notes and the index whose record is gone.
async fn orphans(db: &Db) -> [i64; 3] {
    const RECORDS: &str = "(SELECT id FROM customers UNION ALL SELECT id FROM items)";
    let of = async |table: &str, column: &str| {
        count(db, &format!("SELECT COUNT(*) FROM {table} WHERE {column} NOT IN {RECORDS}")).await
    };
    [
        of("history", "record_id").await,
        of("notes", "customer_id").await,
        of("search_terms", "record_id").await,
    ]
}

#[tokio::test]
async fn s_nothing_is_left_of_a_customer_who_is_deleted() {
    on_each_backend(async |db: Db| {
        let (acme, other) = (new_account(&db, "Acme").await, new_account(&db, "Other").await);
        let account = db.account(&acme.scope);
        let known = |key: &str| {
            json!({"customer": key, "email": "ada@x.example", "external_account_numbers": "77", "labels": "vip"})
        };
        let both = || vec![said("profile", known("c-1")), said("profile", known("c-2")), points("c-1", 5)];
        tell(&db, acme.account.id, both()).await;
        tell(&db, other.account.id, both()).await;
        let id = customer(account, "c-1").await;
        account.add_note(id, &note("called", 0)).await.expect("left");

        tell(&db, acme.account.id, vec![removal("c-1", id)]).await;
        assert!(matches!(account.customer(id).await, Err(StorageError::NotFound)));
        assert_eq!(orphans(&db).await, [0, 0, 0]);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM customers").await, 3);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM history").await, 4);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM notes").await, 0);
        let found = account.customers(&prefix(Some("ada"), None), PageRequest::default()).await;
        assert_eq!(found.expect("a list").data.len(), 1, "the other one");
        let told = count(&db, "SELECT COUNT(*) FROM events").await;
        assert_eq!(told, 7, "the logs have their own end, and tell that the customer is gone");

        tell(&db, acme.account.id, vec![points("c-1", 2)]).await;
        let anew = customer(account, "c-1").await;
        assert_ne!(anew, id);
        let anew = account.customer(anew).await.expect("somebody new").customer;
        assert_eq!((anew.version, anew.points.to_string().as_str(), anew.fields.len()), (1, "2", 0));
        let again = Process::new(&db).commit(vec![Wanting::new(acme.account.id, vec![removal("c-1", id)])]).await;
        let again: Vec<_> = again.into_iter().map(refusals).collect();
        assert_eq!(again, [Some(vec![Refused::NotFound])], "it is somebody else's key by now");
    })
    .await;
}

#[tokio::test]
async fn s_a_batch_that_deletes_and_makes_anew_keeps_the_new_record_alone() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let module = module(&db, acme.account.id).await;
        let city = |city: &str| item(&module, "i-1", json!({"city": city}));
        tell(&db, acme.account.id, vec![points("c-1", 5), city("Bonn")]).await;
        let id = customer(account, "c-1").await;
        let key = RecordKey::new("i-1").expect("a key");
        let item_removal =
            || Intent::ItemRemoval { module: Arc::clone(&module), key: key.clone(), expected: None };
        let batch = [
            vec![points("c-1", 1), city("Oslo")],
            vec![removal("c-1", id), item_removal()],
            vec![points("c-1", 3), city("Rome")],
        ];
        let batch: Vec<_> = batch.into_iter().map(|intents| Wanting::new(acme.account.id, intents)).collect();
        for committed in Process::new(&db).commit(batch).await {
            assert_eq!(refusals(committed), Some(Vec::new()));
        }
        let anew = account.customer(customer(account, "c-1").await).await.expect("somebody new");
        assert_ne!(anew.id, id);
        assert_eq!((anew.customer.version, anew.customer.points.to_string().as_str()), (1, "3"));
        assert_eq!(count(&db, "SELECT COUNT(*) FROM items WHERE version = 1").await, 1);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM history").await, 2);
        let cities = |city: &str| format!("SELECT COUNT(*) FROM search_terms WHERE value = '{city}'");
        for (city, found) in [("bonn", 0), ("oslo", 0), ("rome", 1)] {
            assert_eq!(count(&db, &cities(city)).await, found, "{city}");
        }
        assert_eq!(orphans(&db).await, [0, 0, 0]);

        // Of what came and went within a batch nothing was ever there.
        let fleeting = vec![item(&module, "i-2", json!({"city": "Bari"}))];
        let key = RecordKey::new("i-2").expect("a key");
        let gone = vec![Intent::ItemRemoval { module: Arc::clone(&module), key, expected: Some(1) }];
        let batch = Vec::from([fleeting, gone].map(|intents| Wanting::new(acme.account.id, intents)));
        for committed in Process::new(&db).commit(batch).await {
            assert_eq!(refusals(committed), Some(Vec::new()));
        }
        assert_eq!(orphans(&db).await, [0, 0, 0]);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM items").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s_customers_are_deleted_amid_events_about_them_before_or_after_each() {
    on_each_url(async |url: String| {
        let db = Db::connect(&url, MasterKey::generate()).await.expect("it takes connections");
        db.migrate().await.expect("it migrates");
        let acme = new_account(&db, "Acme").await;
        let (id, account) = (acme.account.id, db.account(&acme.scope));
        let beside = match db.backend {
            // One process has the file to itself; two journals of it share its turns to write.
            Backend::Sqlite => db.clone(),
            Backend::Postgres => {
                Db::connect(&url, MasterKey::generate()).await.expect("it takes connections")
            }
        };
        let keys: Vec<_> = (0..40).map(|customer| format!("c-{customer}")).collect();
        tell(&db, id, keys.iter().map(|key| points(key, 100)).collect()).await;
        let mut deleting = Vec::new();
        for key in &keys {
            let removal = removal(key, customer(account, key).await);
            deleting.push(Wanting::new(id, vec![removal, points(key, 1)]));
        }
        let telling = keys.iter().rev().map(|key| Wanting::new(id, vec![points(key, 1)])).collect();
        let (one, two) =
            tokio::join!(Process::new(&db).commit(deleting), Process::new(&beside).commit(telling));
        for committed in one.into_iter().chain(two) {
            assert_eq!(refusals(committed), Some(Vec::new()));
        }
        let with = async |points: i64| {
            count(&db, &format!("SELECT COUNT(*) FROM customers WHERE points = {points}0000")).await
        };
        let (before, after) = (with(1).await, with(2).await);
        assert_eq!(before + after, 40, "whoever was told of last was deleted first: {before}, {after}");
        assert_eq!(count(&db, "SELECT COUNT(*) FROM history").await, before + 2 * after);
        assert_eq!(orphans(&db).await, [0, 0, 0]);
        beside.close().await;
        db.close().await;
    })
    .await;
}
