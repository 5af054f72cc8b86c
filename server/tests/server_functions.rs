//! Every server function of the console, as a stranger, as a member of another account, and as each role.

use crate::support::server_calls::{Call, Needs, calls};
use crate::support::things::Things;
use crate::support::{Answer, NOWHERE, Server, on_each_server};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::account::{Permission, Role};
use leptos::server_fn::axum::server_fn_paths;
use serde_json::{Value, json};
use std::collections::BTreeMap;

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
        let things = things.with_module(server, &tenant, "things").await;
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
async fn calls_that_cannot_be_read_are_400_and_say_so() {
    on_each_server(async |server| {
        server.tenant("Acme").await;
        let token = server.sign_in("acme@example.com").await;
        let refused = "\"malformed\"";
        for function in calls(&Things::default()) {
            if function.arguments == json!({}) {
                continue;
            }
            let empty = Call { arguments: json!({}), ..function.clone() };
            let arguments = json!({"slug": "acme"});
            let wrong_kind = Call { takes_json: !function.takes_json, arguments, ..function.clone() };
            for unreadable in [empty, wrong_kind] {
                let answer = call(server, Some(&token), &unreadable).await;
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}: {answer:?}", function.name);
                assert_eq!(answer.body.to_string(), refused, "{}", function.name);
            }
        }
        let sideways = json!({"slug": "acme", "id": uuid::Uuid::nil(), "state": "sideways"});
        let moves = Call {
            name: "move_source",
            needs: Needs::Permission(Permission::EditSources),
            takes_json: false,
            arguments: sideways,
        };
        assert_eq!(call(server, Some(&token), &moves).await.status, StatusCode::BAD_REQUEST);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_is_answered_like_one_that_is_not_there() {
    on_each_server(async |server| {
        let (acme, bolt) = (server.tenant("Acme").await, server.tenant("Bolt").await);
        let things = Things::make(server, &acme, "things", NOWHERE).await.with_people(server, &acme).await;
        let things = things.with_module(server, &acme, "things").await;
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
async fn h1_who_is_in_two_accounts_sees_each_by_itself_and_no_third() {
    on_each_server(async |server| {
        let (acme, bolt) = (server.tenant("Acme").await, server.tenant("Bolt").await);
        server.tenant("Corp").await;
        let admission = json!({"email": "acme@example.com", "role": "viewer"});
        let admitted = server.call(bolt.admin(), "POST", "/members", Some(admission)).await;
        assert_eq!(admitted.status, StatusCode::CREATED, "{admitted:?}");
        let token = server.sign_in("acme@example.com").await;
        let things = async |tenant| {
            let things =
                Things::make(server, tenant, "things", NOWHERE).await.with_people(server, tenant).await;
            things.with_module(server, tenant, "things").await
        };
        let (acme_things, bolt_things) = (things(&acme).await, things(&bolt).await);
        let shows_any = |answer: &Answer, things: &Things| {
            let text = answer.body.to_string();
            things.ids().iter().any(|id| text.contains(*id))
        };
        for (of_acme, of_bolt) in calls(&acme_things).into_iter().zip(calls(&bolt_things)) {
            let Needs::Permission(permission) = of_acme.needs else { continue };
            let name = of_acme.name;
            let third = call(server, Some(&token), &of_acme.with("slug", "corp")).await;
            assert_eq!(third.status, StatusCode::NOT_FOUND, "{name}: {third:?}");
            let in_bolt = call(server, Some(&token), &of_bolt.with("slug", "bolt")).await;
            if !Role::Viewer.allows(permission) {
                assert_eq!(in_bolt.status, StatusCode::FORBIDDEN, "an owner elsewhere: {name}");
                continue;
            }
            let in_acme = call(server, Some(&token), &of_acme).await;
            assert!(in_acme.status.is_success() && in_bolt.status.is_success(), "{name}");
            assert!(!shows_any(&in_acme, &bolt_things), "{name}: {in_acme:?}");
            assert!(!shows_any(&in_bolt, &acme_things), "{name}: {in_bolt:?}");
            if of_acme.arguments.get("id").is_some() {
                let mixed = call(server, Some(&token), &of_acme.with("slug", "bolt")).await;
                let is_empty = mixed.status == StatusCode::OK && mixed.body == json!([]);
                assert!(mixed.status == StatusCode::NOT_FOUND || is_empty, "{name}: {mixed:?}");
            }
        }
        let status = async |slug: &str| server.page(&token, &format!("/a/{slug}")).await.status.as_u16();
        assert_eq!((status("acme").await, status("bolt").await, status("corp").await), (200, 200, 404));
        let user = server.services.current_user(&token).await.expect("an answer").expect("signed in");
        let path = format!("/members/{}", user.id);
        let removed = server.call(bolt.admin(), "DELETE", &path, None).await;
        assert_eq!(removed.status, StatusCode::NO_CONTENT, "{removed:?}");
        assert_eq!((status("acme").await, status("bolt").await), (200, 404));
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
        members.reverse();
        let mut things = Things::make(server, &tenant, "things", NOWHERE).await;
        things = things.with_people(server, &tenant).await.with_module(server, &tenant, "things").await;
        for (index, entry) in calls(&Things::default()).iter().enumerate() {
            let Needs::Permission(permission) = entry.needs else { continue };
            for (role, token) in &members {
                let function = &calls(&things)[index];
                let answer = call(server, Some(token), function).await;
                let name = format!("{} as {}: {answer:?}", function.name, role.as_str());
                if role.allows(permission) {
                    assert!(answer.status.is_success() || answer.status == StatusCode::CONFLICT, "{name}");
                    // What one call took away would be missing to the next; viewers take nothing away.
                    if permission.least_role() != Role::Viewer {
                        things.renew(server, &tenant, &function.arguments.to_string()).await;
                    }
                } else {
                    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}");
                }
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s_signing_in_leads_only_to_pages_of_ours() {
    on_each_server(async |server| {
        server.tenant("Acme").await;
        for (next, leads_to) in [
            ("/a/acme/integrations?create", "/a/acme/integrations?create"),
            ("/a/acme\r\nSet-Cookie: session=stolen", "/a/acme"),
            ("https://evil.example/", "/a/acme"),
            ("//evil.example/a/", "/a/acme"),
        ] {
            let form =
                json!({"email": "acme@example.com", "password": crate::support::PASSWORD, "next": next});
            let request = Request::post(paths()["sign_in"])
                .header(header::HOST, "127.0.0.1:3000")
                .header(header::ACCEPT, "text/html")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(as_form(&form)));
            let answer = server.send(request.expect("a request")).await;
            assert_eq!(answer.headers[header::LOCATION], leads_to, "{next}");
            let cookies: Vec<_> = answer.headers.get_all(header::SET_COOKIE).iter().collect();
            assert_eq!(cookies.len(), 1, "{cookies:?}");
            assert!(cookies[0].to_str().is_ok_and(|text| text.starts_with("__Host-hookloft=")));
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
