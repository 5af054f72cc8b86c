//! `/healthz`: the process runs. `/readyz`: it can take work.

use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(async || Json(json!({ "status": "ok" }))))
        .route("/readyz", get(readiness))
}

async fn readiness(State(state): State<AppState>) -> (StatusCode, Json<Value>) {
    let health = state.services.health().await;
    let is_ready = health.database.is_ok() && health.engine.is_ok() && !state.closing.is_cancelled();
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({
        "status": if is_ready { "ready" } else { "not_ready" },
        "database": word(&health.database),
        "engine": if state.closing.is_cancelled() { "stopping" } else { word(&health.engine) },
    });
    (status, Json(body))
}

/// The reason stays in the log: it may name hosts and paths.
fn word(part: &Result<(), String>) -> &'static str {
    match part {
        Ok(()) => "ok",
        Err(reason) => {
            tracing::warn!(reason, "Not ready: {reason}");
            "failing"
        }
    }
}
