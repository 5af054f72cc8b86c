use crate::error::AppError;
use crate::pages::activity::Names;
#[cfg(feature = "ssr")]
use domain::account::Permission;
use domain::activity::{Count, Page, PageRequest, Replay, RequestDetail, RequestFilter, RequestRow};
use domain::ids::{ReplayId, RequestId, SourceId};
use domain::inbound::Review;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

/// A page of the list, and what it needs to show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestsPage {
    /// The rows.
    pub page: Page<RequestRow>,
    /// What the sources are called.
    pub sources: Names<SourceId>,
    /// Refused requests of the account in the last hour that were counted, not logged.
    pub unlogged: i64,
}

/// Requests that pass `filter`, newest first.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server(input = Json)]
pub async fn list_requests(
    slug: String,
    filter: RequestFilter,
    page: PageRequest,
) -> Result<RequestsPage, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadActivity).await?;
    let page = entered.services.requests(&entered.scope, filter, page).await?;
    let unlogged = entered.unlogged_refusals().await?;
    Ok(RequestsPage { page, sources: entered.source_names().await?, unlogged })
}

/// A request, and what its page says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestView {
    /// It, with what it carried, what it was answered and what it caused.
    pub detail: RequestDetail,
    /// What its source is called; `None` where no source has its endpoint.
    pub source: Option<String>,
    /// What its source, as it is set up now, makes of it; `None` where there is none, or its body is gone.
    pub review: Option<Review>,
}

/// One request.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the account has no such request.
#[server(input = Json)]
pub async fn get_request(slug: String, id: RequestId) -> Result<RequestView, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadActivity).await?;
    let detail = entered.services.request(&entered.scope, id).await?;
    let review = entered.services.review(&entered.scope, &detail).await?;
    let names = entered.source_names().await?;
    Ok(RequestView { source: detail.request.source_id.map(|id| names.of(id)), review, detail })
}

/// Puts a request among its source's samples; answers the source.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the account has no such request; why it is no sample.
#[server]
pub async fn use_as_sample(slug: String, id: RequestId) -> Result<SourceId, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditSources).await?;
    let source = entered.services.use_as_sample(&entered.scope, id).await?;
    crate::enter::after_plain_form(&format!("/a/{slug}/sources/{source}?sample={id}"));
    Ok(source)
}

/// Replays one request; answers the id of the request that this makes.
///
/// # Errors
/// As [`crate::enter::enter`]; `InUse` says why it cannot be replayed.
#[server(input = Json)]
pub async fn replay_request(slug: String, id: RequestId) -> Result<RequestId, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReplayRequests).await?;
    Ok(entered.services.replay_request(&entered.scope, id).await?.request.id)
}

/// How many requests [`replay_requests`] would be about, up to 10,000.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server(input = Json)]
pub async fn count_replayable(slug: String, filter: RequestFilter) -> Result<Count, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReplayRequests).await?;
    Ok(entered.services.count_replayable(&entered.scope, filter).await?)
}

/// Begins to replay all requests that pass `filter`.
///
/// # Errors
/// As [`crate::enter::enter`]; `InUse` when none passes, or another replay runs.
#[server(input = Json)]
pub async fn replay_requests(slug: String, filter: RequestFilter) -> Result<Replay, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReplayRequests).await?;
    Ok(entered.services.replay_requests(&entered.scope, filter).await?)
}

/// The newest bulk replays.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn list_replays(slug: String) -> Result<Vec<Replay>, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadActivity).await?;
    let newest = PageRequest { limit: Some(10), ..PageRequest::default() };
    Ok(entered.services.replays(&entered.scope, newest).await?.data)
}

/// How far a bulk replay is.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the account has no such replay.
#[server]
pub async fn get_replay(slug: String, id: ReplayId) -> Result<Replay, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadActivity).await?;
    Ok(entered.services.replay(&entered.scope, id).await?)
}

/// Stops a bulk replay.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the account has no such replay.
#[server]
pub async fn stop_replay(slug: String, id: ReplayId) -> Result<Replay, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReplayRequests).await?;
    Ok(entered.services.stop_replay(&entered.scope, id).await?)
}
