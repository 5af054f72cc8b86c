//! What the senders see when the database refuses one row of a batch.

use crate::support::receiver::Receiver;
use crate::support::{Server, eventually, install_crypto};
use axum::http::StatusCode;
use serde_json::json;
use storage::testing::execute;
use storage::{Backend, Db};

const REFUSE: [&str; 2] = [
    "CREATE TRIGGER refuse BEFORE INSERT ON requests WHEN NEW.path LIKE '%/bad'
     BEGIN SELECT RAISE(ABORT, 'a bad row'); END",
    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN IF NEW.path LIKE '%/bad' THEN RAISE 'a bad row'; END IF; RETURN NEW; END $$;
     CREATE TRIGGER refuse BEFORE INSERT ON requests FOR EACH ROW EXECUTE FUNCTION refuse()",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_culprit_gets_500_and_everybody_else_is_accepted() {
    install_crypto();
    storage::testing::on_each_backend(async |db: Db| {
        execute(&db, REFUSE[usize::from(db.backend() == Backend::Postgres)]).await;
        let server = Server::start(db, services::Workers::Elsewhere).await;
        let tenant = server.tenant("Acme").await;
        server.source(&tenant, "good").await;
        server.source(&tenant, "bad").await;
        let endpoint = |index: usize| if index.is_multiple_of(10) { "bad" } else { "good" };
        let body = json!({"n": 1});
        let calls = (0..60).map(|index| server.inbound(&tenant, endpoint(index), &body));
        for (index, answer) in futures::future::join_all(calls).await.into_iter().enumerate() {
            if endpoint(index) == "bad" {
                assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{answer:?}");
                assert_eq!(answer.code(), "store_failed", "{answer:?}");
                assert_eq!(answer.body["code"], "store_failed", "its source answers: {answer:?}");
            } else {
                assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
            }
        }
        let events = server.call(tenant.admin(), "GET", "/events?limit=100", None).await;
        assert_eq!(events.body["data"].as_array().map(Vec::len), Some(54));
        server.stop().await;
    })
    .await;
}

const REFUSE_EVENT: [&str; 2] = [
    "CREATE TRIGGER refuse BEFORE INSERT ON events WHEN NEW.event_type = 'bad.row'
     BEGIN SELECT RAISE(ABORT, 'a bad row'); END",
    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN IF NEW.event_type = 'bad.row' THEN RAISE 'a bad row'; END IF; RETURN NEW; END $$;
     CREATE TRIGGER refuse BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse()",
];

#[tokio::test(flavor = "multi_thread")]
async fn d18_what_could_not_be_stored_gets_its_sources_own_error_and_a_row_without_a_body() {
    install_crypto();
    storage::testing::on_each_backend(async |db: Db| {
        execute(&db, REFUSE_EVENT[usize::from(db.backend() == Backend::Postgres)]).await;
        let server = Server::start(db, services::Workers::Elsewhere).await;
        let tenant = server.tenant("Acme").await;
        let own = json!({
            "name": "Own", "endpoint": "own", "action": { "type": "publish_event", "event_type": "bad.row" },
            "response": { "error": { "taken": false }, "error_status": 409 },
        });
        let own = server.active_source(&tenant, own).await;
        let default = json!({
            "name": "Default", "endpoint": "default", "action": { "type": "publish_event", "event_type": "bad.row" },
        });
        server.active_source(&tenant, default).await;

        let refused = server.inbound(&tenant, "default", &json!({"n": 1})).await;
        assert_eq!(refused.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!((&refused.body["ok"], &refused.body["code"]), (&json!(false), &json!("store_failed")));
        let refused = server.inbound(&tenant, "own", &json!({"n": 1})).await;
        assert_eq!((refused.status, refused.body), (StatusCode::CONFLICT, json!({"taken": false})));

        let rows = server.rows(&tenant, "/requests?outcome=store_failed").await;
        assert_eq!(rows.len(), 2, "{rows:?}");
        let row = &rows[0];
        assert_eq!((&row["source_id"], &row["status"], &row["method"]), (&own["id"], &json!(409), &json!("POST")));
        assert_eq!((&row["path"], &row["body_bytes"]), (&json!(format!("/in/{}/own", tenant.id)), &json!(7)));
        let path = format!("/requests/{}", row["id"].as_str().expect("an id"));
        let detail = server.call(tenant.admin(), "GET", &path, None).await.body;
        assert_eq!((&detail["response"], &detail["headers"]), (&json!(r#"{"taken":false}"#), &json!([])));
        assert!(detail["body"].as_str().unwrap_or_default().is_empty(), "{detail}");
        assert!(server.rows(&tenant, "/events").await.is_empty());
        server.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_cannot_be_read_keeps_no_other_waiting() {
    install_crypto();
    storage::testing::on_each_backend(async |db: Db| {
        let receiver = Receiver::start(&[500, 500]).await;
        let server = Server::start(db.clone(), services::Workers::Here).await;
        let (broken, sound) = (server.tenant("Broken").await, server.tenant("Sound").await);
        for tenant in [&broken, &sound] {
            server.source(tenant, "orders").await;
            let integration = server.integration(tenant, &receiver.url).await;
            let path = format!("/integrations/{}", integration["id"].as_str().expect("an id"));
            let retry = Some(json!({"retry": {"custom": [2]}}));
            assert_eq!(server.call(tenant.admin(), "PATCH", &path, retry).await.status, StatusCode::OK);
        }
        for tenant in [&broken, &sound] {
            assert_eq!(server.inbound(tenant, "orders", &json!({"n": 1})).await.status, StatusCode::OK);
        }
        execute(&db, "UPDATE integrations SET config = '{' WHERE account_id = (SELECT id FROM accounts WHERE slug = 'broken')")
            .await;
        execute(&db, "UPDATE accounts SET routing_version = routing_version + 1 WHERE slug = 'broken'").await;

        eventually("the other account's retry goes out", async || {
            !server.rows(&sound, "/deliveries?status=succeeded").await.is_empty()
        })
        .await;
        assert_eq!(server.rows(&broken, "/deliveries?status=pending").await.len(), 1);
        let refused = server.inbound(&broken, "orders", &json!({"n": 2})).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::INTERNAL_SERVER_ERROR, "store_failed"));
        assert_eq!(server.inbound(&sound, "orders", &json!({"n": 2})).await.status, StatusCode::OK);
        server.stop().await;
    })
    .await;
}
