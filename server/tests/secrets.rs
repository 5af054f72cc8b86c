//! Secrets that are given never come back: not in answers, not in errors, not in the log.

use crate::support::on_each_server;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

const CANARY: &str = "canary-7d1f0c55";

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
            assert!(!format!("{answer:?}").contains(CANARY), "{answer:?}");
        }
        let log = log.text();
        let line = log.lines().find(|line| line.contains(CANARY) || line.contains(tenant.admin()));
        assert_eq!(line, None);
    })
    .await;
}
