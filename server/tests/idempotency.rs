//! Repeats of a request, by the key that its sender gives it.

use crate::support::{Server, Tenant, on_each_server};
use axum::http::StatusCode;
use serde_json::{Value, json};

async fn send(server: &Server, tenant: &Tenant, id: &str) -> (u16, Value) {
    let answer = server.inbound(tenant, "orders", &json!({ "id": id, "a": 1 })).await;
    (answer.status.as_u16(), answer.body)
}

#[tokio::test(flavor = "multi_thread")]
async fn d18_a_repeat_is_answered_like_the_first_though_its_mapping_fails_by_now() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let source = server.source(&tenant, "orders").await;
        let path = format!("/sources/{}", source["id"].as_str().expect("an id"));
        let set = async |change: Value| {
            let changed = server.call(tenant.admin(), "PATCH", &path, Some(change)).await;
            assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
        };
        let failing = json!([{ "from": "a", "to": "data.a" }, { "from": "a", "to": "data.a.b" }]);
        set(json!({ "idempotency_key": "body.id", "response": { "success": { "taken": 1 } } })).await;
        assert_eq!(send(server, &tenant, "first").await, (200, json!({ "taken": 1 })));

        set(json!({ "mapping": failing, "response": { "success": { "taken": 2 } } })).await;
        assert_eq!(send(server, &tenant, "first").await, (200, json!({ "taken": 1 })));
        let (status, refused) = send(server, &tenant, "second").await;
        assert_eq!((status, &refused["code"]), (422, &json!("mapping_failed")));

        set(json!({ "mapping": [] })).await;
        let accepted = send(server, &tenant, "second").await;
        assert_eq!(accepted, (200, json!({ "taken": 2 })), "what was refused has not taken the key");
        let requests = server.call(tenant.admin(), "GET", "/requests", None).await.body;
        let outcomes: Vec<_> = requests["data"].as_array().expect("rows").iter().collect();
        let seen: Vec<_> =
            outcomes.iter().map(|row| (row["outcome"].clone(), row["status"].clone())).collect();
        let expected = [("accepted", 200), ("mapping_failed", 422), ("duplicate", 200), ("accepted", 200)];
        assert_eq!(seen, expected.map(|(outcome, status)| (json!(outcome), json!(status))));
        let repeat = outcomes[2]["id"].as_str().expect("an id");
        let detail = server.call(tenant.admin(), "GET", &format!("/requests/{repeat}"), None).await.body;
        assert_eq!(detail["response"], r#"{"taken":1}"#, "it shows what was answered");
        let events = server.call(tenant.admin(), "GET", "/events", None).await.body;
        assert_eq!(events["data"].as_array().map(Vec::len), Some(2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h7_a_batch_is_published_whole_or_not_at_all_and_answered_in_its_order() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let publish = async |events: Value| {
            server.call(tenant.admin(), "POST", "/events", Some(json!({ "events": events }))).await
        };
        let event = |id: &str| json!({ "type": "order.created", "data": {}, "id": id });
        let wrong = publish(json!([event("first"), { "type": "no spaces", "data": {} }])).await;
        assert_eq!((wrong.status, wrong.code()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid"));
        assert_eq!(wrong.body["error"]["fields"][0]["field"], "events[1].type");
        assert_eq!(server.rows(&tenant, "/events").await.len(), 0);

        let published = publish(json!([event("first"), event("second"), event("first")])).await;
        let became = published.body["events"].as_array().expect("one for each").clone();
        let repeats: Vec<_> = became.iter().map(|one| one["duplicate"].clone()).collect();
        assert_eq!(repeats, [false, false, true], "what was refused has not taken the key");
        assert_eq!(became[0]["id"], became[2]["id"]);
        let mut stored: Vec<_> =
            server.rows(&tenant, "/events").await.iter().map(|row| row["id"].clone()).collect();
        stored.reverse();
        assert_eq!(stored, [became[0]["id"].clone(), became[1]["id"].clone()]);
    })
    .await;
}
