//! Several processes on one PostgreSQL.

use crate::binary::serving::{PATIENCE, Serving, furnish, publish, receiver};
use crate::support::receiver::Receiver;
use crate::support::{Server, Tenant, eventually, install_crypto};
use axum::http::StatusCode;
use serde_json::json;
use services::Workers;
use std::sync::mpsc::channel;
use storage::testing::{count, execute, on_each_url};
use storage::{Db, MasterKey};

/// A database that processes can be started on.
struct Installation {
    url: String,
    master_key: String,
}

impl Installation {
    async fn connect(&self) -> Db {
        let key = MasterKey::from_base64(&self.master_key).expect("a key");
        Db::connect(&self.url, key).await.expect("it connects")
    }

    async fn process(&self, workers: Workers) -> Server {
        Server::start(self.connect().await, workers).await
    }
}

/// Runs `test` where there is a PostgreSQL; a SQLite file has one process only.
async fn on_postgres(test: impl AsyncFn(Installation)) {
    install_crypto();
    on_each_url(async |url: String| {
        if url.starts_with("sqlite") {
            return;
        }
        let master_key = MasterKey::generate().to_base64().reveal().to_owned();
        let installation = Installation { url, master_key };
        installation.connect().await.migrate().await.expect("up");
        test(installation).await;
    })
    .await;
}

async fn is_delivered(server: &Server, tenant: &Tenant) -> bool {
    server.rows(tenant, "/deliveries").await.iter().any(|delivery| delivery["status"] == "succeeded")
}

async fn send(server: &Server, tenant: &Tenant) -> StatusCode {
    server.inbound(tenant, "orders", &json!({"n": 1})).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn routing_changed_in_one_process_is_not_stale_in_the_other() {
    on_postgres(async |installation: Installation| {
        let here = installation.process(Workers::Elsewhere).await;
        let there = installation.process(Workers::Elsewhere).await;
        let tenant = here.tenant("Acme").await;
        let source = here.source(&tenant, "orders").await;
        let path = format!("/sources/{}", source["id"].as_str().expect("an id"));
        let change = async |verb: &str| {
            let changed = here.call(tenant.admin(), "POST", &format!("{path}/{verb}"), None).await;
            assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
        };
        for round in 1..=5 {
            assert_eq!(send(&there, &tenant).await, StatusCode::OK, "the other one has it in memory");
            change("deactivate").await;
            assert_eq!(send(&there, &tenant).await, StatusCode::NOT_FOUND, "off is off at once");
            assert_eq!(there.rows(&tenant, "/events").await.len(), round);
            change("activate").await;
        }
        assert_eq!(send(&there, &tenant).await, StatusCode::OK);
        assert_eq!(there.rows(&tenant, "/deliveries").await.len(), 0);
        here.integration(&tenant, "http://127.0.0.1:9/").await;
        assert_eq!(send(&there, &tenant).await, StatusCode::OK);
        assert_eq!(there.rows(&tenant, "/deliveries").await.len(), 1, "the next event goes to it");
        here.stop().await;
        there.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_processs_deliveries_are_sent_by_another() {
    on_postgres(async |installation: Installation| {
        let receiver = Receiver::start(&[0]).await;
        let runtime = tokio::runtime::Runtime::new().expect("another runtime");
        let (db, target) = (installation.connect().await, receiver.url.clone());
        let start = async move {
            let doomed = Server::start(db, Workers::Here).await;
            let tenant = doomed.tenant("Acme").await;
            doomed.source(&tenant, "orders").await;
            doomed.integration(&tenant, &target).await;
            assert_eq!(send(&doomed, &tenant).await, StatusCode::OK);
            tenant
        };
        let tenant = runtime.spawn(start).await.expect("it is accepted");
        eventually("the receiver holds the message", async || receiver.received().len() == 1).await;
        runtime.shutdown_background();

        let heir = installation.process(Workers::Here).await;
        let db = installation.connect().await;
        let leased = "SELECT count(*) FROM deliveries WHERE status = 0 AND lease_token IS NOT NULL";
        assert_eq!(count(&db, leased).await, 1, "the dead one's lease stands");
        execute(&db, "UPDATE deliveries SET due_at = 0 WHERE lease_token IS NOT NULL").await;
        eventually("delivered", async || is_delivered(&heir, &tenant).await).await;
        let ids: Vec<_> =
            receiver.received().iter().map(|message| message.headers["webhook-id"].clone()).collect();
        assert!(ids.len() == 2 && ids[0] == ids[1], "{ids:?}");
        heir.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn web_and_workers_split() {
    on_postgres(async |installation: Installation| {
        let receiver = Receiver::start(&[]).await;
        let web = installation.process(Workers::Elsewhere).await;
        let tenant = web.tenant("Acme").await;
        web.source(&tenant, "orders").await;
        web.integration(&tenant, &receiver.url).await;
        assert_eq!(send(&web, &tenant).await, StatusCode::OK);
        let waiting = web.rows(&tenant, "/deliveries?status=pending").await;
        assert_eq!((waiting.len(), &waiting[0]["attempts"]), (1, &json!(0)));
        let worker = installation.process(Workers::Here).await;
        eventually("delivered", async || is_delivered(&web, &tenant).await).await;
        assert_eq!(receiver.received().len(), 1);
        worker.stop().await;
        assert_eq!(send(&web, &tenant).await, StatusCode::OK);
        assert_eq!(web.rows(&tenant, "/deliveries?status=pending").await.len(), 1);
        web.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_workers_leaves_delivering_to_a_worker_beside_it() {
    on_postgres(async |installation: Installation| {
        tokio::task::block_in_place(|| {
            let folder = tempfile::tempdir().expect("a folder");
            let settings = [
                ("HOOKLOFT_DATABASE_URL", installation.url.as_str()),
                ("HOOKLOFT_MASTER_KEY", installation.master_key.as_str()),
                ("HOOKLOFT_ALLOW_NETWORKS", "127.0.0.0/8"),
            ];
            let (answer, may_answer) = channel();
            let (target, messages) = receiver(may_answer);
            answer.send(()).expect("the receiver waits");
            let web = Serving::start_with(folder.path(), &["serve", "--no-workers"], &settings);
            let key = furnish(folder.path(), &web, &target).key;
            publish(&web, &key);
            let delivery = || web.call("GET", "/api/v1/deliveries", &key, "").json()["data"][0].clone();
            assert_eq!((&delivery()["status"], &delivery()["attempts"]), (&json!("pending"), &json!(0)));

            let worker = Serving::start_with(folder.path(), &["work"], &settings);
            messages.recv_timeout(PATIENCE).expect("the message comes");
            assert!(worker.stop().0);
            assert_eq!((&delivery()["status"], &delivery()["attempts"]), (&json!("succeeded"), &json!(1)));
            assert!(web.stop().0);
        });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d16_a_key_sent_to_two_processes_at_once_makes_one_event() {
    on_postgres(async |installation: Installation| {
        let here = installation.process(Workers::Elsewhere).await;
        let there = installation.process(Workers::Elsewhere).await;
        let tenant = here.tenant("Acme").await;
        let event = || Some(json!({"type": "order.created", "data": {}, "id": "order-7"}));
        let calls = (0..20).map(|index| {
            let process = if index % 2 == 0 { &here } else { &there };
            process.call(tenant.admin(), "POST", "/events", event())
        });
        let answers = futures::future::join_all(calls).await;
        assert!(answers.iter().all(|answer| answer.status.is_success()), "{answers:?}");
        let events = there.rows(&tenant, "/events").await;
        assert_eq!(events.len(), 1);
        assert!(answers.iter().all(|answer| answer.body["id"] == events[0]["id"]), "{answers:?}");
        here.stop().await;
        there.stop().await;
    })
    .await;
}
