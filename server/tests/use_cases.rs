//! The five use cases of the manual whose incoming webhooks this takes the place of, set up as it says. Its quotes are
//! made those of JSON (D1), and its messages have the attribute that their filter asks for (D2).

mod support;

use axum::http::StatusCode;
use serde_json::{Value, json};
use support::on_each_server;

struct UseCase {
    endpoint: &'static str,
    event_type: &'static str,
    filter: Value,
    /// From and to.
    mapping: &'static [(&'static str, &'static str)],
    message: Value,
    /// What the event is to hold.
    data: Value,
    /// A message that is not meant.
    stray: Value,
}

impl UseCase {
    fn source(&self) -> Value {
        let rows: Vec<_> = self.mapping.iter().map(|(from, to)| json!({ "from": from, "to": to })).collect();
        json!({
            "name": self.event_type, "endpoint": self.endpoint, "method": "POST", "filter": self.filter,
            "action": { "type": "publish_event", "event_type": self.event_type }, "mapping": rows,
            "response": { "success": { "ok": true }, "error": { "notok": false } },
        })
    }

    async fn holds(&self) {
        on_each_server(async |server| {
            let tenant = server.tenant("Acme").await;
            server.active_source(&tenant, self.source()).await;

            let taken = server.inbound(&tenant, self.endpoint, &self.message).await;
            assert_eq!((taken.status, taken.body), (StatusCode::OK, json!({ "ok": true })));
            let refused = server.inbound(&tenant, self.endpoint, &self.stray).await;
            let expected = (StatusCode::UNPROCESSABLE_ENTITY, json!({ "notok": false }));
            assert_eq!((refused.status, refused.body), expected);

            let [refused, taken] = server.rows(&tenant, "/requests").await.try_into().expect("two requests");
            assert_eq!((&refused["outcome"], &taken["outcome"]), (&json!("filtered"), &json!("accepted")));
            let [event] = server.rows(&tenant, "/events").await.try_into().expect("one event");
            assert_eq!(
                (&event["type"], &event["request_id"]),
                (&json!(self.event_type), &taken["id"]),
                "{event}"
            );
            let path = format!("/events/{}", event["id"].as_str().expect("an id"));
            let event = server.call(tenant.admin(), "GET", &path, None).await;
            assert_eq!(event.body["data"], self.data);
        })
        .await;
    }
}

fn exists(path: &str) -> Value {
    json!({ "all": [{ "path": path, "op": "exists" }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn a19_point_add() {
    let use_case = UseCase {
        endpoint: "endpoint1",
        event_type: "point_add",
        filter: exists("body.pointadd"),
        mapping: &[("clientID", "customer"), ("reason", "data.reason"), ("pointstobeadded", "data.points")],
        message: json!({ "clientID": "c-1", "pointstobeadded": "10", "reason": "purchase", "pointadd": true }),
        data: json!({ "customer": "c-1", "reason": "purchase", "points": "10" }),
        stray: json!({ "clientID": "c-1", "pointstobeadded": "10", "reason": "purchase" }),
    };
    use_case.holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a20_point_subtraction() {
    let use_case = UseCase {
        endpoint: "endpoint2",
        event_type: "point_sub",
        filter: json!({ "all": [{ "path": "body.pointsub", "op": "greater_than", "value": 0 }] }),
        mapping: &[("clientID", "customer"), ("reason", "data.reason"), ("pointsub", "data.points")],
        message: json!({ "clientID": "c-1", "pointsub": 25, "reason": "voucher" }),
        data: json!({ "customer": "c-1", "reason": "voucher", "points": 25 }),
        stray: json!({ "clientID": "c-1", "pointsub": 0, "reason": "voucher" }),
    };
    use_case.holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a21_checkout_accept() {
    let use_case = UseCase {
        endpoint: "endpoint3",
        event_type: "checkout_accept",
        filter: exists("body.checkoutaccept"),
        mapping: &[
            ("clientID", "customer"),
            ("transaction_id", "data.transaction_id"),
            ("total", "data.total"),
        ],
        message: json!({ "clientID": "c-1", "transaction_id": "t-7", "total": "99.90", "checkoutaccept": 1 }),
        data: json!({ "customer": "c-1", "transaction_id": "t-7", "total": "99.90" }),
        stray: json!({ "clientID": "c-1", "transaction_id": "t-7", "total": "99.90" }),
    };
    use_case.holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a22_checkout_accept_item() {
    let use_case = UseCase {
        endpoint: "endpoint4",
        event_type: "checkout_accept_item",
        filter: exists("body.checkoutacceptitem"),
        mapping: &[
            ("clientID", "customer"),
            ("transaction_id", "data.transaction_id"),
            ("total", "data.total"),
            ("product_id", "data.product_id"),
            ("subtotal", "data.subtotal"),
            ("quantity", "data.quantity"),
        ],
        message: json!({
            "clientID": "c-1", "transaction_id": "t-7", "total": 99.9, "product_id": "p-3", "subtotal": 33.3,
            "quantity": 3, "checkoutacceptitem": "",
        }),
        data: json!({
            "customer": "c-1", "transaction_id": "t-7", "total": 99.9, "product_id": "p-3", "subtotal": 33.3,
            "quantity": 3,
        }),
        stray: json!({ "clientID": "c-1", "transaction_id": "t-7", "product_id": "p-3" }),
    };
    use_case.holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a23_labels_upon_opt_in() {
    let use_case = UseCase {
        endpoint: "optin_labels",
        event_type: "opt_in",
        filter: exists("body.optin_labels"),
        // The e-mail comes from the labels' own attribute in the manual, too.
        mapping: &[
            ("customerID", "customer"),
            ("optin_labels", "data.email"),
            ("first_name", "data.first_name"),
            ("last_name", "data.last_name"),
            ("labels", "data.labels"),
        ],
        message: json!({
            "customerID": "c-1", "optin_labels": "ada@example.com", "first_name": "Ada", "last_name": "Byron",
            "labels": ["vip", "london"],
        }),
        data: json!({
            "customer": "c-1", "email": "ada@example.com", "first_name": "Ada", "last_name": "Byron",
            "labels": ["vip", "london"],
        }),
        stray: json!({ "customerID": "c-1", "first_name": "Ada", "last_name": "Byron", "labels": ["vip"] }),
    };
    use_case.holds().await;
}
