use crate::error::AppError;
use crate::pages::activity::Names;
use domain::activity::{Overview, Span};
use domain::ids::IntegrationId;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Which of the first steps are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// There is an integration that is active.
    pub integration: bool,
    /// There is a source that is active.
    pub source: bool,
    /// There is a subscription.
    pub subscription: bool,
}

impl Setup {
    /// Whether nothing is left to do.
    #[must_use]
    pub const fn is_complete(self) -> bool {
        self.integration && self.source && self.subscription
    }
}

/// The overview, and what it needs to show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OverviewPage {
    /// Charts and failures.
    pub overview: Overview,
    /// What the integrations are called.
    pub integrations: Names<IntegrationId>,
    /// Which of the first steps are done.
    pub setup: Setup,
}

/// How things go.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn get_overview(slug: String, span: Span) -> Result<OverviewPage, AppError> {
    let entered = crate::enter::enter(&slug, domain::account::Permission::ReadActivity).await?;
    let overview = entered.services.overview(&entered.scope, span).await?;
    let setup = setup_of(&entered).await?;
    Ok(OverviewPage { overview, integrations: entered.integration_names().await?, setup })
}

#[cfg(feature = "ssr")]
async fn setup_of(entered: &crate::enter::Entered) -> Result<Setup, AppError> {
    use domain::integration::IntegrationState;
    use domain::source::SourceState;
    let (services, scope) = (&entered.services, &entered.scope);
    let integrations = services.list_integrations(scope).await?;
    Ok(Setup {
        integration: integrations.iter().any(|integration| integration.state == IntegrationState::Active),
        source: !services.list_sources(scope, Some(SourceState::Active)).await?.is_empty(),
        subscription: !services.list_subscriptions(scope).await?.is_empty(),
    })
}
