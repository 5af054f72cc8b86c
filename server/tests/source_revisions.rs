//! What sources were, over REST: who changed what, how one becomes so again, and copies.

use crate::support::{Answer, Server, Tenant, on_each_server};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::account::Role;
use serde_json::{Value, json};

const TOKEN: &str = "hush-7d1f0c55";

async fn shop(server: &Server, tenant: &Tenant) -> Value {
    let config = json!({
        "name": "Shop", "endpoint": "shop",
        "verification": { "type": "header_token", "header": "x-token", "token": TOKEN },
        "mapping": [{ "from": "n", "to": "data.number" }],
        "action": { "type": "publish_event", "event_type": "a.b" },
    });
    server.active_source(tenant, config).await
}

async fn send(server: &Server, tenant: &Tenant, endpoint: &str) -> Answer {
    let request = Request::post(format!("/in/{}/{endpoint}", tenant.id))
        .header(header::CONTENT_TYPE, "application/json")
        .header("x-token", TOKEN)
        .body(Body::from(json!({ "n": 7 }).to_string()));
    server.send(request.expect("a request")).await
}

/// The data of the newest event.
async fn newest_data(server: &Server, tenant: &Tenant) -> Value {
    let newest = server.rows(tenant, "/events").await.remove(0);
    let path = format!("/events/{}", newest["id"].as_str().expect("an id"));
    server.call(tenant.admin(), "GET", &path, None).await.body["data"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a16_a_source_is_restored_to_a_revision_over_rest() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let source = shop(server, &tenant).await;
        let path = format!("/sources/{}", source["id"].as_str().expect("an id"));
        let mapping = json!({ "mapping": [{ "from": "n", "to": "data.amount" }] });
        let owner = tenant.keys[&Role::Owner].as_str();
        let edited = server.call(owner, "PATCH", &path, Some(mapping)).await;
        assert_eq!((edited.status, &edited.body["version"]), (StatusCode::OK, &json!(3)), "{edited:?}");
        assert_eq!(send(server, &tenant, "shop").await.status, StatusCode::OK);
        assert_eq!(newest_data(server, &tenant).await, json!({ "amount": 7 }));

        let revisions = server.rows(&tenant, &format!("{path}/revisions")).await;
        let told: Vec<_> = revisions.iter().map(|one| (&one["number"], &one["cause"]["type"])).collect();
        let expected = [
            (&json!(3), &json!("updated")),
            (&json!(2), &json!("activated")),
            (&json!(1), &json!("created")),
        ];
        assert_eq!(told, expected);
        let expected = json!([
            { "field": "mapping.data.amount", "from": null, "to": "n" },
            { "field": "mapping.data.number", "from": "n", "to": null },
        ]);
        assert_eq!(revisions[0]["changes"], expected);
        assert_eq!(revisions[0]["by"]["type"], "api_key");
        assert_ne!(revisions[0]["by"], revisions[1]["by"], "each names who made it");

        let page = server.call(tenant.admin(), "GET", &format!("{path}/revisions?limit=2"), None).await.body;
        assert_eq!(page["data"], json!(revisions[..2]));
        let next = page["next"].as_str().expect("there is more");
        let rest = server.rows(&tenant, &format!("{path}/revisions?after={next}")).await;
        assert_eq!(rest, revisions[2..]);

        let first = server.call(tenant.admin(), "GET", &format!("{path}/revisions/1"), None).await.body;
        assert_eq!((&first["number"], &first["id"]), (&json!(1), &revisions[2]["id"]));
        assert_eq!(first["configuration"]["mapping"], source["mapping"]);
        assert!(!first.to_string().contains(TOKEN), "{first}");

        let restore = format!("{path}/revisions/1/restore");
        let stale = server.call(tenant.admin(), "POST", &restore, Some(json!({ "version": 2 }))).await;
        assert_eq!((stale.status, stale.code()), (StatusCode::CONFLICT, "conflict"));
        let restored = server.call(tenant.admin(), "POST", &restore, Some(json!({ "version": 3 }))).await;
        assert_eq!(
            (restored.status, &restored.body["state"]),
            (StatusCode::OK, &json!("active")),
            "{restored:?}"
        );
        assert_eq!(restored.body["mapping"], source["mapping"]);
        assert_eq!(send(server, &tenant, "shop").await.status, StatusCode::OK, "its secret is what it was");
        assert_eq!(newest_data(server, &tenant).await, json!({ "number": 7 }));
        let newest = server.rows(&tenant, &format!("{path}/revisions")).await.remove(0);
        assert_eq!(newest["cause"], json!({ "type": "restored", "of": 1 }));
        for missing in ["9", "0", "-1", "x", "99999999999999999999"] {
            let answer =
                server.call(tenant.admin(), "GET", &format!("{path}/revisions/{missing}"), None).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{missing}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a17_a_copy_takes_requests_with_the_secret_of_its_original() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let source = shop(server, &tenant).await;
        let path = format!("/sources/{}", source["id"].as_str().expect("an id"));
        for verb in ["deactivate", "archive"] {
            let moved = server.call(tenant.admin(), "POST", &format!("{path}/{verb}"), None).await;
            assert_eq!(moved.status, StatusCode::OK, "{moved:?}");
        }
        let duplicate = format!("{path}/duplicate");
        let copy = server.call(tenant.admin(), "POST", &duplicate, Some(json!({}))).await;
        assert_eq!((copy.status, &copy.body["state"]), (StatusCode::CREATED, &json!("inactive")), "{copy:?}");
        assert_eq!(
            (&copy.body["name"], &copy.body["endpoint"]),
            (&json!("Copy of Shop"), &json!("shop-copy"))
        );
        assert_eq!(copy.body["mapping"], source["mapping"]);
        assert!(!copy.body.to_string().contains(TOKEN), "{copy:?}");
        let activate = format!("/sources/{}/activate", copy.id());
        assert_eq!(server.call(tenant.admin(), "POST", &activate, None).await.status, StatusCode::OK);
        assert_eq!(send(server, &tenant, "shop-copy").await.status, StatusCode::OK);
        assert_eq!(newest_data(server, &tenant).await, json!({ "number": 7 }));

        let named = json!({ "name": "Store", "endpoint": "store" });
        let named = server.call(tenant.admin(), "POST", &duplicate, Some(named)).await;
        assert_eq!((&named.body["name"], &named.body["endpoint"]), (&json!("Store"), &json!("store")));
        for (draft, field) in [
            (json!({ "endpoint": "shop" }), "endpoint"),
            (json!({ "endpoint": "a b" }), "endpoint"),
            (json!({ "name": "" }), "name"),
            (json!({ "state": "active" }), "state"),
        ] {
            let refused = server.call(tenant.admin(), "POST", &duplicate, Some(draft.clone())).await;
            assert_eq!(
                (refused.status, refused.code()),
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
                "{draft}"
            );
            assert!(refused.body.to_string().contains(field), "{refused:?}");
        }
        assert_eq!(
            server.rows(&tenant, "/sources?state=all").await.len(),
            3,
            "nothing is left of refused ones"
        );
    })
    .await;
}
