//! `/customers/{id}/notes`: texts that members and machines leave on customers.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Id, IdWithin, Json, QueryString};
use super::lists::Paging;
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use domain::activity::Page;
use domain::customer::{Note, NoteDraft};
use domain::ids::{CustomerId, NoteId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(delete))
}

/// List the notes on a customer, newest first.
#[utoipa::path(get, path = "/customers/{id}/notes", tag = "Customers", operation_id = "list_notes",
    extensions(("x-permission" = json!("read_records"))), params(("id" = CustomerId, Path), Paging),
    responses((status = 200, body = Page<Note>), Refused))]
async fn list(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<CustomerId>,
    QueryString(paging): QueryString<Paging>,
) -> Result<axum::Json<Page<Note>>, ApiError> {
    Ok(axum::Json(state.services.notes(&scope, id, paging.page()).await?))
}

/// Leave a note on a customer.
#[utoipa::path(post, path = "/customers/{id}/notes", tag = "Customers", operation_id = "add_note",
    extensions(("x-permission" = json!("edit_records"))), params(("id" = CustomerId, Path)), request_body = NoteDraft,
    responses((status = 201, body = Note), Refused))]
async fn add(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<CustomerId>,
    Json(draft): Json<NoteDraft>,
) -> Result<(StatusCode, axum::Json<Note>), ApiError> {
    let note = state.services.add_note(&scope, id, draft).await?;
    Ok((StatusCode::CREATED, axum::Json(note)))
}

/// Delete a note.
#[utoipa::path(delete, path = "/customers/{id}/notes/{note_id}", tag = "Customers", operation_id = "delete_note",
    extensions(("x-permission" = json!("edit_records"))),
    params(("id" = CustomerId, Path), ("note_id" = NoteId, Path)), responses((status = 204), Refused))]
async fn delete(
    Caller(scope): Caller,
    State(state): State<AppState>,
    IdWithin(id, note): IdWithin<CustomerId, NoteId>,
) -> Result<StatusCode, ApiError> {
    state.services.delete_note(&scope, id, note).await?;
    Ok(StatusCode::NO_CONTENT)
}
