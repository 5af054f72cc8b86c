//! Replaying logged requests over the API.

use crate::support::{Server, eventually, on_each_server};
use axum::http::StatusCode;
use serde_json::{Value, json};

fn demanding(field: &str) -> Value {
    json!({ "path": format!("body.{field}"), "op": "exists" })
}

#[tokio::test(flavor = "multi_thread")]
async fn a24_one_request_is_replayed_over_the_api() {
    on_each_server(async |server: &Server| {
        let tenant = server.tenant("Acme").await;
        let source = server.source(&tenant, "shop").await;
        let path = format!("/sources/{}", source["id"].as_str().expect("an id"));
        let change =
            async |patch: Value| server.call(tenant.admin(), "PATCH", &path, Some(patch)).await.status;
        assert_eq!(change(json!({ "filter": demanding("number") })).await, StatusCode::OK);
        let sent = server.inbound(&tenant, "shop", &json!({ "n": 1 })).await;
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
        let original = server.rows(&tenant, "/requests").await[0].clone();
        let replay = format!("/requests/{}/replay", original["id"].as_str().expect("an id"));
        assert_eq!(change(json!({ "filter": demanding("n") })).await, StatusCode::OK);

        let made = server.call(tenant.admin(), "POST", &replay, None).await;
        assert_eq!((made.status, &made.body["request"]["outcome"]), (StatusCode::OK, &json!("accepted")));
        assert_eq!(made.body["request"]["replay_of"], original["id"]);
        assert_eq!(made.body["events"].as_array().map(Vec::len), Some(1), "{made:?}");
        let list = format!("/requests?replay_of={}", original["id"].as_str().expect("an id"));
        assert_eq!(server.rows(&tenant, &list).await, [made.body["request"].clone()]);

        let deactivated = server.call(tenant.admin(), "POST", &format!("{path}/deactivate"), None).await;
        assert_eq!(deactivated.status, StatusCode::OK);
        let refused = server.call(tenant.admin(), "POST", &replay, None).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::CONFLICT, "conflict"), "{refused:?}");
        assert!(refused.body["error"]["message"].as_str().expect("why").contains("inactive"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a24_all_that_match_are_replayed_over_the_api() {
    on_each_server(async |server: &Server| {
        let tenant = server.tenant("Acme").await;
        let source = server.source(&tenant, "shop").await;
        let source_id = source["id"].as_str().expect("an id");
        let path = format!("/sources/{source_id}");
        let change =
            async |patch: Value| server.call(tenant.admin(), "PATCH", &path, Some(patch)).await.status;
        assert_eq!(change(json!({ "filter": demanding("number") })).await, StatusCode::OK);
        for n in 0..3 {
            server.inbound(&tenant, "shop", &json!({ "n": n })).await;
        }
        server.inbound(&tenant, "nowhere", &json!({ "n": 4 })).await;
        assert_eq!(change(json!({ "filter": null })).await, StatusCode::OK);
        let counted =
            server.call(tenant.admin(), "GET", "/requests/replayable?only_refused=true", None).await;
        assert_eq!(counted.body, json!({ "count": 3, "more": false }));

        let filter = json!({ "source_id": source_id, "outcome": "filtered" });
        let begun = server.call(tenant.admin(), "POST", "/requests/replay", Some(filter)).await;
        assert_eq!((begun.status, &begun.body["total"]), (StatusCode::ACCEPTED, &json!(3)), "{begun:?}");
        let read = format!("/replays/{}", begun.id());
        let look = async || server.call(tenant.admin(), "GET", &read, None).await.body;
        eventually("it is through", async || look().await["state"] == "finished").await;
        let through = look().await;
        assert_eq!((&through["accepted"], &through["done"]), (&json!(3), &json!(3)), "{through:?}");
        assert_eq!(server.rows(&tenant, "/events").await.len(), 3);
        let made = server.rows(&tenant, &format!("/requests?replay_id={}", begun.id())).await;
        assert!(made.len() == 3 && made.iter().all(|row| row["outcome"] == "accepted"), "{made:?}");
        let stopped = server.call(tenant.admin(), "POST", &format!("{read}/stop"), None).await;
        assert_eq!((stopped.status, stopped.body), (StatusCode::OK, through), "it had ended");

        for (body, status) in [
            (json!({ "outcome": "too_deep" }), StatusCode::CONFLICT),
            (json!({ "outcome": "no_such" }), StatusCode::UNPROCESSABLE_ENTITY),
            (json!({ "all": true }), StatusCode::UNPROCESSABLE_ENTITY),
        ] {
            let refused = server.call(tenant.admin(), "POST", "/requests/replay", Some(body.clone())).await;
            assert_eq!(refused.status, status, "{body}: {refused:?}");
        }
    })
    .await;
}
