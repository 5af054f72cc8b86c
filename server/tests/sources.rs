//! Sources over REST, and what their senders are answered.

use crate::support::{Answer, Server, Tenant, on_each_server};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

async fn inbound(
    server: &Server,
    tenant: &Tenant,
    method: &str,
    endpoint: &str,
    (content_type, body): (&str, &str),
) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("/in/{}/{endpoint}", tenant.id))
        .header(header::CONTENT_TYPE, content_type)
        .body(Body::from(body.to_owned()));
    server.send(request.expect("a request")).await
}

async fn move_source(server: &Server, tenant: &Tenant, source: &Value, verb: &str) {
    let path = format!("/sources/{}/{verb}", source["id"].as_str().expect("an id"));
    let moved = server.call(tenant.admin(), "POST", &path, None).await;
    assert_eq!(moved.status, StatusCode::OK, "{moved:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a27_inactive_and_archived_sources_are_listed_where_asked_for() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        server.source(&tenant, "on").await;
        let off = server.source(&tenant, "off").await;
        let old = server.source(&tenant, "old").await;
        for source in [&off, &old] {
            move_source(server, &tenant, source, "deactivate").await;
        }
        move_source(server, &tenant, &old, "archive").await;
        for (query, expected) in [
            ("", vec!["on"]),
            ("?state=active", vec!["on"]),
            ("?state=inactive", vec!["off"]),
            ("?state=archived", vec!["old"]),
            ("?state=all", vec!["off", "old", "on"]),
        ] {
            let rows = server.rows(&tenant, &format!("/sources{query}")).await;
            let mut endpoints: Vec<_> = rows.iter().filter_map(|row| row["endpoint"].as_str()).collect();
            endpoints.sort_unstable();
            assert_eq!(endpoints, expected, "{query}");
        }
        let unknown = server.call(tenant.admin(), "GET", "/sources?state=some", None).await;
        assert_eq!((unknown.status, unknown.code()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a27_without_own_responses_senders_get_the_default_ones() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let config = json!({
            "name": "Shop", "endpoint": "shop", "action": { "type": "publish_event", "event_type": "a.b" },
            "filter": { "path": "body.n", "op": "exists" },
        });
        server.active_source(&tenant, config).await;
        let accepted = inbound(server, &tenant, "POST", "shop", ("application/json", r#"{"n":1}"#)).await;
        assert_eq!((accepted.status, accepted.body), (StatusCode::OK, json!({ "ok": true })));
        for (method, content_type, body, status, code) in [
            ("PUT", "application/json", "{}", 405, "wrong_method"),
            ("POST", "text/plain", "{}", 415, "wrong_content_type"),
            ("POST", "application/json", "{'n': 1}", 400, "invalid_json"),
            ("POST", "application/json", "{}", 422, "filtered"),
        ] {
            let answer = inbound(server, &tenant, method, "shop", (content_type, body)).await;
            assert_eq!(answer.status.as_u16(), status, "{code}: {answer:?}");
            assert_eq!((&answer.body["ok"], &answer.body["code"]), (&json!(false), &json!(code)));
            assert_eq!(answer.code(), code);
            assert!(answer.body["error"]["message"].as_str().is_some_and(|text| !text.is_empty()));
            let newest = &server.rows(&tenant, "/requests").await[0];
            assert_eq!((&newest["outcome"], &newest["status"]), (&json!(code), &json!(status)));
        }
        assert_eq!(server.rows(&tenant, "/events").await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a13_answers_carry_the_ids_of_what_was_made() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let module = json!({"name": "Orders"});
        let module = server.call(tenant.admin(), "POST", "/modules", Some(module)).await.id().to_owned();
        let row = |from: &str, to: &str| json!({"from": from, "to": to});
        for (endpoint, action, mapping, record_key) in [
            ("publish", json!({"type": "publish_event", "event_type": "a.b"}), json!([]), Value::Null),
            (
                "record",
                json!({"type": "record_event", "event_type": "profile"}),
                json!([row("who", "customer")]),
                json!("c-1"),
            ),
            (
                "upsert",
                json!({"type": "upsert_item", "module_id": module}),
                json!([row("no", "id"), row("who", "title")]),
                json!("7"),
            ),
        ] {
            let success = json!({"id": "[Event ID]", "request": "[Request ID]", "key": ["[Record Key]"],
                "text": "[Event ID] is not looked for in a text"});
            let config = json!({"name": endpoint, "endpoint": endpoint, "action": action, "mapping": mapping,
                "response": {"success": success, "success_status": 201}});
            server.active_source(&tenant, config).await;
            let answer = server.inbound(&tenant, endpoint, &json!({"who": "c-1", "no": 7})).await;
            assert_eq!(answer.status, StatusCode::CREATED, "{endpoint}: {answer:?}");
            assert_eq!(answer.body["text"], success["text"], "{endpoint}");
            assert_eq!(answer.body["key"], json!([record_key]), "{endpoint}");
            let id = answer.body["request"].as_str().expect("a request's id");
            let request = server.call(tenant.admin(), "GET", &format!("/requests/{id}"), None).await;
            let made = request.body["events"].as_array().expect("events");
            assert!(made.iter().any(|event| event["id"] == answer.body["id"]), "{endpoint}: {made:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a14_to_a18_a_source_takes_requests_at_its_url_while_it_is_active() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let config = json!({
            "name": "Shop", "endpoint": "shop", "method": "PUT",
            "action": { "type": "publish_event", "event_type": "a.b" },
        });
        let made = server.call(tenant.admin(), "POST", "/sources", Some(config.clone())).await;
        assert_eq!((made.status, &made.body["state"]), (StatusCode::CREATED, &json!("inactive")));
        let url = made.body["url"].as_str().expect("a URL");
        assert_eq!(url, format!("http://127.0.0.1:3000/in/{}/shop", tenant.id));
        let (source, path) = (&made.body, format!("/sources/{}", made.id()));
        let status = async |endpoint: &str| {
            let answer = inbound(server, &tenant, "PUT", endpoint, ("application/json", "{}")).await;
            answer.status.as_u16()
        };
        let refused = async |method: &str, path: &str, body: Option<Value>| {
            let answer = server.call(tenant.admin(), method, path, body).await;
            assert_eq!(answer.code(), "invalid", "{method} {path}: {answer:?}");
        };

        assert_eq!(status("shop").await, 404, "made inactive");
        move_source(server, &tenant, source, "activate").await;
        assert_eq!(status("shop").await, 200);
        let edited = server.call(tenant.admin(), "PATCH", &path, Some(json!({ "endpoint": "store" }))).await;
        assert_eq!((edited.status, &edited.body["endpoint"]), (StatusCode::OK, &json!("store")));
        assert_eq!((status("shop").await, status("store").await), (404, 200));
        refused("POST", &format!("{path}/archive"), None).await;
        move_source(server, &tenant, source, "deactivate").await;
        assert_eq!(status("store").await, 404);
        move_source(server, &tenant, source, "archive").await;
        assert_eq!(status("store").await, 404);
        for verb in ["activate", "deactivate"] {
            refused("POST", &format!("{path}/{verb}"), None).await;
        }
        refused("PATCH", &path, Some(json!({ "name": "Again" }))).await;
        let mut taken = config;
        taken["endpoint"] = json!("store");
        refused("POST", "/sources", Some(taken)).await;
        assert_eq!(server.rows(&tenant, "/events").await.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a3_nobody_else_gets_an_endpoint_that_a_source_had() {
    on_each_server(async |server| {
        let (tenant, neighbour) = (server.tenant("Acme").await, server.tenant("Bolt").await);
        let shop = server.source(&tenant, "shop").await;
        let other = server.source(&tenant, "other").await;
        let path = |source: &Value| format!("/sources/{}", source["id"].as_str().expect("an id"));
        let rename = async |source: &Value, endpoint: &str| {
            let change = Some(json!({ "endpoint": endpoint }));
            server.call(tenant.admin(), "PATCH", &path(source), change).await
        };
        assert_eq!(rename(&shop, "store").await.status, StatusCode::OK);
        let new = json!({
            "name": "New", "endpoint": "shop", "action": { "type": "publish_event", "event_type": "a.b" },
        });
        let made = server.call(tenant.admin(), "POST", "/sources", Some(new)).await;
        let copy = Some(json!({ "endpoint": "shop" }));
        let copied = server.call(tenant.admin(), "POST", &format!("{}/duplicate", path(&other)), copy).await;
        for refused in [made, copied, rename(&other, "shop").await] {
            assert_eq!((refused.status, refused.code()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid"));
            assert_eq!(refused.body["error"]["fields"][0]["field"], "endpoint", "{refused:?}");
        }
        assert_eq!(server.inbound(&tenant, "shop", &json!({})).await.status, StatusCode::NOT_FOUND);
        assert_eq!(rename(&shop, "shop").await.status, StatusCode::OK, "it was its own");
        assert_eq!(server.inbound(&tenant, "shop", &json!({})).await.status, StatusCode::OK);
        server.source(&neighbour, "store").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d11_answers_about_sources_carry_warnings() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let open = server.source(&tenant, "open").await;
        let path = format!("/sources/{}", open["id"].as_str().expect("an id"));
        let read = server.call(tenant.admin(), "GET", &path, None).await.body;
        let listed = server.rows(&tenant, "/sources").await.remove(0);
        for answer in [&open, &read, &listed] {
            let warnings = answer["warnings"].as_array().expect("a list");
            assert_eq!(warnings.len(), 1, "{answer}");
            assert_eq!(warnings[0]["code"], "no_authentication");
            assert_eq!(warnings[0]["path"], "verification");
            assert!(warnings[0]["message"].is_string(), "{answer}");
        }
        let basic = json!({ "verification": { "type": "basic", "username": "u", "password": "p" } });
        let patched = server.call(tenant.admin(), "PATCH", &path, Some(basic)).await;
        assert_eq!((patched.status, &patched.body["warnings"]), (StatusCode::OK, &json!([])), "{patched:?}");
    })
    .await;
}
