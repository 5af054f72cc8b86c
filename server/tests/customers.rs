//! Customers over REST: what is said of them, what arrives about them, and what is decided about that.

use crate::support::{Answer, Server, Tenant, on_each_server};
use axum::http::StatusCode;
use serde_json::{Value, json};

async fn call(server: &Server, tenant: &Tenant, method: &str, path: &str, body: Value) -> Answer {
    server.call(tenant.admin(), method, path, Some(body)).await
}

async fn get(server: &Server, tenant: &Tenant, path: &str) -> Value {
    let answer = server.call(tenant.admin(), "GET", path, None).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {answer:?}");
    answer.body
}

/// The field that was refused.
fn field(answer: &Answer) -> &str {
    assert_eq!((answer.status, answer.code()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid"), "{answer:?}");
    answer.body["error"]["fields"][0]["field"].as_str().unwrap_or_default()
}

/// An active source that records events of a type on the customer in `id`, with `data` as it is sent.
async fn recorder(server: &Server, tenant: &Tenant, event_type: &str, attributes: &[&str]) {
    let mut mapping = vec![json!({"from": "id", "to": "customer"})];
    mapping.extend(attributes.iter().map(|name| json!({"from": name, "to": format!("data.{name}")})));
    let config = json!({
        "name": event_type, "endpoint": event_type, "mapping": mapping,
        "action": {"type": "record_event", "event_type": event_type},
    });
    server.active_source(tenant, config).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a25_a26_what_arrives_changes_the_customer_and_stands_in_their_history() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        recorder(server, &tenant, "point_add", &["points"]).await;
        recorder(server, &tenant, "opt_in", &["email", "labels"]).await;
        for (endpoint, body) in [
            ("point_add", json!({"id": "c-1", "points": "10"})),
            ("opt_in", json!({"id": "c-1", "email": "ada@x.example", "labels": "vip"})),
            ("point_add", json!({"id": 7, "points": 1})),
        ] {
            let taken = server.inbound(&tenant, endpoint, &body).await;
            assert_eq!(taken.status, StatusCode::OK, "{taken:?}");
        }
        let unfit = server.inbound(&tenant, "point_add", &json!({"id": "c-1", "points": "many"})).await;
        assert_eq!((unfit.status, &unfit.body["ok"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(false)));
        assert_eq!(server.rows(&tenant, "/events").await.len(), 3, "what does not fit stores no event");
        assert_eq!(server.rows(&tenant, "/requests").await.len(), 4, "but a row of the log");

        let [found] = server.rows(&tenant, "/customers?search=ADA").await.try_into().expect("one customer");
        let known = (&found["key"], &found["title"], &found["points"]);
        assert_eq!(known, (&json!("c-1"), &json!("ada@x.example"), &json!(10)));
        let path = format!("/customers/{}", found["id"].as_str().expect("an id"));
        let customer = get(server, &tenant, &path).await;
        assert_eq!((&customer["opted_in"], &customer["labels"]), (&json!(true), &json!(["vip"])));
        assert_eq!((&customer["points"], &customer["version"]), (&json!(10), &json!(2)));

        let history = server.rows(&tenant, &format!("{path}/events")).await;
        assert_eq!(history.len(), 2, "{history:?}");
        let only = server.rows(&tenant, &format!("{path}/events?type=point_*")).await;
        let [entry] = only.try_into().expect("one entry");
        assert_eq!((&entry["type"], &entry["attributes"]), (&json!("point_add"), &json!({"points": 10})));
        assert_eq!(entry["changes"], json!([{"field": "points", "from": null, "to": 10}]));
        assert_eq!(entry["by"]["type"], "source");
        let request = format!("/requests/{}", entry["request_id"].as_str().expect("it came with one"));
        assert_eq!(get(server, &tenant, &request).await["events"][0]["id"], entry["id"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t24_t28_customers_are_made_and_replaced_over_rest() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let draft = json!({
            "key": 7, "opted_in": false, "labels": ["vip"], "external_account_numbers": ["b", "a"],
            "fields": {"first_name": "Ada", "zip": 1234, "account_number": "007", "billing_id": "12"},
        });
        let made = call(server, &tenant, "POST", "/customers", draft.clone()).await;
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        let fields = json!({"first_name": "Ada", "zip": "1234", "account_number": "007", "billing_id": 12});
        assert_eq!((&made.body["key"], &made.body["fields"]), (&json!("7"), &fields));
        assert_eq!(made.body["external_account_numbers"], json!(["b", "a"]));
        let path = format!("/customers/{}", made.id());
        assert_eq!(get(server, &tenant, &path).await, made.body);
        let again = call(server, &tenant, "POST", "/customers", draft).await;
        assert_eq!(field(&again), "key");
        let points = call(server, &tenant, "POST", "/customers", json!({"key": "c-2", "points": 5})).await;
        assert_eq!(points.status, StatusCode::UNPROCESSABLE_ENTITY, "points come from events: {points:?}");

        let unfit = call(server, &tenant, "PUT", &path, json!({"fields": {"billing_id": 1.5}})).await;
        assert_eq!(field(&unfit), "fields.billing_id");
        let replaced = json!({"version": 1, "fields": {"last_name": "Lovelace"}});
        let answer = call(server, &tenant, "PUT", &path, replaced.clone()).await;
        assert_eq!((answer.status, &answer.body["version"]), (StatusCode::OK, &json!(2)), "{answer:?}");
        assert_eq!(
            (&answer.body["fields"], &answer.body["labels"], &answer.body["opted_in"]),
            (&json!({"last_name": "Lovelace"}), &json!([]), &Value::Null)
        );
        let stale = call(server, &tenant, "PUT", &path, replaced).await;
        assert_eq!((stale.status, stale.code()), (StatusCode::CONFLICT, "conflict"));
        let renamed = call(server, &tenant, "PUT", &path, json!({"key": "8"})).await;
        assert_eq!(field(&renamed), "key");
        let events = server.rows(&tenant, "/events").await;
        let mut told: Vec<_> = events.iter().filter_map(|event| event["type"].as_str()).collect();
        told.sort_unstable();
        assert_eq!(told, ["customer.created", "customer.updated"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d28_customers_are_searched_and_paged_over_rest() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        for number in 0..5 {
            let city = if number == 4 { "Rome" } else { "Bonn" };
            let draft = json!({"key": format!("c-{number}"), "fields": {"city": city}, "labels": ["Bonn"]});
            let made = call(server, &tenant, "POST", "/customers", draft).await;
            assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        }
        for (query, count) in [
            ("", 5),
            ("?search=", 5),
            ("?search=bo", 5),
            ("?search=BO&field=city", 4),
            ("?search=c-3&field=key", 1),
            ("?search=onn", 0),
            ("?search=bo&match=exact", 0),
            ("?search=bonn&match=prefix", 5),
            ("?search=BONN&field=city&match=exact", 4),
            ("?search=%00", 0),
        ] {
            assert_eq!(server.rows(&tenant, &format!("/customers{query}")).await.len(), count, "{query}");
        }
        let (mut keys, mut query) = (Vec::new(), String::new());
        loop {
            let page =
                get(server, &tenant, &format!("/customers?search=bonn&field=city&limit=3{query}")).await;
            let rows = page["data"].as_array().expect("rows");
            keys.extend(rows.iter().filter_map(|row| row["key"].as_str().map(str::to_owned)));
            let Some(next) = page["next"].as_str() else { break };
            query = format!("&after={next}");
        }
        keys.sort_unstable();
        assert_eq!(keys, ["c-0", "c-1", "c-2", "c-3"]);
        for unknown in ["/customers?sort=name", "/customers?search=bonn&match=about"] {
            let refused = server.call(tenant.admin(), "GET", unknown, None).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{unknown}: {refused:?}");
        }
        let nul = server.rows(&tenant, "/events?type=a%00").await;
        assert!(nul.is_empty(), "PostgreSQL is not asked for a NUL");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn o7_notes_are_left_and_deleted_over_rest() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let mut paths = Vec::new();
        for key in ["c-1", "c-2"] {
            let made = call(server, &tenant, "POST", "/customers", json!({"key": key})).await;
            paths.push(format!("/customers/{}/notes", made.id()));
        }
        let left = call(server, &tenant, "POST", &paths[0], json!({"text": "called"})).await;
        assert_eq!(
            (left.status, &left.body["by"]["type"]),
            (StatusCode::CREATED, &json!("api_key")),
            "{left:?}"
        );
        assert_eq!(server.rows(&tenant, &paths[0]).await, std::slice::from_ref(&left.body));
        assert!(server.rows(&tenant, &paths[1]).await.is_empty());
        assert_eq!(field(&call(server, &tenant, "POST", &paths[0], json!({"text": ""})).await), "text");
        for (path, status) in [
            (format!("{}/{}", paths[1], left.id()), StatusCode::NOT_FOUND),
            (format!("{}/no-id", paths[0]), StatusCode::NOT_FOUND),
            (format!("{}/{}", paths[0], left.id()), StatusCode::NO_CONTENT),
            (format!("{}/{}", paths[0], left.id()), StatusCode::NOT_FOUND),
        ] {
            let answer = server.call(tenant.admin(), "DELETE", &path, None).await;
            assert_eq!(answer.status, status, "{path}: {answer:?}");
        }
        assert!(server.rows(&tenant, &paths[0]).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a8_a26_the_catalogue_decides_what_is_taken_from_the_next_request_on() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let path = "/event-definitions/visit";
        let attribute = json!({"key": "shop", "label": "Shop", "type": "integer", "required": true});
        let definition = json!({"event_type": "visit", "name": "Visit", "attributes": [attribute]});
        let other = call(server, &tenant, "PUT", "/event-definitions/visits", definition.clone()).await;
        assert_eq!(field(&other), "event_type");
        let mut as_read = definition;
        as_read["version"] = json!(0);
        let defined = call(server, &tenant, "PUT", path, as_read.clone()).await;
        assert_eq!((defined.status, &defined.body["version"]), (StatusCode::OK, &json!(1)), "{defined:?}");
        let stale = call(server, &tenant, "PUT", path, as_read).await;
        assert_eq!((stale.status, stale.code()), (StatusCode::CONFLICT, "conflict"));
        assert_eq!((&defined.body["shipped"], &defined.body["own"]), (&json!(false), &json!(true)));
        let listed = server.rows(&tenant, "/event-definitions").await;
        assert_eq!(listed.last(), Some(&defined.body));
        assert_eq!(listed[0]["definition"]["event_type"], "point_add");

        recorder(server, &tenant, "visit", &["shop"]).await;
        let visit = async |shop: Value| {
            server.inbound(&tenant, "visit", &json!({"id": "c-1", "shop": shop})).await.status
        };
        assert_eq!(visit(json!("main street")).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(visit(json!("7")).await, StatusCode::OK);
        let used = server.call(tenant.admin(), "DELETE", path, None).await;
        assert_eq!((used.status, used.code()), (StatusCode::CONFLICT, "conflict"));
        let loose = json!({"event_type": "visit", "name": "Visit"});
        assert_eq!(call(server, &tenant, "PUT", path, loose).await.status, StatusCode::OK);
        assert_eq!(visit(json!("main street")).await, StatusCode::OK);

        for name in ["nothing", "no%20type"] {
            let path = format!("/event-definitions/{name}");
            let missing = server.call(tenant.admin(), "DELETE", &path, None).await;
            assert_eq!(missing.status, StatusCode::NOT_FOUND, "{name}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t24_t29_the_form_and_its_lookup_lists_decide_what_customers_have() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let entries = json!([{"id": 4, "label": "Prime time"}]);
        let list = json!({"name": "Day parts", "entries": entries});
        let list = call(server, &tenant, "POST", "/lookup-lists", list).await;
        assert_eq!(list.status, StatusCode::CREATED, "{list:?}");
        assert_eq!(server.rows(&tenant, "/lookup-lists").await, std::slice::from_ref(&list.body));
        let list_path = format!("/lookup-lists/{}", list.id());

        let mut form = get(server, &tenant, "/customer-form").await;
        assert_eq!(form["version"], 0);
        let field_type = json!({"lookup": {"list": list.id()}});
        let day_part = json!({"key": "day_part", "label": "Day part", "type": field_type});
        form["sections"][2]["fields"].as_array_mut().expect("fields").push(day_part);
        let set = call(server, &tenant, "PUT", "/customer-form", form.clone()).await;
        assert_eq!((set.status, &set.body["version"]), (StatusCode::OK, &json!(1)), "{set:?}");
        assert_eq!(get(server, &tenant, "/customer-form").await, set.body);
        let stale = call(server, &tenant, "PUT", "/customer-form", form).await;
        assert_eq!((stale.status, stale.code()), (StatusCode::CONFLICT, "conflict"));

        let customer = async |day_part: i64| {
            let draft = json!({"key": format!("c-{day_part}"), "fields": {"day_part": day_part}});
            call(server, &tenant, "POST", "/customers", draft).await
        };
        assert_eq!(field(&customer(5).await), "fields.day_part");
        assert_eq!(customer(4).await.status, StatusCode::CREATED);
        let more = json!({"version": 1, "name": "Day parts", "entries": [{"id": 5, "label": "Night"}]});
        let replaced = call(server, &tenant, "PUT", &list_path, more.clone()).await;
        assert_eq!((replaced.status, &replaced.body["version"]), (StatusCode::OK, &json!(2)), "{replaced:?}");
        assert_eq!(get(server, &tenant, &list_path).await, replaced.body);
        assert_eq!(call(server, &tenant, "PUT", &list_path, more).await.status, StatusCode::CONFLICT);
        assert_eq!(customer(5).await.status, StatusCode::CREATED);

        let used = server.call(tenant.admin(), "DELETE", &list_path, None).await;
        assert_eq!((used.status, used.code()), (StatusCode::CONFLICT, "conflict"));
        let empty = json!({"sections": []});
        assert_eq!(call(server, &tenant, "PUT", "/customer-form", empty).await.status, StatusCode::OK);
        let deleted = server.call(tenant.admin(), "DELETE", &list_path, None).await;
        assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    })
    .await;
}
