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
