use crate::error::AppError;
#[cfg(feature = "ssr")]
use domain::account::Permission;
#[cfg(feature = "ssr")]
use domain::activity::Subject;
use domain::activity::{ExampleMessage, RecentActivity, TestReport};
use domain::ids::IntegrationId;
use domain::integration::{Integration, IntegrationConfig, IntegrationState};
use domain::link::Link;
use domain::own_networks::OwnNetworks;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

/// An integration as the list shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IntegrationLine {
    /// The integration.
    pub integration: Integration,
    /// What was counted of it lately.
    pub recent: RecentActivity,
}

/// An integration as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    /// The integration.
    pub integration: Integration,
    /// Which of the hosts that it names are in the operator's own networks.
    pub own_hosts: OwnNetworks,
}

/// An integration as its page shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IntegrationView {
    /// The integration.
    pub stored: Stored,
    /// What sends to it.
    pub links: Vec<Link>,
    /// What was counted of it lately.
    pub recent: RecentActivity,
}

/// An integration that was just made; its secret is shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// Its id.
    pub id: IntegrationId,
    /// What its messages are signed with.
    pub signing_secret: String,
}

/// Every integration, by name.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn list_integrations(slug: String) -> Result<Vec<IntegrationLine>, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    let integrations = entered.services.list_integrations(&entered.scope).await?;
    let recent = entered.services.recent_activity(&entered.scope).await?;
    let recent = |id| recent.get(&Subject::Integration(id)).copied().unwrap_or_default();
    Ok(integrations
        .into_iter()
        .map(|integration| IntegrationLine { recent: recent(integration.id), integration })
        .collect())
}

/// One integration and what sends to it.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the account has no such integration.
#[server]
pub async fn get_integration(slug: String, id: IntegrationId) -> Result<IntegrationView, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    let integration = entered.services.integration(&entered.scope, id).await?;
    let links = entered.services.integration_links(&entered.scope, id).await?;
    let recent = entered.services.recent_activity(&entered.scope).await?;
    let recent = recent.get(&Subject::Integration(id)).copied().unwrap_or_default();
    Ok(IntegrationView { stored: stored(&entered.services, integration), links, recent })
}

#[cfg(feature = "ssr")]
fn stored(services: &services::Services, integration: Integration) -> Stored {
    let own_hosts = integration.config.own_hosts(&services.own_networks());
    Stored { integration, own_hosts }
}

/// Makes an integration, inactive, and goes to its page.
///
/// # Errors
/// As [`crate::enter::enter`]; what is wrong with the name.
#[server]
pub async fn create_integration(slug: String, name: String) -> Result<Created, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditIntegrations).await?;
    let made = entered.services.create_integration(&entered.scope, super::form::blank(name)).await?;
    crate::enter::after_plain_form(&format!("/a/{slug}/integrations/{}", made.integration.id));
    Ok(Created { id: made.integration.id, signing_secret: made.signing_secret.reveal().to_owned() })
}

/// Saves what is set. `secret` replaces the stored one where it is given.
///
/// # Errors
/// As [`crate::enter::enter`]; what is wrong with the fields; `Stale` where somebody else saved meanwhile.
#[server(input = Json)]
pub async fn save_integration(
    slug: String,
    id: IntegrationId,
    version: Option<i64>,
    config: IntegrationConfig,
    secret: Option<String>,
) -> Result<Stored, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditIntegrations).await?;
    let config = super::form::with_secret(config, secret);
    let integration = entered.services.update_integration(&entered.scope, id, version, config).await?;
    Ok(stored(&entered.services, integration))
}

/// Switches it on or off.
///
/// # Errors
/// As [`crate::enter::enter`]; what it still needs before it can be switched on.
#[server]
pub async fn move_integration(
    slug: String,
    id: IntegrationId,
    state: IntegrationState,
) -> Result<(), AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditIntegrations).await?;
    match state {
        IntegrationState::Active => entered.services.activate_integration(&entered.scope, id).await?,
        IntegrationState::Inactive => entered.services.deactivate_integration(&entered.scope, id).await?,
    };
    Ok(())
}

/// Deletes it.
///
/// # Errors
/// As [`crate::enter::enter`]; `InUse` while something is linked to it.
#[server]
pub async fn delete_integration(slug: String, id: IntegrationId) -> Result<(), AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditIntegrations).await?;
    entered.services.delete_integration(&entered.scope, id).await?;
    leptos_axum::redirect(&format!("/a/{slug}/integrations"));
    Ok(())
}

/// Signs with a new secret from now on; it is answered this once.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn rotate_secret(slug: String, id: IntegrationId) -> Result<String, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditIntegrations).await?;
    let secret = entered.services.rotate_signing_secret(&entered.scope, id).await?;
    Ok(secret.reveal().to_owned())
}

/// The message that would be sent.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn get_example(slug: String, id: IntegrationId) -> Result<ExampleMessage, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    Ok(entered.services.example(&entered.scope, id).await?)
}

/// Sends the example and says what was answered.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn send_test(slug: String, id: IntegrationId) -> Result<TestReport, AppError> {
    let entered = crate::enter::enter(&slug, Permission::PublishEvents).await?;
    Ok(entered.services.test_integration(&entered.scope, id).await?)
}
