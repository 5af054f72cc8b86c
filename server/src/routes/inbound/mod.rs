//! `/in/{account_id}/{endpoint}`: where senders send to. The hot path: no middleware but a panic guard.
//!
//! This file reads the body under its cap and hands everything on; which request is taken, and what is answered, is
//! decided by `services.receive`.

mod body;

use crate::state::AppState;
use axum::Router;
use axum::body::Body;
use axum::extract::{RawPathParams, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::any;
use bytes::Bytes;
use domain::ids::AccountId;
use domain::inbound::Outcome;
use services::{InboundAnswer, InboundBody, InboundCall};
use std::time::Duration;

pub use body::ReadError;

/// How long a sender may take to send its body.
const BODY_DEADLINE: Duration = Duration::from_secs(30);

pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/in/{account_id}/{endpoint}", any(receive))
}

async fn receive(State(state): State<AppState>, params: RawPathParams, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let read = tokio::time::timeout(BODY_DEADLINE, body::read(&parts.headers, body)).await;
    let body = match read {
        Ok(Ok(body)) => body,
        Ok(Err(ReadError::BrokenOff)) => {
            return refusal(StatusCode::BAD_REQUEST, "broken_body", "The body broke off.");
        }
        Err(_) => return refusal(StatusCode::REQUEST_TIMEOUT, "timeout", "The body took too long."),
    };
    let received_at = state.clock.now();
    let Some((account, endpoint)) = target(&params) else { return not_found() };
    let is_oversize = matches!(body, InboundBody::TooLarge);
    let call = InboundCall {
        received_at,
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        endpoint: endpoint.to_owned(),
        headers: header_pairs(&parts.headers),
        body,
    };
    let mut response = answer(state.services.receive(account, call).await);
    if is_oversize {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn target(params: &RawPathParams) -> Option<(AccountId, &str)> {
    let mut values = params.iter().map(|(_, value)| value);
    let account = values.next()?.parse().ok()?;
    Some((account, values.next()?))
}

fn header_pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect()
}

fn answer(answer: InboundAnswer) -> Response {
    let mut response = json(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK), answer.body);
    if let Some(seconds) = answer.retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// What an account that is not there answers: the same as an endpoint that is unknown, inactive or archived (D4).
fn not_found() -> Response {
    let response = domain::inbound::refuse(None, Outcome::UnknownEndpoint, "").response;
    json(StatusCode::NOT_FOUND, response.body)
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    let body = serde_json::json!({ "error": { "code": code, "message": message } }).to_string();
    let mut response = json(status, body.into());
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn json(status: StatusCode, body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
