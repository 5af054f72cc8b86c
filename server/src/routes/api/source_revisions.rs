//! `/sources/{id}/revisions`: what sources were, who made them so, and how they become so again.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Id, IdAndNumber, Json, QueryString};
use super::lists::Paging;
use super::sources::{Answer, SourceWithUrl, with_url};
use crate::state::AppState;
use axum::extract::State;
use domain::activity::Page;
use domain::ids::SourceId;
use domain::source::{Revision, RevisionDetail};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read)).routes(routes!(restore))
}

/// What the caller knows of the source that is to be as it was.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RestoreDraft {
    /// The `version` that the caller last read: when it is no longer the current one, nothing is restored.
    #[serde(default)]
    version: Option<i64>,
}

/// List the revisions of a source, newest first: who made each, and what it changed. The newest 100 are kept.
#[utoipa::path(get, path = "/sources/{id}/revisions", tag = "Sources", operation_id = "list_source_revisions",
    extensions(("x-permission" = json!("read_configuration"))), params(("id" = SourceId, Path), Paging),
    responses((status = 200, body = Page<Revision>), Refused))]
async fn list(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<SourceId>,
    QueryString(paging): QueryString<Paging>,
) -> Result<axum::Json<Page<Revision>>, ApiError> {
    Ok(axum::Json(state.services.source_revisions(&scope, id, paging.page()).await?))
}

/// Read a revision of a source, with everything that was set in it.
#[utoipa::path(get, path = "/sources/{id}/revisions/{number}", tag = "Sources", operation_id = "get_source_revision",
    extensions(("x-permission" = json!("read_configuration"))),
    params(("id" = SourceId, Path), ("number" = i64, Path)),
    responses((status = 200, body = RevisionDetail), Refused))]
async fn read(
    Caller(scope): Caller,
    State(state): State<AppState>,
    IdAndNumber(id, number): IdAndNumber<SourceId>,
) -> Result<axum::Json<RevisionDetail>, ApiError> {
    Ok(axum::Json(state.services.source_revision(&scope, id, number).await?))
}

/// Set again what was set in a revision; its state stays as it is. The secret stays while the kind of verification does,
/// and else has to be set anew. A `version` in the body refuses the write when it is no longer the current one.
#[utoipa::path(post, path = "/sources/{id}/revisions/{number}/restore", tag = "Sources",
    operation_id = "restore_source", extensions(("x-permission" = json!("edit_sources"))),
    params(("id" = SourceId, Path), ("number" = i64, Path)), request_body = RestoreDraft,
    responses((status = 200, body = SourceWithUrl), (status = 409, description = "It was changed meanwhile."), Refused))]
async fn restore(
    Caller(scope): Caller,
    State(state): State<AppState>,
    IdAndNumber(id, number): IdAndNumber<SourceId>,
    Json(draft): Json<RestoreDraft>,
) -> Answer {
    let source = state.services.restore_source(&scope, id, number, draft.version).await?;
    Ok(axum::Json(with_url(&state, &scope, source)))
}
