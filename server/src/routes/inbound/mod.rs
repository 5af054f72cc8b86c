//! `/in/{account_id}/{endpoint}`: where senders send to. The hot path: no middleware but a panic guard.
//!
//! This file reads the body under its cap and hands everything on; which request is taken, and what is answered, is
//! decided by `services.receive`.

mod body;

use crate::state::AppState;
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::any;
use domain::ids::AccountId;
use percent_encoding::percent_decode_str;
use services::{InboundAnswer, InboundBody, InboundCall};
use std::borrow::Cow;
use std::time::Duration;

/// How long a sender may take to send its body.
const BODY_DEADLINE: Duration = Duration::from_secs(30);

pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/in/{account_id}/{endpoint}", any(receive))
}

async fn receive(
    State(state): State<AppState>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let mut room = state.services.body_room();
    let body = body::read(&parts.headers, body, &mut room, BODY_DEADLINE).await;
    let is_unread = matches!(body, InboundBody::Unread(_));
    let (account, endpoint) = match &params {
        Ok(params) => target(params.iter().map(|(_, value)| Cow::Borrowed(value))),
        // No source has such an endpoint. Whose it would be, and what was asked for, is still told.
        Err(_) => target(parts.uri.path().split('/').skip(2).map(lossy)),
    };
    let call = InboundCall {
        received_at: state.services.now(),
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        path_and_query: parts.uri.path_and_query().map_or("/", PathAndQuery::as_str).to_owned(),
        endpoint,
        headers: header_pairs(&parts.headers),
        body,
        room,
    };
    let mut response = answer(state.services.receive(account, call).await);
    if is_unread {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The account, if the text is an id at all, and the endpoint.
fn target<'a>(mut values: impl Iterator<Item = Cow<'a, str>>) -> (Option<AccountId>, String) {
    let account = values.next().and_then(|text| text.parse().ok());
    (account, values.next().unwrap_or_default().into_owned())
}

/// A part of the path as text, whatever its bytes are.
fn lossy(part: &str) -> Cow<'_, str> {
    percent_decode_str(part).decode_utf8_lossy()
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
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(seconds) = answer.retry_after_s {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
