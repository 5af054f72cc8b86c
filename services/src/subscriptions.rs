//! Subscriptions: which events go to which integration.

use crate::patch::patched;
use crate::{Clock, Error, Result, Services};
use domain::account::Permission;
use domain::ids::SubscriptionId;
use domain::subscription::{Subscription, SubscriptionDraft};
use serde_json::Value;
use storage::{AccountScope, StorageError};

impl Services {
    /// Every subscription, by name.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn list_subscriptions(&self, scope: &AccountScope) -> Result<Vec<Subscription>> {
        self.require(scope, Permission::ReadConfiguration)?;
        Ok(self.db().account(scope).subscriptions().await?)
    }

    /// One subscription.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn subscription(&self, scope: &AccountScope, id: SubscriptionId) -> Result<Subscription> {
        self.require(scope, Permission::ReadConfiguration)?;
        Ok(self.db().account(scope).subscription(id).await?)
    }

    /// Makes a subscription. It gets the events that come after it, none from before (C7).
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Invalid`], also when the account has no such integration.
    pub async fn create_subscription(
        &self,
        scope: &AccountScope,
        draft: SubscriptionDraft,
    ) -> Result<Subscription> {
        self.require(scope, Permission::EditSubscriptions)?;
        let draft = draft.check()?;
        let now = self.now();
        let id = SubscriptionId::new(now, &Clock::random());
        let created = self.db().account(scope).create_subscription(id, &draft, now).await;
        let subscription = created.map_err(unknown_integration)?;
        self.inner.routing_changed(scope.account_id());
        Ok(subscription)
    }

    /// Changes a subscription.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`], [`Error::Stale`] when `expected_version` is not
    /// its version.
    pub async fn update_subscription(
        &self,
        scope: &AccountScope,
        id: SubscriptionId,
        expected_version: Option<i64>,
        draft: SubscriptionDraft,
    ) -> Result<Subscription> {
        self.change_subscription(scope, id, expected_version, |_| Ok(draft)).await
    }

    /// Changes part of a subscription, by JSON merge patch.
    ///
    /// # Errors
    /// As [`Services::update_subscription`].
    pub async fn patch_subscription(
        &self,
        scope: &AccountScope,
        id: SubscriptionId,
        expected_version: Option<i64>,
        patch: Value,
    ) -> Result<Subscription> {
        let change = |current: &Subscription| patched(&SubscriptionDraft::from(current.clone()), patch);
        self.change_subscription(scope, id, expected_version, change).await
    }

    async fn change_subscription(
        &self,
        scope: &AccountScope,
        id: SubscriptionId,
        expected_version: Option<i64>,
        change: impl FnOnce(&Subscription) -> Result<SubscriptionDraft> + Send,
    ) -> Result<Subscription> {
        self.require(scope, Permission::EditSubscriptions)?;
        let change = |current: &Subscription| {
            let draft = change(current).map_err(Change::Refused)?;
            draft.check().map_err(|errors| Change::Refused(errors.into()))
        };
        let changed =
            self.db().account(scope).update_subscription(id, expected_version, self.now(), change).await;
        let subscription = changed.map_err(|error| match error {
            Change::Refused(error) => error,
            Change::Stored(error) => unknown_integration(error),
        })?;
        self.inner.routing_changed(scope.account_id());
        Ok(subscription)
    }

    /// Deletes a subscription. Deliveries it made already go on.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn delete_subscription(&self, scope: &AccountScope, id: SubscriptionId) -> Result<()> {
        self.require(scope, Permission::EditSubscriptions)?;
        self.db().account(scope).delete_subscription(id, self.now()).await?;
        self.inner.routing_changed(scope.account_id());
        Ok(())
    }
}

/// Why a change was not made: storage's refusals stay apart, because an unknown integration has a field of its own.
enum Change {
    Refused(Error),
    Stored(StorageError),
}

impl From<StorageError> for Change {
    fn from(error: StorageError) -> Self {
        Self::Stored(error)
    }
}

fn unknown_integration(error: StorageError) -> Error {
    match error {
        StorageError::InUse => Error::invalid("integration_id", "this account has no such integration"),
        error => error.into(),
    }
}
