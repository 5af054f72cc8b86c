//! What is left of customers who are deleted over REST, and what comes after them.

use crate::support::{Server, Tenant, on_each_server};
use axum::http::StatusCode;
use serde_json::{Value, json};

async fn the_customer(server: &Server, tenant: &Tenant) -> Value {
    let rows = server.rows(tenant, "/customers").await;
    let [row] = rows.try_into().expect("one customer");
    row
}

#[tokio::test(flavor = "multi_thread")]
async fn s_a_deleted_customer_is_gone_and_a_later_event_makes_somebody_new() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let mapping = json!([{"from": "id", "to": "customer"}, {"from": "points", "to": "data.points"}]);
        let action = json!({"type": "record_event", "event_type": "point_add"});
        let source = json!({"name": "Points", "endpoint": "points", "mapping": mapping, "action": action});
        server.active_source(&tenant, source).await;
        let send = async || {
            let sent = server.inbound(&tenant, "points", &json!({"id": "c-1", "points": 5})).await;
            assert_eq!(sent.status, StatusCode::OK, "{sent:?}");
        };
        send().await;
        send().await;
        let first = the_customer(server, &tenant).await;
        assert_eq!(first["points"], 10);
        let path = format!("/customers/{}", first["id"].as_str().expect("an id"));
        let note = Some(json!({"text": "called"}));
        let left = server.call(tenant.admin(), "POST", &format!("{path}/notes"), note).await;
        assert_eq!(left.status, StatusCode::CREATED, "{left:?}");

        for (path, status) in [
            (format!("{path}?version=1"), StatusCode::CONFLICT),
            (format!("{path}?version=two"), StatusCode::UNPROCESSABLE_ENTITY),
            (format!("{path}?version=2"), StatusCode::NO_CONTENT),
            (path.clone(), StatusCode::NOT_FOUND),
        ] {
            let answer = server.call(tenant.admin(), "DELETE", &path, None).await;
            assert_eq!(answer.status, status, "{path}: {answer:?}");
        }
        for below in ["", "/events", "/notes"] {
            let answer = server.call(tenant.admin(), "GET", &format!("{path}{below}"), None).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{below}");
        }
        assert!(server.rows(&tenant, "/customers").await.is_empty());
        assert_eq!(server.rows(&tenant, "/requests").await.len(), 2, "the logs have an end of their own");
        let told = server.rows(&tenant, "/events?type=customer.deleted").await;
        assert_eq!(told.len(), 1, "{told:?}");

        send().await;
        let anew = the_customer(server, &tenant).await;
        assert_eq!((&anew["key"], &anew["points"]), (&json!("c-1"), &json!(5)));
        assert_ne!(anew["id"], first["id"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s_a_customer_is_deleted_amid_a_burst_of_their_events() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let mapping = json!([{"from": "id", "to": "customer"}, {"from": "points", "to": "data.points"}]);
        let action = json!({"type": "record_event", "event_type": "point_add"});
        let source = json!({"name": "Points", "endpoint": "points", "mapping": mapping, "action": action});
        server.active_source(&tenant, source).await;
        let send =
            async || server.inbound(&tenant, "points", &json!({"id": "c-1", "points": 1})).await.status;
        assert_eq!(send().await, StatusCode::OK);
        let path =
            format!("/customers/{}", the_customer(server, &tenant).await["id"].as_str().expect("an id"));
        let burst = || futures::future::join_all((0..30).map(|_| send()));
        let delete = server.call(tenant.admin(), "DELETE", &path, None);
        let (before, deleted, after) = tokio::join!(burst(), delete, burst());
        assert_eq!(deleted.status, StatusCode::NO_CONTENT, "{deleted:?}");
        assert!(before.into_iter().chain(after).all(|status| status == StatusCode::OK));
        // Those that came first went with the customer; the others are all of somebody new.
        assert_eq!(send().await, StatusCode::OK);
        let anew = the_customer(server, &tenant).await;
        assert_ne!(path, format!("/customers/{}", anew["id"].as_str().expect("an id")));
        let history = format!("/customers/{}/events?limit=200", anew["id"].as_str().expect("an id"));
        assert_eq!(anew["points"], server.rows(&tenant, &history).await.len());
    })
    .await;
}
