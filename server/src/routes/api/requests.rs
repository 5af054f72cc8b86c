//! `/requests`: inbound calls and how they ended.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Id, Json, QueryString};
use super::lists::list_query;
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use domain::activity::{Count, Page, Replay, RequestDetail, RequestFilter, RequestRow};
use domain::ids::{ReplayId, RequestId, SourceId};
use domain::inbound::{Outcome, Review};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(count_replayable))
        .routes(routes!(replay_matching))
        .routes(routes!(read))
        .routes(routes!(replay))
        .routes(routes!(review))
        .routes(routes!(use_as_sample))
}

list_query! {
    /// Which requests are wanted.
    RequestQuery {
        /// For this source.
        source_id: Option<SourceId>,
        /// Ended so.
        outcome: Option<Outcome>,
        /// `true`: everything but accepted ones, handshakes and pasted samples.
        only_refused: Option<bool>,
        /// Replays of this request.
        replay_of: Option<RequestId>,
        /// Made by this bulk replay.
        replay_id: Option<ReplayId>,
    }
}

/// Which requests are meant.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams, ToSchema)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MatchingRequests {
    /// For this source.
    source_id: Option<SourceId>,
    /// Ended so.
    outcome: Option<Outcome>,
    /// `true`: everything but accepted ones.
    only_refused: Option<bool>,
    /// Replays of this request.
    replay_of: Option<RequestId>,
    /// Made by this bulk replay.
    replay_id: Option<ReplayId>,
}

impl MatchingRequests {
    fn filter(self) -> RequestFilter {
        RequestFilter {
            source_id: self.source_id,
            outcome: self.outcome,
            only_refused: self.only_refused.unwrap_or_default(),
            replay_of: self.replay_of,
            replay_id: self.replay_id,
        }
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
        replay_of: query.replay_of,
        replay_id: query.replay_id,
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

/// What is to be said of a request beyond its log row.
#[derive(Serialize, ToSchema)]
struct Reviewed {
    /// `null` where it was for no source, or bodies of its age are gone.
    review: Option<Review>,
}

/// What a request's source, as it is set up now, makes of what the request carried: the criterion that fails, what the
/// mapping makes of it, and what became of each element of an array.
#[utoipa::path(get, path = "/requests/{id}/review", tag = "Requests", operation_id = "review_request",
    extensions(("x-permission" = json!("read_activity"))), params(("id" = RequestId, Path)),
    responses((status = 200, body = Reviewed), Refused))]
async fn review(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<RequestId>,
) -> Result<axum::Json<Reviewed>, ApiError> {
    Ok(axum::Json(Reviewed { review: state.services.review_request(&scope, id).await? }))
}

/// Which source has a sample more.
#[derive(Serialize, ToSchema)]
struct Chosen {
    /// The source.
    source_id: SourceId,
}

/// Put a request among its source's last 20 samples, which the console tries filter and mapping on.
#[utoipa::path(post, path = "/requests/{id}/use-as-sample", tag = "Requests", operation_id = "use_request_as_sample",
    extensions(("x-permission" = json!("edit_sources"))), params(("id" = RequestId, Path)),
    responses((status = 200, body = Chosen), Refused))]
async fn use_as_sample(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<RequestId>,
) -> Result<axum::Json<Chosen>, ApiError> {
    Ok(axum::Json(Chosen { source_id: state.services.use_as_sample(&scope, id).await? }))
}

/// Replay a request: its source's filter, mapping and action of now decide about it once more. Answers the request that
/// this makes. Its sender is not asked for proof again, and its idempotency key is left alone. A pasted sample can be
/// replayed, too, and acts then as if it had been sent; a replay of all that match leaves pasted ones out.
#[utoipa::path(post, path = "/requests/{id}/replay", tag = "Requests", operation_id = "replay_request",
    extensions(("x-permission" = json!("replay_requests"))), params(("id" = RequestId, Path)),
    responses((status = 200, body = RequestDetail),
        (status = 409, description = "It was refused for who sent it, its source is not active, or its body is not kept."),
        Refused))]
async fn replay(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<RequestId>,
) -> Result<axum::Json<RequestDetail>, ApiError> {
    Ok(axum::Json(state.services.replay_request(&scope, id).await?))
}

/// Count the requests that a replay of all that match would be about, up to 10,000.
#[utoipa::path(get, path = "/requests/replayable", tag = "Requests", operation_id = "count_replayable_requests",
    extensions(("x-permission" = json!("replay_requests"))), params(MatchingRequests),
    responses((status = 200, body = Count), Refused))]
async fn count_replayable(
    Caller(scope): Caller,
    State(state): State<AppState>,
    QueryString(matching): QueryString<MatchingRequests>,
) -> Result<axum::Json<Count>, ApiError> {
    Ok(axum::Json(state.services.count_replayable(&scope, matching.filter()).await?))
}

/// Replay all requests that match, the oldest first, at most 10,000. It goes on by itself: ask for the replay to see how
/// far it is.
#[utoipa::path(post, path = "/requests/replay", tag = "Requests", operation_id = "replay_requests",
    extensions(("x-permission" = json!("replay_requests"))), request_body = MatchingRequests,
    responses((status = 202, body = Replay),
        (status = 409, description = "None matches, or another replay is running."), Refused))]
async fn replay_matching(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Json(matching): Json<MatchingRequests>,
) -> Result<(StatusCode, axum::Json<Replay>), ApiError> {
    let replay = state.services.replay_requests(&scope, matching.filter()).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(replay)))
}
