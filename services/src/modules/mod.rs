//! Modules: an account's own kinds of record, their items, what is reckoned over these, and who is told of them.

mod data_sources;
mod items;
mod metrics;
mod reread;
mod webhooks;

use crate::patch::patched;
use crate::{Clock, Error, Result, Services};
use domain::account::Permission;
use domain::ids::ModuleId;
use domain::module::{Module, ModuleConfig};
use serde_json::Value;
use storage::{AccountScope, StorageError};

pub(crate) use reread::reread_items;
pub use webhooks::CreatedModuleWebhook;

impl Services {
    /// Every module, by name.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn list_modules(&self, scope: &AccountScope) -> Result<Vec<Module>> {
        self.require(scope, Permission::ReadConfiguration)?;
        Ok(self.db().account(scope).modules().await?)
    }

    /// One module.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn module(&self, scope: &AccountScope, id: ModuleId) -> Result<Module> {
        self.require(scope, Permission::ReadConfiguration)?;
        Ok(self.db().account(scope).module(id).await?)
    }

    /// Makes a module, which has no items.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Invalid`].
    pub async fn create_module(&self, scope: &AccountScope, config: ModuleConfig) -> Result<Module> {
        self.require(scope, Permission::EditModules)?;
        config.check()?;
        let now = self.now();
        let id = ModuleId::new(now, &Clock::random());
        let module = self.db().account(scope).create_module(id, &config, now).await?;
        self.inner.routing_changed(scope.account_id());
        Ok(module)
    }

    /// Changes what is set of a module. When its fields are others, its items are read anew by and by (K9).
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`], [`Error::Stale`] when `expected_version` is not
    /// its version.
    pub async fn update_module(
        &self,
        scope: &AccountScope,
        id: ModuleId,
        expected_version: Option<i64>,
        config: ModuleConfig,
    ) -> Result<Module> {
        self.change_module(scope, id, expected_version, |_| Ok(config)).await
    }

    /// Changes some of what is set of a module, by JSON merge patch.
    ///
    /// # Errors
    /// As [`Services::update_module`].
    pub async fn patch_module(
        &self,
        scope: &AccountScope,
        id: ModuleId,
        expected_version: Option<i64>,
        patch: Value,
    ) -> Result<Module> {
        self.change_module(scope, id, expected_version, |current| patched(&current.config, patch)).await
    }

    async fn change_module(
        &self,
        scope: &AccountScope,
        id: ModuleId,
        expected_version: Option<i64>,
        change: impl FnOnce(&Module) -> Result<ModuleConfig> + Send,
    ) -> Result<Module> {
        self.require(scope, Permission::EditModules)?;
        let mut fields_before = Vec::new();
        let change = |current: &Module| {
            let config = change(current)?;
            config.check()?;
            fields_before.clone_from(&current.config.fields);
            Ok::<_, Error>(config)
        };
        let module = self.db().account(scope).update_module(id, expected_version, self.now(), change).await?;
        self.inner.routing_changed(scope.account_id());
        if module.config.fields != fields_before {
            self.queue_reread(scope.account_id(), &module).await;
        }
        Ok(module)
    }

    /// Deletes a module with its items. It goes on when the caller goes away.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::InUse`] while a source feeds it or it has outgoing webhooks.
    pub async fn delete_module(&self, scope: &AccountScope, id: ModuleId) -> Result<()> {
        self.require(scope, Permission::EditModules)?;
        let (services, scope) = (self.clone(), scope.clone());
        let deletion = tokio::spawn(async move {
            let deleted = services.db().account(&scope).delete_module(id, services.now()).await;
            services.inner.routing_changed(scope.account_id());
            deleted
        });
        let deleted = deletion.await.map_err(|error| Error::Internal(error.to_string()))?;
        deleted.map_err(|error| match error {
            StorageError::InUse => Error::InUse(
                "a source feeds this module, or it has outgoing webhooks; archive or change the source and delete \
                 the webhooks first"
                    .into(),
            ),
            error => error.into(),
        })
    }
}
