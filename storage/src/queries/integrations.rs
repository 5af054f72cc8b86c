//! Integrations: configured outbound webhooks.

use super::{INTEGRATIONS, from_json, secret_after, to_json, unless_stale};
use crate::StorageError;
use crate::account_db::{AccountDb, AccountTx, Subject};
use crate::entities::integration::{ActiveModel, Column, Entity, Model};
use crate::entities::subscription;
use domain::ids::IntegrationId;
use domain::integration::{Integration, IntegrationConfig, IntegrationState};
use domain::secret::SecretText;
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, SelectExt};

impl AccountDb<'_> {
    /// Every integration, by name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn integrations(&self) -> Result<Vec<Integration>, StorageError> {
        let rows = self.rows::<Entity>().order_by_asc(Column::Name).order_by_asc(Column::Id);
        rows.all(self.reader()).await?.into_iter().map(to_integration).collect()
    }

    /// One integration.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when the account has none of this id.
    pub async fn integration(&self, id: IntegrationId) -> Result<Integration, StorageError> {
        let row = self.rows::<Entity>().filter(Column::Id.eq(id.0)).one(self.reader()).await?;
        to_integration(row.ok_or(StorageError::NotFound)?)
    }

    /// Makes an integration, inactive, that signs with `signing_secret`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn create_integration(
        &self,
        id: IntegrationId,
        config: &IntegrationConfig,
        signing_secret: &SecretText,
        at: Timestamp,
    ) -> Result<Integration, StorageError> {
        let tx = self.begin_configuring(at).await?;
        let row = Model {
            id: id.0,
            account_id: tx.account_id().0,
            version: 1,
            name: config.name.clone(),
            state: state_name(IntegrationState::Inactive).into(),
            disabled_reason: None,
            config: to_json(config)?,
            auth_secret: config.auth.secret().map(|secret| tx.seal(INTEGRATIONS, id.0, secret)),
            created_at: at.0,
            updated_at: at.0,
        };
        Entity::insert(ActiveModel::from(row.clone()).reset_all()).exec_without_returning(&tx.tx).await?;
        tx.add_signing_secret(id, signing_secret).await?;
        tx.audit("integration.created", subject(&row)).await?;
        tx.commit().await?;
        to_integration(row)
    }

    /// Changes what is set of an integration to what `change` makes of the integration as it is now.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], [`StorageError::Stale`] when `expected` is not its version, and those of `change`.
    pub async fn update_integration<E: From<StorageError>>(
        &self,
        id: IntegrationId,
        expected: Option<i64>,
        at: Timestamp,
        change: impl FnOnce(&Integration) -> Result<IntegrationConfig, E> + Send,
    ) -> Result<Integration, E> {
        let tx = self.begin_configuring(at).await?;
        let row = unless_stale(tx.integration_row(id).await?, expected)?;
        let before = to_integration(row.clone())?;
        let config = change(&before)?;
        let secret = secret_after(
            row.auth_secret.clone(),
            (&before.config.auth, &config.auth),
            config.auth.secret(),
            |secret| tx.seal(INTEGRATIONS, id.0, secret),
        );
        let after = Model {
            name: config.name.clone(),
            config: to_json(&config)?,
            auth_secret: secret,
            ..next_version(row, at)
        };
        tx.replace_integration(&after).await?;
        tx.audit("integration.updated", subject(&after)).await?;
        tx.commit().await?;
        Ok(to_integration(after)?)
    }

    /// Switches an integration on or off after `check` has seen it; nothing happens when it is so already. A reason
    /// for which Hookloft had switched it off is forgotten.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], and those of `check`.
    pub async fn move_integration<E: From<StorageError>>(
        &self,
        id: IntegrationId,
        state: IntegrationState,
        at: Timestamp,
        check: impl FnOnce(&Integration) -> Result<(), E> + Send,
    ) -> Result<Integration, E> {
        let tx = self.begin_configuring(at).await?;
        let row = unless_stale(tx.integration_row(id).await?, None)?;
        let before = to_integration(row.clone())?;
        check(&before)?;
        if state == before.state {
            return Ok(before);
        }
        let after = Model { state: state_name(state).into(), disabled_reason: None, ..next_version(row, at) };
        tx.replace_integration(&after).await?;
        let action = match state {
            IntegrationState::Active => "integration.activated",
            IntegrationState::Inactive => "integration.deactivated",
        };
        tx.audit(action, subject(&after)).await?;
        tx.commit().await?;
        Ok(to_integration(after)?)
    }

    /// Switches an integration off because of what the receiver at `sent_to` answered, and says whether it did. An
    /// integration that is off already, or that sends elsewhere by now, stays as it is.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], or what the database says.
    pub async fn disable_integration(
        &self,
        id: IntegrationId,
        sent_to: &str,
        reason: &str,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        let tx = self.begin_configuring(at).await?;
        let row = unless_stale(tx.integration_row(id).await?, None)?;
        let before = to_integration(row.clone())?;
        if before.state == IntegrationState::Inactive || before.config.target_url != sent_to {
            return Ok(false);
        }
        let after = Model {
            state: state_name(IntegrationState::Inactive).into(),
            disabled_reason: Some(reason.into()),
            ..next_version(row, at)
        };
        tx.replace_integration(&after).await?;
        tx.audit("integration.disabled", subject(&after)).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Deletes an integration that nothing is linked to, with its secrets.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], [`StorageError::InUse`] while a subscription sends to it.
    pub async fn delete_integration(&self, id: IntegrationId, at: Timestamp) -> Result<(), StorageError> {
        let tx = self.begin_configuring(at).await?;
        let row = unless_stale(tx.integration_row(id).await?, None)?;
        let links = tx.rows::<subscription::Entity>().filter(subscription::Column::IntegrationId.eq(id.0));
        if links.exists(&tx.tx).await? {
            return Err(StorageError::InUse);
        }
        tx.removals::<Entity>().filter(Column::Id.eq(id.0)).exec(&tx.tx).await?;
        tx.audit("integration.deleted", subject(&row)).await?;
        tx.commit().await
    }
}

impl AccountTx<'_> {
    pub(crate) async fn integration_row(&self, id: IntegrationId) -> Result<Option<Model>, StorageError> {
        Ok(self.rows::<Entity>().filter(Column::Id.eq(id.0)).one(&self.tx).await?)
    }

    async fn replace_integration(&self, row: &Model) -> Result<(), StorageError> {
        let changes = self.changes::<Entity>().set(ActiveModel::from(row.clone()).reset_all());
        changes.filter(Column::Id.eq(row.id)).exec(&self.tx).await?;
        Ok(())
    }
}

fn next_version(row: Model, at: Timestamp) -> Model {
    Model { version: row.version + 1, updated_at: at.0, ..row }
}

pub(crate) const fn subject(row: &Model) -> Subject<'_> {
    Subject { kind: "integration", id: row.id, name: row.name.as_str() }
}

/// An integration without its secrets.
pub(crate) fn to_integration(row: Model) -> Result<Integration, StorageError> {
    let config: IntegrationConfig = from_json("integration", row.id, &row.config)?;
    Ok(Integration {
        id: IntegrationId(row.id),
        version: row.version,
        state: state_of(&row.state)?,
        disabled_reason: row.disabled_reason,
        auth_secret_set: row.auth_secret.is_some(),
        created_at: Timestamp(row.created_at),
        updated_at: Timestamp(row.updated_at),
        config,
    })
}

pub(crate) const fn state_name(state: IntegrationState) -> &'static str {
    match state {
        IntegrationState::Active => "active",
        IntegrationState::Inactive => "inactive",
    }
}

fn state_of(name: &str) -> Result<IntegrationState, StorageError> {
    match name {
        "active" => Ok(IntegrationState::Active),
        "inactive" => Ok(IntegrationState::Inactive),
        other => Err(StorageError::Corrupt(format!("an integration is in the unknown state {other}"))),
    }
}
