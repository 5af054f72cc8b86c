//! `/modules/{id}/items`: the records of a module.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Id, IdWithin, Json, QueryString, VersionQuery, Versioned};
use super::lists::{Paging, list_query};
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use domain::activity::Page;
use domain::ids::{ItemId, ModuleId};
use domain::module::ItemDraft;
use domain::record::{HistoryEntry, ItemRow, RecordSearch, StoredItem, TermMatch};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, replace, delete))
        .routes(routes!(history))
}

list_query! {
    /// Which items are wanted.
    ItemQuery {
        /// Whose key, title or fields begin so, whatever the case; all when left out.
        search: Option<String>,
        /// With `search`, look only at `key`, `title`, or the field of this key.
        field: Option<String>,
        /// With `search`: `prefix` finds what begins so, `exact` what is nothing else; `prefix` when left out.
        #[param(inline)]
        r#match: Option<TermMatch>,
    }
}

/// An item, or why there is none.
type Answer = Result<axum::Json<StoredItem>, ApiError>;

/// List the items of a module, newest first.
#[utoipa::path(get, path = "/modules/{id}/items", tag = "Modules", operation_id = "list_items",
    extensions(("x-permission" = json!("read_records"))), params(("id" = ModuleId, Path), ItemQuery),
    responses((status = 200, body = Page<ItemRow>), Refused))]
async fn list(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<ModuleId>,
    QueryString(query): QueryString<ItemQuery>,
) -> Result<axum::Json<Page<ItemRow>>, ApiError> {
    let page = query.page();
    let search =
        RecordSearch { text: query.search, field: query.field, matching: query.r#match.unwrap_or_default() };
    Ok(axum::Json(state.services.list_items(&scope, id, &search, page).await?))
}

/// Create an item, as a message to a source that feeds the module would.
#[utoipa::path(post, path = "/modules/{id}/items", tag = "Modules", operation_id = "create_item",
    extensions(("x-permission" = json!("edit_records"))), params(("id" = ModuleId, Path)), request_body = ItemDraft,
    responses((status = 201, body = StoredItem), Refused))]
async fn create(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<ModuleId>,
    Json(draft): Json<ItemDraft>,
) -> Result<(StatusCode, axum::Json<StoredItem>), ApiError> {
    let item = state.services.create_item(&scope, id, draft).await?;
    Ok((StatusCode::CREATED, axum::Json(item)))
}

/// Read an item.
#[utoipa::path(get, path = "/modules/{id}/items/{item_id}", tag = "Modules", operation_id = "get_item",
    extensions(("x-permission" = json!("read_records"))),
    params(("id" = ModuleId, Path), ("item_id" = ItemId, Path)),
    responses((status = 200, body = StoredItem), Refused))]
async fn read(
    Caller(scope): Caller,
    State(state): State<AppState>,
    IdWithin(id, item): IdWithin<ModuleId, ItemId>,
) -> Answer {
    Ok(axum::Json(state.services.item(&scope, id, item).await?))
}

/// Change an item. Attributes that are left out of `data` stay as they are; the key must be the item's own. A `version`
/// beside the fields refuses the write when it is no longer the current one.
#[utoipa::path(put, path = "/modules/{id}/items/{item_id}", tag = "Modules", operation_id = "replace_item",
    extensions(("x-permission" = json!("edit_records"))),
    params(("id" = ModuleId, Path), ("item_id" = ItemId, Path)), request_body = ItemDraft,
    responses((status = 200, body = StoredItem), (status = 409, description = "It was changed meanwhile."), Refused))]
async fn replace(
    Caller(scope): Caller,
    State(state): State<AppState>,
    IdWithin(id, item): IdWithin<ModuleId, ItemId>,
    body: Versioned<ItemDraft>,
) -> Answer {
    Ok(axum::Json(state.services.update_item(&scope, id, item, body.version, body.value).await?))
}

/// Delete an item.
#[utoipa::path(delete, path = "/modules/{id}/items/{item_id}", tag = "Modules", operation_id = "delete_item",
    extensions(("x-permission" = json!("edit_records"))),
    params(("id" = ModuleId, Path), ("item_id" = ItemId, Path), VersionQuery),
    responses((status = 204), (status = 409, description = "It was changed meanwhile."), Refused))]
async fn delete(
    Caller(scope): Caller,
    State(state): State<AppState>,
    IdWithin(id, item): IdWithin<ModuleId, ItemId>,
    QueryString(query): QueryString<VersionQuery>,
) -> Result<StatusCode, ApiError> {
    state.services.delete_item(&scope, id, item, query.version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List what happened to an item, newest first. It is kept as long as the item.
#[utoipa::path(get, path = "/modules/{id}/items/{item_id}/events", tag = "Modules", operation_id = "list_item_events",
    extensions(("x-permission" = json!("read_records"))),
    params(("id" = ModuleId, Path), ("item_id" = ItemId, Path), Paging),
    responses((status = 200, body = Page<HistoryEntry>), Refused))]
async fn history(
    Caller(scope): Caller,
    State(state): State<AppState>,
    IdWithin(id, item): IdWithin<ModuleId, ItemId>,
    QueryString(paging): QueryString<Paging>,
) -> Result<axum::Json<Page<HistoryEntry>>, ApiError> {
    Ok(axum::Json(state.services.history_of_item(&scope, id, item, paging.page()).await?))
}
