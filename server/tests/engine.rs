//! From an inbound request to a delivery, on every kind of database.

use crate::support::receiver::Receiver;
use crate::support::{Server, Tenant, on_each_server};
use axum::http::StatusCode;
use domain::account::Role;
use domain::activity::DeliveryFilter;
use domain::delivery::DeliveryStatus;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Asks again until `is_so`; gives up after 20 s.
async fn eventually(server: &Server, tenant: &Tenant, path: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let answer = server.call(tenant.admin(), "GET", path, None).await;
        if answer.status == StatusCode::OK && is_so(&answer.body) {
            return answer.body;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{path} never became so: {answer:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn only_delivery(server: &Server, tenant: &Tenant, status: &str) -> Value {
    let has_one = |body: &Value| {
        body["data"].as_array().is_some_and(|rows| rows.len() == 1 && rows[0]["status"] == status)
    };
    let page = eventually(server, tenant, "/deliveries", has_one).await;
    let id = page["data"][0]["id"].as_str().expect("an id").to_owned();
    server.call(tenant.admin(), "GET", &format!("/deliveries/{id}"), None).await.body
}

async fn post(server: &Server, tenant: &Tenant, path: &str, body: Value) -> Value {
    let answer = server.call(tenant.admin(), "POST", path, Some(body)).await;
    assert!(answer.status.is_success(), "{path}: {answer:?}");
    answer.body
}

async fn patch_target(server: &Server, tenant: &Tenant, integration: &Value, change: Value) {
    let path = format!("/integrations/{}", integration["id"].as_str().expect("an id"));
    let answer = server.call(tenant.admin(), "PATCH", &path, Some(change)).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn t11_accepted_request_is_delivered_signed() {
    on_each_server(async |server| {
        let receiver = Receiver::start(&[]).await;
        let tenant = server.tenant("Acme").await;
        server.source(&tenant, "orders").await;
        let integration = server.integration(&tenant, &receiver.url).await;

        let answer =
            server.inbound(&tenant, "orders", &json!({"n": 1, "big": 12_345_678_901_234_567_890_u64})).await;
        assert_eq!((answer.status, &answer.body), (StatusCode::OK, &json!({"ok": true})));

        let detail = only_delivery(server, &tenant, "succeeded").await;
        assert_eq!(detail["attempts"].as_array().map(Vec::len), Some(1));
        assert_eq!(detail["attempts"][0]["status_code"], 200);
        assert_eq!(detail["attempts"][0]["response_body"], "noted");
        let received = receiver.received();
        assert_eq!(received.len(), 1);
        let header = |name: &str| received[0].headers[name].to_str().expect("text").to_owned();
        assert_eq!(header("webhook-id"), detail["delivery"]["id"].as_str().expect("an id"));
        let secret =
            domain::secret::SecretText::new(integration["signing_secret"].as_str().expect("shown once"));
        let expected = domain::signature::sign(
            &[&secret],
            &header("webhook-id"),
            header("webhook-timestamp").parse().expect("seconds"),
            &received[0].body,
        );
        assert_eq!(header("webhook-signature"), expected.expect("a good secret"));
        let envelope: Value = serde_json::from_slice(&received[0].body).expect("JSON");
        assert_eq!(envelope["type"], "demo.received");
        assert_eq!(envelope["data"].to_string(), r#"{"n":1,"big":12345678901234567890}"#);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c6_each_event_of_a_batch_is_a_message_of_its_own() {
    on_each_server(async |server| {
        let receiver = Receiver::start(&[]).await;
        let tenant = server.tenant("Acme").await;
        server.integration(&tenant, &receiver.url).await;
        let events: Vec<Value> = (0..3).map(|n| json!({"type": "demo.received", "data": {"n": n}})).collect();

        let published = post(server, &tenant, "/events", json!({ "events": events })).await;

        assert_eq!(published["events"].as_array().map(Vec::len), Some(3));
        let all_succeeded = |body: &Value| {
            let succeeded = |row: &&Value| row["status"] == "succeeded";
            body["data"].as_array().is_some_and(|rows| rows.iter().filter(succeeded).count() == 3)
        };
        eventually(server, &tenant, "/deliveries", all_succeeded).await;
        let received = receiver.received().into_iter();
        let sent = received.map(|message| serde_json::from_slice(&message.body).expect("JSON"));
        let mut numbers: Vec<u64> =
            sent.filter_map(|envelope: Value| envelope["data"]["n"].as_u64()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [0, 1, 2]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_reaches_no_private_address() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let integration = server.integration(&tenant, "http://10.1.2.3/hook").await;
        let path = format!("/integrations/{}/test", integration["id"].as_str().expect("an id"));
        let tested = post(server, &tenant, &path, json!({})).await;
        assert!(tested.to_string().contains("blocked_address"), "{tested}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a24_request_shows_what_it_carried_and_caused() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        server.source(&tenant, "orders").await;
        server.inbound(&tenant, "orders", &json!({"n": 1})).await;
        let page = server.call(tenant.admin(), "GET", "/requests", None).await.body;
        let row = &page["data"][0];
        assert_eq!(
            (&row["method"], &row["status"], &row["outcome"]),
            (&json!("POST"), &json!(200), &json!("accepted"))
        );
        assert_eq!(row["path"], format!("/in/{}/orders", tenant.id));
        let id = row["id"].as_str().expect("an id");
        let detail = server.call(tenant.admin(), "GET", &format!("/requests/{id}"), None).await.body;
        assert!(detail["request"]["received_at"].is_string() && detail["request"]["duration_us"].is_u64());
        assert_eq!(detail["headers"], json!([["content-type", "application/json"]]));
        assert_eq!(detail["body"], r#"{"n":1}"#);
        assert_eq!(detail["response"], r#"{"ok":true}"#);
        assert_eq!(detail["events"].as_array().map(Vec::len), Some(1));
        let event = detail["events"][0]["id"].as_str().expect("an id");
        let event = server.call(tenant.admin(), "GET", &format!("/events/{event}"), None).await.body;
        assert_eq!(event["data"], json!({"n": 1}));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_failed_delivery_is_tried_again_under_the_same_id() {
    on_each_server(async |server| {
        let receiver = Receiver::start(&[500, 503]).await;
        let tenant = server.tenant("Acme").await;
        let integration = server.integration(&tenant, &receiver.url).await;
        patch_target(server, &tenant, &integration, json!({"retry": {"custom": [1, 1]}})).await;
        post(server, &tenant, "/events", json!({"type": "order.created", "data": {}})).await;
        let detail = only_delivery(server, &tenant, "succeeded").await;
        let statuses: Vec<_> = detail["attempts"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|attempt| &attempt["status_code"])
            .collect();
        assert_eq!(statuses, [&json!(500), &json!(503), &json!(200)]);
        let ids: Vec<_> =
            receiver.received().iter().map(|message| message.headers["webhook-id"].clone()).collect();
        assert!(ids.iter().all(|id| *id == ids[0]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_delivery_is_retried_by_hand_and_its_numbers_go_on() {
    on_each_server(async |server| {
        let receiver = Receiver::start(&[500]).await;
        let tenant = server.tenant("Acme").await;
        let integration = server.integration(&tenant, &receiver.url).await;
        patch_target(server, &tenant, &integration, json!({"retry": "none"})).await;
        post(server, &tenant, "/events", json!({"type": "order.created", "data": {}})).await;
        let failed = only_delivery(server, &tenant, "failed").await;
        assert_eq!(failed["delivery"]["ended_because"], "attempts_exhausted");
        let path = format!("/deliveries/{}/retry", failed["delivery"]["id"].as_str().expect("an id"));
        post(server, &tenant, &path, json!({})).await;
        let detail = only_delivery(server, &tenant, "succeeded").await;
        assert_eq!(detail["delivery"]["attempts"], 2);
        assert_eq!(detail["attempts"][1]["number"], 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_gone_disables_the_integration_and_bulk_retry_brings_the_rest_back() {
    on_each_server(async |server| {
        let receiver = Receiver::start(&[410]).await;
        let tenant = server.tenant("Acme").await;
        let integration = server.integration(&tenant, &receiver.url).await;
        post(server, &tenant, "/events", json!({"type": "order.created", "data": {}})).await;
        let path = format!("/integrations/{}", integration["id"].as_str().expect("an id"));
        let disabled = eventually(server, &tenant, &path, |body| body["state"] == "inactive").await;
        assert!(disabled["disabled_reason"].as_str().is_some_and(|reason| reason.contains("410")));

        // Inactive: events go nowhere, and a retry is refused.
        post(server, &tenant, "/events", json!({"type": "order.created", "data": {}})).await;
        let failed = only_delivery(server, &tenant, "failed").await;
        let retry = format!("/deliveries/{}/retry", failed["delivery"]["id"].as_str().expect("an id"));
        let refused = server.call(tenant.admin(), "POST", &retry, Some(json!({}))).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{refused:?}");
        assert_eq!(to_retry(server, &tenant, None).await, 0);
        assert_eq!(
            counted(server, &tenant, &integration).await,
            json!({"count": 1, "more": false, "retryable": 0})
        );

        post(server, &tenant, &format!("{path}/activate"), json!({})).await;
        assert_eq!(to_retry(server, &tenant, None).await, 1);
        assert_eq!(
            counted(server, &tenant, &integration).await,
            json!({"count": 1, "more": false, "retryable": 1})
        );
        assert_eq!(to_retry(server, &tenant, Some(DeliveryStatus::Succeeded)).await, 0);
        let retried = post(server, &tenant, "/deliveries/retry", json!({"status": "failed"})).await;
        assert_eq!(retried["retried"], 1);
        only_delivery(server, &tenant, "succeeded").await;
        assert_eq!(
            counted(server, &tenant, &integration).await,
            json!({"count": 1, "more": false, "retryable": 0})
        );
    })
    .await;
}

/// What a viewer is told of the deliveries to an integration.
async fn counted(server: &Server, tenant: &Tenant, integration: &Value) -> Value {
    let path = format!("/deliveries/count?integration_id={}", integration["id"].as_str().expect("an id"));
    server.call(&tenant.keys[&Role::Viewer], "GET", &path, None).await.body
}

/// How many deliveries in that state a bulk retry says it is about.
async fn to_retry(server: &Server, tenant: &Tenant, status: Option<DeliveryStatus>) -> u32 {
    let filter = DeliveryFilter { status, ..DeliveryFilter::default() };
    server.services.count_retries(&tenant.scope, filter).await.expect("counted").count
}

#[tokio::test(flavor = "multi_thread")]
async fn d16_fifty_parallel_requests_with_one_key_make_one_event() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let source = server.source(&tenant, "orders").await;
        let path = format!("/sources/{}", source["id"].as_str().expect("an id"));
        let keyed =
            server.call(tenant.admin(), "PATCH", &path, Some(json!({"idempotency_key": "body.id"}))).await;
        assert_eq!(keyed.status, StatusCode::OK, "{keyed:?}");
        let body = json!({"id": "order-7"});
        let answers =
            futures::future::join_all((0..50).map(|_| server.inbound(&tenant, "orders", &body))).await;
        assert!(
            answers
                .iter()
                .all(|answer| answer.status == StatusCode::OK && answer.body == json!({"ok": true}))
        );
        let events = server.call(tenant.admin(), "GET", "/events", None).await.body;
        assert_eq!(events["data"].as_array().map(Vec::len), Some(1));
        let repeats =
            server.call(tenant.admin(), "GET", "/requests?outcome=duplicate&limit=100", None).await.body;
        assert_eq!(repeats["data"].as_array().map(Vec::len), Some(49));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn published_event_with_a_known_id_is_the_same_event() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let event = json!({"type": "order.created", "data": {"n": 1}, "id": "client-1"});
        let first = post(server, &tenant, "/events", event.clone()).await;
        let second = post(server, &tenant, "/events", event).await;
        assert_eq!((&first["duplicate"], &second["duplicate"]), (&json!(false), &json!(true)));
        assert_eq!(first["id"], second["id"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c7_subscription_gets_nothing_from_before_it() {
    on_each_server(async |server| {
        let receiver = Receiver::start(&[]).await;
        let tenant = server.tenant("Acme").await;
        post(server, &tenant, "/events", json!({"type": "order.created", "data": {"n": 1}})).await;
        server.integration(&tenant, &receiver.url).await;
        post(server, &tenant, "/events", json!({"type": "order.created", "data": {"n": 2}})).await;
        let detail = only_delivery(server, &tenant, "succeeded").await;
        assert_eq!(detail["data"], json!({"n": 2}));
        assert_eq!(receiver.received().len(), 1);
    })
    .await;
}
