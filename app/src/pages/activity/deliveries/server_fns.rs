use crate::error::AppError;
use crate::pages::activity::Names;
#[cfg(feature = "ssr")]
use domain::account::Permission;
use domain::activity::{Count, DeliveryDetail, DeliveryFilter, Page, PageRequest};
use domain::delivery::Delivery;
use domain::ids::{DeliveryId, IntegrationId};
use domain::integration::IntegrationState;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

/// A page of the list, and what it needs to show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeliveriesPage {
    /// The rows.
    pub page: Page<Delivery>,
    /// What the integrations are called.
    pub integrations: Names<IntegrationId>,
}

/// A delivery, and what it needs to show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeliveryView {
    /// The delivery.
    pub detail: DeliveryDetail,
    /// What its integration is called, and where it is; `None` if it is gone.
    pub integration: Option<(String, IntegrationState)>,
}

/// Deliveries that pass `filter`, newest first.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server(input = Json)]
pub async fn list_deliveries(
    slug: String,
    filter: DeliveryFilter,
    page: PageRequest,
) -> Result<DeliveriesPage, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadActivity).await?;
    let page = entered.services.deliveries(&entered.scope, filter, page).await?;
    Ok(DeliveriesPage { page, integrations: entered.integration_names().await? })
}

/// One delivery with its attempts.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the account has no such delivery.
#[server(input = Json)]
pub async fn get_delivery(slug: String, id: DeliveryId) -> Result<DeliveryView, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadActivity).await?;
    let detail = entered.services.delivery(&entered.scope, id).await?;
    let id = detail.delivery.integration_id;
    let all = entered.services.list_integrations(&entered.scope).await?;
    let integration = all.into_iter().find(|integration| integration.id == id);
    Ok(DeliveryView { detail, integration: integration.map(|found| (found.config.name, found.state)) })
}

/// Tries a delivery again, now.
///
/// # Errors
/// As [`crate::enter::enter`]; `InUse` while it is in flight.
#[server]
pub async fn retry_delivery(slug: String, id: DeliveryId) -> Result<(), AppError> {
    let entered = crate::enter::enter(&slug, Permission::RetryDeliveries).await?;
    entered.services.retry_delivery(&entered.scope, id).await?;
    Ok(())
}

/// How many deliveries [`retry_deliveries`] would try again.
///
/// # Errors
/// As [`retry_deliveries`].
#[server(input = Json)]
pub async fn count_retries(slug: String, filter: DeliveryFilter) -> Result<Count, AppError> {
    let entered = crate::enter::enter(&slug, Permission::RetryDeliveries).await?;
    Ok(entered.services.count_retries(&entered.scope, filter).await?)
}

/// Tries all deliveries to active integrations again that pass `filter` and have ended without success; says how many.
///
/// # Errors
/// As [`crate::enter::enter`]; `InUse` when `filter` names an inactive integration.
#[server(input = Json)]
pub async fn retry_deliveries(slug: String, filter: DeliveryFilter) -> Result<u64, AppError> {
    let entered = crate::enter::enter(&slug, Permission::RetryDeliveries).await?;
    Ok(entered.services.retry_deliveries(&entered.scope, filter).await?)
}
