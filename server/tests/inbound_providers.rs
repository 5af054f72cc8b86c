//! Known senders, set up from their blueprints: signatures, forms, handshakes, and a secret that is replaced.

use crate::support::{Answer, Server, Tenant, on_each_server, on_each_server_at};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::blueprint::{Blueprint, blueprint};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use services::Clock;
use sha1::Sha1;

const FORM: &str = "application/x-www-form-urlencoded";

/// What the blueprint prefills, as the REST API shows it.
async fn prefilled(server: &Server, tenant: &Tenant, key: &str) -> Value {
    let rows = server.rows(tenant, "/blueprints").await;
    let found = rows.into_iter().find(|row| row["key"] == key).expect("it is there");
    found["source"].clone()
}

/// An active source made from the blueprint, with `secret` if it takes one.
async fn source_of(server: &Server, tenant: &Tenant, key: &str, secret: Option<&str>) -> Value {
    let mut config = prefilled(server, tenant, key).await;
    if let Some(secret) = secret {
        let verification = &blueprint(key).expect("it ships").source.verification;
        config["verification"][verification.secret_field().expect("it takes one")] = secret.into();
    }
    server.active_source(tenant, config).await
}

/// Sends the blueprint's sample to the tenant's source.
async fn send_sample(server: &Server, tenant: &Tenant, blueprint: &Blueprint) -> Answer {
    send_with(server, tenant, blueprint, &blueprint.sample.headers).await
}

type Headers = Vec<(String, String)>;

/// Sends it with these headers instead of its own.
async fn send_with(server: &Server, tenant: &Tenant, blueprint: &Blueprint, headers: &Headers) -> Answer {
    let uri = format!("/in/{}/{}", tenant.id, blueprint.source.endpoint);
    let mut request = Request::builder().method(blueprint.sample.method.as_str()).uri(uri);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    server.send(request.body(Body::from(blueprint.sample.body.clone())).expect("a request")).await
}

/// As Twilio says: the URL, then each field's name and value, sorted by name.
fn twilio_signature(token: &str, url: &str, fields: &[(&str, &str)]) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).expect("any length will do");
    mac.update(url.as_bytes());
    for (name, value) in fields {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    STANDARD.encode(mac.finalize().into_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn k2_k17_blueprints_are_found_and_make_sources() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let all = server.rows(&tenant, "/blueprints").await;
        assert_eq!(all[0]["key"], "blank");
        let found = server.rows(&tenant, "/blueprints?search=GIT%20push").await;
        let keys: Vec<_> = found.iter().map(|row| &row["key"]).collect();
        assert_eq!(keys, ["github_push"]);
        for row in &all {
            for field in ["name", "description", "category"] {
                assert!(row[field].as_str().is_some_and(|text| !text.is_empty()), "{row}");
            }
            assert!(row["steps"].as_array().is_some_and(|steps| !steps.is_empty()), "{row}");
            let made = server.call(tenant.admin(), "POST", "/sources", Some(row["source"].clone())).await;
            assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
            for (name, value) in row["source"].as_object().expect("a configuration") {
                assert_eq!(&made.body[name], value, "{name} of {}", row["key"]);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a7_a_github_signature_lets_in_who_knows_the_secret() {
    on_each_server(async |server| {
        let (tenant, other) = (server.tenant("Acme").await, server.tenant("Bolt").await);
        let github = blueprint("github_push").expect("it ships");
        source_of(server, &tenant, github.key, github.sample.secret.as_deref()).await;
        source_of(server, &other, github.key, Some("wrong")).await;
        let accepted = send_sample(server, &tenant, github).await;
        assert_eq!(accepted.status, StatusCode::OK, "{accepted:?}");
        assert_eq!(server.rows(&tenant, "/events?type=code.pushed").await.len(), 1);
        let refused = send_sample(server, &other, github).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::UNAUTHORIZED, "verification_failed"));
        assert_eq!(server.rows(&other, "/events").await, Vec::<Value>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a7_a_signature_that_is_missing_empty_or_there_twice_is_refused() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        for (key, proof) in [
            ("basic", "authorization"),
            ("github_push", "x-hub-signature-256"),
            ("slack_events", "x-slack-signature"),
            ("stripe_checkout", "stripe-signature"),
            ("twilio_sms", "x-twilio-signature"),
            ("standard_webhooks", "webhook-signature"),
            ("standard_webhooks", "webhook-timestamp"),
        ] {
            let blueprint = blueprint(key).expect("it ships");
            if proof != "webhook-timestamp" {
                source_of(server, &tenant, key, blueprint.sample.secret.as_deref()).await;
            }
            let own = |name: &str| name.eq_ignore_ascii_case(proof);
            let missing: Headers =
                blueprint.sample.headers.iter().filter(|(name, _)| !own(name)).cloned().collect();
            let with = |values: &[&str]| {
                let proofs = values.iter().map(|value| (proof.to_owned(), (*value).to_owned()));
                missing.iter().cloned().chain(proofs).collect::<Headers>()
            };
            let found = blueprint.sample.headers.iter().find(|(name, _)| own(name)).expect("it is signed");
            for (headers, why) in [
                (missing.clone(), format!("header `{proof}` is missing")),
                (with(&[""]), format!("header `{proof}` is missing")),
                (with(&[&found.1, &found.1]), format!("header `{proof}` came more than once")),
            ] {
                let refused = send_with(server, &tenant, blueprint, &headers).await;
                let expected = (StatusCode::UNAUTHORIZED, "verification_failed");
                assert_eq!((refused.status, refused.code()), expected, "{key} {why}");
                let logged = &server.rows(&tenant, "/requests?limit=1").await[0]["explanation"];
                assert!(
                    logged.as_str().is_some_and(|told| told.eq_ignore_ascii_case(&why)),
                    "{key} {logged}"
                );
            }
        }
        assert_eq!(server.rows(&tenant, "/events").await, Vec::<Value>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d24_a_twilio_form_is_signed_over_the_url_as_it_was_called() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let made = source_of(server, &tenant, "twilio_sms", Some("token")).await;
        let url = format!("{}?from=a%20b&n=", made["url"].as_str().expect("a URL"));
        let path = url.strip_prefix("http://127.0.0.1:3000").expect("the public URL");
        let fields = [("Body", "Hi you"), ("From", "+1555"), ("MessageSid", "SM1"), ("To", "+1556")];
        let right = twilio_signature("token", &url, &fields);
        let without_query = twilio_signature("token", url.split('?').next().expect("one part"), &fields);
        for (signature, status) in
            [(without_query, StatusCode::UNAUTHORIZED), (right, StatusCode::NO_CONTENT)]
        {
            let request = Request::post(path)
                .header(header::CONTENT_TYPE, FORM)
                .header("x-twilio-signature", signature)
                .body(Body::from("MessageSid=SM1&From=%2B1555&To=%2B1556&Body=Hi+you"));
            let answer = server.send(request.expect("a request")).await;
            assert_eq!(answer.status, status, "{answer:?}");
        }
        let logged = server.rows(&tenant, "/requests").await;
        let path = path.split('?').next().expect("one part");
        assert!(logged.iter().all(|row| row["path"] == path), "{logged:?}");
        let [event] = server.rows(&tenant, "/events").await.try_into().expect("one event");
        let event = format!("/events/{}", event["id"].as_str().expect("an id"));
        let event = server.call(tenant.admin(), "GET", &event, None).await.body;
        assert_eq!(event["data"]["text"], "Hi you", "{event}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d24_a_handshake_is_answered_while_the_source_is_active_and_makes_no_event() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let made = source_of(server, &tenant, "mailchimp", None).await;
        let uri = format!("/in/{}/mailchimp", tenant.id);
        let ask = async |method: &str| {
            let request = Request::builder().method(method).uri(&uri).body(Body::empty());
            server.send(request.expect("a request")).await.status
        };
        for method in ["GET", "HEAD"] {
            assert_eq!(ask(method).await, StatusCode::OK, "{method}");
        }
        let rows = server.rows(&tenant, "/requests").await;
        assert!(rows.len() == 2 && rows.iter().all(|row| row["outcome"] == "handshake"), "{rows:?}");
        assert_eq!(server.rows(&tenant, "/requests?outcome=handshake").await.len(), 2);
        assert_eq!(server.rows(&tenant, "/requests?only_refused=true").await, Vec::<Value>::new());
        assert_eq!(server.rows(&tenant, "/events").await, Vec::<Value>::new());

        let path = format!("/sources/{}/deactivate", made["id"].as_str().expect("an id"));
        assert_eq!(server.call(tenant.admin(), "POST", &path, None).await.status, StatusCode::OK);
        assert_eq!(ask("GET").await, StatusCode::NOT_FOUND);
        assert_eq!(server.rows(&tenant, "/requests?only_refused=true").await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d24_a_form_becomes_an_event_where_the_source_takes_forms() {
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let mailchimp = blueprint("mailchimp").expect("it ships");
        source_of(server, &tenant, mailchimp.key, None).await;
        server.source(&tenant, "json-only").await;
        let accepted = send_sample(server, &tenant, mailchimp).await;
        assert_eq!(accepted.status, StatusCode::OK, "{accepted:?}");
        let [event] = server.rows(&tenant, "/events").await.try_into().expect("one event");
        assert_eq!(event["type"], "subscriber.changed");
        let to_json_only = Request::post(format!("/in/{}/json-only", tenant.id))
            .header(header::CONTENT_TYPE, FORM)
            .body(Body::from("a=1"));
        let refused = server.send(to_json_only.expect("a request")).await;
        assert_eq!(refused.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{refused:?}");
        let as_json = server.inbound(&tenant, "mailchimp", &json!({ "type": "subscribe" })).await;
        assert_eq!(as_json.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{as_json:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a7_both_secrets_are_believed_for_a_day_after_a_change() {
    let clock = Clock::fixed(Clock::System.now());
    on_each_server_at(clock.clone(), async |server| {
        let tenant = server.tenant("Acme").await;
        let verification =
            |token: &str| json!({ "type": "header_token", "header": "x-token", "token": token });
        let config = json!({
            "name": "Shop", "endpoint": "shop", "verification": verification("old"),
            "action": { "type": "publish_event", "event_type": "a.b" },
        });
        let made = server.active_source(&tenant, config).await;
        let status = async |token: &str| {
            let request = Request::post(format!("/in/{}/shop", tenant.id))
                .header(header::CONTENT_TYPE, "application/json")
                .header("x-token", token)
                .body(Body::from("{}"));
            server.send(request.expect("a request")).await.status.as_u16()
        };
        assert_eq!((status("old").await, status("new").await), (200, 401));
        let path = format!("/sources/{}", made["id"].as_str().expect("an id"));
        let patch = json!({ "verification": verification("new") });
        let patched = server.call(tenant.admin(), "PATCH", &path, Some(patch)).await;
        assert_eq!(patched.status, StatusCode::OK, "{patched:?}");
        assert!(!patched.body.to_string().contains("previous"), "{patched:?}");
        assert_eq!((status("old").await, status("new").await, status("other").await), (200, 200, 401));
        clock.advance_ms(24 * 3_600_000);
        assert_eq!((status("old").await, status("new").await), (401, 200), "routing in memory is older");
    })
    .await;
}
