//! `/metrics`, for Prometheus.

use super::api::{ApiError, bearer};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

pub(crate) fn router() -> Router<AppState> {
    Router::new().route("/metrics", get(render))
}

async fn render(State(state): State<AppState>, headers: HeaderMap) -> Response {
    if let Some(token) = &state.web.metrics_token {
        let given = bearer(&headers).unwrap_or_default();
        if !token.matches(given.as_bytes()) {
            return ApiError::no_metrics_token().into_response();
        }
    }
    let Some(metrics) = &state.web.metrics else { return ApiError::not_found().into_response() };
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render()).into_response()
}
