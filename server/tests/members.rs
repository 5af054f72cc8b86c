//! The account and its members over REST.

use crate::pages::html;
use crate::support::{Server, Tenant, on_each_server};
use axum::http::StatusCode;
use domain::account::Role;
use domain::secret::SecretText;
use serde_json::{Value, json};

/// A key with the role owner, which only an owner can make.
async fn owners_key(server: &Server, slug: &str) -> String {
    let email = format!("{slug}@example.com");
    let client = services::ClientInfo { user_agent: "test".into() };
    let signed_in = server.services.sign_in(&email, SecretText::new("correct horse battery"), client).await;
    let user = signed_in.expect("the password is right").user;
    let permission = domain::account::Permission::EditAccount;
    let entered = server.services.enter(&user, slug, permission).await.expect("its owner");
    let (_, key) = server.services.create_api_key(&entered.scope, "owner", Role::Owner).await.expect("a key");
    key.reveal().to_owned()
}

async fn members(server: &Server, tenant: &Tenant) -> Vec<(String, String)> {
    let list = server.call(&tenant.keys[&Role::Viewer], "GET", "/members", None).await;
    assert_eq!(list.status, StatusCode::OK, "{list:?}");
    let text = |member: &Value, field: &str| member[field].as_str().expect("text").to_owned();
    let rows = list.body["data"].as_array().expect("a list").iter();
    let mut found: Vec<_> = rows.map(|member| (text(member, "email"), text(member, "role"))).collect();
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn h7_members_are_admitted_changed_and_removed_over_rest() {
    on_each_server(async |server| {
        let acme = server.tenant("acme").await;
        server.tenant("bolt").await;
        let admit = async |email: &str, role: &str| {
            let admission = json!({ "email": email, "role": role });
            server.call(acme.admin(), "POST", "/members", Some(admission)).await
        };
        let nobody = admit("nobody@example.com", "viewer").await;
        assert_eq!((nobody.status, nobody.code()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid"));
        assert_eq!(nobody.body["error"]["fields"][0]["field"], "email");
        assert_eq!(admit("bolt@example.com", "owner").await.code(), "forbidden");
        let admitted = admit("bolt@example.com", "viewer").await;
        assert_eq!((admitted.status, &admitted.body["role"]), (StatusCode::CREATED, &json!("viewer")));
        let path = format!("/members/{}", admitted.id());

        let role =
            async |role: &str| server.call(acme.admin(), "PATCH", &path, Some(json!({ "role": role }))).await;
        assert_eq!(role("operator").await.body["role"], "operator");
        assert_eq!(role("owner").await.code(), "forbidden");
        assert_eq!(role("king").await.code(), "invalid");
        let both =
            [("acme@example.com".into(), "owner".into()), ("bolt@example.com".into(), "operator".into())];
        assert_eq!(members(server, &acme).await, both);

        let removed = server.call(acme.admin(), "DELETE", &path, None).await;
        assert_eq!(removed.status, StatusCode::NO_CONTENT);
        assert_eq!(members(server, &acme).await, both[..1]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_is_neither_removed_nor_demoted() {
    on_each_server(async |server| {
        let acme = server.tenant("acme").await;
        let key = owners_key(server, "acme").await;
        let list = server.call(&key, "GET", "/members", None).await;
        let path = format!("/members/{}", list.body["data"][0]["id"].as_str().expect("an id"));
        let removed = server.call(&key, "DELETE", &path, None).await;
        assert_eq!((removed.status, removed.code()), (StatusCode::CONFLICT, "conflict"));
        let demoted = server.call(&key, "PATCH", &path, Some(json!({ "role": "viewer" }))).await;
        assert_eq!((demoted.status, demoted.code()), (StatusCode::CONFLICT, "conflict"));
        assert_eq!(members(server, &acme).await, [("acme@example.com".into(), "owner".into())]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h7_the_account_is_read_and_renamed_over_rest() {
    on_each_server(async |server| {
        let acme = server.tenant("acme").await;
        let key = owners_key(server, "acme").await;
        let name = |name: &str| Some(json!({ "name": name }));
        assert_eq!(server.call(&key, "PATCH", "/account", name("")).await.code(), "invalid");
        assert_eq!(server.call(acme.admin(), "PATCH", "/account", name("Theirs")).await.code(), "forbidden");
        assert_eq!(server.call(&key, "PATCH", "/account", name("Acme Ltd")).await.status, StatusCode::OK);
        let read = server.call(&acme.keys[&Role::Viewer], "GET", "/account", None).await;
        assert_eq!((read.status, &read.body["id"]), (StatusCode::OK, &json!(acme.id)));
        assert_eq!((&read.body["name"], &read.body["slug"]), (&json!("Acme Ltd"), &json!("acme")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_taken_out_of_the_last_account_is_told_so_and_can_sign_out() {
    on_each_server(async |server| {
        let acme = server.tenant("Acme").await;
        let email = server.add_member(&acme, Role::Viewer).await;
        let token = server.sign_in(&email).await;
        let members = server.call(acme.admin(), "GET", "/members", None).await.body;
        let member =
            members["data"].as_array().expect("a list").iter().find(|member| member["email"] == *email);
        let path = format!("/members/{}", member.expect("a member")["id"].as_str().expect("an id"));
        assert_eq!(server.call(acme.admin(), "DELETE", &path, None).await.status, StatusCode::NO_CONTENT);
        let page = html(server, &token, "/").await;
        for expected in ["You belong to no account", "/sign_out", "Sign out"] {
            assert!(page.contains(expected), "{expected}: {page}");
        }
        assert!(!page.contains("Not found"), "{page}");
    })
    .await;
}
