use crate::error::AppError;
use crate::pages::activity::Names;
use domain::activity::{Page, PageRequest, RequestDetail, RequestFilter, RequestRow};
use domain::ids::{RequestId, SourceId};
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
    let entered = crate::enter::enter(&slug, domain::account::Permission::ReadActivity).await?;
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
}

/// One request.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the account has no such request.
#[server(input = Json)]
pub async fn get_request(slug: String, id: RequestId) -> Result<RequestView, AppError> {
    let entered = crate::enter::enter(&slug, domain::account::Permission::ReadActivity).await?;
    let detail = entered.services.request(&entered.scope, id).await?;
    let names = entered.source_names().await?;
    Ok(RequestView { source: detail.request.source_id.map(|id| names.of(id)), detail })
}
