//! `/subscriptions`: which events go to which integration.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Id, Json, QueryString, Versioned};
use super::lists::{Paging, page_of};
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use domain::activity::Page;
use domain::ids::SubscriptionId;
use domain::subscription::{Subscription, SubscriptionDraft};
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(read, replace, patch, delete))
}

/// A subscription, or why there is none.
type Answer = Result<axum::Json<Subscription>, ApiError>;

/// List subscriptions, newest first.
#[utoipa::path(get, path = "/subscriptions", tag = "Subscriptions", operation_id = "list_subscriptions",
    extensions(("x-permission" = json!("read_configuration"))), params(Paging),
    responses((status = 200, body = Page<Subscription>), Refused))]
async fn list(
    Caller(scope): Caller,
    State(state): State<AppState>,
    QueryString(paging): QueryString<Paging>,
) -> Result<axum::Json<Page<Subscription>>, ApiError> {
    let all = state.services.list_subscriptions(&scope).await?;
    Ok(axum::Json(page_of(all, |subscription| subscription.id.0, paging.page())))
}

/// Create a subscription. It gets the events accepted from now on.
#[utoipa::path(post, path = "/subscriptions", tag = "Subscriptions", operation_id = "create_subscription",
    extensions(("x-permission" = json!("edit_subscriptions"))), request_body = SubscriptionDraft,
    responses((status = 201, body = Subscription), Refused))]
async fn create(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Json(draft): Json<SubscriptionDraft>,
) -> Result<(StatusCode, axum::Json<Subscription>), ApiError> {
    let subscription = state.services.create_subscription(&scope, draft).await?;
    Ok((StatusCode::CREATED, axum::Json(subscription)))
}

/// Read a subscription.
#[utoipa::path(get, path = "/subscriptions/{id}", tag = "Subscriptions", operation_id = "get_subscription",
    extensions(("x-permission" = json!("read_configuration"))), params(("id" = SubscriptionId, Path)),
    responses((status = 200, body = Subscription), Refused))]
async fn read(Caller(scope): Caller, State(state): State<AppState>, Id(id): Id<SubscriptionId>) -> Answer {
    Ok(axum::Json(state.services.subscription(&scope, id).await?))
}

/// Replace everything that can be set of a subscription. A `version` beside the fields refuses the write when it is
/// no longer the current one.
#[utoipa::path(put, path = "/subscriptions/{id}", tag = "Subscriptions", operation_id = "replace_subscription",
    extensions(("x-permission" = json!("edit_subscriptions"))), params(("id" = SubscriptionId, Path)),
    request_body = SubscriptionDraft,
    responses((status = 200, body = Subscription), (status = 409, description = "It was changed meanwhile."), Refused))]
async fn replace(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<SubscriptionId>,
    body: Versioned<SubscriptionDraft>,
) -> Answer {
    Ok(axum::Json(state.services.update_subscription(&scope, id, body.version, body.value).await?))
}

/// Change some fields of a subscription: a JSON merge patch (RFC 7396).
#[utoipa::path(patch, path = "/subscriptions/{id}", tag = "Subscriptions", operation_id = "patch_subscription",
    extensions(("x-permission" = json!("edit_subscriptions"))), params(("id" = SubscriptionId, Path)),
    request_body = Value,
    responses((status = 200, body = Subscription), (status = 409, description = "It was changed meanwhile."), Refused))]
async fn patch(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<SubscriptionId>,
    body: Versioned<Value>,
) -> Answer {
    Ok(axum::Json(state.services.patch_subscription(&scope, id, body.version, body.value).await?))
}

/// Delete a subscription. Deliveries it has made go on.
#[utoipa::path(delete, path = "/subscriptions/{id}", tag = "Subscriptions", operation_id = "delete_subscription",
    extensions(("x-permission" = json!("edit_subscriptions"))), params(("id" = SubscriptionId, Path)),
    responses((status = 204), Refused))]
async fn delete(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<SubscriptionId>,
) -> Result<StatusCode, ApiError> {
    state.services.delete_subscription(&scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
