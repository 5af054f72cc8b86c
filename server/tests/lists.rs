//! Lists over REST: their filters, and going through them page by page.

use crate::support::{NOWHERE, Server, Tenant, install_crypto, on_each_server};
use axum::http::StatusCode;
use serde_json::{Value, json};
use services::Workers;
use storage::Db;
use storage::testing::on_each_backend;

async fn publish(server: &Server, tenant: &Tenant, event_type: &str) {
    let event = json!({ "type": event_type, "data": {} });
    let published = server.call(tenant.admin(), "POST", "/events", Some(event)).await;
    assert_eq!(published.status, StatusCode::OK, "{published:?}");
}

fn texts(rows: &[Value], field: &str) -> Vec<String> {
    rows.iter().map(|row| row[field].as_str().expect("text").to_owned()).collect()
}

/// What was made in the same millisecond is in no order.
fn sorted(rows: &[Value], field: &str) -> Vec<String> {
    let mut found = texts(rows, field);
    found.sort_unstable();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn d28_lists_are_searched_by_equality_and_prefix() {
    install_crypto();
    on_each_backend(async |db: Db| {
        // Without workers all deliveries stay as they are.
        let server = Server::start(db, Workers::Elsewhere).await;
        let tenant = server.tenant("Acme").await;
        let integration = server.integration(&tenant, NOWHERE).await;
        for event_type in
            ["order.created", "order.created2", "order_x", "orders.sent", "Order.created", "zeta"]
        {
            publish(&server, &tenant, event_type).await;
        }
        for (pattern, expected) in [
            ("order.created", vec!["order.created"]),
            ("order.*", vec!["order.created", "order.created2"]),
            ("order*", vec!["order.created", "order.created2", "order_x", "orders.sent"]),
            ("*", vec!["Order.created", "order.created", "order.created2", "order_x", "orders.sent", "zeta"]),
            ("z*", vec!["zeta"]),
            ("created", vec![]),
        ] {
            let events = server.rows(&tenant, &format!("/events?type={pattern}")).await;
            assert_eq!(sorted(&events, "type"), expected, "{pattern}");
            let deliveries = server.rows(&tenant, &format!("/deliveries?event_type={pattern}")).await;
            assert_eq!(sorted(&deliveries, "event_type"), expected, "{pattern}");
            let path = format!("/deliveries/count?event_type={pattern}&status=pending");
            let count = server.call(tenant.admin(), "GET", &path, None).await;
            assert_eq!(
                count.body,
                json!({ "count": expected.len(), "more": false, "retryable": 0 }),
                "{pattern}"
            );
        }
        let of = |id: &str| format!("/deliveries?integration_id={id}&status=pending&event_type=order.*");
        let id = integration["id"].as_str().expect("an id");
        assert_eq!(server.rows(&tenant, &of(id)).await.len(), 2);
        assert_eq!(server.rows(&tenant, &of(&uuid::Uuid::nil().to_string())).await.len(), 0);
        assert_eq!(server.rows(&tenant, "/deliveries?status=failed").await.len(), 0);
        server.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_listed_by_source_and_outcome() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let (shop, desk) = (server.source(&tenant, "shop").await, server.source(&tenant, "desk").await);
        for endpoint in ["shop", "desk", "shop", "nothing"] {
            server.inbound(&tenant, endpoint, &json!({})).await;
        }
        let source = |source: &Value| format!("source_id={}", source["id"].as_str().expect("an id"));
        for (query, endpoints) in [
            (source(&shop), vec!["shop", "shop"]),
            (format!("{}&outcome=accepted", source(&desk)), vec!["desk"]),
            (format!("{}&outcome=filtered", source(&desk)), vec![]),
            ("outcome=unknown_endpoint".to_owned(), vec!["nothing"]),
        ] {
            let rows = server.rows(&tenant, &format!("/requests?{query}")).await;
            let paths = texts(&rows, "path");
            let ends: Vec<_> = paths.iter().filter_map(|path| path.rsplit('/').next()).collect();
            assert_eq!(ends, endpoints, "{query}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_to_the_oldest_and_back() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        server.source(&tenant, "shop").await;
        for _ in 0..5 {
            server.inbound(&tenant, "shop", &json!({})).await;
        }
        for noun in ["requests", "events"] {
            let all = texts(&server.rows(&tenant, &format!("/{noun}")).await, "id");
            assert_eq!(all.len(), 5);
            assert!(all.is_sorted_by(|newer, older| newer > older), "{all:?}");
            let (mut seen, mut sizes, mut query) = (Vec::new(), Vec::new(), String::new());
            loop {
                let path = format!("/{noun}?limit=2{query}");
                let page = server.call(tenant.admin(), "GET", &path, None).await.body;
                let ids = texts(page["data"].as_array().expect("rows"), "id");
                sizes.push(ids.len());
                seen.extend(ids);
                let Some(next) = page["next"].as_str() else { break };
                query = format!("&after={next}");
            }
            assert_eq!((seen, sizes), (all.clone(), vec![2, 2, 1]), "{noun}");
            let newer = server.rows(&tenant, &format!("/{noun}?limit=2&before={}", all[3])).await;
            assert_eq!(texts(&newer, "id"), all[1..3], "the nearest ones: {noun}");
        }
    })
    .await;
}
