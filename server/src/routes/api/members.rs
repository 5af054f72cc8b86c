//! `/members`: who is in the account.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Id, Json, QueryString};
use super::lists::{Paging, page_of};
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use domain::account::Role;
use domain::activity::Page;
use domain::ids::UserId;
use domain::member::Member;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, admit)).routes(routes!(change, remove))
}

/// Somebody to be let in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Admission {
    /// The address they sign in to this installation with.
    email: String,
    /// What they may do. Owners are made by owners only.
    role: Role,
}

/// What changes of a member.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MemberPatch {
    /// What they may do from now on. Owners are made and unmade by owners only.
    role: Role,
}

/// List members, newest user first.
#[utoipa::path(get, path = "/members", tag = "Members", operation_id = "list_members",
    extensions(("x-permission" = json!("read_members"))), params(Paging),
    responses((status = 200, body = Page<Member>), Refused))]
async fn list(
    Caller(scope): Caller,
    State(state): State<AppState>,
    QueryString(paging): QueryString<Paging>,
) -> Result<axum::Json<Page<Member>>, ApiError> {
    let all = state.services.list_members(&scope).await?;
    Ok(axum::Json(page_of(all, |member| member.id.0, paging.page())))
}

/// Let somebody in who can sign in to this installation already.
#[utoipa::path(post, path = "/members", tag = "Members", operation_id = "admit_member",
    extensions(("x-permission" = json!("manage_members"))), request_body = Admission,
    responses((status = 201, body = Member), Refused))]
async fn admit(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Json(admission): Json<Admission>,
) -> Result<(StatusCode, axum::Json<Member>), ApiError> {
    let member = state.services.admit_member(&scope, &admission.email, admission.role).await?;
    Ok((StatusCode::CREATED, axum::Json(member)))
}

/// Change a member's role. The last owner stays one.
#[utoipa::path(patch, path = "/members/{id}", tag = "Members", operation_id = "change_role",
    extensions(("x-permission" = json!("manage_members"))), params(("id" = UserId, Path)), request_body = MemberPatch,
    responses((status = 200, body = Member), Refused))]
async fn change(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<UserId>,
    Json(patch): Json<MemberPatch>,
) -> Result<axum::Json<Member>, ApiError> {
    Ok(axum::Json(state.services.change_role(&scope, id, patch.role).await?))
}

/// Remove a member. The last owner stays.
#[utoipa::path(delete, path = "/members/{id}", tag = "Members", operation_id = "remove_member",
    extensions(("x-permission" = json!("manage_members"))), params(("id" = UserId, Path)),
    responses((status = 204), Refused))]
async fn remove(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<UserId>,
) -> Result<StatusCode, ApiError> {
    state.services.remove_member(&scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
