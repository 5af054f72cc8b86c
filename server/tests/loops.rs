//! Deliveries to our own addresses, and how a loop of them ends.

use crate::support::{Server, Tenant, eventually, on_each_server};
use axum::http::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The server's router on a socket of its own, until the test ends; its origin.
async fn listen(server: &Server) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let router = server.router.clone();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn patch(server: &Server, tenant: &Tenant, integration: &Value, change: Value) {
    let path = format!("/integrations/{}", integration["id"].as_str().expect("an id"));
    let answer = server.call(tenant.admin(), "PATCH", &path, Some(change)).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn d15_a_loop_through_our_own_source_ends_after_eight_hops() {
    on_each_server(async |server| {
        let origin = listen(server).await;
        let tenant = server.tenant("Acme").await;
        server.source(&tenant, "echo").await;
        let integration = server.integration(&tenant, &format!("{origin}/in/{}/echo", tenant.id)).await;
        patch(server, &tenant, &integration, json!({"retry": "none"})).await;

        assert_eq!(server.inbound(&tenant, "echo", &json!({"n": 1})).await.status, StatusCode::OK);

        eventually("the loop ends", async || {
            server.rows(&tenant, "/requests?outcome=loop").await.len() == 1
                && server.rows(&tenant, "/deliveries?status=failed").await.len() == 1
        })
        .await;
        assert_eq!(server.rows(&tenant, "/requests?outcome=accepted").await.len(), 9);
        assert_eq!(server.rows(&tenant, "/deliveries?status=succeeded").await.len(), 8);
        let failed = server.rows(&tenant, "/deliveries?status=failed").await;
        assert_eq!(failed[0]["last_status_code"], 508, "{failed:?}");
        // What comes from outside is not held to it.
        assert_eq!(server.inbound(&tenant, "echo", &json!({"n": 2})).await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d15_a_loop_through_our_own_api_ends_even_across_a_retry() {
    on_each_server(async |server| {
        let origin = listen(server).await;
        let tenant = server.tenant("Acme").await;
        let integration = server.integration(&tenant, &format!("{origin}/api/v1/events")).await;
        let template = r#"{"type":"demo.received","data":{}}"#;
        let value = format!("Bearer {}", tenant.admin());
        let change = json!({
            "retry": {"custom": [1]},
            "auth": {"type": "api_key", "header": "authorization", "value": value},
            "body": {"type": "json_template", "template": template},
        });
        patch(server, &tenant, &integration, change).await;

        let event = json!({"type": "demo.received", "data": {}});
        assert_eq!(server.call(tenant.admin(), "POST", "/events", Some(event)).await.status, StatusCode::OK);

        eventually("the loop ends", async || {
            server.rows(&tenant, "/deliveries?status=failed").await.len() == 1
        })
        .await;
        assert_eq!(server.rows(&tenant, "/events").await.len(), 9);
        let failed = server.rows(&tenant, "/deliveries?status=failed").await;
        assert_eq!((&failed[0]["last_status_code"], &failed[0]["attempts"]), (&json!(508), &json!(2)));
    })
    .await;
}
