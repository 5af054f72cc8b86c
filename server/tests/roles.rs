//! Every operation of the OpenAPI document, as a stranger, as a member of another account, and as each role.

mod support;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::account::{Permission, Role};
use domain::secret::SecretText;
use serde_json::{Value, json};
use support::{Answer, Server, Tenant, on_each_server};

/// One operation of the document.
struct Operation {
    method: String,
    /// After `/api/v1`, with `{id}`.
    path: String,
    permission: Permission,
}

/// What is there to be found, by noun.
struct Things {
    integration: String,
    source: String,
    subscription: String,
    event: String,
    request: String,
    delivery: String,
    api_key: String,
    /// Another one than the owner, whom only owners change.
    member: String,
}

fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(server::routes::api::document()).expect("plain data");
    let paths = document["paths"].as_object().expect("paths").clone();
    let mut found = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().expect("operations") {
            let permission = operation["x-permission"].clone();
            let permission = serde_json::from_value(permission)
                .unwrap_or_else(|_| panic!("{method} {path} does not name its permission as x-permission"));
            let path = path
                .strip_prefix("/api/v1")
                .unwrap_or_else(|| panic!("{path} is not under /api/v1"))
                .to_owned();
            found.push(Operation { method: method.to_uppercase(), path, permission });
        }
    }
    found
}

impl Things {
    async fn make(server: &Server, tenant: &Tenant) -> Self {
        let integration = server.integration(tenant, "http://127.0.0.1:9/").await;
        let source = server.source(tenant, "things").await;
        assert_eq!(server.inbound(tenant, "things", &json!({ "n": 1 })).await.status, StatusCode::OK);
        let first = async |path: &str| {
            let list = server.call(tenant.admin(), "GET", path, None).await;
            let id = list.body["data"][0]["id"].as_str();
            id.unwrap_or_else(|| panic!("{path} is empty: {list:?}")).to_owned()
        };
        Self {
            integration: integration["id"].as_str().expect("an id").into(),
            source: source["id"].as_str().expect("an id").into(),
            subscription: first("/subscriptions").await,
            event: first("/events").await,
            request: first("/requests").await,
            delivery: first("/deliveries").await,
            api_key: first("/api-keys").await,
            member: spare_member(server, tenant).await,
        }
    }

    fn path(&self, template: &str) -> String {
        let id = match template.split('/').nth(1).expect("a noun") {
            "integrations" => &self.integration,
            "sources" => &self.source,
            "subscriptions" => &self.subscription,
            "events" => &self.event,
            "requests" => &self.request,
            "deliveries" => &self.delivery,
            "api-keys" => &self.api_key,
            "members" => &self.member,
            "account" | "overview" => "",
            noun => panic!("this test does not know a thing of the noun `{noun}`; teach it"),
        };
        template.replace("{id}", id)
    }
}

/// A body the operation understands; it need not be right, as permissions are checked first.
fn body(operation: &Operation, things: &Things) -> Option<Value> {
    let integration = json!({ "name": "New" });
    let source = json!({
        "name": "New", "endpoint": "new", "action": { "type": "publish_event", "event_type": "a.b" },
    });
    let subscription = json!({ "event_types": ["a.*"], "integration_id": things.integration });
    match (operation.method.as_str(), operation.path.as_str()) {
        ("POST", "/integrations") | ("PUT", "/integrations/{id}") => Some(integration),
        ("POST", "/sources") | ("PUT", "/sources/{id}") => Some(source),
        ("POST", "/subscriptions") | ("PUT", "/subscriptions/{id}") => Some(subscription),
        ("POST", "/members") => Some(json!({ "email": "nobody@example.com", "role": "viewer" })),
        ("PATCH", "/members/{id}") => Some(json!({ "role": "operator" })),
        ("PATCH", _) => Some(json!({ "name": "Other" })),
        ("POST", "/events") => Some(json!({ "type": "a.b", "data": {} })),
        ("POST", "/deliveries/retry") => Some(json!({ "status": "failed" })),
        ("POST", "/api-keys") => Some(json!({ "name": "New", "role": "viewer" })),
        _ => None,
    }
}

async fn call(server: &Server, key: &str, operation: &Operation, things: &Things) -> Answer {
    server.call(key, &operation.method, &things.path(&operation.path), body(operation, things)).await
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
        let things = Things::make(server, &tenant).await;
        for operation in operations() {
            let uri = format!("/api/v1{}", things.path(&operation.path));
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
        for operation in operations() {
            // Destructive operations get things of their own.
            let endpoint = format!("e{:x}", rand::random::<u64>());
            let mut things = Things::make_once(server, &tenant, &endpoint).await;
            for role in [Role::Viewer, Role::Operator, Role::Admin] {
                if operation.path == "/api-keys/{id}" {
                    things.api_key = spare_key(server, &tenant).await;
                }
                if operation.path == "/members/{id}" {
                    things.member = spare_member(server, &tenant).await;
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
        }
    })
    .await;
}

impl Things {
    /// As [`Self::make`], beside what was made before.
    async fn make_once(server: &Server, tenant: &Tenant, endpoint: &str) -> Self {
        let integration = server.integration(tenant, "http://127.0.0.1:9/").await;
        let source = server.source(tenant, endpoint).await;
        server.inbound(tenant, endpoint, &json!({ "n": 1 })).await;
        let first = async |path: &str| {
            let list = server.call(tenant.admin(), "GET", path, None).await;
            list.body["data"][0]["id"].as_str().unwrap_or_default().to_owned()
        };
        Self {
            integration: integration["id"].as_str().expect("an id").into(),
            source: source["id"].as_str().expect("an id").into(),
            subscription: first("/subscriptions").await,
            event: first("/events").await,
            request: first("/requests").await,
            delivery: first("/deliveries").await,
            api_key: first("/api-keys").await,
            member: spare_member(server, tenant).await,
        }
    }
}

async fn spare_key(server: &Server, tenant: &Tenant) -> String {
    let draft = json!({ "name": "Spare", "role": "viewer" });
    server.call(tenant.admin(), "POST", "/api-keys", Some(draft)).await.id()
}

async fn spare_member(server: &Server, tenant: &Tenant) -> String {
    let email = format!("{:x}@example.com", rand::random::<u64>());
    let password = SecretText::new("correct horse battery");
    let slug = server.services.account(&tenant.scope).await.expect("it is there").slug;
    server.services.add_member(&slug, &email, password, Role::Viewer).await.expect("a member");
    let list = server.call(tenant.admin(), "GET", "/members", None).await;
    let members = list.body["data"].as_array().expect("a list").clone();
    let member = members.iter().find(|member| member["email"] == email.as_str()).expect("the new one");
    member["id"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_accounts_ids_are_answered_like_ids_that_are_not_there() {
    on_each_server(async |server| {
        let (owner, other) = (server.tenant("Acme").await, server.tenant("Bolt").await);
        let things = Things::make(server, &owner).await;
        let nowhere = uuid::Uuid::nil().to_string();
        for operation in operations().into_iter().filter(|operation| operation.path.contains("{id}")) {
            let body = body(&operation, &things);
            let name = format!("{} {}", operation.method, operation.path);
            let theirs = server
                .call(other.admin(), &operation.method, &things.path(&operation.path), body.clone())
                .await;
            let missing_path = operation.path.replace("{id}", &nowhere);
            let missing = server.call(other.admin(), &operation.method, &missing_path, body.clone()).await;
            let malformed_path = operation.path.replace("{id}", "no-id");
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
        Things::make(server, &owner).await;
        for path in
            ["/integrations", "/sources?state=all", "/subscriptions", "/events", "/requests", "/deliveries"]
        {
            let list = server.call(other.admin(), "GET", path, None).await;
            assert_eq!((list.status, &list.body["data"]), (StatusCode::OK, &json!([])), "{path}");
        }
    })
    .await;
}
