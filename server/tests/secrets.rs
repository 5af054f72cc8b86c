//! Secrets that are given never come back: not in answers, not in errors, not in the log.

use crate::pages::html;
use crate::support::{Answer, Server, Tenant, eventually, on_each_server};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::{Value, json};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

const CANARY: &str = "canary-7d1f0c55";
/// `u` and the canary, as Basic authentication sends them.
const CREDENTIALS: &str = "dTpjYW5hcnktN2QxZjBjNTU=";

/// A log that can be read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn install() -> Self {
        let log = Self::default();
        let to = log.clone();
        let lines =
            tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || to.clone());
        lines.try_init().expect("this file has one test, so nothing else installs a log");
        log
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The URL of a receiver that answers with all headers it got.
async fn echo() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/", listener.local_addr().expect("it is bound"));
    let router = Router::new().fallback(|headers: HeaderMap| async move { format!("{headers:#?}") });
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// What a Test and an attempt show of an answer that holds the integration's secret.
async fn echoed(server: &Server, tenant: &Tenant, auth: &Value) -> [Answer; 2] {
    let config = json!({ "name": "Echo", "target_url": echo().await, "auth": auth });
    let made = server.call(tenant.admin(), "POST", "/integrations", Some(config)).await;
    let path = format!("/integrations/{}", made.id());
    server.call(tenant.admin(), "POST", &format!("{path}/activate"), None).await;
    let subscription = json!({ "event_types": ["a.b"], "integration_id": made.id() });
    let subscribed = server.call(tenant.admin(), "POST", "/subscriptions", Some(subscription)).await;
    server.call(tenant.admin(), "POST", "/events", Some(json!({ "type": "a.b", "data": {} }))).await;
    let deliveries = format!("/deliveries?integration_id={}", made.id());
    eventually("delivered", async || {
        server.rows(tenant, &deliveries).await.iter().any(|delivery| delivery["status"] == "succeeded")
    })
    .await;
    let delivery = server.rows(tenant, &deliveries).await[0]["id"].as_str().expect("an id").to_owned();
    let attempt = server.call(tenant.admin(), "GET", &format!("/deliveries/{delivery}"), None).await;
    let test = server.call(tenant.admin(), "POST", &format!("{path}/test"), None).await;
    server.call(tenant.admin(), "DELETE", &format!("/subscriptions/{}", subscribed.id()), None).await;
    [attempt, test]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_secret_never_comes_back() {
    let log = Log::install();
    on_each_server(async |server| {
        let tenant = server.tenant("Acme").await;
        let basic = json!({ "type": "basic", "username": "u", "password": CANARY });
        let key = json!({ "type": "api_key", "header": "x-api-key", "value": CANARY });
        let oauth = json!({
            "type": "oauth2", "client_id": "c", "client_secret": CANARY, "token_url": "http://127.0.0.1:9/token",
        });
        let mut answers = Vec::new();
        for auth in [&basic, &key] {
            for answer in echoed(server, &tenant, auth).await {
                assert!(format!("{answer:?}").contains("***"), "the receiver's answer is shown: {answer:?}");
                answers.push(answer);
            }
        }
        for auth in [basic, key, oauth] {
            let config = json!({ "name": "A", "target_url": "http://127.0.0.1:9/", "auth": auth });
            let created = server.call(tenant.admin(), "POST", "/integrations", Some(config)).await;
            assert_eq!(created.status, StatusCode::CREATED, "{created:?}");
            let path = format!("/integrations/{}", created.id());
            answers.push(created);
            for (method, path) in [("GET", path.clone()), ("GET", format!("{path}/example")), ("POST", format!("{path}/test"))] {
                answers.push(server.call(tenant.admin(), method, &path, None).await);
            }
        }
        // A secret where none belongs is quoted by careless error messages.
        let misplaced = json!({ "name": "A", "auth": { "type": "basic", "username": "u", "password": [CANARY] } });
        answers.push(server.call(tenant.admin(), "POST", "/integrations", Some(misplaced)).await);
        let source = json!({
            "name": "S", "endpoint": "s", "action": { "type": "publish_event", "event_type": "a.b" },
            "verification": { "type": "header_token", "header": "x-token", "token": CANARY },
        });
        let source = server.call(tenant.admin(), "POST", "/sources", Some(source)).await;
        server.call(tenant.admin(), "POST", &format!("/sources/{}/activate", source.id()), None).await;
        answers.push(source);
        let request = Request::post(format!("/in/{}/s", tenant.id))
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-token", CANARY)
            .body(Body::from("{}"));
        let accepted = server.send(request.expect("a request")).await;
        assert_eq!(accepted.status, StatusCode::OK, "{accepted:?}");
        answers.push(accepted);
        let requests = server.call(tenant.admin(), "GET", "/requests", None).await;
        let id = requests.body["data"][0]["id"].as_str().expect("a row").to_owned();
        answers.push(server.call(tenant.admin(), "GET", &format!("/requests/{id}"), None).await);
        answers.push(server.call(CANARY, "GET", "/requests", None).await);
        for answer in &answers {
            let shown = format!("{answer:?}");
            assert!(!shown.contains(CANARY) && !shown.contains(CREDENTIALS), "{shown}");
        }
        let log = log.text();
        let line = log.lines().find(|line| line.contains(CANARY) || line.contains(tenant.admin()));
        assert_eq!(line, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_answers_a_secret_once_is_not_sent_before_the_page_is_alive() {
    on_each_server(async |server| {
        server.tenant("Acme").await;
        let token = server.sign_in("acme@example.com").await;
        for (path, words, waits) in [
            ("integrations", "Add webhook", true),
            ("settings/api-keys", "Create key", true),
            ("modules", "Create module", false),
        ] {
            let page = html(server, &token, &format!("/a/acme/{path}?create")).await;
            let buttons = page.split("<button").filter_map(|rest| rest.split("</button>").next());
            let buttons: Vec<_> = buttons.filter(|button| button.contains(words)).collect();
            let [button] = buttons[..] else { panic!("{path}: {buttons:?}") };
            let attributes = button.split('>').next().unwrap_or_default();
            assert_eq!(attributes.contains("disabled"), waits, "{path}: {attributes}");
        }
    })
    .await;
}
