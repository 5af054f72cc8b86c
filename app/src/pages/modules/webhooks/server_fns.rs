use crate::error::AppError;
#[cfg(feature = "ssr")]
use domain::account::Permission;
use domain::activity::{ExampleMessage, TestReport};
use domain::ids::{ModuleId, SubscriptionId};
use domain::module::{Activity, Module, ModuleWebhook, ModuleWebhookDraft};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

/// What the form of an outgoing webhook needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WebhookForm {
    /// The module.
    pub module: Module,
    /// The stored one; `None` for a new one.
    pub webhook: Option<ModuleWebhook>,
}

/// An outgoing webhook that was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedWebhook {
    /// It.
    pub webhook: ModuleWebhook,
    /// What its messages are signed with, where it was just made: shown this once.
    pub signing_secret: Option<String>,
}

/// The outgoing webhooks of a module, by name.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the account has no such module.
#[server(input = Json)]
pub async fn list_module_webhooks(slug: String, id: ModuleId) -> Result<Vec<ModuleWebhook>, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    Ok(entered.services.module_webhooks(&entered.scope, id).await?)
}

/// What the form of a stored or a new outgoing webhook needs.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where there is no such module or webhook.
#[server(input = Json)]
pub async fn get_webhook_form(
    slug: String,
    id: ModuleId,
    webhook: Option<SubscriptionId>,
) -> Result<WebhookForm, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    let module = entered.services.module(&entered.scope, id).await?;
    let Some(webhook) = webhook else { return Ok(WebhookForm { module, webhook: None }) };
    let webhook = entered.services.module_webhook(&entered.scope, id, webhook).await?;
    Ok(WebhookForm { module, webhook: Some(webhook) })
}

/// Makes an outgoing webhook, or saves a stored one.
///
/// # Errors
/// As [`get_webhook_form`]; what is wrong with the fields; `Stale` where somebody else saved meanwhile.
#[server(input = Json)]
pub async fn save_module_webhook(
    slug: String,
    id: ModuleId,
    webhook: Option<SubscriptionId>,
    version: Option<i64>,
    draft: ModuleWebhookDraft,
) -> Result<SavedWebhook, AppError> {
    crate::enter::enter(&slug, Permission::EditModules).await?.save_webhook(id, webhook, version, draft).await
}

#[cfg(feature = "ssr")]
impl crate::enter::Entered {
    async fn save_webhook(
        &self,
        id: ModuleId,
        webhook: Option<SubscriptionId>,
        version: Option<i64>,
        draft: ModuleWebhookDraft,
    ) -> Result<SavedWebhook, AppError> {
        let (services, scope) = (&self.services, &self.scope);
        if let Some(webhook) = webhook {
            let webhook = services.update_module_webhook(scope, id, webhook, version, draft).await?;
            return Ok(SavedWebhook { webhook, signing_secret: None });
        }
        let made = services.create_module_webhook(scope, id, draft).await?;
        let signing_secret = Some(made.signing_secret.reveal().to_owned());
        Ok(SavedWebhook { webhook: made.webhook, signing_secret })
    }
}

/// Deletes an outgoing webhook.
///
/// # Errors
/// As [`get_webhook_form`].
#[server(input = Json)]
pub async fn delete_module_webhook(
    slug: String,
    id: ModuleId,
    webhook: SubscriptionId,
) -> Result<(), AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditModules).await?;
    entered.services.delete_module_webhook(&entered.scope, id, webhook).await?;
    leptos_axum::redirect(&format!("/a/{slug}/modules/{id}/settings?tab=webhooks"));
    Ok(())
}

/// The message that an outgoing webhook of the module would send of `activity`.
///
/// # Errors
/// As [`list_module_webhooks`].
#[server(input = Json)]
pub async fn get_webhook_example(
    slug: String,
    id: ModuleId,
    activity: Option<Activity>,
) -> Result<ExampleMessage, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadRecords).await?;
    Ok(entered.services.module_webhook_example(&entered.scope, id, activity.as_ref()).await?)
}

/// Sends that message to where the draft says, and tells what was answered.
///
/// # Errors
/// As [`list_module_webhooks`]; what is wrong with the draft.
#[server(input = Json)]
pub async fn test_webhook_draft(
    slug: String,
    id: ModuleId,
    draft: ModuleWebhookDraft,
) -> Result<TestReport, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditModules).await?;
    Ok(entered.services.test_module_webhook(&entered.scope, id, draft).await?)
}
