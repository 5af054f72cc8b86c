//! The log of one source, and what can be done from a request in it.

use crate::support::{Answer, Server, Tenant, on_each_server};
use axum::http::StatusCode;
use domain::account::Role;
use serde_json::{Value, json};
use std::time::Duration;

/// An account whose owner is signed in, with a source that takes what has a number above 5.
struct Shop<'s> {
    server: &'s Server,
    tenant: Tenant,
    token: String,
    source: String,
}

impl<'s> Shop<'s> {
    async fn open(server: &'s Server) -> Self {
        let tenant = server.tenant("Acme").await;
        let token = server.sign_in("acme@example.com").await;
        let config = json!({
            "name": "Shop", "endpoint": "shop", "action": { "type": "publish_event", "event_type": "a.b" },
            "filter": { "path": "body.n", "op": "greater_than", "value": 5 },
            "mapping": [{ "from": "n", "to": "data.count" }],
        });
        let source = server.active_source(&tenant, config).await["id"].as_str().expect("an id").to_owned();
        Self { server, tenant, token, source }
    }

    /// Sends `body` to the endpoint and answers the id of the request.
    async fn sent(&self, endpoint: &str, body: &Value) -> String {
        // What comes in the same millisecond has no order.
        tokio::time::sleep(Duration::from_millis(2)).await;
        self.server.inbound(&self.tenant, endpoint, body).await;
        let rows = self.server.rows(&self.tenant, "/requests").await;
        rows[0]["id"].as_str().expect("an id").to_owned()
    }

    async fn page(&self, path: &str) -> String {
        let page = self.server.page(&self.token, &format!("/a/acme/{path}")).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        page.body.as_str().unwrap_or_else(|| panic!("{path} is no page")).to_owned()
    }

    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.server.call(self.tenant.admin(), method, path, body).await
    }

    async fn review(&self, request: &str) -> Value {
        let answer = self.call("GET", &format!("/requests/{request}/review"), None).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        answer.body["review"].clone()
    }

    /// The requests that are tried on, the last one first.
    async fn samples(&self) -> Vec<String> {
        let source = self.source.parse().expect("an id");
        let samples = self.server.services.samples(&self.tenant.scope, source).await.expect("samples");
        samples.into_iter().map(|sample| sample.request.id.to_string()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a24_a_source_has_a_log_of_its_own() {
    on_each_server(async |server| {
        let shop = Shop::open(server).await;
        let logs = format!("sources/{}/logs", shop.source);
        assert!(shop.page(&logs).await.contains("No requests yet"));
        server.source(&shop.tenant, "other").await;
        let taken = shop.sent("shop", &json!({ "n": 7 })).await;
        let filtered = shop.sent("shop", &json!({ "n": 3 })).await;
        let elsewhere = shop.sent("other", &json!({ "n": 7 })).await;
        for (query, shown) in [
            (String::new(), vec![&taken, &filtered]),
            ("?outcome=filtered".to_owned(), vec![&filtered]),
            ("?outcome=invalid_json".to_owned(), vec![]),
            (format!("?after={filtered}"), vec![&taken]),
            // The source of the page, whatever else is asked for.
            (format!("?source={elsewhere}"), vec![&taken, &filtered]),
        ] {
            let page = shop.page(&format!("{logs}{query}")).await;
            for request in [&taken, &filtered, &elsewhere] {
                let is_shown = page.contains(&format!("activity/requests/{request}"));
                assert_eq!(is_shown, shown.contains(&request), "{query}: {request}");
            }
        }
        let page = shop.page(&logs).await;
        let path = format!("/in/{}/shop", shop.tenant.id);
        let columns =
            ["Timestamp", ">Request<", ">Time<", ">Status<", ">Outcome<", ">filtered<", path.as_str()];
        for expected in columns {
            assert!(page.contains(expected), "{expected}: {page}");
        }
        let configuration = shop.page(&format!("sources/{}", shop.source)).await;
        assert!(configuration.contains(&format!(r#"href="/a/acme/{logs}""#)), "{configuration}");
        let theirs = server.member(&shop.tenant, Role::Viewer).await;
        assert_eq!(server.page(&theirs, &format!("/a/acme/{logs}")).await.status, StatusCode::OK);
        for nowhere in [uuid::Uuid::nil().to_string(), "no-id".to_owned()] {
            let page = server.page(&shop.token, &format!("/a/acme/sources/{nowhere}/logs")).await;
            let text = page.body.as_str().unwrap_or_default();
            assert!(text.contains("Not found") && !text.contains("No requests yet"), "{nowhere}: {text}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a24_processing_tells_what_the_source_makes_of_it_now() {
    on_each_server(async |server| {
        let shop = Shop::open(server).await;
        let (filtered, taken) = (json!({ "n": 3 }), json!({ "n": 7 }));
        let (filtered, taken) = (shop.sent("shop", &filtered).await, shop.sent("shop", &taken).await);
        let review = shop.review(&filtered).await;
        assert_eq!((&review["outcome"], &review["result"]), (&json!("filtered"), &Value::Null));
        assert!(review["explanation"].as_str().is_some_and(|why| why.starts_with("`body.n` ")), "{review}");
        assert_eq!(shop.review(&taken).await["result"], json!({ "count": 7 }));
        let processing =
            async |request: &str| shop.page(&format!("activity/requests/{request}?tab=processing")).await;
        let page = processing(&filtered).await;
        for expected in ["This criterion of the filter does not hold:", "<code>body.n<", "<code>filtered<"] {
            assert!(page.contains(expected), "{expected}: {page}");
        }
        let page = processing(&taken).await;
        let event = server.rows(&shop.tenant, "/events").await[0]["id"].as_str().expect("an id").to_owned();
        assert!(page.contains(&format!("/a/acme/activity/events/{event}")), "{page}");
        let response = shop.page(&format!("activity/requests/{taken}?tab=response")).await;
        assert!(response.contains("content-type") && response.contains("application/json"), "{response}");

        // What is said is of now; what happened stays what it was.
        let easy = json!({ "filter": { "path": "body.n", "op": "exists" } });
        let changed = shop.call("PATCH", &format!("/sources/{}", shop.source), Some(easy)).await;
        assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
        assert_eq!(shop.review(&filtered).await["outcome"], "accepted");
        let page = processing(&filtered).await;
        assert!(
            page.contains("Filter and mapping would take it.") && page.contains("<code>filtered<"),
            "{page}"
        );
        let unknown = shop.sent("unknown", &json!({ "n": 7 })).await;
        assert_eq!(shop.review(&unknown).await, Value::Null);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d12_each_element_of_an_array_is_told_of() {
    on_each_server(async |server| {
        let shop = Shop::open(server).await;
        let module = shop.call("POST", "/modules", Some(json!({ "name": "Subscribers" }))).await.id();
        let feed = |endpoint: &str, response: Value| {
            json!({
                "name": endpoint, "endpoint": endpoint, "response": response,
                "action": { "type": "upsert_item", "module_id": module },
                "filter": { "path": "body.title", "op": "exists" },
            })
        };
        server.active_source(&shop.tenant, feed("feed", json!({}))).await;
        server.active_source(&shop.tenant, feed("terse", json!({ "success": { "thanks": true } }))).await;
        let elements = json!([{ "id": "one", "title": "One" }, { "id": "two" }]);
        for endpoint in ["feed", "terse"] {
            let request = shop.sent(endpoint, &elements).await;
            let review = shop.review(&request).await;
            let items = server.rows(&shop.tenant, &format!("/modules/{module}/items")).await;
            let of_first = (&review["elements"][0]["outcome"], &review["elements"][0]["item_id"]);
            assert_eq!(of_first, (&json!("accepted"), &items[0]["id"]), "{endpoint}: {review}");
            let second = &review["elements"][1];
            assert_eq!((&second["outcome"], &second["was_logged"]), (&json!("filtered"), &json!(true)));
            let page = shop.page(&format!("activity/requests/{request}?tab=processing")).await;
            let item = format!("/a/acme/modules/{module}/items/{}", items[0]["id"].as_str().expect("an id"));
            assert!(page.contains(&item) && page.contains("<code>body.title<"), "{endpoint}: {page}");
            assert!(page.contains("1 of 2 were taken."), "{endpoint}: {page}");
        }
        let many: Vec<_> = (0..101).map(|id| json!({ "id": id, "title": "x" })).collect();
        let request = shop.sent("feed", &json!(many)).await;
        let rows = async |query: &str| {
            let page = shop.page(&format!("activity/requests/{request}?tab=processing{query}")).await;
            (page.matches(r#"data-label="Index""#).count(), page.contains("Show all"))
        };
        assert_eq!((rows("").await, rows("&all=1").await), ((100, true), (101, false)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d17_an_older_request_is_used_as_a_sample() {
    on_each_server(async |server| {
        let shop = Shop::open(server).await;
        let old = shop.sent("shop", &json!({ "n": 0 })).await;
        for n in 1..=20 {
            shop.sent("shop", &json!({ "n": n })).await;
        }
        let before = shop.samples().await;
        assert_eq!((before.len(), before.contains(&old)), (20, false));
        let chosen = shop.call("POST", &format!("/requests/{old}/use-as-sample"), None).await;
        assert_eq!((chosen.status, &chosen.body["source_id"]), (StatusCode::OK, &json!(shop.source)));
        let after = shop.samples().await;
        assert_eq!((after.len(), &after[0], &after[1..]), (20, &old, &before[..19]));
        let newer = shop.sent("shop", &json!({ "n": 21 })).await;
        assert_eq!(shop.samples().await[..2], [newer, old]);

        let unknown = shop.sent("unknown", &json!({})).await;
        let refused = shop.call("POST", &format!("/requests/{unknown}/use-as-sample"), None).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a24_what_a_request_says_becomes_a_criterion_that_is_not_saved_yet() {
    on_each_server(async |server| {
        let shop = Shop::open(server).await;
        let request = shop.sent("shop", &json!({ "n": 3, "kind": "gold" })).await;
        let page = shop.page(&format!("activity/requests/{request}?tab=filter")).await;
        let offered = r#"{"path":"body.kind","op":"equals","value":"gold"}"#;
        assert!(page.contains(&offered.replace('"', "&quot;")), "{page}");
        let criterion: String = url::form_urlencoded::byte_serialize(offered.as_bytes()).collect();
        let source = format!("sources/{}", shop.source);
        for (query, criteria, is_dirty) in [
            (String::new(), 1, false),
            (format!("?criteria={criterion}"), 2, true),
            (format!("?criteria={criterion}&criteria={criterion}"), 2, true),
            ("?criteria=nonsense".to_owned(), 1, false),
        ] {
            let page = shop.page(&format!("{source}{query}")).await;
            assert_eq!(page.matches(r#"class="criterion""#).count(), criteria, "{query}");
            assert_eq!(page.contains("Unsaved changes"), is_dirty, "{query}");
        }
        let stored = shop.call("GET", &format!("/{source}"), None).await;
        assert_eq!(stored.body["filter"]["path"], "body.n", "nothing is saved");
        let viewer = server.member(&shop.tenant, Role::Viewer).await;
        for (path, not_shown) in [
            (format!("activity/requests/{request}?tab=filter"), "name=\"criteria\""),
            (format!("activity/requests/{request}"), "Use as sample"),
            (format!("{source}?criteria={criterion}"), "Unsaved changes"),
        ] {
            let page = server.page(&viewer, &format!("/a/acme/{path}")).await;
            let text = page.body.as_str().expect("a page");
            assert!(page.status == StatusCode::OK && !text.contains(not_shown), "{path}: {text}");
        }
    })
    .await;
}
