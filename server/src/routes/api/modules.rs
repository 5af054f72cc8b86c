//! `/modules`: the account's own kinds of record.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Id, Json, QueryString, Versioned};
use super::lists::{Paging, page_of};
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use domain::activity::Page;
use domain::ids::ModuleId;
use domain::module::{Module, ModuleConfig, ModuleMetrics};
use serde::Deserialize;
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Days of a chart whose caller names none.
const DEFAULT_DAYS: u16 = 30;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, replace, patch, delete))
        .routes(routes!(metrics))
}

/// How far back a chart goes.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MetricsQuery {
    /// For how many days everything is also reckoned by the day that items came, today included: 1 to 366; 30 when left out.
    days: Option<u16>,
}

/// A module, or why there is none.
type Answer = Result<axum::Json<Module>, ApiError>;

/// List modules, newest first.
#[utoipa::path(get, path = "/modules", tag = "Modules", operation_id = "list_modules",
    extensions(("x-permission" = json!("read_configuration"))), params(Paging),
    responses((status = 200, body = Page<Module>), Refused))]
async fn list(
    Caller(scope): Caller,
    State(state): State<AppState>,
    QueryString(paging): QueryString<Paging>,
) -> Result<axum::Json<Page<Module>>, ApiError> {
    let all = state.services.list_modules(&scope).await?;
    Ok(axum::Json(page_of(all, |module| module.id.0, paging.page())))
}

/// Create a module. It has no items yet.
#[utoipa::path(post, path = "/modules", tag = "Modules", operation_id = "create_module",
    extensions(("x-permission" = json!("edit_modules"))), request_body = ModuleConfig,
    responses((status = 201, body = Module), Refused))]
async fn create(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Json(config): Json<ModuleConfig>,
) -> Result<(StatusCode, axum::Json<Module>), ApiError> {
    let module = state.services.create_module(&scope, config).await?;
    Ok((StatusCode::CREATED, axum::Json(module)))
}

/// Read a module.
#[utoipa::path(get, path = "/modules/{id}", tag = "Modules", operation_id = "get_module",
    extensions(("x-permission" = json!("read_configuration"))), params(("id" = ModuleId, Path)),
    responses((status = 200, body = Module), Refused))]
async fn read(Caller(scope): Caller, State(state): State<AppState>, Id(id): Id<ModuleId>) -> Answer {
    Ok(axum::Json(state.services.module(&scope, id).await?))
}

/// Replace everything that can be set of a module. When its fields change, its items are read anew in the background. A
/// `version` beside the fields refuses the write when it is no longer the current one.
#[utoipa::path(put, path = "/modules/{id}", tag = "Modules", operation_id = "replace_module",
    extensions(("x-permission" = json!("edit_modules"))), params(("id" = ModuleId, Path)), request_body = ModuleConfig,
    responses((status = 200, body = Module), (status = 409, description = "It was changed meanwhile."), Refused))]
async fn replace(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<ModuleId>,
    body: Versioned<ModuleConfig>,
) -> Answer {
    Ok(axum::Json(state.services.update_module(&scope, id, body.version, body.value).await?))
}

/// Change some fields of a module: a JSON merge patch (RFC 7396).
#[utoipa::path(patch, path = "/modules/{id}", tag = "Modules", operation_id = "patch_module",
    extensions(("x-permission" = json!("edit_modules"))), params(("id" = ModuleId, Path)), request_body = Value,
    responses((status = 200, body = Module), (status = 409, description = "It was changed meanwhile."), Refused))]
async fn patch(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<ModuleId>,
    body: Versioned<Value>,
) -> Answer {
    Ok(axum::Json(state.services.patch_module(&scope, id, body.version, body.value).await?))
}

/// Delete a module with its items. Refused while a source feeds it or it has outgoing webhooks.
#[utoipa::path(delete, path = "/modules/{id}", tag = "Modules", operation_id = "delete_module",
    extensions(("x-permission" = json!("edit_modules"))), params(("id" = ModuleId, Path)),
    responses((status = 204), (status = 409, description = "Something needs it."), Refused))]
async fn delete(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<ModuleId>,
) -> Result<StatusCode, ApiError> {
    state.services.delete_module(&scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// See what the key metrics of a module come to, and how many items came: altogether, and by the day they came.
#[utoipa::path(get, path = "/modules/{id}/metrics", tag = "Modules", operation_id = "get_module_metrics",
    extensions(("x-permission" = json!("read_records"))), params(("id" = ModuleId, Path), MetricsQuery),
    responses((status = 200, body = ModuleMetrics), Refused))]
async fn metrics(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<ModuleId>,
    QueryString(query): QueryString<MetricsQuery>,
) -> Result<axum::Json<ModuleMetrics>, ApiError> {
    let days = query.days.unwrap_or(DEFAULT_DAYS);
    Ok(axum::Json(state.services.metrics(&scope, id, days).await?))
}
