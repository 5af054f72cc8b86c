//! The router, in the order it is read: each door with the layers it needs and no others.

use crate::routes::{api, health, inbound, metrics};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer};
use tower_http::sensitive_headers::{SetSensitiveRequestHeadersLayer, SetSensitiveResponseHeadersLayer};
use tower_http::trace::{DefaultOnFailure, DefaultOnResponse, TraceLayer};
use tracing::Level;

/// Longer than the longest thing a caller can ask for: testing an integration that takes its 30 s.
const DEADLINE: Duration = Duration::from_secs(60);

/// What a process answers that only delivers.
pub fn worker_router(state: AppState) -> Router {
    let doors = Router::new().merge(health::router()).merge(metrics::router());
    observed(doors.fallback(async || api::ApiError::not_found())).with_state(state)
}

/// All of it.
pub fn router(state: AppState) -> Router {
    let hot = inbound::router().layer(CatchPanicLayer::custom(panicked));
    let doors = Router::new()
        .merge(api::router(&state).layer(middleware::from_fn_with_state(DEADLINE, within)))
        .merge(health::router())
        .merge(metrics::router());
    #[cfg(feature = "console")]
    let doors = doors.merge(crate::routes::live::router(&state)).merge(
        crate::routes::console::router(&state)
            .layer(middleware::from_fn_with_state(DEADLINE, crate::routes::refusal::within)),
    );
    #[cfg(not(feature = "console"))]
    let doors = doors.fallback(async || api::ApiError::not_found());
    hot.merge(observed(doors)).with_state(state)
}

async fn within(State(deadline): State<Duration>, request: Request, next: Next) -> Response {
    let answered = tokio::time::timeout(deadline, next.run(request)).await;
    answered.unwrap_or_else(|_| api::ApiError::timeout().into_response())
}

/// With a request id, a trace that holds no secrets, and an answer even where a handler panics.
fn observed(doors: Router<AppState>) -> Router<AppState> {
    let secret = [header::AUTHORIZATION, header::COOKIE];
    let trace = TraceLayer::new_for_http()
        .make_span_with(span)
        .on_request(())
        .on_response(DefaultOnResponse::new().level(Level::DEBUG))
        .on_failure(DefaultOnFailure::new().level(Level::ERROR));
    let request_id = HeaderName::from_static("x-request-id");
    doors.layer(
        ServiceBuilder::new()
            .layer(SetSensitiveRequestHeadersLayer::new(secret))
            .layer(SetSensitiveResponseHeadersLayer::new([header::SET_COOKIE]))
            .layer(SetRequestIdLayer::new(request_id.clone(), RandomId))
            .layer(trace)
            .layer(PropagateRequestIdLayer::new(request_id))
            .layer(CatchPanicLayer::custom(panicked)),
    )
}

/// Method, path and id; no query string, no headers.
fn span(request: &Request) -> tracing::Span {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::debug_span!("http", method = %request.method(), path = request.uri().path(), request.id = id)
}

/// 64 random bits, as text.
#[derive(Clone, Copy)]
struct RandomId;

impl MakeRequestId for RandomId {
    fn make_request_id<B>(&mut self, _: &http::Request<B>) -> Option<RequestId> {
        let id = format!("{:016x}", rand::random::<u64>());
        id.parse().ok().map(RequestId::new)
    }
}

fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let cause = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("unknown");
    tracing::error!(cause, "A handler panicked: {cause}");
    api::ApiError::internal().into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::routing::get;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    #[tokio::test]
    async fn what_takes_too_long_is_answered_as_an_error_of_the_api() {
        let slow = Router::new()
            .route("/", get(std::future::pending::<()>))
            .layer(middleware::from_fn_with_state(Duration::ZERO, within));
        let answer = slow.oneshot(Request::new(Body::empty())).await.expect("a router answers everything");
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        let body = answer.into_body().collect().await.expect("the body ends").to_bytes();
        let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(body["error"]["code"], "timeout");
        assert!(body["error"]["message"].is_string());
    }
}
