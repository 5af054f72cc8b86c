//! Every operation of the OpenAPI document, as a stranger, as a member of another account, and as each role.

use crate::support::operations::{Operation, body, operations, path};
use crate::support::things::Things;
use crate::support::{Answer, NOWHERE, Server, on_each_server};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::account::Role;
use serde_json::json;

async fn call(server: &Server, key: &str, operation: &Operation, things: &Things) -> Answer {
    server.call(key, &operation.method, &path(things, &operation.path), body(operation, things)).await
}

#[test]
fn every_operation_names_its_permission() {
    let operations = operations();
    assert!(operations.len() >= 35, "only {} operations", operations.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_get_401_everywhere() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let things = Things::make(server, &tenant, "things", NOWHERE).await;
        let things = things.with_people(server, &tenant).await.with_module(server, &tenant, "things").await;
        for operation in operations() {
            let uri = format!("/api/v1{}", path(&things, &operation.path));
            let request = Request::builder().method(operation.method.as_str()).uri(&uri);
            let body =
                body(&operation, &things).map_or_else(Body::empty, |body| Body::from(body.to_string()));
            let request =
                request.header(header::CONTENT_TYPE, "application/json").body(body).expect("a request");
            let answer = server.send(request).await;
            assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, "unauthorized"), "{uri}");
            let wrong = call(server, "hk_wrong", &operation, &things).await;
            assert_eq!(wrong.status, StatusCode::UNAUTHORIZED, "{uri}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_may_do_what_the_table_says() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let mut things = Things::make(server, &tenant, "things", NOWHERE).await;
        things = things.with_module(server, &tenant, "things").await;
        for operation in operations() {
            for role in Role::ALL.into_iter().rev() {
                if operation.path == "/api-keys/{id}" {
                    things.api_key = server.spare_key(&tenant).await;
                }
                if operation.path == "/members/{id}" {
                    things.member = server.spare_member(&tenant).await;
                }
                let answer = call(server, &tenant.keys[&role], &operation, &things).await;
                let is_forbidden = answer.status == StatusCode::FORBIDDEN;
                let name =
                    format!("{} {} as {}: {answer:?}", operation.method, operation.path, role.as_str());
                assert_eq!(!is_forbidden, role.allows(operation.permission), "{name}");
                if is_forbidden {
                    assert_eq!(answer.code(), "forbidden", "{name}");
                }
                assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{name}");
                assert!(!answer.status.is_server_error(), "{name}");
            }
            // What it took away would be missing to the next.
            if operation.method != "GET" {
                let named = format!("{} {:?}", path(&things, &operation.path), body(&operation, &things));
                things.renew(server, &tenant, &named).await;
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_accounts_ids_are_answered_like_ids_that_are_not_there() {
    on_each_server(async |server| {
        let (owner, other) = (server.tenant("Acme").await, server.tenant("Bolt").await);
        let things = Things::make(server, &owner, "things", NOWHERE).await;
        let things = things.with_people(server, &owner).await.with_module(server, &owner, "things").await;
        let nowhere = uuid::Uuid::nil().to_string();
        for operation in operations().into_iter().filter(|operation| operation.path.contains("{id}")) {
            let body = body(&operation, &things);
            let name = format!("{} {}", operation.method, operation.path);
            let theirs = server
                .call(other.admin(), &operation.method, &path(&things, &operation.path), body.clone())
                .await;
            let missing_path = path(&things, &operation.path.replace("{id}", &nowhere));
            let missing = server.call(other.admin(), &operation.method, &missing_path, body.clone()).await;
            let malformed_path = path(&things, &operation.path.replace("{id}", "no-id"));
            let malformed = server.call(other.admin(), &operation.method, &malformed_path, body).await;
            assert_eq!(
                (theirs.status, theirs.code()),
                (StatusCode::NOT_FOUND, "not_found"),
                "{name}: {theirs:?}"
            );
            assert_eq!(theirs.body, missing.body, "{name}");
            assert_eq!(theirs.body, malformed.body, "{name}");
        }
        let subscription = json!({ "event_types": ["*"], "integration_id": things.integration });
        let linked = server.call(other.admin(), "POST", "/subscriptions", Some(subscription)).await;
        assert!(linked.status.is_client_error(), "an integration of another account was linked: {linked:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_show_nothing_of_another_account() {
    on_each_server(async |server| {
        let (owner, other) = (server.tenant("Acme").await, server.tenant("Bolt").await);
        let things = Things::make(server, &owner, "things", NOWHERE).await;
        things.with_people(server, &owner).await.with_module(server, &owner, "things").await;
        for path in [
            "/integrations",
            "/sources?state=all",
            "/subscriptions",
            "/events",
            "/requests",
            "/deliveries",
            "/replays",
            "/customers",
            "/customers?search=bonn",
            "/lookup-lists",
            "/modules",
        ] {
            let list = server.call(other.admin(), "GET", path, None).await;
            assert_eq!((list.status, &list.body["data"]), (StatusCode::OK, &json!([])), "{path}");
        }
    })
    .await;
}
