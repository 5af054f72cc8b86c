//! What a batch of published events is when the database refuses one of them.

use super::{on_each, owner};
use crate::{Clock, Error, Services, SignUpPolicy};
use domain::event::EventDraft;
use domain::hops::Hops;
use serde_json::{Value, json};
use std::time::Duration;
use storage::Backend;
use storage::testing::{count, execute};

const REFUSE: [&str; 2] = [
    "CREATE TRIGGER refuse BEFORE INSERT ON events WHEN NEW.event_type = 'order.bad'
     BEGIN SELECT RAISE(ABORT, 'a bad row'); END",
    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN IF NEW.event_type = 'order.bad' THEN RAISE 'a bad row'; END IF; RETURN NEW; END $$;
     CREATE TRIGGER refuse BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse()",
];

fn events(batch: Value) -> Vec<EventDraft> {
    serde_json::from_value(batch).expect("events")
}

#[tokio::test(flavor = "multi_thread")]
async fn h7_events_without_ids_are_published_together_or_not_at_all() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        execute(services.db(), REFUSE[usize::from(services.db().backend() == Backend::Postgres)]).await;
        let engine = services.start_engine();
        let scope = owner(&services, "Acme").await.scope;
        let publish = async |batch: Value| services.publish(&scope, events(batch), Hops::default()).await;
        let stored = async || count(services.db(), "SELECT COUNT(*) FROM events").await;

        let good = json!({"type": "order.good", "data": {}});
        let bad = json!({"type": "order.bad", "data": {}});
        let keyed = json!({"type": "order.good", "data": {}, "id": "k"});
        let refused = publish(json!([good, bad, good])).await;
        assert!(matches!(refused, Err(Error::Internal(_))), "{refused:?}");
        assert_eq!(stored().await, 0);

        publish(json!([good, keyed, bad])).await.expect_err("one is bad");
        assert_eq!(stored().await, 1, "what can be sent again without harm");

        let published = publish(json!([good, keyed, good])).await.expect("all are good");
        let repeats: Vec<_> = published.iter().map(|one| one.duplicate).collect();
        assert_eq!(repeats, [false, true, false], "in the order of the call");
        assert_eq!(stored().await, 3);
        assert!(published[0].id < published[2].id);
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}
