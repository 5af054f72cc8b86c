//! What the REST API and inbound URLs answer to what is wrong.

use crate::support::{Answer, Server, Tenant, on_each_server};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::io::Write;

const MIB: usize = 1024 * 1024;

async fn raw(
    server: &Server,
    tenant: &Tenant,
    path: &str,
    content_type: &str,
    body: impl Into<Body>,
) -> Answer {
    let request = Request::post(format!("/api/v1{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {}", tenant.admin()))
        .header(header::CONTENT_TYPE, content_type)
        .body(body.into());
    server.send(request.expect("a request")).await
}

/// A body without a declared length.
fn chunked(bytes: usize) -> Body {
    let chunks = (0..bytes.div_ceil(65_536)).map(|_| Ok::<_, std::io::Error>(vec![b' '; 65_536]));
    Body::from_stream(futures::stream::iter(chunks))
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_json_is_400_with_line_and_column() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        for path in ["/events", "/integrations"] {
            let answer = raw(server, &tenant, path, "application/json", "{\n  'name': 1}").await;
            assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, "invalid_json"), "{path}");
            assert_eq!(
                (&answer.body["error"]["line"], &answer.body["error"]["column"]),
                (&json!(2), &json!(3))
            );
        }
        let trailing =
            raw(server, &tenant, "/events", "application/json", r#"{"type":"a","data":1} x"#).await;
        assert_eq!((trailing.status, trailing.code()), (StatusCode::BAD_REQUEST, "invalid_json"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_must_be_given_again_for_another_server() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let config = json!({
            "name": "Desk", "target_url": "https://desk.example/hook",
            "auth": { "type": "api_key", "header": "x-api-key", "value": "secret" },
        });
        let id = server.call(tenant.admin(), "POST", "/integrations", Some(config)).await.id();
        let path = format!("/integrations/{id}");
        let elsewhere = json!({ "target_url": "https://thief.example/hook" });
        let refused = server.call(tenant.admin(), "PATCH", &path, Some(elsewhere)).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid"));
        assert_eq!(refused.body["error"]["fields"][0]["field"], "auth.value");
        let stored = server.call(tenant.admin(), "GET", &path, None).await;
        assert_eq!(stored.body["target_url"], "https://desk.example/hook");
        let given = json!({ "target_url": "https://new.example/hook", "auth": { "value": "secret" } });
        let moved = server.call(tenant.admin(), "PATCH", &path, Some(given)).await;
        assert_eq!(
            (moved.status, &moved.body["target_url"]),
            (StatusCode::OK, &json!("https://new.example/hook"))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_fields_are_422_with_the_field() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let field = async |path: &str, body: Value| {
            let answer = server.call(tenant.admin(), "POST", path, Some(body)).await;
            assert_eq!(
                (answer.status, answer.code()),
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
                "{answer:?}"
            );
            answer.body["error"]["fields"][0]["field"].as_str().unwrap_or_default().to_owned()
        };
        assert_eq!(field("/integrations", json!({ "name": "A", "timeout_ms": "soon" })).await, "timeout_ms");
        assert_eq!(field("/events", json!({ "type": "no spaces", "data": 1 })).await, "type");
        assert_eq!(field("/events", json!({ "events": [] })).await, "events");
        assert_eq!(
            field("/events", json!({ "events": [{ "type": "!", "data": 1 }] })).await,
            "events[0].type"
        );
        let nul = json!({ "type": "a.b", "data": "\u{0}" });
        assert_eq!(field("/events", nul.clone()).await, "data");
        let good = json!({ "type": "a.b", "data": 1 });
        assert_eq!(field("/events", json!({ "events": [good, nul] })).await, "events[1].data");
        let action = json!({ "type": "publish_event", "event_type": "a.b" });
        let filter = json!({ "all": [{ "path": "body.n", "op": "resembles" }] });
        let source = json!({ "name": "A", "endpoint": "a", "action": action, "filter": filter });
        assert!(field("/sources", source).await.starts_with("filter"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_are_not_the_callers_to_set_are_refused() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let created = server.integration(&tenant, "http://127.0.0.1:9/").await;
        let path = format!("/integrations/{}", created["id"].as_str().expect("an id"));
        for (name, value) in [
            ("id", json!(uuid::Uuid::nil())),
            ("account_id", json!(uuid::Uuid::nil())),
            ("state", json!("active")),
            ("auth_secret_set", json!(true)),
            ("created_at", json!("2020-01-01T00:00:00Z")),
        ] {
            let body = json!({ "name": "A", name: value });
            for (method, path) in [("POST", "/integrations"), ("PUT", &path), ("PATCH", &path)] {
                let answer = server.call(tenant.admin(), method, path, Some(body.clone())).await;
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{method} {name}: {answer:?}");
            }
        }
        let unchanged = server.call(tenant.admin(), "GET", &path, None).await;
        assert_eq!(unchanged.body["name"], created["name"]);
        let query = server.call(tenant.admin(), "GET", "/deliveries?account_id=1", None).await;
        assert_eq!(query.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stale_versions_are_409() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let created = server.integration(&tenant, "http://127.0.0.1:9/").await;
        let path = format!("/integrations/{}", created["id"].as_str().expect("an id"));
        let current = server.call(tenant.admin(), "GET", &path, None).await.body["version"].clone();
        let patch = json!({ "name": "B", "version": current });
        assert_eq!(
            server.call(tenant.admin(), "PATCH", &path, Some(patch.clone())).await.status,
            StatusCode::OK
        );
        let stale = server.call(tenant.admin(), "PATCH", &path, Some(patch)).await;
        assert_eq!((stale.status, stale.code()), (StatusCode::CONFLICT, "conflict"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_json_too_big_or_nowhere_is_said_so() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let form = raw(server, &tenant, "/events", "text/plain", "{}").await;
        assert_eq!((form.status, form.code()), (StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_content_type"));
        let oversize = raw(server, &tenant, "/events", "application/json", chunked(2 * MIB)).await;
        assert_eq!((oversize.status, oversize.code()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
        let wrong_method = server.call(tenant.admin(), "PATCH", "/events", None).await;
        assert_eq!(
            (wrong_method.status, wrong_method.code()),
            (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
        );
        let nowhere = server.call(tenant.admin(), "GET", "/nowhere", None).await;
        assert_eq!((nowhere.status, nowhere.code()), (StatusCode::NOT_FOUND, "not_found"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn oversize_chunked_and_gzip_bombs_are_413_inbound_and_store_no_event() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        server.source(&tenant, "demo").await;
        let post = async |encoding: &str, body: Body| {
            let request = Request::post(format!("/in/{}/demo", tenant.id))
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::CONTENT_ENCODING, encoding)
                .body(body);
            server.send(request.expect("a request")).await
        };
        let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
        bomb.write_all(&vec![b' '; 32 * MIB]).expect("writing to memory");
        let bomb = bomb.finish().expect("writing to memory");
        assert_eq!(post("identity", chunked(2 * MIB)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(post("gzip", bomb.into()).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(post("br", Body::from("x")).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let events = server.call(tenant.admin(), "GET", "/events", None).await;
        assert_eq!(events.body["data"], json!([]));
        let requests = server.call(tenant.admin(), "GET", "/requests", None).await;
        let outcomes: Vec<_> =
            requests.body["data"].as_array().expect("rows").iter().map(|row| &row["outcome"]).collect();
        assert_eq!(outcomes, ["wrong_content_type", "too_large", "too_large"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_inbound_404_is_the_same() {
    on_each_server(async |server| {
        let (tenant, other) = (server.tenant("Acme").await, server.tenant("Bolt").await);
        let source = server.source(&tenant, "demo").await;
        let path = format!("/sources/{}/deactivate", source["id"].as_str().expect("an id"));
        server.call(tenant.admin(), "POST", &path, None).await;
        let mut answers = Vec::new();
        for (account, endpoint) in [
            (tenant.id.as_str(), "demo"),
            (tenant.id.as_str(), "unknown"),
            (other.id.as_str(), "demo"),
            ("00000000-0000-0000-0000-000000000000", "demo"),
            ("no-id", "demo"),
            (tenant.id.as_str(), "demo%FF"),
            ("no-id%FF", "demo"),
        ] {
            let request = Request::post(format!("/in/{account}/{endpoint}"))
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from("{}"));
            let answer = server.send(request.expect("a request")).await;
            answers.push((answer.status, answer.body, answer.headers));
        }
        assert_eq!(answers[0].0, StatusCode::NOT_FOUND);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_no_text_is_logged_like_an_unknown_one() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let path = format!("/in/{}/demo%FFx", tenant.id);
        let request = Request::post(&path).body(Body::from("{}")).expect("a request");
        let answer = server.send(request).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::NOT_FOUND, "not_found"));
        let rows = server.rows(&tenant, "/requests").await;
        assert_eq!((rows.len(), &rows[0]["outcome"]), (1, &json!("unknown_endpoint")));
        assert_eq!(rows[0]["path"], path);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn published_numbers_and_key_order_are_kept_exactly() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let text = r#"{"type":"a.b","data":{"z":1.10,"a":12345678901234567890123}}"#;
        let published = raw(server, &tenant, "/events", "application/json", text).await;
        assert_eq!(published.status, StatusCode::OK, "{published:?}");
        let request = Request::get(format!("/api/v1/events/{}", published.id()))
            .header(header::AUTHORIZATION, format!("Bearer {}", tenant.admin()))
            .body(Body::empty());
        let event = server.send(request.expect("a request")).await;
        assert_eq!(event.body["data"].to_string(), r#"{"z":1.10,"a":12345678901234567890123}"#);
    })
    .await;
}
