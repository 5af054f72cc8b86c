//! Integrations: configured outbound webhooks.

use crate::clock::random_bytes;
use crate::patch::patched;
use crate::{Clock, Error, Result, Services};
use domain::account::Permission;
use domain::error::FieldErrors;
use domain::ids::IntegrationId;
use domain::integration::{Integration, IntegrationConfig, IntegrationState};
use domain::link::{Link, LinkKind};
use domain::secret::SecretText;
use domain::signature::generate_secret;
use serde_json::Value;
use storage::{AccountScope, StorageError};

/// An integration that was just made.
#[derive(Debug, Clone)]
pub struct CreatedIntegration {
    /// The integration, inactive.
    pub integration: Integration,
    /// What its messages are signed with, shown this once.
    pub signing_secret: SecretText,
}

impl Services {
    /// Every integration, by name.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn list_integrations(&self, scope: &AccountScope) -> Result<Vec<Integration>> {
        self.require(scope, Permission::ReadConfiguration)?;
        Ok(self.db().account(scope).integrations().await?)
    }

    /// One integration.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn integration(&self, scope: &AccountScope, id: IntegrationId) -> Result<Integration> {
        self.require(scope, Permission::ReadConfiguration)?;
        Ok(self.db().account(scope).integration(id).await?)
    }

    /// Makes an integration, inactive.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Invalid`].
    pub async fn create_integration(
        &self,
        scope: &AccountScope,
        config: IntegrationConfig,
    ) -> Result<CreatedIntegration> {
        self.require(scope, Permission::EditIntegrations)?;
        config.check()?;
        let now = self.now();
        let id = IntegrationId::new(now, &Clock::random());
        let signing_secret = generate_secret(&random_bytes());
        let integration =
            self.db().account(scope).create_integration(id, &config, &signing_secret, now).await?;
        self.inner.routing_changed(scope.account_id());
        Ok(CreatedIntegration { integration, signing_secret })
    }

    /// Changes what is set of an integration. A secret left out stays as it is while the kind of authentication does; it
    /// has to be given again when a URL moves to another origin.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`], [`Error::Stale`] when `expected_version` is not
    /// its version.
    pub async fn update_integration(
        &self,
        scope: &AccountScope,
        id: IntegrationId,
        expected_version: Option<i64>,
        config: IntegrationConfig,
    ) -> Result<Integration> {
        self.change_integration(scope, id, expected_version, |_| Ok(config)).await
    }

    /// Changes some of what is set of an integration, by JSON merge patch.
    ///
    /// # Errors
    /// As [`Services::update_integration`].
    pub async fn patch_integration(
        &self,
        scope: &AccountScope,
        id: IntegrationId,
        expected_version: Option<i64>,
        patch: Value,
    ) -> Result<Integration> {
        let change = |current: &Integration| {
            let mut patch = patch;
            if let Some(auth) = patch.get_mut("auth") {
                current.config.auth.rename_aliases(auth);
            }
            patched(&current.config, patch)
        };
        self.change_integration(scope, id, expected_version, change).await
    }

    async fn change_integration(
        &self,
        scope: &AccountScope,
        id: IntegrationId,
        expected_version: Option<i64>,
        change: impl FnOnce(&Integration) -> Result<IntegrationConfig> + Send,
    ) -> Result<Integration> {
        self.require(scope, Permission::EditIntegrations)?;
        let change = |current: &Integration| {
            let config = change(current)?;
            check_change(current, &config)?;
            Ok::<_, Error>(config)
        };
        let integration =
            self.db().account(scope).update_integration(id, expected_version, self.now(), change).await?;
        self.inner.routing_changed(scope.account_id());
        Ok(integration)
    }

    /// Lets an integration send.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`] when something it needs is not set.
    pub async fn activate_integration(&self, scope: &AccountScope, id: IntegrationId) -> Result<Integration> {
        self.move_integration(scope, id, IntegrationState::Active).await
    }

    /// Stops an integration from sending, and ends the deliveries that wait for it.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn deactivate_integration(
        &self,
        scope: &AccountScope,
        id: IntegrationId,
    ) -> Result<Integration> {
        let integration = self.move_integration(scope, id, IntegrationState::Inactive).await?;
        self.cancel_waiting(scope, id, "integration_inactive").await;
        Ok(integration)
    }

    async fn move_integration(
        &self,
        scope: &AccountScope,
        id: IntegrationId,
        state: IntegrationState,
    ) -> Result<Integration> {
        self.require(scope, Permission::EditIntegrations)?;
        let check = |current: &Integration| match state {
            IntegrationState::Active => current.can_be_activated().map_err(Error::from),
            IntegrationState::Inactive => Ok(()),
        };
        let integration = self.db().account(scope).move_integration(id, state, self.now(), check).await?;
        self.inner.routing_changed(scope.account_id());
        Ok(integration)
    }

    /// Deletes an integration that nothing is linked to, and ends the deliveries that wait for it.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::InUse`] while something is linked to it.
    pub async fn delete_integration(&self, scope: &AccountScope, id: IntegrationId) -> Result<()> {
        self.require(scope, Permission::EditIntegrations)?;
        let now = self.now();
        self.db().account(scope).delete_integration(id, now).await.map_err(|error| match error {
            StorageError::InUse => Error::InUse(
                "subscriptions still send to this integration; delete them or point them elsewhere".into(),
            ),
            error => error.into(),
        })?;
        self.inner.routing_changed(scope.account_id());
        self.cancel_waiting(scope, id, "integration_deleted").await;
        Ok(())
    }

    /// Ends what waits for an integration that is off or gone. Should that fail, the claimer ends it when it is due.
    async fn cancel_waiting(&self, scope: &AccountScope, id: IntegrationId, reason: &str) {
        let cancelled = self.db().account(scope).cancel_waiting_deliveries(id, reason, self.now()).await;
        if let Err(error) = cancelled {
            tracing::warn!(%error, integration.id = %id, "Waiting deliveries are not cancelled yet");
        }
    }

    /// Signs with a new secret from now on, which is answered this once; the old one signs beside it for 24 hours.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn rotate_signing_secret(&self, scope: &AccountScope, id: IntegrationId) -> Result<SecretText> {
        self.require(scope, Permission::EditIntegrations)?;
        let secret = generate_secret(&random_bytes());
        self.db().account(scope).rotate_signing_secret(id, &secret, self.now()).await?;
        self.inner.routing_changed(scope.account_id());
        Ok(secret)
    }

    /// What sends to an integration. Without any it never fires.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn integration_links(&self, scope: &AccountScope, id: IntegrationId) -> Result<Vec<Link>> {
        self.integration(scope, id).await?;
        let subscriptions = self.db().account(scope).subscriptions_to(id).await?;
        let links = subscriptions.into_iter();
        Ok(links
            .map(|subscription| Link {
                kind: LinkKind::Subscription,
                id: subscription.id.0,
                name: subscription.name,
            })
            .collect())
    }
}

/// A change must be valid, must not send a stored secret to a server it was not entered for, and must not take from an
/// active integration what sending needs.
fn check_change(current: &Integration, config: &IntegrationConfig) -> std::result::Result<(), FieldErrors> {
    config.check()?;
    current.check_secret_stays(config)?;
    if current.state == IntegrationState::Inactive {
        return Ok(());
    }
    let is_same_kind = std::mem::discriminant(&current.config.auth) == std::mem::discriminant(&config.auth);
    let after = Integration {
        auth_secret_set: current.auth_secret_set && is_same_kind,
        config: config.clone(),
        ..current.clone()
    };
    after.can_be_activated()
}
