//! What pages of the console show of what is stored.

use crate::support::{NOWHERE, Server, Tenant, eventually, install_crypto, on_each_server};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::account::Role;
use serde_json::{Value, json};
use services::Workers;
use storage::Db;
use storage::testing::on_each_backend;

/// A page that is there.
pub async fn html(server: &Server, token: &str, path: &str) -> String {
    let page = server.page(token, path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}");
    page.body.as_str().unwrap_or_else(|| panic!("{path} is no page")).to_owned()
}

/// The id of what is made there.
pub async fn created(server: &Server, tenant: &Tenant, path: &str, config: Value) -> String {
    let made = server.call(tenant.admin(), "POST", path, Some(config)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    made.id()
}

fn source(name: &str, verification: Value) -> Value {
    json!({
        "name": name, "endpoint": "shop", "action": { "type": "publish_event", "event_type": "a.b" },
        "verification": verification,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn d11_without_authentication_pages_say_so() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let token = server.sign_in("acme@example.com").await;
        let key = json!({ "type": "api_key", "header": "x-key", "value": "secret" });
        let header = json!({ "type": "header_token", "header": "x-token", "token": "secret" });
        let none = json!({ "type": "none" });
        for (auth, verification, says_none) in [(&none, &none, true), (&key, &header, false)] {
            let target = json!({ "name": "Desk", "target_url": "https://desk.example/", "auth": auth });
            let integration = created(server, &tenant, "/integrations", target).await;
            let mut source = source("Shop", verification.clone());
            source["endpoint"] = json!(if says_none { "open" } else { "closed" });
            let source = created(server, &tenant, "/sources", source).await;
            for (path, words) in [
                (format!("integrations/{integration}"), "Authentication: none."),
                (format!("sources/{source}"), "Verification: none."),
            ] {
                let page = html(server, &token, &format!("/a/acme/{path}")).await;
                assert_eq!(page.contains(words), says_none, "{path}: {auth}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a7_d4_the_page_of_a_new_source_says_how_to_send_to_it() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let owner = server.sign_in("acme@example.com").await;
        let viewer = server.member(&tenant, Role::Viewer).await;
        let hmac = json!({
            "type": "hmac", "header": "x-hub-signature-256", "prefix": "sha256=", "secret": "canary-secret",
        });
        let source = created(server, &tenant, "/sources", source("Shop", hmac)).await;
        for (token, may) in [(&owner, true), (&viewer, false)] {
            let page = html(server, token, &format!("/a/acme/sources/{source}")).await;
            for expected in
                ["curl -X POST", "x-hub-signature-256: sha256=SIGNATURE", "Content-Type: application/json"]
            {
                assert!(page.contains(expected), "{expected}: {page}");
            }
            assert!(!page.contains("canary-secret"), "{page}");
            for words in ["Use as sample", "Ten more minutes"] {
                assert_eq!(page.contains(words), may, "{words}: {page}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d22_http_targets_are_taken_and_their_page_warns() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let token = server.sign_in("acme@example.com").await;
        // The last is in a network of the operator's own.
        for (url, warns) in
            [("http://desk.example/", true), ("https://desk.example/", false), ("http://127.0.0.1:9/", false)]
        {
            let target = json!({ "name": "Desk", "target_url": url });
            let id = created(server, &tenant, "/integrations", target).await;
            let page = html(server, &token, &format!("/a/acme/integrations/{id}")).await;
            assert!(page.contains(url), "{url}");
            assert_eq!(page.contains("This target is http:"), warns, "{url}");
            assert!(!page.contains("127.0.0.0/8"), "the operator's networks are not for tenants");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d28_counts_stop_at_ten_thousand() {
    install_crypto();
    on_each_backend(async |db: Db| {
        let server = Server::start(db, Workers::Elsewhere).await;
        let tenant = server.tenant("Acme").await;
        server.integration(&tenant, NOWHERE).await;
        let token = server.sign_in("acme@example.com").await;
        let publish = async |count: usize| {
            let events = vec![json!({ "type": "a.b", "data": 1 }); count];
            let answer =
                server.call(tenant.admin(), "POST", "/events", Some(json!({ "events": events }))).await;
            assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        };
        let count = async || {
            let counted = server.call(tenant.admin(), "GET", "/deliveries/count?status=pending", None).await;
            (counted.body["count"].clone(), counted.body["more"].clone())
        };
        publish(999).await;
        assert_eq!(count().await, (json!(999), json!(false)));
        assert!(html(&server, &token, "/a/acme").await.contains("999 waiting"));
        publish(1).await;
        for _ in 0..9 {
            publish(1000).await;
        }
        assert_eq!(count().await, (json!(10_000), json!(false)));
        publish(1).await;
        assert_eq!(count().await, (json!(10_000), json!(true)));
        assert!(html(&server, &token, "/a/acme").await.contains("10,000+ waiting"));
        server.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_that_is_filled_in_by_a_link_can_be_created() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let target = json!({ "name": "Desk", "target_url": "https://desk.example/" });
        let integration = created(server, &tenant, "/integrations", target).await;
        let path = format!("/a/acme/subscriptions/new?integration={integration}&type=order.created");
        for (role, may) in [(Role::Admin, true), (Role::Viewer, false)] {
            let page = html(server, &server.member(&tenant, role).await, &path).await;
            assert!(page.contains(r#"value="order.created""#), "{role:?}: {page}");
            assert_eq!(page.contains("data-save"), may, "{role:?}: {page}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_button_is_the_current_page() {
    on_each_server(async |server| {
        server.tenant("Acme").await;
        let token = server.sign_in("acme@example.com").await;
        for path in [
            "integrations",
            "sources?state=archived",
            "settings/team",
            "settings/api-keys",
            "activity/deliveries?status=failed",
        ] {
            let page = html(server, &token, &format!("/a/acme/{path}")).await;
            let links = page.split("<a ").skip(1).filter_map(|rest| rest.split('>').next());
            let (buttons, others): (Vec<_>, Vec<_>) = links.partition(|link| link.contains("btn"));
            assert!(!buttons.is_empty(), "{path}: {page}");
            assert!(buttons.iter().all(|link| !link.contains("aria-current")), "{path}: {buttons:?}");
            assert!(others.iter().any(|link| link.contains("aria-current")), "{path}: {others:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overview_has_charts_once_there_is_something_in_them() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let token = server.sign_in("acme@example.com").await;
        let parts = async || {
            let page = html(server, &token, "/a/acme").await;
            ["How far back", "chart-grid", "steps-list"].map(|part| page.contains(part))
        };
        assert_eq!(parts().await, [false, false, true]);
        server.source(&tenant, "shop").await;
        server.inbound(&tenant, "shop", &json!({})).await;
        eventually("a request is charted", async || parts().await == [true, true, true]).await;
    })
    .await;
}

/// Ends a script or an attribute, wherever it is put unescaped, and opens an element that nobody else has.
const HOSTILE: &str = r#"</script></title></textarea>'"><hostile-tag x="#;

#[tokio::test(flavor = "multi_thread")]
async fn s_stored_markup_is_text_in_every_page() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let target = json!({
            "name": HOSTILE, "target_url": NOWHERE, "headers": [{ "name": "x-note", "value": HOSTILE }],
            "auth": { "type": "basic", "username": HOSTILE, "password": "p" },
            "body": { "type": "json_template", "template": json!({ HOSTILE: HOSTILE }).to_string() },
        });
        let integration = created(server, &tenant, "/integrations", target).await;
        let activated =
            server.call(tenant.admin(), "POST", &format!("/integrations/{integration}/activate"), None).await;
        assert_eq!(activated.status, StatusCode::OK, "{activated:?}");
        let filter = json!({ "any": [
            { "path": "event.type", "op": "exists" }, { "path": "data.n", "op": "equals", "value": HOSTILE },
        ] });
        let subscription = json!({ "event_types": ["*"], "integration_id": integration, "filter": filter });
        let subscription = created(server, &tenant, "/subscriptions", subscription).await;
        let config = json!({
            "name": HOSTILE, "endpoint": "shop", "action": { "type": "publish_event", "event_type": "a.b" },
            "filter": { "any": [
                { "path": "body.n", "op": "equals", "value": HOSTILE }, { "path": "body.n", "op": "exists" },
            ] },
            "response": { "success": { HOSTILE: HOSTILE } },
        });
        let source = server.active_source(&tenant, config).await["id"].as_str().expect("an id").to_owned();
        let request = Request::post(format!("/in/{}/shop", tenant.id))
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-note", HOSTILE)
            .body(Body::from(json!({ "n": HOSTILE, HOSTILE: 1 }).to_string()));
        let accepted = server.send(request.expect("a request")).await;
        assert_eq!(accepted.status, StatusCode::OK, "{accepted:?}");
        created(server, &tenant, "/api-keys", json!({ "name": HOSTILE, "role": "viewer" })).await;
        let renamed = json!({ "name": HOSTILE });
        let owner = &tenant.keys[&Role::Owner];
        assert_eq!(server.call(owner, "PATCH", "/account", Some(renamed)).await.status, StatusCode::OK);
        let newest = async |noun: &str| {
            let rows = server.rows(&tenant, &format!("/{noun}")).await;
            rows[0]["id"].as_str().expect("an id").to_owned()
        };
        let (event, delivery) = (newest("events").await, newest("deliveries").await);
        let request = newest("requests").await;

        let token = server.sign_in("acme@example.com").await;
        for path in [
            "".to_owned(),
            "/integrations".to_owned(),
            format!("/integrations/{integration}"),
            "/sources".to_owned(),
            format!("/sources/{source}"),
            format!("/sources/{source}/logs"),
            "/subscriptions".to_owned(),
            format!("/subscriptions/{subscription}"),
            "/activity/requests".to_owned(),
            format!("/activity/requests/{request}"),
            format!("/activity/requests/{request}?tab=response"),
            format!("/activity/requests/{request}?tab=processing"),
            format!("/activity/requests/{request}?tab=filter"),
            "/activity/deliveries".to_owned(),
            format!("/activity/deliveries/{delivery}"),
            format!("/activity/events/{event}"),
            "/settings/api-keys".to_owned(),
            "/settings/account".to_owned(),
        ] {
            let page = html(server, &token, &format!("/a/acme{path}")).await;
            assert!(!page.contains("<hostile-tag"), "{path}: {page}");
            assert!(page.contains("hostile-tag"), "{path} does not show it");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d27_a_closed_door_says_how_people_come_in() {
    on_each_server(async |server| {
        server.tenant("Acme").await;
        let page = html(server, "", "/sign-up").await;
        for expected in ["By invitation only", "hookloft member add", r#"href="/sign-in""#] {
            assert!(page.contains(expected), "{expected}: {page}");
        }
        assert!(!page.contains("Create an account"), "{page}");
    })
    .await;
}
