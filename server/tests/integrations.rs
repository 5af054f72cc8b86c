//! Integrations over REST: when they fire, when they try again, and what is to be said of them.

use crate::pages::html;
use crate::support::receiver::Receiver;
use crate::support::{NOWHERE, Server, Tenant, eventually, on_each_server};
use axum::http::StatusCode;
use serde_json::{Value, json};

async fn publish(server: &Server, tenant: &Tenant, number: u32) {
    let event = json!({ "type": "order.created", "data": { "n": number } });
    let published = server.call(tenant.admin(), "POST", "/events", Some(event)).await;
    assert_eq!(published.status, StatusCode::OK, "{published:?}");
}

async fn post(server: &Server, tenant: &Tenant, path: &str, body: Option<Value>) -> Value {
    let answer = server.call(tenant.admin(), "POST", path, body).await;
    assert!(answer.status.is_success(), "{path}: {answer:?}");
    answer.body
}

fn id(body: &Value) -> &str {
    body["id"].as_str().expect("an id")
}

#[tokio::test(flavor = "multi_thread")]
async fn t10_an_integration_fires_while_it_is_active_and_something_is_linked_to_it() {
    on_each_server(async |server| {
        let receiver = Receiver::start(&[]).await;
        let tenant = server.tenant("Acme").await;
        let target = json!({ "name": "Desk", "target_url": receiver.url });
        let integration = post(server, &tenant, "/integrations", Some(target)).await;
        assert_eq!(integration["state"], "inactive");
        let path = format!("/integrations/{}", id(&integration));
        let links = format!("{path}/links");
        let make = async |verb: &str| post(server, &tenant, &format!("{path}/{verb}"), None).await;

        make("activate").await;
        assert_eq!(server.rows(&tenant, &links).await, [] as [Value; 0]);
        publish(server, &tenant, 1).await;
        make("deactivate").await;
        let link = json!({ "event_types": ["order.*"], "integration_id": integration["id"] });
        let subscription = post(server, &tenant, "/subscriptions", Some(link)).await;
        publish(server, &tenant, 2).await;
        make("activate").await;
        let linked = server.rows(&tenant, &links).await;
        assert_eq!((linked.len(), &linked[0]["id"]), (1, &subscription["id"]), "{linked:?}");
        publish(server, &tenant, 3).await;
        eventually("the third is there", async || !receiver.received().is_empty()).await;

        let unlinked = format!("/subscriptions/{}", id(&subscription));
        let unlinked = server.call(tenant.admin(), "DELETE", &unlinked, None).await;
        assert_eq!(unlinked.status, StatusCode::NO_CONTENT, "{unlinked:?}");
        publish(server, &tenant, 4).await;
        assert_eq!(server.rows(&tenant, "/deliveries").await.len(), 1);
        let received = receiver.received();
        let sent: Value = serde_json::from_slice(&received[0].body).expect("JSON");
        assert_eq!((received.len(), &sent["data"]["n"]), (1, &json!(3)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t5_t6_t7_t16_the_envelope_goes_out_as_the_integration_says() {
    on_each_server(async |server| {
        let receiver = Receiver::start(&[]).await;
        let tenant = server.tenant("Acme").await;
        let integration = server.integration(&tenant, &receiver.url).await;
        let change = json!({ "method": "PUT", "action": "cancel", "entity": "line_item" });
        let path = format!("/integrations/{}", id(&integration));
        let changed = server.call(tenant.admin(), "PATCH", &path, Some(change)).await;
        assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
        publish(server, &tenant, 1).await;
        eventually("it is there", async || !receiver.received().is_empty()).await;
        let [message] = receiver.received().try_into().expect("one message");
        let event = &server.rows(&tenant, "/events").await[0];
        let sent: Value = serde_json::from_slice(&message.body).expect("JSON");
        let expected = json!({
            "id": event["id"], "type": "order.created", "timestamp": event["occurred_at"], "version": 1,
            "account": tenant.id, "action": "cancel", "entity": "line_item", "data": { "n": 1 },
        });
        assert_eq!((message.method.as_str(), sent), ("PUT", expected));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c8_c9_five_minutes_goes_on_where_it_may_help_and_ends_at_once_where_not() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let answers = [(400, true), (429, true), (500, true), (401, false), (403, false), (422, false)];
        let mut integrations = Vec::new();
        for (status, goes_on) in answers {
            let receiver = Receiver::start(&[status; 9]).await;
            let integration = server.integration(&tenant, &receiver.url).await;
            let path = format!("/integrations/{}", id(&integration));
            let patched =
                server.call(tenant.admin(), "PATCH", &path, Some(json!({ "retry": "five_minutes" }))).await;
            assert_eq!(patched.body["retry"], "five_minutes", "{patched:?}");
            integrations.push((integration["id"].clone(), status, goes_on));
        }
        publish(server, &tenant, 1).await;
        eventually("each was tried", async || {
            let rows = server.rows(&tenant, "/deliveries").await;
            rows.len() == 6 && rows.iter().all(|row| row["last_status_code"].is_number())
        })
        .await;
        let rows = server.rows(&tenant, "/deliveries").await;
        for (integration, status, goes_on) in integrations {
            let row = rows.iter().find(|row| row["integration_id"] == integration).expect("a delivery");
            assert_eq!(row["last_status_code"], status);
            let (expected, why) =
                if goes_on { ("pending", Value::Null) } else { ("failed", json!("refused_for_good")) };
            assert_eq!((&row["status"], &row["ended_because"]), (&json!(expected), &why), "{row}");
            assert_eq!(row["finished_at"].is_null(), goes_on, "{row}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d26_subscriptions_pick_events_by_their_type_and_data() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let target = json!({ "name": "Desk", "target_url": NOWHERE });
        let integration = post(server, &tenant, "/integrations", Some(target)).await;
        post(server, &tenant, &format!("/integrations/{}/activate", id(&integration)), None).await;
        let subscribe = async |event_types: Value, filter: Value| {
            let link = json!({
                "event_types": event_types, "filter": filter, "integration_id": integration["id"],
            });
            post(server, &tenant, "/subscriptions", Some(link)).await["id"].clone()
        };
        let exact = subscribe(json!(["order.created"]), Value::Null).await;
        let some = subscribe(json!(["order.*", "task.done"]), Value::Null).await;
        let big = json!({ "all": [
            { "path": "data.n", "op": "greater_than", "value": 10 },
            { "path": "event.type", "op": "starts_with", "value": "order." },
        ] });
        let big = subscribe(json!(["*"]), big).await;
        for (event_type, number, expected) in [
            ("order.created", 1, vec![&exact, &some]),
            ("order.paid", 11, vec![&some, &big]),
            ("task.done", 11, vec![&some]),
            ("orders", 11, vec![]),
        ] {
            let event = json!({ "type": event_type, "data": { "n": number } });
            let published = post(server, &tenant, "/events", Some(event)).await;
            let detail =
                server.call(tenant.admin(), "GET", &format!("/events/{}", id(&published)), None).await;
            let deliveries = detail.body["deliveries"].as_array().expect("deliveries");
            let mut links: Vec<_> = deliveries.iter().map(|delivery| &delivery["subscription_id"]).collect();
            links.sort_by_key(|link| link.to_string());
            let mut expected = expected;
            expected.sort_by_key(|link| link.to_string());
            assert_eq!(links, expected, "{event_type} {number}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_in_flight_is_not_retried() {
    on_each_server(async |server| {
        const NO_ANSWER: u16 = 0;
        let receiver = Receiver::start(&[NO_ANSWER]).await;
        let tenant = server.tenant("Acme").await;
        server.integration(&tenant, &receiver.url).await;
        publish(server, &tenant, 1).await;
        eventually("it is on its way", async || receiver.received().len() == 1).await;
        let delivery = &server.rows(&tenant, "/deliveries").await[0];
        let path = format!("/deliveries/{}/retry", id(delivery));
        let refused = server.call(tenant.admin(), "POST", &path, None).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::CONFLICT, "conflict"));
        let all = server.call(tenant.admin(), "POST", "/deliveries/retry", Some(json!({}))).await;
        assert_eq!(all.body, json!({ "retried": 0 }));
        assert_eq!(receiver.received().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_whose_first_try_is_under_way_is_said_to_be_tried() {
    on_each_server(async |server| {
        const NO_ANSWER: u16 = 0;
        let receiver = Receiver::start(&[NO_ANSWER]).await;
        let tenant = server.tenant("Acme").await;
        let token = server.sign_in("acme@example.com").await;
        server.integration(&tenant, &receiver.url).await;
        publish(server, &tenant, 1).await;
        eventually("it is on its way", async || receiver.received().len() == 1).await;
        let delivery = &server.rows(&tenant, "/deliveries").await[0];
        let page = html(server, &token, &format!("/a/acme/activity/deliveries/{}", id(delivery))).await;
        assert!(page.contains("It is being tried now."), "{page}");
        assert!(!page.contains("It was never tried."), "{page}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_activating_still_needs_is_named() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let auth = json!({ "type": "basic", "username": "u" });
        let integration = json!({ "name": "Desk", "auth": auth });
        let verification = json!({ "type": "header_token", "header": "x-token" });
        let action = json!({ "type": "publish_event", "event_type": "a.b" });
        let source =
            json!({ "name": "Shop", "endpoint": "shop", "action": action, "verification": verification });
        let password = json!({ "field": "auth.password", "message": "set the password first" });
        let target = json!({ "field": "target_url", "message": "set the target URL first" });
        let token = json!({ "field": "verification.token", "message": "set the token first" });
        for (path, config, missing) in
            [("/integrations", integration, json!([target, password])), ("/sources", source, json!([token]))]
        {
            let made = post(server, &tenant, path, Some(config)).await;
            let path = format!("{path}/{}/activate", id(&made));
            let refused = server.call(tenant.admin(), "POST", &path, None).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{refused:?}");
            assert_eq!(refused.body["error"]["fields"], missing, "{refused:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d11_d22_answers_about_integrations_carry_warnings() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let about = |body: &Value| {
            let warnings = body["warnings"].as_array().unwrap_or_else(|| panic!("no warnings: {body}"));
            let pair = |warning: &Value| json!([warning["path"], warning["code"]]);
            assert!(warnings.iter().all(|warning| warning["message"].is_string()), "{body}");
            warnings.iter().map(pair).collect::<Value>()
        };
        let both = json!([["target_url", "unencrypted_target"], ["auth", "no_authentication"]]);
        let target = json!({ "name": "Desk", "target_url": "http://desk.example/" });
        let made = post(server, &tenant, "/integrations", Some(target)).await;
        assert_eq!(about(&made), both);
        let path = format!("/integrations/{}", id(&made));
        assert_eq!(about(&server.call(tenant.admin(), "GET", &path, None).await.body), both);
        assert_eq!(about(&server.rows(&tenant, "/integrations").await[0]), both);
        assert_eq!(about(&post(server, &tenant, &format!("{path}/activate"), None).await), both);
        assert_eq!(about(&post(server, &tenant, &format!("{path}/deactivate"), None).await), both);
        for safe in ["https://desk.example/", "http://127.0.0.1:9/"] {
            let target = json!({ "target_url": safe });
            let patched = server.call(tenant.admin(), "PATCH", &path, Some(target)).await.body;
            assert_eq!(about(&patched), json!([["auth", "no_authentication"]]), "{safe}");
        }
        let key = json!({ "type": "api_key", "header": "x-key", "value": "s3cret" });
        let whole = json!({ "name": "Desk", "target_url": "https://desk.example/", "auth": key });
        let replaced = server.call(tenant.admin(), "PUT", &path, Some(whole)).await.body;
        assert_eq!(about(&replaced), json!([]));
    })
    .await;
}
