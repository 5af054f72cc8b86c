//! Nothing that a tenant, a sender or a receiver chooses becomes a header of one of our answers.

use crate::support::{Answer, eventually, on_each_server};
use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde_json::{Value, json};

/// What each answer to a sender has.
const OURS: [&str; 2] = ["content-length", "content-type"];

/// The names of what stands there, each once.
fn names(headers: &HeaderMap) -> Vec<&str> {
    let mut names: Vec<_> = headers.keys().map(header::HeaderName::as_str).collect();
    names.sort_unstable();
    names
}

/// The URL of a receiver whose answers lead elsewhere and set a cookie.
async fn hostile_receiver() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/hook", listener.local_addr().expect("it is bound"));
    let answer = async || {
        let headers = [(header::LOCATION, "https://evil.example/"), (header::SET_COOKIE, "session=stolen")];
        (StatusCode::FOUND, headers, "moved").into_response()
    };
    let serve = axum::serve(listener, Router::new().fallback(answer)).into_future();
    tokio::spawn(serve);
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn s_no_configuration_puts_a_header_into_an_answer() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let hostile = "x\r\nSet-Cookie: session=stolen\r\nLocation: https://evil.example/";
        let source = |change: Value| {
            let mut config = json!({
                "name": "Shop", "endpoint": "shop",
                "action": { "type": "publish_event", "event_type": "a.b" },
                "filter": { "path": "body.n", "op": "exists" },
            });
            for (field, value) in change.as_object().expect("an object") {
                config[field.as_str()] = value.clone();
            }
            config
        };
        for change in [
            json!({ "response": { "headers": { "set-cookie": "a=b" } } }),
            json!({ "response": { "success_status": 302 } }),
            json!({ "response": { "error_status": 301 } }),
            json!({ "endpoint": hostile }),
        ] {
            let refused = server.call(tenant.admin(), "POST", "/sources", Some(source(change))).await;
            assert_eq!((refused.status, refused.code()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid"));
        }
        let response = json!({ "success": { hostile: hostile }, "error": hostile, "error_status": 409 });
        server.active_source(&tenant, source(json!({ "response": response }))).await;

        for (body, status) in [(json!({ "n": 1 }), StatusCode::OK), (json!({}), StatusCode::CONFLICT)] {
            let answer = server.inbound(&tenant, "shop", &body).await;
            assert_eq!((answer.status, names(&answer.headers)), (status, OURS.to_vec()));
            assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json");
            assert!(answer.body.to_string().contains("Set-Cookie"), "it is text: {answer:?}");
        }
        let in_path = "x%0d%0aSet-Cookie:%20session=stolen";
        let unknown = server.inbound(&tenant, in_path, &json!({})).await;
        assert_eq!((unknown.status, names(&unknown.headers)), (StatusCode::NOT_FOUND, OURS.to_vec()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s_headers_of_a_receiver_stay_with_it() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let integration = server.integration(&tenant, &hostile_receiver().await).await;
        let event = json!({ "type": "a.b", "data": {} });
        let published = server.call(tenant.admin(), "POST", "/events", Some(event)).await;
        assert_eq!(published.status, StatusCode::OK, "{published:?}");
        eventually("it is tried", async || {
            server.rows(&tenant, "/deliveries").await[0]["last_status_code"] == 302
        })
        .await;
        let delivery = &server.rows(&tenant, "/deliveries").await[0];
        assert_eq!(delivery["status"], "pending", "a redirect is not followed and no success: {delivery}");
        let shown = format!("/deliveries/{}", delivery["id"].as_str().expect("an id"));
        let tested = format!("/integrations/{}/test", integration["id"].as_str().expect("an id"));
        for (method, path) in [("GET", shown), ("POST", tested)] {
            let answer: Answer = server.call(tenant.admin(), method, &path, None).await;
            assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
            let text = answer.body.to_string();
            assert!(text.contains("302") && text.contains("moved"), "{text}");
            for name in [header::LOCATION, header::SET_COOKIE] {
                assert_eq!(answer.headers.get(name), None, "{path}");
            }
            assert!(!text.contains("stolen"), "{text}");
        }
    })
    .await;
}
