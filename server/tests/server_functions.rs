//! Every server function of the console, as a stranger, as a member of another account, and as each role.
#![cfg(feature = "console")]

mod support;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::account::{Permission, Role};
use leptos::server_fn::axum::server_fn_paths;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use support::server_calls::{Call, Needs, calls};
use support::things::Things;
use support::{Answer, NOWHERE, Server, on_each_server};

/// Where each server function is called, by its name: its path ends in the name and a number.
fn paths() -> BTreeMap<&'static str, &'static str> {
    let name = |path: &'static str| {
        path.rsplit('/').next().unwrap_or(path).trim_end_matches(|c: char| c.is_ascii_digit())
    };
    server_fn_paths().map(|(path, _)| (name(path), path)).collect()
}

/// Calls it as the console would; `token` is the session's.
async fn call(server: &Server, token: Option<&str>, call: &Call) -> Answer {
    let path = paths()[call.name];
    let mut request = Request::post(path).header(header::HOST, "127.0.0.1:3000");
    if let Some(token) = token {
        request = request.header(header::COOKIE, format!("__Host-hookloft={token}"));
    }
    let (content_type, body) = if call.takes_json {
        ("application/json", call.arguments.to_string())
    } else {
        ("application/x-www-form-urlencoded", as_form(&call.arguments))
    };
    let request = request.header(header::CONTENT_TYPE, content_type).body(Body::from(body));
    server.send(request.expect("a request")).await
}

fn as_form(arguments: &Value) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in arguments.as_object().expect("named arguments") {
        form.append_pair(name, value.as_str().unwrap_or_else(|| panic!("{name} is not text: {value}")));
    }
    form.finish()
}

#[test]
fn every_server_function_has_an_entry() {
    let known: Vec<_> = calls(&Things::default()).iter().map(|call| call.name).collect();
    let registered = paths();
    assert!(registered.len() >= 40, "the registry is not filled: {registered:?}");
    let forgotten: Vec<_> = registered.keys().filter(|name| !known.contains(name)).collect();
    assert!(forgotten.is_empty(), "teach `server_calls` what these need: {forgotten:?}");
    for name in known {
        assert!(registered.contains_key(name), "there is no server function `{name}` any more");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_let_in_at_the_door_only() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let things =
            Things::make(server, &tenant, "things", NOWHERE).await.with_people(server, &tenant).await;
        for function in calls(&things) {
            for token in [None, Some("wrong")] {
                let answer = call(server, token, &function).await;
                let expected = match function.needs {
                    Needs::Nothing(status) => status,
                    Needs::Session | Needs::Permission(_) => StatusCode::UNAUTHORIZED,
                };
                assert_eq!(answer.status, expected, "{}: {answer:?}", function.name);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_is_answered_like_one_that_is_not_there() {
    on_each_server(async |server| {
        let (acme, bolt) = (server.tenant("Acme").await, server.tenant("Bolt").await);
        let things = Things::make(server, &acme, "things", NOWHERE).await.with_people(server, &acme).await;
        let token = server.member(&bolt, Role::Owner).await;
        for function in calls(&things) {
            if !matches!(function.needs, Needs::Permission(_)) {
                continue;
            }
            let theirs = call(server, Some(&token), &function).await;
            let missing = call(server, Some(&token), &function.with("slug", "nobody")).await;
            assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{}: {theirs:?}", function.name);
            assert_eq!(theirs.body, missing.body, "{}", function.name);
            // In the caller's own account, another's ids lead nowhere, either.
            if function.arguments.get("id").is_some() {
                let stray = call(server, Some(&token), &function.with("slug", "bolt")).await;
                let is_empty = stray.status == StatusCode::OK && stray.body == json!([]);
                assert!(stray.status == StatusCode::NOT_FOUND || is_empty, "{}: {stray:?}", function.name);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_may_call_what_the_table_says() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let mut members = Vec::new();
        for role in Role::ALL {
            members.push((role, server.member(&tenant, role).await));
        }
        let mut things = Things::make(server, &tenant, "things", NOWHERE).await;
        for (index, entry) in calls(&Things::default()).iter().enumerate() {
            let Needs::Permission(permission) = entry.needs else { continue };
            for (role, token) in &members {
                // What one call took away would be missing to the next.
                if permission.least_role() != Role::Viewer {
                    let endpoint = format!("e{:x}", rand::random::<u64>());
                    things = Things::make(server, &tenant, &endpoint, NOWHERE).await;
                }
                if permission == Permission::ManageMembers {
                    things = things.with_people(server, &tenant).await;
                }
                let function = &calls(&things)[index];
                let answer = call(server, Some(token), function).await;
                let name = format!("{} as {}: {answer:?}", function.name, role.as_str());
                if role.allows(permission) {
                    assert!(answer.status.is_success() || answer.status == StatusCode::CONFLICT, "{name}");
                } else {
                    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}");
                }
            }
        }
    })
    .await;
}

#[test]
fn every_permission_is_asked_for_somewhere() {
    let calls = calls(&Things::default());
    // Only some values of an argument need these.
    let special = [Permission::ChangeOwners];
    for permission in Permission::ALL.into_iter().filter(|permission| !special.contains(permission)) {
        let asks = |call: &Call| matches!(call.needs, Needs::Permission(needed) if needed == permission);
        assert!(calls.iter().any(asks), "{permission:?}");
    }
}
