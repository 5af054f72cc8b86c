//! The router, in the order it is read: each door with the layers it needs and no others.

use crate::routes::{api, health, inbound, metrics};
use crate::state::AppState;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer};
use tower_http::sensitive_headers::{SetSensitiveRequestHeadersLayer, SetSensitiveResponseHeadersLayer};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::{DefaultOnFailure, DefaultOnResponse, TraceLayer};
use tracing::Level;

/// Longer than the longest thing a caller can ask for: testing an integration that takes its 30 s.
const DEADLINE: Duration = Duration::from_secs(60);

/// All of it.
pub fn router(state: AppState) -> Router {
    let with_deadline = TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, DEADLINE);
    let hot = inbound::router().layer(CatchPanicLayer::custom(panicked));
    let doors = Router::new()
        .merge(api::router(&state).layer(with_deadline))
        .merge(health::router())
        .merge(metrics::router());
    #[cfg(feature = "console")]
    let doors = doors
        .merge(crate::routes::live::router(&state))
        .merge(crate::routes::console::router(&state).layer(with_deadline));
    #[cfg(not(feature = "console"))]
    let doors = doors.fallback(async || api::ApiError::not_found());
    hot.merge(observed(doors)).with_state(state)
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
fn span(request: &Request<Body>) -> tracing::Span {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::debug_span!("http", method = %request.method(), path = request.uri().path(), request.id = id)
}

/// 64 random bits, as text.
#[derive(Clone, Copy)]
struct RandomId;

impl MakeRequestId for RandomId {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
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
