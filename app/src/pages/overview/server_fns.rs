use crate::components::chart::total;
use crate::error::AppError;
use crate::pages::activity::Names;
use domain::activity::{Overview, Span};
use domain::ids::IntegrationId;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Which of the first steps are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// There is an integration that is active, or was once sent to.
    pub integration: bool,
    /// There is a source that is active.
    pub source: bool,
    /// There is a subscription.
    pub subscription: bool,
    /// A request came to a source.
    pub request: bool,
    /// Something was sent to an integration.
    pub sent: bool,
}

impl Setup {
    /// Whether nothing is left to do. Who was there once knows the way, whatever is switched off since.
    #[must_use]
    pub const fn is_complete(self) -> bool {
        self.request && self.integration && self.subscription
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

impl OverviewPage {
    /// Whether there is more to look at than the first steps.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        let Overview { requests, attempts, waiting, .. } = &self.overview;
        let counted = total(requests).total() + total(attempts).total();
        self.setup.request || self.setup.sent || counted > 0 || waiting.count > 0
    }
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
    use domain::activity::Subject;
    use domain::integration::IntegrationState;
    use domain::source::SourceState;
    let (services, scope) = (&entered.services, &entered.scope);
    let recent = services.recent_activity(scope).await?;
    let happened = |is_meant: fn(&Subject) -> bool| {
        recent.iter().any(|(subject, recent)| is_meant(subject) && recent.last_at.is_some())
    };
    let sent = happened(|subject| matches!(subject, Subject::Integration(_)));
    let request = happened(|subject| matches!(subject, Subject::Source(_)));
    let integrations = services.list_integrations(scope).await?;
    let is_active = integrations.iter().any(|integration| integration.state == IntegrationState::Active);
    Ok(Setup {
        integration: is_active || sent,
        source: request || !services.list_sources(scope, Some(SourceState::Active)).await?.is_empty(),
        subscription: !services.list_subscriptions(scope).await?.is_empty(),
        request,
        sent,
    })
}
