//! Items of modules as they are found and read.

use super::customers::{prefix, tell};
use super::modules::add_module;
use super::records::item;
use crate::testing::{new_account, on_each_backend};
use crate::{Db, StorageError};
use domain::activity::PageRequest;
use domain::record::RecordSearch;
use serde_json::{Value, json};

pub(super) fn number(text: &str) -> Value {
    serde_json::from_str(text).expect("a number")
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
            let search = prefix(text, field);
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
