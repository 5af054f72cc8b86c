//! What the senders see when the database refuses one row of a batch.

mod support;

use axum::http::StatusCode;
use serde_json::json;
use storage::testing::execute;
use storage::{Backend, Db};
use support::{Server, install_crypto};

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
