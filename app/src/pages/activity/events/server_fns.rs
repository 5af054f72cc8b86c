use crate::error::AppError;
use crate::pages::activity::Names;
use domain::activity::{EventDetail, EventFilter, EventRow, Page, PageRequest};
use domain::ids::{EventId, IntegrationId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

/// An event, and what it needs to show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventView {
    /// The event.
    pub detail: EventDetail,
    /// What the integrations are called.
    pub integrations: Names<IntegrationId>,
}

/// Events that pass `filter`, newest first.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server(input = Json)]
pub async fn list_events(
    slug: String,
    filter: EventFilter,
    page: PageRequest,
) -> Result<Page<EventRow>, AppError> {
    let entered = crate::enter::enter(&slug, domain::account::Permission::ReadActivity).await?;
    Ok(entered.services.events(&entered.scope, filter, page).await?)
}

/// One event with its data and what it caused.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the account has no such event.
#[server(input = Json)]
pub async fn get_event(slug: String, id: EventId) -> Result<EventView, AppError> {
    let entered = crate::enter::enter(&slug, domain::account::Permission::ReadActivity).await?;
    let detail = entered.services.event(&entered.scope, id).await?;
    Ok(EventView { detail, integrations: entered.integration_names().await? })
}
