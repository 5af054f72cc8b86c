//! Data sources, set up over the API.

use crate::support::on_each_server;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn k3_to_k7_a_data_source_is_begun_waits_for_a_message_shows_it_and_takes_it_in() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let admin = tenant.admin();
        let begun = server.call(admin, "POST", "/data-sources", Some(json!({"name": "Subscribers"}))).await;
        assert_eq!(begun.status, StatusCode::CREATED, "{begun:?}");
        let (source, endpoint) = (begun.id(), begun.body["endpoint"].as_str().expect("an endpoint"));
        let finish = async |title: &str| {
            let paths = json!({"id": "id", "title": title});
            server.call(admin, "POST", &format!("/data-sources/{source}/finish"), Some(paths)).await
        };
        assert_eq!(finish("email").await.status, StatusCode::CONFLICT, "K5: nothing has come");
        let message = json!({"id": 7, "email": "ada@x.example"});
        let sent = server.inbound(&tenant, endpoint, &message).await;
        assert_eq!(sent.status, StatusCode::OK, "{sent:?}");
        let shown = server.call(admin, "GET", &format!("/sources/{source}/samples"), None).await;
        let body = shown.body[0]["body"].as_str().expect("what came is kept");
        assert_eq!(serde_json::from_str::<Value>(body).expect("JSON"), message);
        let read = server.call(admin, "GET", &format!("/sources/{source}"), None).await;
        assert_eq!(read.body["log_only"], true, "nothing is made of it yet");
        assert_eq!(finish(" ").await.status, StatusCode::UNPROCESSABLE_ENTITY, "a title is needed");
        let finished = finish("email").await;
        assert_eq!(finished.status, StatusCode::OK, "{finished:?}");
        let module = format!("/modules/{}", finished.id());
        let listed = server.rows(&tenant, "/data-sources").await;
        assert_eq!(listed.iter().map(|source| &source["id"]).collect::<Vec<_>>(), [&begun.body["id"]]);
        let items = server.rows(&tenant, &format!("{module}/items")).await;
        let [item] = items.try_into().expect("one item");
        assert_eq!((&item["key"], &item["title"]), (&json!("7"), &json!("ada@x.example")));
        let history = format!("{module}/items/{}/events", item["id"].as_str().expect("an id"));
        let [entry] = server.rows(&tenant, &history).await.try_into().expect("one entry");
        assert_eq!(entry["by"], json!({"type": "source", "id": source}));
        let requests = server.rows(&tenant, "/requests").await;
        assert_eq!(entry["request_id"], requests[0]["id"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn k5_a_handshake_is_no_message() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let draft = json!({"name": "Subscribers", "blueprint": "mailchimp"});
        let begun = server.call(tenant.admin(), "POST", "/data-sources", Some(draft)).await;
        assert_eq!(begun.status, StatusCode::CREATED, "{begun:?}");
        let uri = format!("/in/{}/{}", tenant.id, begun.body["endpoint"].as_str().expect("an endpoint"));
        let finish = async || {
            let paths = json!({"id": "data.id", "title": "data.email"});
            let path = format!("/data-sources/{}/finish", begun.id());
            server.call(tenant.admin(), "POST", &path, Some(paths)).await
        };
        let asked = server.send(Request::get(&uri).body(Body::empty()).expect("a request")).await;
        assert_eq!(asked.status, StatusCode::OK, "{asked:?}");
        assert_eq!(finish().await.status, StatusCode::CONFLICT, "nothing but a question has come");
        let form = "type=subscribe&data[id]=8a25&data[email]=ada%40x.example";
        let request = Request::post(&uri).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let sent = server.send(request.body(Body::from(form)).expect("a request")).await;
        assert_eq!(sent.status, StatusCode::OK, "{sent:?}");
        let finished = finish().await;
        assert_eq!(finished.status, StatusCode::OK, "{finished:?}");
        let items = server.rows(&tenant, &format!("/modules/{}/items", finished.id())).await;
        let [item] = items.try_into().expect("one item");
        assert_eq!((&item["key"], &item["title"]), (&json!("8a25"), &json!("ada@x.example")));
    })
    .await;
}
