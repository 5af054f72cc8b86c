//! `/lookup-lists`: numbers and what they stand for.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Id, Json, QueryString, Versioned};
use super::lists::{Paging, page_of};
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use domain::activity::Page;
use domain::ids::LookupListId;
use domain::lookup::{LookupList, LookupListDraft};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(read, replace, delete))
}

/// A lookup list, or why there is none.
type Answer = Result<axum::Json<LookupList>, ApiError>;

/// List lookup lists, newest first.
#[utoipa::path(get, path = "/lookup-lists", tag = "Lookup lists", operation_id = "list_lookup_lists",
    extensions(("x-permission" = json!("read_configuration"))), params(Paging),
    responses((status = 200, body = Page<LookupList>), Refused))]
async fn list(
    Caller(scope): Caller,
    State(state): State<AppState>,
    QueryString(paging): QueryString<Paging>,
) -> Result<axum::Json<Page<LookupList>>, ApiError> {
    let all = state.services.lookup_lists(&scope).await?;
    Ok(axum::Json(page_of(all, |list| list.id.0, paging.page())))
}

/// Create a lookup list, for fields of the type `{"lookup": {"list": "…"}}` to choose from.
#[utoipa::path(post, path = "/lookup-lists", tag = "Lookup lists", operation_id = "create_lookup_list",
    extensions(("x-permission" = json!("edit_catalogue"))), request_body = LookupListDraft,
    responses((status = 201, body = LookupList), Refused))]
async fn create(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Json(draft): Json<LookupListDraft>,
) -> Result<(StatusCode, axum::Json<LookupList>), ApiError> {
    let list = state.services.create_lookup_list(&scope, draft).await?;
    Ok((StatusCode::CREATED, axum::Json(list)))
}

/// Read a lookup list.
#[utoipa::path(get, path = "/lookup-lists/{id}", tag = "Lookup lists", operation_id = "get_lookup_list",
    extensions(("x-permission" = json!("read_configuration"))), params(("id" = LookupListId, Path)),
    responses((status = 200, body = LookupList), Refused))]
async fn read(Caller(scope): Caller, State(state): State<AppState>, Id(id): Id<LookupListId>) -> Answer {
    Ok(axum::Json(state.services.lookup_list(&scope, id).await?))
}

/// Replace the name and the entries of a lookup list. Records that have a number which is no longer in it keep it. A
/// `version` beside the fields refuses the write when it is no longer the current one.
#[utoipa::path(put, path = "/lookup-lists/{id}", tag = "Lookup lists", operation_id = "replace_lookup_list",
    extensions(("x-permission" = json!("edit_catalogue"))), params(("id" = LookupListId, Path)),
    request_body = LookupListDraft,
    responses((status = 200, body = LookupList), (status = 409, description = "It was changed meanwhile."), Refused))]
async fn replace(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<LookupListId>,
    body: Versioned<LookupListDraft>,
) -> Answer {
    Ok(axum::Json(state.services.update_lookup_list(&scope, id, body.version, body.value).await?))
}

/// Delete a lookup list that no field chooses from.
#[utoipa::path(delete, path = "/lookup-lists/{id}", tag = "Lookup lists", operation_id = "delete_lookup_list",
    extensions(("x-permission" = json!("edit_catalogue"))), params(("id" = LookupListId, Path)),
    responses((status = 204), (status = 409, description = "A field chooses from it."), Refused))]
async fn delete(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<LookupListId>,
) -> Result<StatusCode, ApiError> {
    state.services.delete_lookup_list(&scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
