//! `/api-keys`: keys of this very API.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Id, Json, QueryString};
use super::lists::{Paging, page_of};
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use domain::account::{ApiKey, Role};
use domain::activity::Page;
use domain::ids::ApiKeyId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(revoke))
}

/// What a new key is for and may do.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct KeyDraft {
    /// What it is for.
    name: String,
    /// What it may do; not more than the key that makes it.
    role: Role,
}

/// A new key, with what is shown only now.
#[derive(Serialize, ToSchema)]
struct CreatedKey {
    #[serde(flatten)]
    key: ApiKey,
    /// The key itself. Shown only now.
    api_key: String,
}

/// List API keys, newest first, without the keys themselves.
#[utoipa::path(get, path = "/api-keys", tag = "API keys", operation_id = "list_api_keys",
    extensions(("x-permission" = json!("manage_api_keys"))), params(Paging),
    responses((status = 200, body = Page<ApiKey>), Refused))]
async fn list(
    Caller(scope): Caller,
    State(state): State<AppState>,
    QueryString(paging): QueryString<Paging>,
) -> Result<axum::Json<Page<ApiKey>>, ApiError> {
    let all = state.services.list_api_keys(&scope).await?;
    Ok(axum::Json(page_of(all, |key| key.id.0, paging.page())))
}

/// Create an API key.
#[utoipa::path(post, path = "/api-keys", tag = "API keys", operation_id = "create_api_key",
    extensions(("x-permission" = json!("manage_api_keys"))), request_body = KeyDraft,
    responses((status = 201, body = CreatedKey), Refused))]
async fn create(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Json(draft): Json<KeyDraft>,
) -> Result<(StatusCode, axum::Json<CreatedKey>), ApiError> {
    let (key, secret) = state.services.create_api_key(&scope, &draft.name, draft.role).await?;
    Ok((StatusCode::CREATED, axum::Json(CreatedKey { key, api_key: secret.reveal().to_owned() })))
}

/// Revoke an API key. It stops working at once.
#[utoipa::path(delete, path = "/api-keys/{id}", tag = "API keys", operation_id = "revoke_api_key",
    extensions(("x-permission" = json!("manage_api_keys"))), params(("id" = ApiKeyId, Path)),
    responses((status = 204), Refused))]
async fn revoke(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<ApiKeyId>,
) -> Result<StatusCode, ApiError> {
    state.services.revoke_api_key(&scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
