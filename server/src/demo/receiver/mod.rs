//! `/demo/receiver`: takes deliveries, shows the last 200, and answers as it is told to.

use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use bytes::Bytes;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use services::Clock;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tower_http::csrf::CsrfLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// How many deliveries are kept.
const KEPT: usize = 200;
/// How long a hanging answer hangs: longer than any delivery waits.
const HANG: Duration = Duration::from_secs(60);

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                      frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// What the receiver does with the next delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    /// Answers 200.
    #[default]
    Succeed,
    /// Answers 500.
    Fail,
    /// Answers nothing for a minute.
    Hang,
    /// Answers 429 with `Retry-After: 5`.
    TooMany,
}

/// One delivery that came.
#[derive(Debug, Clone, Serialize)]
struct Received {
    number: u64,
    at: Timestamp,
    method: String,
    webhook_id: Option<String>,
    is_signed: bool,
    headers: Vec<(String, String)>,
    body: String,
    answered: String,
}

#[derive(Default)]
struct Inbox {
    mode: Mode,
    count: u64,
    newest_first: VecDeque<Received>,
}

type Shared = Arc<Mutex<Inbox>>;

pub(super) fn router() -> Router {
    let policy =
        SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    let page = Router::new()
        .route("/demo/receiver", get(async || Html(PAGE)))
        .route("/demo/receiver/page.css", get(async || ([(header::CONTENT_TYPE, "text/css")], STYLE)))
        .route("/demo/receiver/page.js", get(async || ([(header::CONTENT_TYPE, "text/javascript")], SCRIPT)))
        .route("/demo/receiver/deliveries", get(list).delete(clear))
        .route("/demo/receiver/mode", post(set_mode))
        .layer(CsrfLayer::new())
        .layer(policy);
    let hook = Router::new()
        .route("/demo/receiver/hook", any(receive))
        .layer(DefaultBodyLimit::max(4 * 1024 * 1024));
    page.merge(hook).with_state(Shared::default())
}

async fn receive(State(inbox): State<Shared>, method: Method, headers: HeaderMap, body: Bytes) -> Response {
    let mode = note(&inbox, &method, &headers, &body);
    match mode {
        Mode::Succeed => Json(serde_json::json!({ "ok": true })).into_response(),
        Mode::Fail => (StatusCode::INTERNAL_SERVER_ERROR, "told to fail").into_response(),
        Mode::TooMany => {
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "5")], "slow down").into_response()
        }
        Mode::Hang => {
            tokio::time::sleep(HANG).await;
            StatusCode::GATEWAY_TIMEOUT.into_response()
        }
    }
}

fn note(inbox: &Shared, method: &Method, headers: &HeaderMap, body: &Bytes) -> Mode {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut inbox = inbox.lock().unwrap_or_else(PoisonError::into_inner);
    inbox.count += 1;
    let received = Received {
        number: inbox.count,
        at: Clock::System.now(),
        method: method.to_string(),
        webhook_id: headers.get("webhook-id").map(text),
        is_signed: headers.contains_key(HeaderName::from_static("webhook-signature")),
        headers: headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: String::from_utf8_lossy(body).into_owned(),
        answered: match inbox.mode {
            Mode::Succeed => "200".into(),
            Mode::Fail => "500".into(),
            Mode::Hang => "nothing".into(),
            Mode::TooMany => "429".into(),
        },
    };
    inbox.newest_first.push_front(received);
    inbox.newest_first.truncate(KEPT);
    inbox.mode
}

/// Which deliveries the page has not seen.
#[derive(Deserialize)]
struct Since {
    #[serde(default)]
    since: u64,
}

/// What the page shows.
#[derive(Serialize)]
struct Shown {
    mode: Mode,
    count: u64,
    newest_first: Vec<Received>,
}

async fn list(State(inbox): State<Shared>, Query(Since { since }): Query<Since>) -> Json<Shown> {
    let inbox = inbox.lock().unwrap_or_else(PoisonError::into_inner);
    let newest_first =
        inbox.newest_first.iter().take_while(|received| received.number > since).cloned().collect();
    Json(Shown { mode: inbox.mode, count: inbox.count, newest_first })
}

async fn clear(State(inbox): State<Shared>) -> StatusCode {
    inbox.lock().unwrap_or_else(PoisonError::into_inner).newest_first.clear();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct NewMode {
    mode: Mode,
}

async fn set_mode(State(inbox): State<Shared>, Json(NewMode { mode }): Json<NewMode>) -> StatusCode {
    inbox.lock().unwrap_or_else(PoisonError::into_inner).mode = mode;
    StatusCode::NO_CONTENT
}
