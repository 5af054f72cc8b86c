use crate::error::AppError;
use crate::pages::activity::Names;
#[cfg(feature = "ssr")]
use domain::account::Permission;
use domain::ids::{IntegrationId, SubscriptionId};
#[cfg(feature = "ssr")]
use domain::integration::IntegrationState;
use domain::subscription::{Subscription, SubscriptionDraft};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

/// The list, and what it needs to show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubscriptionsPage {
    /// The subscriptions.
    pub subscriptions: Vec<Subscription>,
    /// What the integrations are called.
    pub integrations: Names<IntegrationId>,
    /// Those that take nothing at present.
    pub inactive: Vec<IntegrationId>,
}

/// What the form needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubscriptionForm {
    /// The stored one; `None` for a new one.
    pub subscription: Option<Subscription>,
    /// What there is to send to.
    pub integrations: Names<IntegrationId>,
    /// Event types that sources publish, to offer.
    pub known_types: Vec<String>,
}

/// Every subscription, by name.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn list_subscriptions(slug: String) -> Result<SubscriptionsPage, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    let subscriptions = entered.services.list_subscriptions(&entered.scope).await?;
    let integrations = entered.services.list_integrations(&entered.scope).await?;
    let inactive = integrations.iter().filter(|integration| integration.state == IntegrationState::Inactive);
    Ok(SubscriptionsPage {
        subscriptions,
        inactive: inactive.map(|integration| integration.id).collect(),
        integrations: Names::of_integrations(integrations),
    })
}

/// What the form of a stored or a new subscription needs.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the account has no such subscription.
#[server]
pub async fn get_subscription_form(
    slug: String,
    id: Option<SubscriptionId>,
) -> Result<SubscriptionForm, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    form_of(&entered, id).await
}

#[cfg(feature = "ssr")]
async fn form_of(
    entered: &crate::enter::Entered,
    id: Option<SubscriptionId>,
) -> Result<SubscriptionForm, AppError> {
    use domain::source::SourceAction;
    let subscription = match id {
        Some(id) => Some(entered.services.subscription(&entered.scope, id).await?),
        None => None,
    };
    let sources = entered.services.list_sources(&entered.scope, None).await?;
    let types = sources.into_iter().map(|source| match source.config.action {
        SourceAction::PublishEvent { event_type } | SourceAction::RecordEvent { event_type } => {
            event_type.to_string()
        }
        SourceAction::UpsertItem { .. } => "item.*".to_owned(),
    });
    let known_types = types.collect::<std::collections::BTreeSet<_>>().into_iter().collect();
    Ok(SubscriptionForm { subscription, integrations: entered.integration_names().await?, known_types })
}

/// Makes a subscription, or saves a stored one.
///
/// # Errors
/// As [`crate::enter::enter`]; what is wrong with the fields; `Stale` where somebody else saved meanwhile.
#[server(input = Json)]
pub async fn save_subscription(
    slug: String,
    id: Option<SubscriptionId>,
    version: Option<i64>,
    draft: SubscriptionDraft,
) -> Result<Subscription, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditSubscriptions).await?;
    Ok(match id {
        Some(id) => entered.services.update_subscription(&entered.scope, id, version, draft).await?,
        None => entered.services.create_subscription(&entered.scope, draft).await?,
    })
}

/// Deletes a subscription.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn delete_subscription(slug: String, id: SubscriptionId) -> Result<(), AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditSubscriptions).await?;
    entered.services.delete_subscription(&entered.scope, id).await?;
    leptos_axum::redirect(&format!("/a/{slug}/subscriptions"));
    Ok(())
}
