//! One account against another, over every table that has rows of accounts.

use crate::support::operations::{body, operations, path};
use crate::support::receiver::Receiver;
use crate::support::things::Things;
use crate::support::{Server, Tenant, eventually, install_crypto};
use axum::http::StatusCode;
use domain::ids::AccountId;
use serde_json::json;
use services::Workers;
use storage::Db;
use storage::testing::{count, on_each_backend, rows_of_account};

/// Log rows whose parent is not in the same account.
const STRAYS: [(&str, &str); 4] = [
    ("events", "SELECT 1 FROM payloads p WHERE p.account_id = c.account_id AND p.id = c.intake_id"),
    ("deliveries", "SELECT 1 FROM events p WHERE p.account_id = c.account_id AND p.id = c.event_id"),
    ("attempts", "SELECT 1 FROM deliveries p WHERE p.account_id = c.account_id AND p.id = c.delivery_id"),
    ("requests", "SELECT 1 FROM sources p WHERE p.account_id = c.account_id AND p.id = c.source_id"),
];

/// Puts rows of the account into every table there is, and lets them come to rest.
async fn fill(db: &Db, receiver: &Receiver, name: &str) -> (Tenant, Things) {
    let server = Server::start(db.clone(), Workers::Here).await;
    let tenant = server.tenant(name).await;
    let things = Things::make(&server, &tenant, "things", &receiver.url).await;
    let things = things.with_people(&server, &tenant).await.with_module(&server, &tenant, "things").await;
    let event = json!({"type": "order.created", "data": {}, "id": "first"});
    let published = server.call(tenant.admin(), "POST", "/events", Some(event)).await;
    assert!(published.status.is_success(), "{published:?}");
    let is_replayed = async || server.rows(&tenant, "/replays").await[0]["state"] == "finished";
    eventually("the replay is through", is_replayed).await;
    let is_at_rest = async || server.rows(&tenant, "/deliveries?status=pending").await.is_empty();
    eventually("all deliveries are sent", is_at_rest).await;
    // An attempt that delivers at once has no row of its own; one that follows it has.
    let path = format!("/deliveries/{}/retry", things.delivery);
    let retried = server.call(tenant.admin(), "POST", &path, None).await;
    assert!(retried.status.is_success(), "{retried:?}");
    eventually("the retry is sent", is_at_rest).await;
    let path = format!("/requests/{}/use-as-sample", things.request);
    let chosen = server.call(tenant.admin(), "POST", &path, None).await;
    assert!(chosen.status.is_success(), "{chosen:?}");
    // What was counted in memory is written when the server ends.
    server.stop().await;
    (tenant, things)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_table_shows_or_gives_away_a_row_of_another_account() {
    install_crypto();
    on_each_backend(async |db: Db| {
        let receiver = Receiver::start(&[]).await;
        let (acme, things) = fill(&db, &receiver, "Acme").await;
        let acme_id: AccountId = acme.id.parse().expect("an id");
        let before = rows_of_account(&db, acme_id).await;
        assert!(before.len() >= 24, "the catalogue is read wrongly: {:?}", before.keys());
        let untested: Vec<_> =
            before.iter().filter(|(_, rows)| rows.is_empty()).map(|(table, _)| table).collect();
        assert!(untested.is_empty(), "let `fill` put a row into {untested:?}");

        let (bolt, own) = fill(&db, &receiver, "Bolt").await;
        let server = Server::start(db.clone(), Workers::Here).await;
        let theirs = things.ids().into_iter().chain([acme.id.as_str()]);
        let theirs: Vec<_> = theirs.collect();
        for key in bolt.keys.values() {
            for operation in operations() {
                let path = path(&things, &operation.path);
                let answer = server.call(key, &operation.method, &path, body(&operation, &things)).await;
                let text = answer.body.to_string();
                let shown: Vec<_> = theirs.iter().filter(|id| text.contains(**id)).collect();
                assert!(shown.is_empty(), "{} {path} shows {shown:?}: {text}", operation.method);
            }
        }
        let nested = Things {
            note: things.note.clone(),
            item: things.item.clone(),
            webhook: things.webhook.clone(),
            ..own
        };
        let of_a_parent = ["{note_id}", "{item_id}", "{subscription_id}"];
        let mut called = 0;
        for operation in operations() {
            if !of_a_parent.iter().any(|id| operation.path.contains(id)) {
                continue;
            }
            let path = path(&nested, &operation.path);
            let body = body(&operation, &nested);
            let answer = server.call(bolt.admin(), &operation.method, &path, body).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{} {path}: {answer:?}", operation.method);
            called += 1;
        }
        assert!(called >= 6, "only {called} operations take the id of something under another");
        let endpoint = server.inbound(&bolt, "nothing", &json!({})).await;
        assert_eq!(endpoint.status, StatusCode::NOT_FOUND);
        server.stop().await;

        let after = rows_of_account(&db, acme_id).await;
        for (table, rows) in before {
            assert_eq!(after[&table], rows, "{table} was changed by another account");
        }
        for (table, parent) in STRAYS {
            let sql = format!("SELECT count(*) FROM {table} c WHERE NOT EXISTS ({parent})");
            let unrouted = if table == "requests" { " AND c.source_id IS NOT NULL" } else { "" };
            assert_eq!(
                count(&db, &format!("{sql}{unrouted}")).await,
                0,
                "{table} with another account's parent"
            );
        }
    })
    .await;
}
