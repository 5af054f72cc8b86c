//! The five use cases of the manual whose incoming webhooks this takes the place of, from their blueprints as shipped to
//! what they leave with the customer. The messages have the attribute that their filter asks for (D2).

use crate::support::{Server, Tenant, on_each_server};
use axum::http::StatusCode;
use serde_json::{Value, json};

struct UseCase {
    blueprint: &'static str,
    message: Value,
    /// What the event says, beside whom it is about, in the types of the catalogue.
    attributes: Value,
    /// What the customer has after it: path and value.
    customer: Vec<(&'static str, Value)>,
    /// A message that is not meant.
    stray: Value,
}

/// An active source as the blueprint sets it up.
async fn source_of(server: &Server, tenant: &Tenant, blueprint: &str) -> Value {
    let blueprint = domain::blueprint::blueprint(blueprint).expect("it is shipped");
    server.active_source(tenant, serde_json::to_value(&blueprint.source).expect("JSON")).await
}

/// The one customer there is, and their history.
async fn customer(server: &Server, tenant: &Tenant) -> (Value, Vec<Value>) {
    let [row] =
        server.rows(tenant, "/customers?search=C-1&field=key").await.try_into().expect("one customer");
    let path = format!("/customers/{}", row["id"].as_str().expect("an id"));
    let customer = server.call(tenant.admin(), "GET", &path, None).await;
    assert_eq!(customer.status, StatusCode::OK, "{customer:?}");
    (customer.body, server.rows(tenant, &format!("{path}/events")).await)
}

impl UseCase {
    async fn holds(&self) {
        on_each_server(async |server| {
            let tenant = server.tenant("Acme").await;
            // Somebody with 100 points, of which some use cases take.
            source_of(server, &tenant, "point_add").await;
            let start = json!({"clientID": "C-1", "pointstobeadded": 100, "reason": "start", "pointadd": 1});
            assert_eq!(server.inbound(&tenant, "endpoint1", &start).await.status, StatusCode::OK);
            if self.blueprint != "point_add" {
                source_of(server, &tenant, self.blueprint).await;
            }
            let source = &domain::blueprint::blueprint(self.blueprint).expect("it is shipped").source;

            let taken = server.inbound(&tenant, &source.endpoint, &self.message).await;
            assert_eq!((taken.status, taken.body), (StatusCode::OK, json!({ "ok": true })));
            let refused = server.inbound(&tenant, &source.endpoint, &self.stray).await;
            let expected = (StatusCode::UNPROCESSABLE_ENTITY, json!({ "notok": false }));
            assert_eq!((refused.status, refused.body), expected);

            let requests = server.rows(&tenant, "/requests").await;
            let outcomes: Vec<_> = requests.iter().map(|request| &request["outcome"]).collect();
            assert_eq!(outcomes, ["filtered", "accepted", "accepted"]);
            let (customer, history) = customer(server, &tenant).await;
            for (path, expected) in &self.customer {
                assert_eq!(customer.pointer(path), Some(expected), "{path}: {customer}");
            }
            let [newest, _] = history.try_into().expect("two events");
            assert_eq!(newest["attributes"], self.attributes);
            assert_eq!(newest["request_id"], requests[1]["id"], "it leads to the request that caused it");
            let events = server.rows(&tenant, "/events").await;
            assert_eq!(events[0]["type"], newest["type"], "subscribers are told, too");
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a19_point_add() {
    let use_case = UseCase {
        blueprint: "point_add",
        message: json!({ "clientID": "C-1", "pointstobeadded": "10", "reason": "purchase", "pointadd": true }),
        attributes: json!({ "points": 10, "reason": "purchase" }),
        customer: vec![("/points", json!(110))],
        stray: json!({ "clientID": "C-1", "pointstobeadded": "10", "reason": "purchase" }),
    };
    use_case.holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a20_point_subtraction() {
    let use_case = UseCase {
        blueprint: "point_sub",
        message: json!({ "clientID": "C-1", "pointsub": 25, "reason": "voucher" }),
        attributes: json!({ "points": 25, "reason": "voucher" }),
        customer: vec![("/points", json!(75))],
        stray: json!({ "clientID": "C-1", "pointsub": 0, "reason": "voucher" }),
    };
    use_case.holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a21_checkout_accept() {
    let use_case = UseCase {
        blueprint: "checkout_accept",
        message: json!({ "clientID": "C-1", "transaction_id": "t-7", "total": "99.90", "checkoutaccept": 1 }),
        attributes: json!({ "transaction_id": "t-7", "total": number("99.90") }),
        customer: vec![("/totals/purchases", json!(1)), ("/totals/items", json!(0)), ("/points", json!(100))],
        stray: json!({ "clientID": "C-1", "transaction_id": "t-7", "total": "99.90" }),
    };
    use_case.holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a22_checkout_accept_item() {
    let use_case = UseCase {
        blueprint: "checkout_accept_item",
        message: json!({
            "clientID": "C-1", "transaction_id": "t-7", "total": 99.5, "product_id": "p-3", "subtotal": 33.5,
            "quantity": 3, "checkoutacceptitem": "",
        }),
        attributes: json!({
            "transaction_id": "t-7", "product_id": "p-3", "total": 99.5, "subtotal": 33.5, "quantity": 3,
        }),
        customer: vec![("/totals/items", json!(3)), ("/totals/purchases", json!(0))],
        stray: json!({ "clientID": "C-1", "transaction_id": "t-7", "product_id": "p-3" }),
    };
    use_case.holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a23_labels_upon_opt_in() {
    let use_case = UseCase {
        blueprint: "optin_labels",
        message: json!({
            "customerID": "C-1", "optin_labels": "ada@example.com", "first_name": "Ada", "last_name": "Byron",
            "labels": ["vip", "london"],
        }),
        attributes: json!({
            "email": "ada@example.com", "first_name": "Ada", "last_name": "Byron", "labels": ["vip", "london"],
        }),
        customer: vec![
            ("/labels", json!(["london", "vip"])),
            ("/opted_in", json!(true)),
            ("/fields/email", json!("ada@example.com")),
        ],
        stray: json!({ "customerID": "C-1", "first_name": "Ada", "last_name": "Byron", "labels": ["vip"] }),
    };
    use_case.holds().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a26_an_event_that_does_not_fit_leaves_nothing_but_its_log_row() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        source_of(server, &tenant, "point_add").await;
        source_of(server, &tenant, "point_sub").await;
        for (endpoint, message, why) in [
            ("endpoint1", json!({"clientID": "C-1", "pointstobeadded": "many", "pointadd": 1}), "points"),
            ("endpoint1", json!({"pointstobeadded": 1, "pointadd": 1}), "customer"),
            ("endpoint2", json!({"clientID": "C-1", "pointsub": 1}), "points: not enough points"),
        ] {
            let refused = server.inbound(&tenant, endpoint, &message).await;
            let expected = (StatusCode::UNPROCESSABLE_ENTITY, json!({ "notok": false }));
            assert_eq!((refused.status, refused.body), expected, "{message}");
            let newest = &server.rows(&tenant, "/requests").await[0];
            assert_eq!(newest["outcome"], "record_refused", "{message}");
            let told = newest["explanation"].as_str().unwrap_or_default();
            assert!(told.starts_with(why), "{told}");
        }
        assert!(server.rows(&tenant, "/customers").await.is_empty());
        assert!(server.rows(&tenant, "/events").await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d16_fifty_parallel_requests_with_one_key_add_points_once() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let blueprint = domain::blueprint::blueprint("point_add").expect("it is shipped");
        let mut source = serde_json::to_value(&blueprint.source).expect("JSON");
        source["idempotency_key"] = json!("body.id");
        server.active_source(&tenant, source).await;
        let message = json!({"id": "m-1", "clientID": "C-1", "pointstobeadded": 10, "pointadd": 1});
        let sent = (0..50).map(|_| server.inbound(&tenant, "endpoint1", &message));
        for answer in futures::future::join_all(sent).await {
            assert_eq!((answer.status, answer.body), (StatusCode::OK, json!({ "ok": true })));
        }
        let (customer, history) = customer(server, &tenant).await;
        assert_eq!((&customer["points"], history.len()), (&json!(10), 1));
    })
    .await;
}

/// A number with just these digits.
fn number(digits: &str) -> Value {
    serde_json::from_str(digits).expect("a number")
}
