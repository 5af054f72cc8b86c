//! The live tail: what changes after it was sent, and filters.

use crate::support::receiver::Receiver;
use crate::support::{NOWHERE, Server, Tenant, eventually, on_each_server};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::time::Duration;
use tower::ServiceExt;

/// What a browser that holds a session is sent.
struct Stream(Body);

impl Stream {
    /// Listens; what happens from then on is news to it.
    async fn open(server: &Server, token: &str, path: &str) -> Self {
        Self::resume(server, token, path, None).await
    }

    /// The same, after a connection broke that had sent `last`.
    async fn resume(server: &Server, token: &str, path: &str, last: Option<&str>) -> Self {
        let mut request = Request::get(format!("/a/acme/live/{path}"))
            .header(header::HOST, "127.0.0.1:3000")
            .header(header::COOKIE, format!("__Host-hookloft={token}"));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let request = request.body(Body::empty()).expect("a request");
        let answer = server.router.clone().oneshot(request).await.expect("the router answers everything");
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let mut stream = Self(answer.into_body());
        assert_eq!(stream.next().await, ("begun".into(), json!(true)));
        stream
    }

    /// The next event and its data; silence of 20 s fails.
    async fn next(&mut self) -> (String, Value) {
        loop {
            let frame = tokio::time::timeout(Duration::from_secs(20), self.0.frame()).await;
            let frame = frame.expect("something is sent").expect("it goes on").expect("a frame");
            let text = String::from_utf8(frame.into_data().expect("data").to_vec()).expect("text");
            let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
            if let (Some(event), Some(data)) = (line("event: "), line("data: ")) {
                return (event.to_owned(), serde_json::from_str(data).expect("JSON"));
            }
        }
    }

    /// The next event that tells of a delivery with `status`.
    async fn next_with_status(&mut self, status: &str) -> (String, Value) {
        loop {
            let (event, row) = self.next().await;
            if row["status"] == status {
                return (event, row);
            }
        }
    }
}

/// An integration that tries again after so many seconds each.
async fn retried_integration(server: &Server, tenant: &Tenant, url: &str, delays: &[u32]) {
    let made = server.integration(tenant, url).await;
    let path = format!("/integrations/{}", made["id"].as_str().expect("an id"));
    let retry = json!({ "retry": { "custom": delays } });
    let changed = server.call(tenant.admin(), "PATCH", &path, Some(retry)).await;
    assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
}

async fn publish_other(server: &Server, tenant: &Tenant) {
    let event = json!({ "type": "other.made", "data": {} });
    let published = server.call(tenant.admin(), "POST", "/events", Some(event)).await;
    assert_eq!(published.status, StatusCode::OK, "{published:?}");
}

async fn send(server: &Server, tenant: &Tenant, endpoint: &str) {
    let answer = server.inbound(tenant, endpoint, &json!({ "n": 1 })).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn live_tail_follows_a_delivery_to_its_end() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        server.source(&tenant, "demo").await;
        let receiver = Receiver::start(&[500, 500, 500]).await;
        retried_integration(server, &tenant, &receiver.url, &[1; 4]).await;
        let token = server.sign_in("acme@example.com").await;
        let mut all = Stream::open(server, &token, "deliveries").await;
        send(server, &tenant, "demo").await;
        let (event, first) = all.next().await;
        assert_eq!((event.as_str(), &first["status"]), ("row", &json!("pending")));
        let (event, last) = all.next_with_status("succeeded").await;
        assert_eq!((event.as_str(), &last["id"], &last["attempts"]), ("changed", &first["id"], &json!(4)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn live_tail_follows_what_had_not_ended_when_it_began() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        server.source(&tenant, "demo").await;
        let receiver = Receiver::start(&[500, 500, 500]).await;
        retried_integration(server, &tenant, &receiver.url, &[1; 4]).await;
        let token = server.sign_in("acme@example.com").await;
        send(server, &tenant, "demo").await;
        eventually("it was tried", async || !receiver.received().is_empty()).await;
        let row = server.rows(&tenant, "/deliveries").await.remove(0);
        let id = row["id"].as_str().expect("an id");
        let (mut opened, mut resumed) = tokio::join!(
            Stream::open(server, &token, "deliveries"),
            Stream::resume(server, &token, "deliveries?event_type=demo.*", Some(id)),
        );
        let (opened, resumed) =
            tokio::join!(opened.next_with_status("succeeded"), resumed.next_with_status("succeeded"));
        for (event, last) in [opened, resumed] {
            assert_eq!((event.as_str(), &last["id"]), ("changed", &row["id"]));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn live_tail_of_failures_shows_one_that_comes_after_retries() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        server.source(&tenant, "demo").await;
        retried_integration(server, &tenant, NOWHERE, &[1, 4]).await;
        let token = server.sign_in("acme@example.com").await;
        let path = "deliveries?status=failed&event_type=demo.*";
        let mut failures = Stream::open(server, &token, path).await;
        send(server, &tenant, "demo").await;
        // What is newer by so much makes it too old to be looked for among the new ones.
        tokio::time::sleep(Duration::from_secs(3)).await;
        publish_other(server, &tenant).await;
        let (_, row) = failures.next().await;
        assert_eq!(
            (&row["event_type"], &row["status"], &row["attempts"]),
            (&json!("demo.received"), &json!("failed"), &json!(3))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn live_tail_has_only_what_its_query_asks_for() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        server.source(&tenant, "busy").await;
        let rare = server.source(&tenant, "rare").await;
        server.integration(&tenant, NOWHERE).await;
        let token = server.sign_in("acme@example.com").await;
        let source = format!("requests?only_refused=false&source_id={}", rare["id"].as_str().expect("an id"));
        let mut of_rare = Stream::open(server, &token, &source).await;
        let mut refused = Stream::open(server, &token, "requests?only_refused=true").await;
        let mut of_type = Stream::open(server, &token, "events?event_type=other.*").await;
        // More than a look has: those that are wanted are among the oldest.
        send(server, &tenant, "rare").await;
        publish_other(server, &tenant).await;
        assert_eq!(server.inbound(&tenant, "nobody", &json!({})).await.status, StatusCode::NOT_FOUND);
        futures::future::join_all((0..205).map(|_| send(server, &tenant, "busy"))).await;
        let (event, row) = of_rare.next().await;
        assert_eq!((event.as_str(), &row["source_id"]), ("row", &rare["id"]));
        assert_eq!(refused.next().await.1["path"], format!("/in/{}/nobody", tenant.id));
        assert_eq!(of_type.next().await.1["type"], "other.made");
        // Nothing of the busy source lies between it and the next one.
        send(server, &tenant, "rare").await;
        assert_eq!(of_rare.next().await.1["source_id"], rare["id"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn live_tail_refuses_a_query_that_its_list_would_refuse() {
    on_each_server(async |server| {
        server.tenant("Acme").await;
        let token = server.sign_in("acme@example.com").await;
        for path in ["deliveries?status=lost", "requests?source_id=7", "requests?nonsense=1"] {
            let answer = server.page(&token, &format!("/a/acme/live/{path}")).await;
            assert_eq!(
                (answer.status, answer.code()),
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
                "{path}"
            );
        }
    })
    .await;
}
