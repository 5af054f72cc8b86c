//! Samples that nobody sent: pasted to try a source's filter and mapping on.

use crate::support::{Server, Tenant, on_each_server};
use axum::http::StatusCode;
use domain::account::Role;
use serde_json::{Value, json};

async fn made(server: &Server, tenant: &Tenant, changes: &Value) -> String {
    let mut config = json!({
        "name": "Shop", "endpoint": "shop", "action": { "type": "publish_event", "event_type": "a.b" },
    });
    for (name, change) in changes.as_object().expect("changes are an object") {
        config[name.as_str()] = change.clone();
    }
    server.call(tenant.admin(), "POST", "/sources", Some(config)).await.id()
}

#[tokio::test(flavor = "multi_thread")]
async fn d17_a_pasted_sample_stands_in_the_log_and_does_nothing() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let verification = json!({ "type": "header_token", "header": "x-token", "token": "canary-1" });
        let source = made(server, &tenant, &json!({ "verification": verification })).await;
        let draft = json!({
            "body": { "n": 12_345_678_901_234_567_890_u64 },
            "headers": { "X-Topic": "orders", "x-token": "canary-1", "Cookie": "canary-2" },
        });
        let path = format!("/sources/{source}/samples");
        let pasted = server.call(tenant.admin(), "POST", &path, Some(draft)).await;
        assert_eq!(pasted.status, StatusCode::CREATED, "{pasted:?}");
        let request = pasted.body["request_id"].as_str().expect("an id");
        let kept = server.call(tenant.admin(), "GET", &format!("/requests/{request}"), None).await.body;
        for (place, expected) in [
            ("/request/source_id", json!(source)),
            ("/request/outcome", json!("pasted")),
            ("/body", json!(r#"{"n":12345678901234567890}"#)),
            ("/events", json!([])),
        ] {
            assert_eq!(kept.pointer(place), Some(&expected), "{place}");
        }
        assert!(!kept.to_string().contains("canary"), "{kept}");
        let samples = server.call(tenant.admin(), "GET", &path, None).await;
        assert_eq!((samples.status, &samples.body), (StatusCode::OK, &json!([kept])));
        let headers = kept["headers"].to_string();
        assert!(headers.contains("orders") && headers.contains("application/json"), "{headers}");
        let count = async |query: &str| server.rows(&tenant, &format!("/requests?{query}")).await.len();
        assert_eq!((count("outcome=pasted").await, count("only_refused=true").await), (1, 0));
        assert_eq!(server.rows(&tenant, "/events").await, Vec::<Value>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d17_what_cannot_be_a_sample_is_refused_by_its_field() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let source = made(server, &tenant, &json!({})).await;
        let path = format!("/sources/{source}/samples");
        let deep = (0..65).fold(json!(1), |inner, _| json!({ "a": inner }));
        for (draft, field) in [
            (json!({ "body": [{}] }), "body"),
            (json!({ "body": "text" }), "body"),
            (json!({ "body": deep }), "body"),
            (json!({ "body": {}, "headers": { "content-type": "text/plain" } }), "headers.content-type"),
            (json!({ "body": {}, "headers": { "a b": "" } }), "headers.a b"),
        ] {
            let refused = server.call(tenant.admin(), "POST", &path, Some(draft)).await;
            assert_eq!(
                (refused.status, refused.code()),
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
                "{field}"
            );
            assert!(refused.body.to_string().contains(&format!("\"{field}\"")), "{field}: {refused:?}");
        }
        let large = json!({ "body": { "a": "x".repeat(1024 * 1024) } });
        let refused = server.call(tenant.admin(), "POST", &path, Some(large)).await;
        assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
        let module =
            server.call(tenant.admin(), "POST", "/modules", Some(json!({ "name": "Items" }))).await.id();
        let action = json!({ "endpoint": "items", "action": { "type": "upsert_item", "module_id": module } });
        let feeding = made(server, &tenant, &action).await;
        let array = json!({ "body": [{ "id": 1 }, { "id": 2 }] });
        let taken =
            server.call(tenant.admin(), "POST", &format!("/sources/{feeding}/samples"), Some(array)).await;
        assert_eq!(taken.status, StatusCode::CREATED, "{taken:?}");
        let of_viewer =
            server.call(&tenant.keys[&Role::Viewer], "POST", &path, Some(json!({ "body": {} }))).await;
        assert_eq!(of_viewer.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a4_a_filter_may_look_at_each_element_of_a_list() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let config = json!({
            "name": "Shop", "endpoint": "shop", "action": { "type": "publish_event", "event_type": "a.b" },
            "filter": { "path": "body.lines.*.sku", "op": "equals", "value": "b" },
            "mapping": [{ "from": "lines.*.sku", "to": "data.skus" }],
        });
        server.active_source(&tenant, config).await;
        for (body, status) in [
            (json!({ "lines": [{ "sku": "a" }, { "sku": "b" }] }), StatusCode::OK),
            (json!({ "lines": [{ "sku": "a" }, {}] }), StatusCode::UNPROCESSABLE_ENTITY),
            (json!({ "lines": [] }), StatusCode::UNPROCESSABLE_ENTITY),
        ] {
            let answer = server.inbound(&tenant, "shop", &body).await;
            assert_eq!(answer.status, status, "{body}: {answer:?}");
        }
        let [event] = server.rows(&tenant, "/events").await.try_into().expect("one event");
        let event = format!("/events/{}", event["id"].as_str().expect("an id"));
        let event = server.call(tenant.admin(), "GET", &event, None).await.body;
        assert_eq!(event["data"], json!({ "skus": ["a", "b"] }), "{event}");
    })
    .await;
}
