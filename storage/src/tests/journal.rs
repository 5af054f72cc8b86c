//! What several writers and one bad row may do to each other.

use super::add_integration;
use crate::account_db::new_uuid;
use crate::testing::{NOW, count, execute, new_account, on_each_backend, on_each_url};
use crate::{
    Backend, Claimed, Committed, Committers, Db, Decide, Finish, IdempotencyKey, IntakeDraft, Journal,
    MasterKey, NewDelivery, RoutingCache, StorageError, Want,
};
use domain::event::{Event, EventType};
use domain::fan_out::Routing;
use domain::hops::Hops;
use domain::ids::{AccountId, DeliveryId, EventId, IntegrationId, SubscriptionId};
use domain::record::HeldRecords;
use serde_json::json;
use std::any::Any;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub(super) const LEASE_MS: i64 = 60_000;

/// An event that causes so many deliveries under any routing.
struct Publication {
    routing_version: i64,
    draft: IntakeDraft,
}

impl Publication {
    fn new(account_id: AccountId, event_type: &str) -> Self {
        let event = Event {
            id: EventId(new_uuid(NOW)),
            account_id,
            event_type: EventType::new(event_type).expect("a type"),
            occurred_at: NOW,
            data: serde_json::value::to_raw_value(&json!({"n": 1})).expect("JSON"),
            hops: Hops::default(),
        };
        let draft = IntakeDraft { events: vec![event.clone()], ..IntakeDraft::new(event.id.0) };
        Self { routing_version: 0, draft }
    }

    fn with_key(mut self, key: &str) -> Self {
        self.draft.idempotency = Some(IdempotencyKey {
            scope_id: Uuid::nil(),
            key: key.into(),
            event_id: self.draft.events.first().map(|event| event.id),
        });
        self
    }

    /// Deliveries that are due [`NOW`] and leased to nobody.
    fn with_deliveries(mut self, deliveries: usize, integration_id: IntegrationId) -> Self {
        let delivery = || NewDelivery {
            id: DeliveryId(new_uuid(NOW)),
            event_index: 0,
            integration_id,
            subscription_id: SubscriptionId(new_uuid(NOW)),
            due_at: NOW,
            lease_token: None,
        };
        self.draft.deliveries = std::iter::repeat_with(delivery).take(deliveries).collect();
        self
    }
}

impl Decide for Publication {
    fn account_id(&self) -> AccountId {
        self.draft.events[0].account_id
    }

    fn routing_version(&self) -> i64 {
        self.routing_version
    }

    fn decide(&mut self, routing: &Arc<Routing>) {
        self.routing_version = routing.version;
    }

    fn settle(&mut self, _: &mut HeldRecords, _: &[usize]) {}

    fn draft(&self) -> &IntakeDraft {
        &self.draft
    }

    fn into_stored(self: Box<Self>) -> Box<dyn Any + Send> {
        Box::new(self.draft.id)
    }
}

/// A journal whose committers wait until they are started.
pub(super) struct Process {
    journal: Journal,
    committers: Committers,
}

impl Process {
    pub(super) fn new(db: &Db) -> Self {
        let (journal, committers) = Journal::new(db.clone(), RoutingCache::new(db.clone()));
        Self { journal, committers }
    }

    /// Hands in all of it before the committers start, so that it is one batch.
    pub(super) async fn commit<D: Decide + 'static>(
        self,
        batch: Vec<D>,
    ) -> Vec<Result<Committed, StorageError>> {
        let Self { journal, committers } = self;
        let stop = CancellationToken::new();
        let waiting = batch.into_iter().map(|intake| journal.commit(Box::new(intake)));
        let answers = async {
            let answers = futures::future::join_all(waiting).await;
            stop.cancel();
            answers
        };
        tokio::join!(answers, committers.run(stop.clone())).0
    }

    pub(super) async fn finish(self, finish: Finish) {
        let stop = CancellationToken::new();
        let finishing = async {
            self.journal.finish(finish).await;
            stop.cancel();
        };
        tokio::join!(finishing, self.committers.run(stop.clone()));
    }
}

pub(super) async fn claim(
    db: &Db,
    integration_id: IntegrationId,
    lease_token: Uuid,
    after_ms: i64,
) -> Vec<Claimed> {
    let wants = [Want { integration_id, limit: 100, lease_ms: LEASE_MS }];
    db.claim(&wants, u32::MAX, lease_token, NOW.plus_ms(after_ms)).await.expect("an answer")
}

/// Stores a publication with so many deliveries; answers where they go.
pub(super) async fn waiting_deliveries(
    db: &Db,
    account: &crate::unscoped::OwnedAccount,
    deliveries: usize,
) -> IntegrationId {
    let integration = add_integration(db, &account.scope, json!({"type": "none"})).await.id;
    let publication =
        Publication::new(account.account.id, "order.created").with_deliveries(deliveries, integration);
    let stored = Process::new(db).commit(vec![publication]).await;
    assert!(matches!(stored[..], [Ok(Committed::Stored(_))]));
    integration
}

/// Lets the database refuse every event of type `bad.row`.
async fn refuse_bad_rows(db: &Db) {
    let trigger = match db.backend() {
        Backend::Sqlite => {
            "CREATE TRIGGER refuse BEFORE INSERT ON events WHEN NEW.event_type = 'bad.row'
             BEGIN SELECT RAISE(ABORT, 'a bad row'); END"
        }
        Backend::Postgres => {
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN IF NEW.event_type = 'bad.row' THEN RAISE 'a bad row'; END IF; RETURN NEW; END $$;
             CREATE TRIGGER refuse BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse()"
        }
    };
    execute(db, trigger).await;
}

#[tokio::test]
async fn one_bad_row_harms_only_itself() {
    on_each_backend(async |db: Db| {
        refuse_bad_rows(&db).await;
        let acme = new_account(&db, "Acme").await.account.id;
        let event_type = |index| if index == 17 { "bad.row" } else { "order.created" };
        let batch = (0..40).map(|index| Publication::new(acme, event_type(index))).collect();
        for (index, answer) in Process::new(&db).commit(batch).await.into_iter().enumerate() {
            match answer {
                Ok(Committed::Stored(_)) => assert_ne!(index, 17),
                Err(StorageError::Refused(why)) => {
                    assert!(index == 17 && why.contains("a bad row"), "{index}: {why}")
                }
                Ok(Committed::Duplicate { .. }) => panic!("{index} is a duplicate"),
                Err(error) => panic!("{index}: {error}"),
            }
        }
        for table in ["events", "payloads"] {
            assert_eq!(count(&db, &format!("SELECT count(*) FROM {table}")).await, 39, "{table}");
        }
    })
    .await;
}

/// Lets PostgreSQL note how long its log is when an event is written.
const NOTE_LOG_LENGTHS: [&str; 3] = [
    "CREATE TABLE log_lengths (lsn PG_LSN)",
    "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN INSERT INTO log_lengths VALUES (pg_current_wal_insert_lsn()); RETURN NULL; END $$",
    "CREATE TRIGGER note AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION note()",
];

#[tokio::test]
async fn what_is_answered_is_on_disk() {
    on_each_backend(async |db: Db| {
        // Of SQLite's, synchronous=FULL says so.
        if db.backend() == Backend::Sqlite {
            return;
        }
        for statement in NOTE_LOG_LENGTHS {
            execute(&db, statement).await;
        }
        let acme = new_account(&db, "Acme").await.account.id;
        let Process { journal, committers } = Process::new(&db);
        let stop = CancellationToken::new();
        let commit_some = async {
            for _ in 0..50 {
                let publication = Publication::new(acme, "order.created");
                journal.commit(Box::new(publication)).await.expect("it is stored");
                let unflushed = "SELECT count(*) FROM log_lengths WHERE lsn > pg_current_wal_flush_lsn()";
                assert_eq!(count(&db, unflushed).await, 0);
            }
            stop.cancel();
        };
        tokio::join!(commit_some, committers.run(stop.clone()));
        assert_eq!(count(&db, "SELECT count(*) FROM log_lengths").await, 50);
    })
    .await;
}

#[tokio::test]
async fn second_claim_gets_nothing_until_the_lease_ends() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let integration = waiting_deliveries(&db, &acme, 3).await;
        assert_eq!(claim(&db, integration, new_uuid(NOW), -1).await.len(), 0, "none is due yet");
        assert_eq!(claim(&db, integration, new_uuid(NOW), 0).await.len(), 3);
        assert_eq!(claim(&db, integration, new_uuid(NOW), LEASE_MS - 1).await.len(), 0);
        assert_eq!(claim(&db, integration, new_uuid(NOW), LEASE_MS).await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn claims_at_once_share_what_is_due() {
    on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let integration = waiting_deliveries(&db, &acme, 50).await;
        let claims = (0..8).map(|_| claim(&db, integration, new_uuid(NOW), 0));
        let mut ids: Vec<_> =
            futures::future::join_all(claims).await.concat().iter().map(|row| row.id).collect();
        let handed_out = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!((handed_out, ids.len()), (50, 50));
    })
    .await;
}

#[tokio::test]
async fn a_key_sent_to_two_processes_at_once_makes_one_event() {
    on_each_url(async |url: String| {
        let connect = async || Db::connect(&url, MasterKey::generate()).await.expect("it connects");
        let (first, second) = (connect().await, connect().await);
        first.migrate().await.expect("up");
        let acme = new_account(&first, "Acme").await.account.id;
        let twenty =
            || (0..20).map(|_| Publication::new(acme, "order.created").with_key("order-7")).collect();
        let (here, there) =
            tokio::join!(Process::new(&first).commit(twenty()), Process::new(&second).commit(twenty()));
        let mut stored = Vec::new();
        let mut repeats = Vec::new();
        for answer in here.into_iter().chain(there) {
            match answer.expect("accepted or known") {
                Committed::Stored(id) => stored.push(*id.downcast::<Uuid>().expect("its id")),
                Committed::Duplicate { of, .. } => repeats.push(of),
            }
        }
        assert_eq!((stored.len(), repeats.len()), (1, 39));
        assert!(repeats.iter().all(|of| *of == stored[0]));
        assert_eq!(count(&first, "SELECT count(*) FROM events").await, 1);
        first.close().await;
        second.close().await;
    })
    .await;
}
