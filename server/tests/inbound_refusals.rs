//! What an inbound URL refuses: the answer, the row its owner sees, and that nothing else is stored.

use crate::support::{Answer, Server, Tenant, install_crypto, on_each_server};
use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Request, StatusCode, header};
use bytes::Bytes;
use futures::channel::mpsc;
use futures::{StreamExt, future};
use serde_json::{Value, json};
use services::Workers;
use std::time::{Duration, Instant};
use storage::Db;
use storage::testing::count;

const MIB: usize = 1024 * 1024;

fn to(tenant: &Tenant, endpoint: &str) -> Builder {
    Request::post(format!("/in/{}/{endpoint}", tenant.id)).header(header::CONTENT_TYPE, "application/json")
}

async fn send(server: &Server, request: Builder, body: impl Into<Body>) -> Answer {
    server.send(request.body(body.into()).expect("a request")).await
}

/// Makes a source with these settings and leaves it inactive; answers its path.
async fn inactive_source(server: &Server, tenant: &Tenant, endpoint: &str, settings: Value) -> String {
    let mut config = json!({
        "name": endpoint, "endpoint": endpoint, "action": { "type": "publish_event", "event_type": "a.b" },
    });
    for (name, value) in settings.as_object().expect("settings") {
        config[name.as_str()] = value.clone();
    }
    let made = server.call(tenant.admin(), "POST", "/sources", Some(config)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    format!("/sources/{}", made.id())
}

async fn source(server: &Server, tenant: &Tenant, endpoint: &str, settings: Value) {
    let path = inactive_source(server, tenant, endpoint, settings).await;
    change_state(server, tenant, &path, "activate").await;
}

async fn change_state(server: &Server, tenant: &Tenant, path: &str, verb: &str) {
    let changed = server.call(tenant.admin(), "POST", &format!("{path}/{verb}"), None).await;
    assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
}

async fn list(server: &Server, tenant: &Tenant, path: &str) -> Vec<Value> {
    let list = server.call(tenant.admin(), "GET", path, None).await;
    assert_eq!(list.status, StatusCode::OK, "{list:?}");
    list.body["data"].as_array().expect("a list").clone()
}

/// A body of these chunks, without a declared length.
fn chunked(chunks: Vec<Result<Bytes, std::io::Error>>) -> Body {
    Body::from_stream(futures::stream::iter(chunks))
}

fn oversize() -> Body {
    chunked((0..32).map(|_| Ok(Bytes::from_static(&[b' '; 65_536]))).collect())
}

fn broken_off() -> Body {
    chunked(vec![Ok(Bytes::from_static(b"{\"n\":")), Err(std::io::Error::other("reset"))])
}

/// One of each source that the table below sends to.
async fn sources(server: &Server, tenant: &Tenant) {
    source(server, tenant, "open", json!({})).await;
    let token = json!({ "type": "header_token", "header": "x-token", "token": "s3cret" });
    source(server, tenant, "guarded", json!({ "verification": token })).await;
    source(server, tenant, "picky", json!({ "filter": { "path": "body.n", "op": "exists" } })).await;
    let mapping = json!([{ "from": "a", "to": "data.a" }, { "from": "a", "to": "data.a.b" }]);
    source(server, tenant, "mapped", json!({ "mapping": mapping })).await;
    inactive_source(server, tenant, "off", json!({})).await;
    let old = inactive_source(server, tenant, "old", json!({})).await;
    change_state(server, tenant, &old, "archive").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_an_error_with_a_row_and_nothing_else() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        sources(server, &tenant).await;
        let to = |endpoint: &str| to(&tenant, endpoint);
        let text = |endpoint: &str| {
            Request::post(format!("/in/{}/{endpoint}", tenant.id)).header(header::CONTENT_TYPE, "text/plain")
        };
        let deep = format!("{}1{}", r#"{"a":"#.repeat(65), "}".repeat(65));
        let cases: Vec<(Builder, Body, u16, &str, &str)> = vec![
            (to("none"), "{}".into(), 404, "not_found", "unknown_endpoint"),
            (to("off"), "{}".into(), 404, "not_found", "source_inactive"),
            (to("old"), "{}".into(), 404, "not_found", "source_archived"),
            (to("open").method("PUT"), "{}".into(), 405, "wrong_method", "wrong_method"),
            (text("open"), "{}".into(), 415, "wrong_content_type", "wrong_content_type"),
            (
                to("open").header(header::CONTENT_ENCODING, "br"),
                "{}".into(),
                415,
                "wrong_content_type",
                "wrong_content_type",
            ),
            (to("open"), "{\n'a'".into(), 400, "invalid_json", "invalid_json"),
            (to("open"), deep.into(), 400, "too_deep", "too_deep"),
            (to("open"), "[{}]".into(), 422, "not_an_object", "not_an_object"),
            (to("open"), broken_off(), 400, "broken_body", "broken_body"),
            (to("open"), oversize(), 413, "too_large", "too_large"),
            (to("open").header(header::CONTENT_LENGTH, 2 * MIB), "{}".into(), 413, "too_large", "too_large"),
            (to("guarded"), "{}".into(), 401, "verification_failed", "verification_failed"),
            (to("picky"), "{}".into(), 422, "filtered", "filtered"),
            (to("mapped"), r#"{"a":1}"#.into(), 422, "mapping_failed", "mapping_failed"),
        ];
        for (request, body, status, code, outcome) in cases {
            let before = list(server, &tenant, "/requests?limit=100").await.len();
            let answer = send(server, request, body).await;
            assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{outcome}: {answer:?}");
            assert!(answer.body["error"]["message"].is_string(), "{answer:?}");
            let rows = list(server, &tenant, "/requests?limit=100").await;
            assert_eq!(rows.len(), before + 1, "{outcome}");
            assert_eq!((&rows[0]["outcome"], &rows[0]["status"]), (&json!(outcome), &json!(status)));
        }
        assert_eq!(list(server, &tenant, "/events").await, Vec::<Value>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_was_not_read_is_refused_alike_whatever_the_account() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        source(server, &tenant, "open", json!({})).await;
        let known = format!("{}/open", tenant.id);
        let paths = [known.as_str(), "00000000-0000-0000-0000-000000000000/open", "no-id/open"];
        for declared in [None, Some(2 * MIB)] {
            let mut answers = Vec::new();
            for path in paths {
                let mut request = Request::post(format!("/in/{path}"));
                if let Some(length) = declared {
                    request = request.header(header::CONTENT_LENGTH, length);
                }
                let answer = send(server, request, oversize()).await;
                answers.push((answer.status, answer.body, answer.headers));
            }
            assert_eq!(answers[0].0, StatusCode::PAYLOAD_TOO_LARGE);
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_under_way_have_64_mib_in_all() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        source(server, &tenant, "open", json!({})).await;
        let (reading, mut read) = mpsc::unbounded();
        let mut ends = Vec::new();
        let mut slow = Vec::new();
        // Half of them announce their length and send all but a byte of it, half of them send it in chunks.
        for index in 0..64 {
            let (end, ended) = mpsc::unbounded::<Result<Bytes, std::io::Error>>();
            let begun = reading.clone();
            let first = Bytes::from(vec![b' '; if index % 2 == 0 { MIB - 1 } else { MIB }]);
            // Asked for what follows, the server holds what came.
            let told = futures::stream::once(async move {
                begun.unbounded_send(()).expect("the test listens");
                Ok(Bytes::new())
            });
            let body = futures::stream::iter([Ok(first)]).chain(told).chain(ended);
            let mut request = to(&tenant, "open");
            if index % 2 == 0 {
                request = request.header(header::CONTENT_LENGTH, MIB);
            }
            let request = request.body(Body::from_stream(body)).expect("a request");
            let router = server.router.clone();
            slow.push(tokio::spawn(tower::ServiceExt::oneshot(router, request)));
            ends.push(end);
        }
        for _ in 0..64 {
            read.next().await.expect("each begins");
        }

        let refused = send(server, to(&tenant, "open"), format!("{:64}", "{}")).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::SERVICE_UNAVAILABLE, "overloaded"));
        assert_eq!(refused.headers[header::RETRY_AFTER], "1");
        let rows = list(server, &tenant, "/requests").await;
        assert_eq!((rows.len(), &rows[0]["outcome"]), (1, &json!("overloaded")));
        let event = json!({ "type": "a.b", "data": format!("{:64}", "") });
        let refused = server.call(tenant.admin(), "POST", "/events", Some(event)).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::SERVICE_UNAVAILABLE, "overloaded"));

        drop(ends);
        future::join_all(slow).await;
        let accepted = send(server, to(&tenant, "open"), "{}").await;
        assert_eq!(accepted.status, StatusCode::OK, "{accepted:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_source_takes_a_second_is_429() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        source(server, &tenant, "slow", json!({ "per_second": 1 })).await;
        source(server, &tenant, "other", json!({})).await;
        let sent = future::join_all((0..20).map(|_| send(server, to(&tenant, "slow"), "{}"))).await;
        let (accepted, refused): (Vec<_>, Vec<_>) =
            sent.into_iter().partition(|answer| answer.status == StatusCode::OK);
        assert!(!accepted.is_empty() && !refused.is_empty(), "{accepted:?} {refused:?}");
        for answer in &refused {
            assert_eq!((answer.status, answer.code()), (StatusCode::TOO_MANY_REQUESTS, "rate_limited"));
            assert_eq!(answer.headers[header::RETRY_AFTER], "1");
        }
        assert_eq!(send(server, to(&tenant, "other"), "{}").await.status, StatusCode::OK);
        let rows = list(server, &tenant, "/requests?outcome=rate_limited").await;
        assert_eq!(rows.len(), refused.len());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_before_authentication_fill_no_log_and_are_counted() {
    install_crypto();
    storage::testing::on_each_backend(async |db: Db| {
        let server = Server::start(db.clone(), Workers::Elsewhere).await;
        let (tenant, other) = (server.tenant("Acme").await, server.tenant("Bolt").await);
        let sent = 100;
        for _ in 0..sent {
            let answer = send(&server, to(&tenant, "none"), "{}").await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{answer:?}");
        }
        let logged = list(&server, &tenant, "/requests?limit=200").await.len();
        assert!((30..=60).contains(&logged), "{logged}");
        let counted = "SELECT COALESCE(CAST(sum(failed) AS BIGINT), 0) FROM stats WHERE subject_kind = 4";
        let begun = Instant::now();
        while count(&db, counted).await != sent - i64::try_from(logged).expect("a small number") {
            assert!(begun.elapsed() < Duration::from_secs(20), "the others are never counted");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        send(&server, to(&other, "none"), "{}").await;
        assert_eq!(list(&server, &other, "/requests").await.len(), 1, "another account has its own rows");
        server.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_hides_its_token_is_refused_before_authentication() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let in_body = json!({ "type": "body_token", "path": "token", "token": "s3cret" });
        source(server, &tenant, "in-body", json!({ "verification": in_body })).await;
        let in_header = json!({ "type": "header_token", "header": "x-token", "token": "s3cret" });
        source(server, &tenant, "in-header", json!({ "verification": in_header })).await;
        let deep = format!("{}1{}", r#"{"a":"#.repeat(65), "}".repeat(65));
        for index in 0..70 {
            let body = if index % 2 == 0 { "{'token'" } else { &deep };
            for request in [to(&tenant, "in-body"), to(&tenant, "in-header").header("x-token", "s3cret")] {
                let answer = send(server, request, body.to_owned()).await;
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{answer:?}");
            }
        }
        let rows = list(server, &tenant, "/requests?limit=200").await.len();
        assert!((70 + 30..=70 + 60).contains(&rows), "all whose sender is known, few of the others: {rows}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sources_response_sets_no_header() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let response = |response: Value| {
            json!({
                "name": "A", "endpoint": "a", "response": response,
                "action": { "type": "publish_event", "event_type": "a.b" },
            })
        };
        for refused in [
            json!({ "headers": { "location": "https://thief.example" } }),
            json!({ "success_status": 302 }),
            json!({ "error_status": 302 }),
        ] {
            let answer = server.call(tenant.admin(), "POST", "/sources", Some(response(refused))).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{answer:?}");
        }
        let said = json!({ "location": "https://thief.example", "set-cookie": "a=b" });
        source(server, &tenant, "open", json!({ "response": { "success": said, "error": said } })).await;
        for body in ["{}", "no JSON"] {
            let answer = send(server, to(&tenant, "open"), body).await;
            assert_eq!(answer.body, said);
            let names: Vec<_> = answer.headers.keys().collect();
            assert_eq!(names, [header::CONTENT_TYPE, header::CONTENT_LENGTH], "{body}");
        }
    })
    .await;
}
