//! Modules over REST: their items, what is reckoned of these, and who is told of them.

use crate::support::receiver::Receiver;
use crate::support::{Answer, Server, Tenant, eventually, on_each_server};
use axum::http::StatusCode;
use serde_json::{Value, json};

/// A module with an outgoing webhook and a source that feeds it.
struct Set<'s> {
    server: &'s Server,
    tenant: Tenant,
    /// Its address under `/api/v1`.
    module: String,
}

impl<'s> Set<'s> {
    async fn up(server: &'s Server) -> Self {
        let tenant = server.tenant("Acme").await;
        let field = |key: &str, field_type: &str, path: &str| json!({"key": key, "label": key, "type": field_type, "path": path});
        let config = json!({
            "name": "Subscribers",
            "fields": [field("city", "string", "merges.CITY"), field("amount", "decimal", "amount")],
            "metrics": [
                {"name": "All", "kind": {"type": "count"}}, {"name": "Sum", "kind": {"type": "sum", "field": "amount"}},
            ],
        });
        let made = server.call(tenant.admin(), "POST", "/modules", Some(config)).await;
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        let feed = json!({
            "name": "Feed", "endpoint": "feed", "action": {"type": "upsert_item", "module_id": made.id()},
            "mapping": [{"from": "id", "to": "id"}, {"from": "email", "to": "title"}],
        });
        server.active_source(&tenant, feed).await;
        Self { server, module: format!("/modules/{}", made.id()), tenant }
    }

    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.server.call(self.tenant.admin(), method, &format!("{}{path}", self.module), body).await
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.call("GET", path, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {answer:?}");
        answer.body
    }

    async fn arrives(&self, message: Value) {
        let answer = self.server.inbound(&self.tenant, "feed", &message).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    }
}

fn bodies(receiver: &Receiver) -> Vec<Value> {
    receiver.received().iter().map(|message| serde_json::from_slice(&message.body).expect("JSON")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn k10_to_k16_a_modules_webhook_tells_of_the_activities_that_trigger_it() {
    on_each_server(async |server| {
        let (set, receiver) = (Set::up(server).await, Receiver::start(&[]).await);
        let activities = json!([{"type": "item_created"}, {"type": "field_changed", "field": "city"}]);
        let draft = json!({"name": "CRM", "url": receiver.url, "activities": activities});
        let tested = set.call("POST", "/webhooks/test", Some(draft.clone())).await;
        assert_eq!((tested.status, &tested.body["accepted"]), (StatusCode::OK, &json!(true)), "{tested:?}");
        let sent = bodies(&receiver).remove(0);
        let example: Value =
            serde_json::from_str(set.get("/webhooks/example").await["body"].as_str().expect("a text")).expect("JSON");
        assert_eq!(sent["data"]["item"]["fields"], example["data"]["item"]["fields"], "what the example shows");

        let made = set.call("POST", "/webhooks", Some(draft.clone())).await;
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        assert!(made.body["signing_secret"].as_str().is_some_and(|secret| secret.starts_with("whsec_")));
        assert_eq!(set.get("/webhooks").await["data"][0]["activities"], activities);
        let webhook = format!("/webhooks/{}", made.body["subscription_id"].as_str().expect("an id"));

        set.arrives(json!({"id": 7, "email": "ada@x.example", "merges": {"CITY": "Bonn"}, "amount": "1.50"})).await;
        set.arrives(json!({"id": 7, "email": "ada@x.example", "amount": "2.50"})).await;
        set.arrives(json!({"id": 7, "email": "ada@x.example", "merges": {"CITY": "Rome"}})).await;
        set.arrives(json!({"id": 8, "email": "bob@x.example", "amount": 0.25})).await;
        eventually("three are told", async || bodies(&receiver).len() >= 4).await;
        let mut told = bodies(&receiver).split_off(1);
        told.sort_by_key(|told| told["id"].as_str().map(ToOwned::to_owned));
        let of = |told: &Value| json!([told["type"], told["data"]["item"]["id"], told["data"]["item"]["version"]]);
        let expected = [
            json!(["item.created", "7", 1]),
            json!(["item.updated", "7", 3]),
            json!(["item.created", "8", 1]),
        ];
        assert_eq!(told.iter().map(of).collect::<Vec<_>>(), expected);
        let data = &told[1]["data"];
        // Digit for digit as it was sent.
        assert_eq!(data["item"]["fields"].to_string(), r#"{"city":"Rome","amount":2.50}"#);
        let change = &data["changes"][0];
        assert_eq!((&change["field"], &change["from"], &change["to"]), (&json!("city"), &json!("Bonn"), &json!("Rome")));
        assert_eq!(change["by"]["type"], "source");
        // The attribute that the field is a part of is another one, too.
        let fields: Vec<_> =
            data["changes"].as_array().expect("a log").iter().map(|change| &change["field"]).collect();
        assert_eq!(fields, ["city", "merges"]);

        let silent = json!({"name": "CRM", "url": receiver.url, "activities": [{"type": "item_deleted"}], "version": 1});
        let changed = set.call("PUT", &webhook, Some(silent.clone())).await;
        assert_eq!((changed.status, &changed.body["version"]), (StatusCode::OK, &json!(2)), "{changed:?}");
        assert_eq!(set.call("PUT", &webhook, Some(silent)).await.status, StatusCode::CONFLICT);
        set.arrives(json!({"id": 9, "email": "eve@x.example"})).await;
        let items = set.get("/items?search=9&field=key").await;
        let item = format!("/items/{}", items["data"][0]["id"].as_str().expect("an id"));
        assert_eq!(set.call("DELETE", &item, None).await.status, StatusCode::NO_CONTENT);
        eventually("that it is gone is told", async || bodies(&receiver).len() >= 5).await;
        let last = bodies(&receiver).pop().expect("the last");
        assert_eq!((&last["type"], &last["data"]["item"]["id"]), (&json!("item.deleted"), &json!("9")));
        assert_eq!(set.call("DELETE", &webhook, None).await.status, StatusCode::NO_CONTENT);
        assert_eq!(set.get("/webhooks").await["data"], json!([]));
        assert_eq!(bodies(&receiver).len(), 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn k8_every_message_is_indexed_as_an_item_that_is_found_and_reckoned_with() {
    on_each_server(async |server| {
        let set = Set::up(server).await;
        set.arrives(
            json!({"id": "a", "email": "Ada@x.example", "merges": {"CITY": "Bonn"}, "amount": "1.50"}),
        )
        .await;
        set.arrives(json!([
            {"id": "b", "email": "bob@x.example", "merges": {"CITY": "Berlin"}, "amount": 2},
            {"id": "c", "email": "eve@x.example", "amount": "none"},
        ]))
        .await;
        set.arrives(json!({"id": "a", "email": "ada@x.example", "amount": 0.1})).await;
        let keys = async |query: &str| {
            let found = set.get(&format!("/items{query}")).await;
            let mut keys: Vec<_> =
                found["data"].as_array().expect("a list").iter().map(|row| row["key"].clone()).collect();
            keys.sort_by_key(ToString::to_string);
            json!(keys)
        };
        for (query, expected) in [
            ("", json!(["a", "b", "c"])),
            ("?search=b", json!(["a", "b"])),
            ("?search=b&field=city", json!(["a", "b"])),
            ("?search=ADA", json!(["a"])),
            ("?search=bob%40&field=title", json!(["b"])),
            ("?search=bob%40&field=city", json!([])),
        ] {
            assert_eq!(keys(query).await, expected, "{query}");
        }
        let newest = set.get("/items?limit=1").await;
        assert!(newest["data"][0].get("fields").is_none() && newest["next"].is_string(), "{newest}");
        let row = &set.get("/items?search=a&field=key").await["data"][0];
        let item = format!("/items/{}", row["id"].as_str().expect("an id"));
        let whole = set.get(&item).await;
        assert_eq!((&whole["title"], &whole["version"]), (&json!("ada@x.example"), &json!(2)));
        assert_eq!(whole["fields"], json!({"city": "Bonn", "amount": 0.1}));
        let history = set.get(&format!("{item}/events")).await;
        let types: Vec<_> =
            history["data"].as_array().expect("a list").iter().map(|entry| &entry["type"]).collect();
        assert_eq!(types, ["item.updated", "item.created"]);
        let metrics = set.get("/metrics?days=2").await;
        let values: Vec<_> = metrics["metrics"]
            .as_array()
            .expect("metrics")
            .iter()
            .map(|metric| json!([metric["items"], metric["value"]]))
            .collect();
        assert_eq!(values, [json!([3, "3"]), json!([2, "2.1"])]);
        let sums = &metrics["metrics"][1]["over_time"];
        assert_eq!((&sums[0]["value"], &sums[1]["value"]), (&Value::Null, &json!("2.1")));
        assert_eq!(metrics["items_over_time"].as_array().map(Vec::len), Some(2));
        assert_eq!(metrics["items_over_time"][1]["items"], 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn items_and_modules_are_edited_over_the_api() {
    on_each_server(async |server| {
        let set = Set::up(server).await;
        let draft =
            |version: Value| json!({"key": "x", "title": "X", "data": {"amount": 1}, "version": version});
        let mut first = draft(json!(null));
        first.as_object_mut().expect("an object").remove("version");
        let made = set.call("POST", "/items", Some(first.clone())).await;
        assert_eq!((made.status, &made.body["version"]), (StatusCode::CREATED, &json!(1)), "{made:?}");
        let again = set.call("POST", "/items", Some(first)).await;
        assert_eq!((again.status, again.code()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid"));
        let item = format!("/items/{}", made.id());
        assert_eq!(set.call("PUT", &item, Some(draft(json!(2)))).await.status, StatusCode::CONFLICT);
        assert_eq!(set.call("PUT", &item, Some(draft(json!(1)))).await.status, StatusCode::OK);
        assert_eq!(set.call("DELETE", &format!("{item}?version=7"), None).await.status, StatusCode::CONFLICT);

        let fed = set.call("DELETE", "", None).await;
        assert_eq!((fed.status, fed.code()), (StatusCode::CONFLICT, "conflict"), "{fed:?}");
        let patched = set.call("PATCH", "", Some(json!({"name": "Readers", "version": 1}))).await;
        assert_eq!((patched.status, &patched.body["name"]), (StatusCode::OK, &json!("Readers")));
        let source = &set.server.rows(&set.tenant, "/sources").await[0];
        let source = format!("/sources/{}", source["id"].as_str().expect("an id"));
        for verb in ["deactivate", "archive"] {
            let moved = server.call(set.tenant.admin(), "POST", &format!("{source}/{verb}"), None).await;
            assert_eq!(moved.status, StatusCode::OK, "{moved:?}");
        }
        assert_eq!(set.call("DELETE", "", None).await.status, StatusCode::NO_CONTENT);
        assert_eq!(set.call("GET", &item, None).await.status, StatusCode::NOT_FOUND);
        assert_eq!(set.call("GET", "/items", None).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}
