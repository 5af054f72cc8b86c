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
    Ok(RequestsPage { page, sources: entered.source_names().await? })
}

/// One request with what it carried, what it was answered and what it caused.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the account has no such request.
#[server(input = Json)]
pub async fn get_request(slug: String, id: RequestId) -> Result<RequestDetail, AppError> {
    let entered = crate::enter::enter(&slug, domain::account::Permission::ReadActivity).await?;
    Ok(entered.services.request(&entered.scope, id).await?)
}
