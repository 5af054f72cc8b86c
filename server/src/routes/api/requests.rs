//! `/requests`: inbound calls and how they ended.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Id, QueryString};
use super::lists::list_query;
use crate::state::AppState;
use axum::extract::State;
use domain::activity::{Page, RequestDetail, RequestFilter, RequestRow};
use domain::ids::{RequestId, SourceId};
use domain::inbound::Outcome;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read))
}

list_query! {
    /// Which requests are wanted.
    RequestQuery {
        /// For this source.
        source_id: Option<SourceId>,
        /// Ended so.
        outcome: Option<Outcome>,
        /// `true`: everything but accepted ones.
        only_refused: Option<bool>,
    }
}

/// List inbound requests, newest first, refused ones included.
#[utoipa::path(get, path = "/requests", tag = "Requests", operation_id = "list_requests",
    extensions(("x-permission" = json!("read_activity"))), params(RequestQuery),
    responses((status = 200, body = Page<RequestRow>), Refused))]
async fn list(
    Caller(scope): Caller,
    State(state): State<AppState>,
    QueryString(query): QueryString<RequestQuery>,
) -> Result<axum::Json<Page<RequestRow>>, ApiError> {
    let page = query.page();
    let filter = RequestFilter {
        source_id: query.source_id,
        outcome: query.outcome,
        only_refused: query.only_refused.unwrap_or_default(),
    };
    Ok(axum::Json(state.services.requests(&scope, filter, page).await?))
}

/// Read a request with its headers (secrets masked), body, response and events.
#[utoipa::path(get, path = "/requests/{id}", tag = "Requests", operation_id = "get_request",
    extensions(("x-permission" = json!("read_activity"))), params(("id" = RequestId, Path)),
    responses((status = 200, body = RequestDetail), Refused))]
async fn read(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<RequestId>,
) -> Result<axum::Json<RequestDetail>, ApiError> {
    Ok(axum::Json(state.services.request(&scope, id).await?))
}
