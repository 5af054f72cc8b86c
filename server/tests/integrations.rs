//! Integrations over REST: when they fire, and when they try again.

mod support;

use axum::http::StatusCode;
use serde_json::{Value, json};
use support::receiver::Receiver;
use support::{Server, Tenant, eventually, on_each_server};

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
