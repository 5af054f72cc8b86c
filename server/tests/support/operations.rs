//! The operations of the OpenAPI document, and how each is called.

use super::things::{Things, customer_form};
use domain::account::Permission;
use serde_json::{Value, json};

/// One operation of the document.
pub struct Operation {
    pub method: String,
    /// After `/api/v1`, with `{id}`.
    pub path: String,
    pub permission: Permission,
}

/// Every operation of the OpenAPI document.
pub fn operations() -> Vec<Operation> {
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

/// The path of `template` with the ids of `things`.
pub fn path(things: &Things, template: &str) -> String {
    let id = match template.split('/').nth(1).expect("a noun") {
        "integrations" => &things.integration,
        "sources" => &things.source,
        "subscriptions" => &things.subscription,
        "events" => &things.event,
        "requests" => &things.request,
        "deliveries" => &things.delivery,
        "replays" => &things.replay,
        "api-keys" => &things.api_key,
        "members" => &things.member,
        "customers" => &things.customer,
        "lookup-lists" => &things.lookup_list,
        "modules" => &things.module,
        "data-sources" => &things.source,
        "account" | "blueprints" | "overview" | "customer-form" | "event-definitions" => "",
        noun => panic!("this test does not know a thing of the noun `{noun}`; teach it"),
    };
    let path = template.replace("{id}", id).replace("{note_id}", &things.note).replace("{type}", "visit");
    let path = path.replace("{item_id}", &things.item).replace("{subscription_id}", &things.webhook);
    path.replace("{number}", "1")
}

/// A body the operation understands; it need not be right, as permissions are checked first.
pub fn body(operation: &Operation, things: &Things) -> Option<Value> {
    let integration = json!({ "name": "New" });
    let source = json!({
        "name": "New", "endpoint": "new", "action": { "type": "publish_event", "event_type": "a.b" },
    });
    let subscription = json!({ "event_types": ["a.*"], "integration_id": things.integration });
    let webhook = json!({
        "name": "New", "url": super::NOWHERE, "activities": [{ "type": "item_created" }],
    });
    match (operation.method.as_str(), operation.path.as_str()) {
        ("POST", "/integrations") | ("PUT", "/integrations/{id}") => Some(integration),
        ("POST", "/sources") | ("PUT", "/sources/{id}") => Some(source),
        ("POST", "/sources/{id}/duplicate" | "/sources/{id}/revisions/{number}/restore") => Some(json!({})),
        ("POST", "/subscriptions") | ("PUT", "/subscriptions/{id}") => Some(subscription),
        ("POST", "/members") => Some(json!({ "email": "nobody@example.com", "role": "viewer" })),
        ("PATCH", "/members/{id}") => Some(json!({ "role": "operator" })),
        ("POST", "/customers") | ("PUT", "/customers/{id}") => Some(json!({ "key": "new" })),
        ("POST", "/customers/{id}/notes") => Some(json!({ "text": "called" })),
        ("PUT", "/customer-form") => Some(customer_form()),
        ("PUT", "/event-definitions/{type}") => Some(json!({ "event_type": "visit", "name": "Visit" })),
        ("POST", "/lookup-lists") | ("PUT", "/lookup-lists/{id}") => Some(json!({ "name": "New" })),
        ("POST", "/modules") | ("PUT", "/modules/{id}") => Some(json!({ "name": "New" })),
        ("POST", "/data-sources") => Some(json!({ "name": "New" })),
        ("POST", "/data-sources/{id}/finish") => Some(json!({ "id": "id", "title": "title" })),
        ("POST", "/modules/{id}/items") => Some(json!({ "key": "2", "title": "Second" })),
        ("PUT", "/modules/{id}/items/{item_id}") => Some(json!({ "key": "1", "title": "Other" })),
        ("POST", "/modules/{id}/webhooks" | "/modules/{id}/webhooks/test")
        | ("PUT", "/modules/{id}/webhooks/{subscription_id}") => Some(webhook),
        ("PATCH", _) => Some(json!({ "name": "Other" })),
        ("POST", "/sources/{id}/samples") => Some(json!({ "body": {} })),
        ("POST", "/events") => Some(json!({ "type": "a.b", "data": {} })),
        ("POST", "/requests/replay") => Some(json!({ "only_refused": true })),
        ("POST", "/deliveries/retry") => Some(json!({ "status": "failed" })),
        ("POST", "/api-keys") => Some(json!({ "name": "New", "role": "viewer" })),
        _ => None,
    }
}
