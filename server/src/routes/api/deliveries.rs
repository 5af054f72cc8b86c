//! `/deliveries`: messages to integrations, their attempts, and trying again.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Id, Json, QueryString};
use super::lists::list_query;
use crate::state::AppState;
use axum::extract::State;
use domain::activity::{Count, DeliveryDetail, DeliveryFilter, Page};
use domain::delivery::{Delivery, DeliveryStatus};
use domain::ids::{DeliveryId, IntegrationId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(count))
        .routes(routes!(retry_matching))
        .routes(routes!(read))
        .routes(routes!(retry))
}

list_query! {
    /// Which deliveries are wanted.
    DeliveryQuery {
        /// In this state.
        status: Option<DeliveryStatus>,
        /// To this integration.
        integration_id: Option<IntegrationId>,
        /// Of events of this type, or with this prefix if it ends in `*`.
        event_type: Option<String>,
    }
}

/// Which deliveries are meant.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams, ToSchema)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Matching {
    /// In this state.
    status: Option<DeliveryStatus>,
    /// To this integration.
    integration_id: Option<IntegrationId>,
    /// Of events of this type, or with this prefix if it ends in `*`.
    event_type: Option<String>,
}

impl Matching {
    fn filter(self) -> DeliveryFilter {
        DeliveryFilter {
            status: self.status,
            integration_id: self.integration_id,
            event_type: self.event_type,
        }
    }
}

/// How many deliveries match.
#[derive(Serialize, ToSchema)]
struct Counted {
    /// How many, at most 10,000.
    count: u32,
    /// Whether there are more.
    more: bool,
    /// How many of them `POST /deliveries/retry` with the same filter would try again, at most 10,000: those that failed
    /// or were cancelled, and whose integration is active.
    retryable: u32,
}

/// What a bulk retry did.
#[derive(Serialize, ToSchema)]
struct Retried {
    /// How many deliveries are tried again.
    retried: u64,
}

/// List deliveries, newest first.
#[utoipa::path(get, path = "/deliveries", tag = "Deliveries", operation_id = "list_deliveries",
    extensions(("x-permission" = json!("read_activity"))), params(DeliveryQuery),
    responses((status = 200, body = Page<Delivery>), Refused))]
async fn list(
    Caller(scope): Caller,
    State(state): State<AppState>,
    QueryString(query): QueryString<DeliveryQuery>,
) -> Result<axum::Json<Page<Delivery>>, ApiError> {
    let page = query.page();
    let filter = DeliveryFilter {
        status: query.status,
        integration_id: query.integration_id,
        event_type: query.event_type,
    };
    Ok(axum::Json(state.services.deliveries(&scope, filter, page).await?))
}

/// Count deliveries, and those that a bulk retry would try again, up to 10,000 of each.
#[utoipa::path(get, path = "/deliveries/count", tag = "Deliveries", operation_id = "count_deliveries",
    extensions(("x-permission" = json!("read_activity"))), params(Matching),
    responses((status = 200, body = Counted), Refused))]
async fn count(
    Caller(scope): Caller,
    State(state): State<AppState>,
    QueryString(matching): QueryString<Matching>,
) -> Result<axum::Json<Counted>, ApiError> {
    let filter = matching.filter();
    let Count { count, more } = state.services.count_deliveries(&scope, filter.clone()).await?;
    let retryable = state.services.count_retryable(&scope, filter).await?.count;
    Ok(axum::Json(Counted { count, more, retryable }))
}

/// Read a delivery with its attempts.
#[utoipa::path(get, path = "/deliveries/{id}", tag = "Deliveries", operation_id = "get_delivery",
    extensions(("x-permission" = json!("read_activity"))), params(("id" = DeliveryId, Path)),
    responses((status = 200, body = DeliveryDetail), Refused))]
async fn read(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<DeliveryId>,
) -> Result<axum::Json<DeliveryDetail>, ApiError> {
    Ok(axum::Json(state.services.delivery(&scope, id).await?))
}

/// Try a delivery again: same id, attempt numbers go on, its schedule restarts. Refused while it is in flight.
#[utoipa::path(post, path = "/deliveries/{id}/retry", tag = "Deliveries", operation_id = "retry_delivery",
    extensions(("x-permission" = json!("retry_deliveries"))), params(("id" = DeliveryId, Path)),
    responses((status = 200, body = Delivery), (status = 409, description = "It is in flight."), Refused))]
async fn retry(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<DeliveryId>,
) -> Result<axum::Json<Delivery>, ApiError> {
    Ok(axum::Json(state.services.retry_delivery(&scope, id).await?))
}

/// Try all deliveries again that match.
#[utoipa::path(post, path = "/deliveries/retry", tag = "Deliveries", operation_id = "retry_deliveries",
    extensions(("x-permission" = json!("retry_deliveries"))), request_body = Matching,
    responses((status = 200, body = Retried), Refused))]
async fn retry_matching(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Json(matching): Json<Matching>,
) -> Result<axum::Json<Retried>, ApiError> {
    let retried = state.services.retry_deliveries(&scope, matching.filter()).await?;
    Ok(axum::Json(Retried { retried }))
}
