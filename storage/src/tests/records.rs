//! What intakes do to customers and items, in one transaction with everything else.

use super::journal::Process;
use crate::account_db::new_uuid;
use crate::testing::{NOW, count, new_account, on_each_backend, on_each_url};
use crate::{Committed, Db, Decide, IdempotencyKey, IntakeDraft, MasterKey, StorageError};
use domain::catalogue::CustomerEvent;
use domain::change::ChangedBy;
use domain::event::EventType;
use domain::fan_out::Routing;
use domain::hops::Hops;
use domain::ids::{AccountId, EventId, ModuleId};
use domain::module::{ItemDraft, Module, ModuleConfig};
use domain::record::{Cause, HeldRecords, Intent, RecordKey, Refused, Rules, carry_out};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use std::any::Any;
use std::sync::Arc;
use uuid::Uuid;

/// Something that wants this and that of records, each under a key of its own if it has one.
pub(super) struct Wanting {
    account: AccountId,
    routing_version: i64,
    intents: Vec<Intent>,
    draft: IntakeDraft,
    refusals: Vec<Refused>,
    panics: bool,
}

impl Wanting {
    pub(super) fn new(account: AccountId, intents: Vec<Intent>) -> Self {
        let records = intents.iter().map(Intent::address).collect();
        let draft = IntakeDraft { records, ..IntakeDraft::new(new_uuid(NOW)) };
        Self { account, routing_version: 1, intents, draft, refusals: Vec::new(), panics: false }
    }

    /// One that does not survive being settled.
    pub(super) fn panicking(account: AccountId, intents: Vec<Intent>) -> Self {
        Self { panics: true, ..Self::new(account, intents) }
    }

    pub(super) fn with_element_keys(mut self, keys: &[&str]) -> Self {
        let keys = keys.iter().enumerate().map(|(element, key)| (element, taken(key)));
        self.draft.element_keys = keys.collect();
        self
    }

    pub(super) fn with_key(mut self, key: &str) -> Self {
        self.draft.idempotency = Some(taken(key));
        self
    }
}

fn taken(key: &str) -> IdempotencyKey {
    IdempotencyKey { scope_id: Uuid::nil(), key: key.into(), event_id: Some(EventId(new_uuid(NOW))) }
}

impl Decide for Wanting {
    fn account_id(&self) -> AccountId {
        self.account
    }

    fn routing_version(&self) -> i64 {
        self.routing_version
    }

    fn decide(&mut self, routing: &Arc<Routing>) {
        self.routing_version = routing.version;
    }

    fn settle(&mut self, records: &mut HeldRecords, repeated: &[usize]) {
        assert!(!self.panics, "a bug of ours");
        self.draft.events.clear();
        self.draft.history.clear();
        self.draft.forgone.clear();
        self.refusals.clear();
        let rules = Rules::default();
        for (element, intent) in self.intents.iter().enumerate() {
            if repeated.contains(&element) {
                continue;
            }
            let cause = Cause {
                account: self.account,
                rules: &rules,
                event_id: EventId(new_uuid(NOW)),
                at: NOW,
                request_id: None,
                by: ChangedBy::Engine,
                hops: Hops::default(),
            };
            match carry_out(intent, records, cause) {
                Ok(happened) => {
                    self.draft.events.extend(happened.event);
                    self.draft.history.extend(happened.history);
                }
                Err(refused) => {
                    self.draft.forgone.extend([Some(element), None]);
                    self.refusals.push(refused);
                }
            }
        }
    }

    fn draft(&self) -> &IntakeDraft {
        &self.draft
    }

    fn into_stored(self: Box<Self>) -> Box<dyn Any + Send> {
        Box::new(self.refusals)
    }
}

pub(super) fn said(event_type: &str, data: Value) -> Intent {
    let rules = Rules::default();
    let definition = rules.definition(&EventType::new(event_type).expect("a type")).expect("it is shipped");
    let event = CustomerEvent::from_data(definition, &data, &[]).expect("it fits");
    Intent::CustomerEvent { definition: Arc::clone(definition), event }
}

pub(super) fn points(customer: &str, points: i64) -> Intent {
    said("point_add", json!({"customer": customer, "points": points}))
}

pub(super) async fn module(db: &Db, account: AccountId) -> Arc<Module> {
    let config: ModuleConfig = serde_json::from_value(json!({
        "name": "Subscribers", "fields": [{"key": "city", "label": "City", "type": "string", "path": "city"}],
    }))
    .expect("a module");
    let id = ModuleId(new_uuid(NOW));
    let text = serde_json::to_string(&config).expect("JSON");
    let statement = Statement::from_sql_and_values(
        db.writer.get_database_backend(),
        "INSERT INTO modules (id, account_id, version, name, config, created_at, updated_at)
         VALUES ($1, $2, 1, 'Subscribers', $3, 0, 0)",
        [id.0.into(), account.0.into(), text.into()],
    );
    db.writer.execute_raw(statement).await.expect("a row");
    Arc::new(Module { id, version: 1, created_at: NOW, updated_at: NOW, config })
}

pub(super) fn item(module: &Arc<Module>, key: &str, data: Value) -> Intent {
    let draft: ItemDraft =
        serde_json::from_value(json!({"key": key, "title": "Ada", "data": data})).expect("a draft");
    Intent::ItemUpsert { module: Arc::clone(module), draft, expected: None }
}

pub(super) fn refusals(committed: Result<Committed, StorageError>) -> Option<Vec<Refused>> {
    match committed.expect("it is on disk") {
        Committed::Stored(stored) => Some(*stored.downcast().expect("what it wants")),
        Committed::Duplicate { .. } => None,
    }
}

#[tokio::test]
async fn a25_events_of_a_batch_are_carried_out_in_the_order_of_arrival() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await.account.id;
        let other = new_account(&db, "Other").await.account.id;
        let take = |points: i64| said("point_sub", json!({"customer": "c-1", "points": points}));
        let batch = vec![
            Wanting::new(acme, vec![points("c-1", 10)]),
            Wanting::new(acme, vec![take(4)]),
            Wanting::new(other, vec![points("c-1", 100)]),
            Wanting::new(acme, vec![take(7)]),
            Wanting::new(acme, vec![said("opt_in", json!({"customer": "c-2", "email": "Ada@x.example"}))]),
        ];
        let refused: Vec<usize> = Process::new(&db)
            .commit(batch)
            .await
            .into_iter()
            .map(|committed| refusals(committed).map_or(0, |refusals| refusals.len()))
            .collect();
        assert_eq!(refused, [0, 0, 0, 1, 0], "6 points are left, and 7 are to be taken");
        let with = async |sql: &str| count(&db, sql).await;
        assert_eq!(with("SELECT COUNT(*) FROM customers").await, 3);
        assert_eq!(
            with("SELECT COUNT(*) FROM customers WHERE key = 'c-1' AND points = 60000 AND version = 2").await,
            1
        );
        assert_eq!(with("SELECT COUNT(*) FROM history").await, 4);
        assert_eq!(with("SELECT COUNT(*) FROM events").await, 4);
        assert_eq!(with("SELECT COUNT(*) FROM payloads").await, 4, "what was refused leaves nothing here");
        let found = "SELECT COUNT(*) FROM search_terms WHERE value >= 'ada@x' AND value < 'ada@y'";
        assert_eq!(with(found).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a25_processes_that_make_the_same_customer_at_once_lose_nothing() {
    on_each_url(async |url: String| {
        let db = Db::connect(&url, MasterKey::generate()).await.expect("it takes connections");
        db.migrate().await.expect("it migrates");
        let acme = new_account(&db, "Acme").await.account.id;
        let beside = match db.backend {
            // One process has the file to itself; two journals of it share its turns to write.
            crate::Backend::Sqlite => db.clone(),
            crate::Backend::Postgres => {
                Db::connect(&url, MasterKey::generate()).await.expect("it takes connections")
            }
        };
        let batch = |from: i64| {
            let customers = (0..40).map(move |customer| (from + customer) % 40);
            customers.map(|customer| Wanting::new(acme, vec![points(&format!("c-{customer}"), 1)])).collect()
        };
        let (one, two) =
            tokio::join!(Process::new(&db).commit(batch(0)), Process::new(&beside).commit(batch(20)));
        for committed in one.into_iter().chain(two) {
            assert_eq!(refusals(committed), Some(Vec::new()));
        }
        assert_eq!(count(&db, "SELECT COUNT(*) FROM customers WHERE points = 20000").await, 40);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM history").await, 80);
        beside.close().await;
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn d16_what_was_refused_gives_its_key_back() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await.account.id;
        let take = || vec![said("point_sub", json!({"customer": "c-1", "points": 5}))];
        let commit = async |wanting: Wanting| {
            refusals(Process::new(&db).commit(vec![wanting]).await.remove(0)).map(|refusals| refusals.len())
        };
        assert_eq!(commit(Wanting::new(acme, take()).with_key("k")).await, Some(1), "there is nobody");
        assert_eq!(commit(Wanting::new(acme, vec![points("c-1", 9)])).await, Some(0));
        assert_eq!(commit(Wanting::new(acme, take()).with_key("k")).await, Some(0), "it is tried anew");
        assert_eq!(commit(Wanting::new(acme, take()).with_key("k")).await, None, "it is a repeat");
        assert_eq!(count(&db, "SELECT COUNT(*) FROM customers WHERE points = 40000").await, 1);
    })
    .await;
}

#[tokio::test]
async fn d12_each_element_has_its_own_key() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await.account.id;
        let of = |customers: &[&str]| customers.iter().map(|customer| points(customer, 1)).collect();
        let first = Wanting::new(acme, of(&["a", "b", "b"])).with_element_keys(&["1", "2", "2"]);
        let second = Wanting::new(acme, of(&["a", "c"])).with_element_keys(&["1", "3"]);
        for committed in Process::new(&db).commit(vec![first, second]).await {
            assert_eq!(refusals(committed), Some(Vec::new()));
        }
        assert_eq!(count(&db, "SELECT COUNT(*) FROM customers WHERE points = 10000").await, 3);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM history").await, 3);
    })
    .await;
}

#[tokio::test]
async fn k8_items_are_made_changed_found_and_removed() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await.account.id;
        let module = module(&db, acme).await;
        let commit = async |intents: Vec<Intent>| {
            refusals(Process::new(&db).commit(vec![Wanting::new(acme, intents)]).await.remove(0))
        };
        let found = async |city: &str| {
            count(
                &db,
                &format!("SELECT COUNT(*) FROM search_terms WHERE value = '{city}' AND field = 'city'"),
            )
            .await
        };
        let first =
            vec![item(&module, "1", json!({"city": "Bonn"})), item(&module, "2", json!({"city": "Bonn"}))];
        assert_eq!(commit(first).await, Some(Vec::new()));
        assert_eq!((found("bonn").await, found("rome").await), (2, 0));
        let again =
            vec![item(&module, "1", json!({"city": "Rome"})), item(&module, "2", json!({"city": "Bonn"}))];
        assert_eq!(commit(again).await, Some(Vec::new()));
        assert_eq!((found("bonn").await, found("rome").await), (1, 1));
        assert_eq!(count(&db, "SELECT COUNT(*) FROM items WHERE version = 2").await, 1);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM history").await, 3, "the second item was as it is");
        let key = RecordKey::new("1").expect("a key");
        let removal = Intent::ItemRemoval { module: Arc::clone(&module), key, expected: Some(2) };
        assert_eq!(commit(vec![removal]).await, Some(Vec::new()));
        assert_eq!((found("bonn").await, found("rome").await), (1, 0));
        assert_eq!(count(&db, "SELECT COUNT(*) FROM items").await, 1);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM history").await, 1);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM events").await, 4, "that it is gone is told");
    })
    .await;
}
