//! `/replays`: bulk replays of requests, and how far they are.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Id, QueryString};
use super::lists::Paging;
use crate::state::AppState;
use axum::extract::State;
use domain::activity::{Page, Replay};
use domain::ids::ReplayId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read)).routes(routes!(stop))
}

/// List bulk replays, newest first.
#[utoipa::path(get, path = "/replays", tag = "Requests", operation_id = "list_replays",
    extensions(("x-permission" = json!("read_activity"))), params(Paging),
    responses((status = 200, body = Page<Replay>), Refused))]
async fn list(
    Caller(scope): Caller,
    State(state): State<AppState>,
    QueryString(paging): QueryString<Paging>,
) -> Result<axum::Json<Page<Replay>>, ApiError> {
    Ok(axum::Json(state.services.replays(&scope, paging.page()).await?))
}

/// Read a bulk replay with its progress.
#[utoipa::path(get, path = "/replays/{id}", tag = "Requests", operation_id = "get_replay",
    extensions(("x-permission" = json!("read_activity"))), params(("id" = ReplayId, Path)),
    responses((status = 200, body = Replay), Refused))]
async fn read(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<ReplayId>,
) -> Result<axum::Json<Replay>, ApiError> {
    Ok(axum::Json(state.services.replay(&scope, id).await?))
}

/// Stop a bulk replay. What it did stays done.
#[utoipa::path(post, path = "/replays/{id}/stop", tag = "Requests", operation_id = "stop_replay",
    extensions(("x-permission" = json!("replay_requests"))), params(("id" = ReplayId, Path)),
    responses((status = 200, body = Replay), Refused))]
async fn stop(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<ReplayId>,
) -> Result<axum::Json<Replay>, ApiError> {
    Ok(axum::Json(state.services.stop_replay(&scope, id).await?))
}
