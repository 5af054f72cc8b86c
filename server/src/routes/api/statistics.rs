//! `/overview` and charts: how much, how well, how fast.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Id, QueryString};
use crate::state::AppState;
use axum::extract::State;
use domain::activity::{Count, Overview, Point, Span, Subject};
use domain::delivery::Delivery;
use domain::ids::{IntegrationId, SourceId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(overview))
        .routes(routes!(integration_chart))
        .routes(routes!(source_chart))
}

/// How far back.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SpanQuery {
    /// `hour` (60 points of a minute), `day` (96 of 15 minutes; when left out) or `week` (84 of 2 hours).
    #[serde(default)]
    #[param(value_type = Option<String>)]
    span: Span,
}

/// How the account is doing.
#[derive(Serialize, ToSchema)]
struct OverviewAnswer {
    /// `hour`, `day` or `week`.
    span: &'static str,
    /// Inbound requests over time.
    requests: Vec<Point>,
    /// Attempts to deliver over time.
    attempts: Vec<Point>,
    /// The newest failed deliveries.
    recent_failures: Vec<Delivery>,
    /// How many deliveries wait for their next attempt.
    waiting: Count,
}

impl From<Overview> for OverviewAnswer {
    fn from(overview: Overview) -> Self {
        Self {
            span: overview.span.as_str(),
            requests: overview.requests,
            attempts: overview.attempts,
            recent_failures: overview.recent_failures,
            waiting: overview.waiting,
        }
    }
}

/// Points over time, oldest first.
#[derive(Serialize, ToSchema)]
struct Chart {
    /// The points.
    data: Vec<Point>,
}

/// See how the account is doing.
#[utoipa::path(get, path = "/overview", tag = "Statistics", operation_id = "get_overview",
    extensions(("x-permission" = json!("read_activity"))), params(SpanQuery),
    responses((status = 200, body = OverviewAnswer), Refused))]
async fn overview(
    Caller(scope): Caller,
    State(state): State<AppState>,
    QueryString(query): QueryString<SpanQuery>,
) -> Result<axum::Json<OverviewAnswer>, ApiError> {
    Ok(axum::Json(state.services.overview(&scope, query.span).await?.into()))
}

/// Chart the attempts to deliver to an integration.
#[utoipa::path(get, path = "/integrations/{id}/chart", tag = "Statistics", operation_id = "get_integration_chart",
    extensions(("x-permission" = json!("read_activity"))), params(("id" = IntegrationId, Path), SpanQuery),
    responses((status = 200, body = Chart), Refused))]
async fn integration_chart(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<IntegrationId>,
    QueryString(query): QueryString<SpanQuery>,
) -> Result<axum::Json<Chart>, ApiError> {
    let id = state.services.integration(&scope, id).await?.id;
    let data = state.services.chart(&scope, Subject::Integration(id), query.span).await?;
    Ok(axum::Json(Chart { data }))
}

/// Chart the requests to a source.
#[utoipa::path(get, path = "/sources/{id}/chart", tag = "Statistics", operation_id = "get_source_chart",
    extensions(("x-permission" = json!("read_activity"))), params(("id" = SourceId, Path), SpanQuery),
    responses((status = 200, body = Chart), Refused))]
async fn source_chart(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<SourceId>,
    QueryString(query): QueryString<SpanQuery>,
) -> Result<axum::Json<Chart>, ApiError> {
    let id = state.services.source(&scope, id).await?.id;
    let data = state.services.chart(&scope, Subject::Source(id), query.span).await?;
    Ok(axum::Json(Chart { data }))
}
