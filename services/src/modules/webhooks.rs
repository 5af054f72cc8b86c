//! Outgoing webhooks of modules (K10 to K16). They are no mechanism of their own: each is a subscription, whose filter
//! says so, and the integration it sends to.

use crate::delivery::send;
use crate::{Clock, Error, Result, Services};
use domain::account::Permission;
use domain::activity::{ExampleMessage, PageRequest, TestReport};
use domain::error::FieldErrors;
use domain::event::Event;
use domain::hops::Hops;
use domain::ids::{EventId, IntegrationId, ModuleId, SubscriptionId};
use domain::integration::Target;
use domain::module::{Activities, Activity, Module, ModuleWebhook, ModuleWebhookDraft};
use domain::record::RecordSearch;
use domain::secret::SecretText;
use serde_json::json;
use serde_json::value::to_raw_value;
use std::collections::HashMap;
use std::sync::Arc;
use storage::AccountScope;

/// An outgoing webhook that was just made.
#[derive(Debug, Clone)]
pub struct CreatedModuleWebhook {
    /// The webhook; it sends.
    pub webhook: ModuleWebhook,
    /// What its messages are signed with, shown this once.
    pub signing_secret: SecretText,
}

impl Services {
    /// The outgoing webhooks of a module, by name.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn module_webhooks(
        &self,
        scope: &AccountScope,
        module: ModuleId,
    ) -> Result<Vec<ModuleWebhook>> {
        self.module(scope, module).await?;
        let account = self.db().account(scope);
        let integrations = account.integrations().await?.into_iter();
        let integrations: HashMap<_, _> =
            integrations.map(|integration| (integration.id, integration)).collect();
        let subscriptions = account.subscriptions().await?.into_iter();
        let webhooks = subscriptions.filter_map(|subscription| {
            let integration = integrations.get(&subscription.integration_id)?.clone();
            ModuleWebhook::of(module, subscription, integration)
        });
        Ok(webhooks.collect())
    }

    /// One outgoing webhook of a module.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], also for a subscription that is none.
    pub async fn module_webhook(
        &self,
        scope: &AccountScope,
        module: ModuleId,
        id: SubscriptionId,
    ) -> Result<ModuleWebhook> {
        let subscription = self.subscription(scope, id).await?;
        let integration = self.integration(scope, subscription.integration_id).await?;
        ModuleWebhook::of(module, subscription, integration).ok_or(Error::NotFound)
    }

    /// Makes an outgoing webhook of a module, which sends from now on: an integration, a subscription to it, and the
    /// integration is switched on.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`].
    pub async fn create_module_webhook(
        &self,
        scope: &AccountScope,
        module: ModuleId,
        draft: ModuleWebhookDraft,
    ) -> Result<CreatedModuleWebhook> {
        self.require(scope, Permission::EditModules)?;
        draft.check(&self.module(scope, module).await?.config)?;
        let made = self.create_integration(scope, draft.integration()).await?;
        let id = made.integration.id;
        let linked = async {
            self.create_subscription(scope, draft.subscription(module, id)).await?;
            self.activate_integration(scope, id).await?;
            Ok::<_, Error>(())
        };
        if let Err(error) = linked.await {
            self.unmake(scope, id).await;
            return Err(error);
        }
        let webhooks = self.module_webhooks(scope, module).await?;
        let webhook = webhooks.into_iter().find(|webhook| webhook.integration.id == id);
        let webhook = webhook.ok_or_else(|| Error::Internal("a new webhook is not there".into()))?;
        Ok(CreatedModuleWebhook { webhook, signing_secret: made.signing_secret })
    }

    /// Takes back what was made of a webhook that could not be made whole. What stays after all does not send, or is
    /// there to be seen.
    async fn unmake(&self, scope: &AccountScope, id: IntegrationId) {
        let account = self.db().account(scope);
        for subscription in account.subscriptions_to(id).await.unwrap_or_default() {
            let _ = self.delete_subscription(scope, subscription.id).await;
        }
        if let Err(error) = self.delete_integration(scope, id).await {
            tracing::warn!(%error, integration.id = %id, "Half an outgoing webhook is left");
        }
    }

    /// Changes an outgoing webhook of a module. What else is set of its integration stays.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`], [`Error::Stale`] when `expected_version` is not
    /// its version.
    pub async fn update_module_webhook(
        &self,
        scope: &AccountScope,
        module: ModuleId,
        id: SubscriptionId,
        expected_version: Option<i64>,
        draft: ModuleWebhookDraft,
    ) -> Result<ModuleWebhook> {
        self.require(scope, Permission::EditModules)?;
        draft.check(&self.module(scope, module).await?.config)?;
        let current = self.module_webhook(scope, module, id).await?;
        // Seen before anything is changed, as the integration is changed first: it is what may refuse.
        if expected_version.is_some_and(|expected| expected != current.version) {
            return Err(Error::Stale);
        }
        let integration = &current.integration;
        if (&integration.config.name, &integration.config.target_url) != (&draft.name, &draft.url) {
            let patch = json!({"name": draft.name, "target_url": draft.url});
            self.patch_integration(scope, integration.id, None, patch).await?;
        }
        let subscription = draft.subscription(module, integration.id);
        self.update_subscription(scope, id, expected_version, subscription).await?;
        self.module_webhook(scope, module, id).await
    }

    /// Deletes an outgoing webhook of a module, and its integration unless that is linked to anything else.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn delete_module_webhook(
        &self,
        scope: &AccountScope,
        module: ModuleId,
        id: SubscriptionId,
    ) -> Result<()> {
        self.require(scope, Permission::EditModules)?;
        let webhook = self.module_webhook(scope, module, id).await?;
        self.delete_subscription(scope, id).await?;
        match self.delete_integration(scope, webhook.integration.id).await {
            Err(Error::InUse(_) | Error::NotFound) => Ok(()),
            outcome => outcome,
        }
    }

    /// The message that an outgoing webhook of a module would send of its newest item, or of one that might be (K14).
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn module_webhook_example(
        &self,
        scope: &AccountScope,
        module: ModuleId,
        activity: Option<&Activity>,
    ) -> Result<ExampleMessage> {
        self.require(scope, Permission::ReadRecords)?;
        let event = self.example_event(scope, &self.module(scope, module).await?, activity).await?;
        let draft =
            ModuleWebhookDraft { name: String::new(), url: String::new(), activities: Activities::default() };
        let example = send::example_of(&draft.integration(), event, self.now());
        example.map_err(|error| Error::Invalid(FieldErrors::of("body", error.to_string())))
    }

    /// Sends that message to the URL of a webhook that is not made yet, and tells what the receiver answered (K15). It is
    /// not signed, as there is no secret yet; one that is made is tested by its integration.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`].
    pub async fn test_module_webhook(
        &self,
        scope: &AccountScope,
        module: ModuleId,
        draft: ModuleWebhookDraft,
    ) -> Result<TestReport> {
        self.require(scope, Permission::EditModules)?;
        let module = self.module(scope, module).await?;
        draft.check(&module.config)?;
        let event = self.example_event(scope, &module, draft.activities.0.first()).await?;
        let id = IntegrationId::new(self.now(), &Clock::random());
        let target = Target { id, ..send::without_secrets(&draft.integration()) };
        Ok(self.send_test(Arc::new(target), event).await)
    }

    async fn example_event(
        &self,
        scope: &AccountScope,
        module: &Module,
        activity: Option<&Activity>,
    ) -> Result<Event> {
        let (account, now) = (self.db().account(scope), self.now());
        let newest = PageRequest { limit: Some(1), ..PageRequest::default() };
        let newest = account.items(module.id, &RecordSearch::default(), newest).await?.data;
        let item = match newest.first() {
            Some(row) => account.item(module.id, row.id).await?.item,
            None => module.example_item(now),
        };
        let (event_type, data) = module.example_event(&item, activity, now);
        Ok(Event {
            id: EventId::new(now, &Clock::random()),
            account_id: scope.account_id(),
            event_type,
            occurred_at: now,
            data: to_raw_value(&data).map_err(|error| Error::Internal(error.to_string()))?,
            hops: Hops::default(),
        })
    }
}
