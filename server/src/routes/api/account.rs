//! `/account`: the account that the API key belongs to.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Json};
use crate::state::AppState;
use axum::extract::State;
use domain::account::Account;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read, rename))
}

/// What changes of an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountPatch {
    /// What people call it. Its address in the console stays.
    name: String,
}

/// Read the account of the API key.
#[utoipa::path(get, path = "/account", tag = "Account", operation_id = "read_account",
    extensions(("x-permission" = json!("read_configuration"))), responses((status = 200, body = Account), Refused))]
async fn read(Caller(scope): Caller, State(state): State<AppState>) -> Result<axum::Json<Account>, ApiError> {
    Ok(axum::Json(state.services.account(&scope).await?))
}

/// Rename the account.
#[utoipa::path(patch, path = "/account", tag = "Account", operation_id = "rename_account",
    extensions(("x-permission" = json!("edit_account"))), request_body = AccountPatch,
    responses((status = 200, body = Account), Refused))]
async fn rename(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Json(patch): Json<AccountPatch>,
) -> Result<axum::Json<Account>, ApiError> {
    Ok(axum::Json(state.services.rename_account(&scope, &patch.name).await?))
}
