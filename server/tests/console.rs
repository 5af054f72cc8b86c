//! The console's door: pages, posts from other sites, and the live tail.

use crate::support::{
    Server, Tenant, eventually, on_a_server_that_may_lose_its_database, on_each_server, on_each_server_at,
};
use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use domain::account::Role;
use http_body_util::BodyExt;
use leptos::server_fn::axum::server_fn_paths;
use serde_json::{Value, json};
use services::{Clock, Workers};
use std::time::Duration;
use storage::testing::{bring_back, take_away};
use tower::ServiceExt;

async fn get(server: &Server, path: &str, token: Option<&str>) -> Response<Body> {
    let mut request = Request::get(path).header(header::HOST, "127.0.0.1:3000");
    if let Some(token) = token {
        request = request.header(header::COOKIE, format!("theme=dark; __Host-hookloft={token}"));
    }
    let request = request.body(Body::empty()).expect("a request");
    server.router.clone().oneshot(request).await.expect("the router answers everything")
}

/// The data of the next event named `row`; `None` when the stream ends or is silent for 10 s.
async fn next_row(body: &mut Body) -> Option<Value> {
    loop {
        let frame = tokio::time::timeout(Duration::from_secs(10), body.frame()).await.ok()??;
        let text = String::from_utf8(frame.ok()?.into_data().ok()?.to_vec()).ok()?;
        if text.contains("event: row")
            && let Some(data) = text.lines().find_map(|line| line.strip_prefix("data: "))
        {
            return serde_json::from_str(data).ok();
        }
    }
}

async fn send(server: &Server, tenant: &Tenant) {
    let answer = server.inbound(tenant, "demo", &json!({ "n": 1 })).await;
    assert_eq!(answer.status, StatusCode::OK);
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_say_what_browsers_may_do_with_them() {
    on_each_server(async |server| {
        let page = get(server, "/sign-in", None).await;
        assert_eq!(page.status(), StatusCode::OK);
        let policy = text(page.headers(), header::CONTENT_SECURITY_POLICY);
        assert!(
            policy.contains("script-src 'self' 'nonce-") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert_eq!(text(page.headers(), header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(text(page.headers(), header::CACHE_CONTROL), "no-store");
        let nowhere = get(server, "/no/such/page", None).await;
        assert_eq!(nowhere.status(), StatusCode::NOT_FOUND);
        assert!(text(nowhere.headers(), header::CONTENT_TYPE).starts_with("text/html"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slash_behind_an_address_leads_to_the_page_itself() {
    on_each_server(async |server| {
        for (path, leads_to) in [
            ("/a/acme/", Some("/a/acme")),
            ("/a/acme/integrations/?create", Some("/a/acme/integrations?create")),
            ("/a/acme//", Some("/a/acme")),
            ("//evil.example/", None),
            ("/sign-out/", None),
        ] {
            let answer = get(server, path, None).await;
            let location = leads_to.is_some().then(|| text(answer.headers(), header::LOCATION));
            assert_eq!(location, leads_to, "{path}");
            let expected =
                if leads_to.is_some() { StatusCode::PERMANENT_REDIRECT } else { StatusCode::NOT_FOUND };
            assert_eq!(answer.status(), expected, "{path}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_from_other_sites_are_refused() {
    on_each_server(async |server| {
        let post = async |name: &str, value: &str| {
            let request = Request::post("/api/sign_in")
                .header(header::HOST, "127.0.0.1:3000")
                .header(name, value)
                .body(Body::empty())
                .expect("a request");
            server.send(request).await.status
        };
        assert_eq!(post("sec-fetch-site", "cross-site").await, StatusCode::FORBIDDEN);
        assert_eq!(post("origin", "https://evil.example").await, StatusCode::FORBIDDEN);
        assert_ne!(post("sec-fetch-site", "same-origin").await, StatusCode::FORBIDDEN);
        assert_ne!(post("origin", "http://127.0.0.1:3000").await, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h2_the_cookie_is_renewed_with_the_session() {
    let clock = Clock::fixed(Clock::System.now());
    on_each_server_at(clock.clone(), async |server| {
        server.tenant("Acme").await;
        let token = server.sign_in("acme@example.com").await;
        let whole =
            format!("__Host-hookloft={token}; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax; Secure");
        for path in ["/a/acme", "/a/acme/live/requests"] {
            let page = get(server, path, Some(&token)).await;
            assert_eq!(text(page.headers(), header::SET_COOKIE), "", "{path}: used within the minute");
            clock.advance_ms(60_000);
            let page = get(server, path, Some(&token)).await;
            assert_eq!(text(page.headers(), header::SET_COOKIE), whole, "{path}");
            assert_eq!(text(page.headers(), header::CACHE_CONTROL), "no-store", "{path}");
        }
        clock.advance_ms(60_000);
        let wrong = get(server, "/a/acme", Some("wrong")).await;
        assert_eq!(text(wrong.headers(), header::SET_COOKIE), "");
        let (sign_out, _) =
            server_fn_paths().find(|(path, _)| path.contains("/sign_out")).expect("it is there");
        let request = Request::post(sign_out)
            .header(header::HOST, "127.0.0.1:3000")
            .header(header::COOKIE, format!("__Host-hookloft={token}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::empty());
        let signed_out = server.send(request.expect("a request")).await;
        let cookies: Vec<_> = signed_out.headers.get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(cookies, [&whole.replace(&token, "").replace("1209600", "0")], "taken away, not renewed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn live_tail_is_for_members_only() {
    on_each_server(async |server| {
        server.tenant("Acme").await;
        server.tenant("Bolt").await;
        let bolt = server.sign_in("bolt@example.com").await;
        for (token, path, expected) in [
            (None, "/a/acme/live/requests", StatusCode::UNAUTHORIZED),
            (Some("wrong"), "/a/acme/live/requests", StatusCode::UNAUTHORIZED),
            (Some(bolt.as_str()), "/a/acme/live/requests", StatusCode::NOT_FOUND),
            (Some(bolt.as_str()), "/a/nobody/live/requests", StatusCode::NOT_FOUND),
            (Some(bolt.as_str()), "/a/bolt/live/secrets", StatusCode::NOT_FOUND),
            (Some(bolt.as_str()), "/a/bolt/live/requests", StatusCode::OK),
        ] {
            let answer = get(server, path, token).await;
            assert_eq!(answer.status(), expected, "{path} {token:?}");
            if expected != StatusCode::OK {
                let body = answer.into_body().collect().await.expect("a body").to_bytes();
                let body: Value = serde_json::from_slice(&body).expect("JSON");
                let code = if expected == StatusCode::NOT_FOUND { "not_found" } else { "unauthorized" };
                assert_eq!(body["error"]["code"], code, "{path} {token:?}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_in_is_put_off_while_the_database_is_away() {
    on_a_server_that_may_lose_its_database(Workers::Elsewhere, async |server, url| {
        server.tenant("Acme").await;
        let token = server.sign_in("acme@example.com").await;
        take_away(url).await;
        eventually("its session cannot be looked up", async || {
            let answer = get(server, "/a/acme/live/requests", Some(&token)).await;
            let status = answer.status();
            let body = answer.into_body();
            if status != StatusCode::SERVICE_UNAVAILABLE {
                return false;
            }
            let body = body.collect().await.expect("a body").to_bytes();
            let body: Value = serde_json::from_slice(&body).expect("JSON");
            body["error"]["code"] == "unavailable"
        })
        .await;
        let (list_sessions, _) =
            server_fn_paths().find(|(path, _)| path.contains("/list_sessions")).expect("it is there");
        for (accepted, expected) in [
            ("application/json", json!("unavailable")),
            ("text/html,*/*;q=0.8", json!("Hookloft cannot reach its database right now.")),
        ] {
            let request = Request::post(list_sessions)
                .header(header::HOST, "127.0.0.1:3000")
                .header(header::COOKIE, format!("__Host-hookloft={token}"))
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(header::ACCEPT, accepted)
                .body(Body::empty());
            let answer = server.send(request.expect("a request")).await;
            assert_eq!((answer.status, answer.body), (StatusCode::SERVICE_UNAVAILABLE, expected));
        }
        bring_back(url).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn live_tail_shows_what_comes_and_ends_with_the_server() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        server.source(&tenant, "demo").await;
        server.integration(&tenant, "http://127.0.0.1:9/").await;
        let token = server.sign_in("acme@example.com").await;
        send(server, &tenant).await;
        let mut bodies = Vec::new();
        for noun in ["requests", "events", "deliveries"] {
            let response = get(server, &format!("/a/acme/live/{noun}"), Some(&token)).await;
            assert_eq!(text(response.headers(), header::CONTENT_TYPE), "text/event-stream");
            bodies.push(response.into_body());
        }
        // A tail begins at its first look; then one more request is news to it.
        let news = next_row(&mut bodies[0]);
        let send_more = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            send(server, &tenant).await;
        };
        let (row, ()) = tokio::join!(news, send_more);
        assert_eq!(row.expect("a row")["path"], format!("/in/{}/demo", tenant.id));
        let all = server.call(&tenant.keys[&Role::Viewer], "GET", "/requests", None).await;
        assert_eq!(all.body["data"].as_array().map(Vec::len), Some(2));
        server.closing.cancel();
        for body in &mut bodies {
            assert_eq!(next_row(body).await, None, "it ends with the server");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn live_tail_ends_after_the_session_is_revoked() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        server.source(&tenant, "demo").await;
        let token = server.sign_in("acme@example.com").await;
        let mut body = get(server, "/a/acme/live/requests", Some(&token)).await.into_body();
        let begun = body.frame().await.expect("it has begun").expect("a frame").into_data().expect("data");
        assert!(begun.starts_with(b"event: begun"), "{begun:?}");
        let user =
            server.services.current_user(&token).await.expect("the database answers").expect("signed in");
        server.services.sign_out(&user).await.expect("signed out");
        let end = tokio::time::timeout(Duration::from_secs(9), body.frame()).await;
        assert!(matches!(end, Ok(None)), "{end:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn live_tail_ends_after_its_member_was_removed() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        server.source(&tenant, "demo").await;
        let token = server.member(&tenant, Role::Viewer).await;
        let mut body = get(server, "/a/acme/live/requests", Some(&token)).await.into_body();
        let user = server.services.current_user(&token).await.expect("an answer").expect("signed in");
        let path = format!("/members/{}", user.id);
        let removed = server.call(tenant.admin(), "DELETE", &path, None).await;
        assert_eq!(removed.status, StatusCode::NO_CONTENT, "{removed:?}");
        let end = async {
            while let Some(frame) = body.frame().await {
                frame.expect("it ends well");
            }
        };
        tokio::time::timeout(Duration::from_secs(9), end).await.expect("it ends by itself");
        send(server, &tenant).await;
        assert_eq!(get(server, "/a/acme/live/requests", Some(&token)).await.status(), StatusCode::NOT_FOUND);
    })
    .await;
}
