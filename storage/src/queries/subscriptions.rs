//! Subscriptions: which events go to which integration.

use super::{from_json, to_json, unless_stale};
use crate::StorageError;
use crate::account_db::{AccountDb, AccountTx, Subject};
use crate::entities::subscription::{ActiveModel, Column, Entity, Model};
use domain::ids::{IntegrationId, SubscriptionId};
use domain::subscription::{Subscription, SubscriptionDraft};
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

impl AccountDb<'_> {
    /// Every subscription, by name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn subscriptions(&self) -> Result<Vec<Subscription>, StorageError> {
        let rows = self.rows::<Entity>().order_by_asc(Column::Name).order_by_asc(Column::Id);
        rows.all(self.reader()).await?.into_iter().map(to_subscription).collect()
    }

    /// The subscriptions that send to an integration, by name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn subscriptions_to(&self, id: IntegrationId) -> Result<Vec<Subscription>, StorageError> {
        let rows = self.rows::<Entity>().filter(Column::IntegrationId.eq(id.0));
        let rows = rows.order_by_asc(Column::Name).order_by_asc(Column::Id).all(self.reader()).await?;
        rows.into_iter().map(to_subscription).collect()
    }

    /// One subscription.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when the account has none of this id.
    pub async fn subscription(&self, id: SubscriptionId) -> Result<Subscription, StorageError> {
        let row = self.rows::<Entity>().filter(Column::Id.eq(id.0)).one(self.reader()).await?;
        to_subscription(row.ok_or(StorageError::NotFound)?)
    }

    /// Makes a subscription. It gets the events whose commit sees it.
    ///
    /// # Errors
    /// [`StorageError::InUse`] when the account has no such integration.
    pub async fn create_subscription(
        &self,
        id: SubscriptionId,
        draft: &SubscriptionDraft,
        at: Timestamp,
    ) -> Result<Subscription, StorageError> {
        let tx = self.begin_configuring(at).await?;
        let row = Model {
            id: id.0,
            account_id: tx.account_id().0,
            version: 1,
            name: draft.name.clone(),
            event_types: to_json(&draft.event_types)?,
            filter: draft.filter.as_ref().map(to_json).transpose()?,
            integration_id: draft.integration_id.0,
            created_at: at.0,
            updated_at: at.0,
        };
        Entity::insert(ActiveModel::from(row.clone()).reset_all()).exec_without_returning(&tx.tx).await?;
        tx.audit("subscription.created", subject(&row)).await?;
        tx.commit().await?;
        to_subscription(row)
    }

    /// Changes a subscription to what `change` makes of it as it is now.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], [`StorageError::Stale`] when `expected` is not its version, [`StorageError::InUse`]
    /// when the account has no such integration, and those of `change`.
    pub async fn update_subscription<E: From<StorageError>>(
        &self,
        id: SubscriptionId,
        expected: Option<i64>,
        at: Timestamp,
        change: impl FnOnce(&Subscription) -> Result<SubscriptionDraft, E> + Send,
    ) -> Result<Subscription, E> {
        let tx = self.begin_configuring(at).await?;
        let row = unless_stale(tx.subscription_row(id).await?, expected)?;
        let draft = change(&to_subscription(row.clone())?)?;
        let after = Model {
            version: row.version + 1,
            name: draft.name.clone(),
            event_types: to_json(&draft.event_types)?,
            filter: draft.filter.as_ref().map(to_json).transpose()?,
            integration_id: draft.integration_id.0,
            updated_at: at.0,
            ..row
        };
        let changes = tx.changes::<Entity>().set(ActiveModel::from(after.clone()).reset_all());
        changes.filter(Column::Id.eq(id.0)).exec(&tx.tx).await.map_err(StorageError::from)?;
        tx.audit("subscription.updated", subject(&after)).await?;
        tx.commit().await?;
        Ok(to_subscription(after)?)
    }

    /// Deletes a subscription.
    ///
    /// # Errors
    /// [`StorageError::NotFound`].
    pub async fn delete_subscription(&self, id: SubscriptionId, at: Timestamp) -> Result<(), StorageError> {
        let tx = self.begin_configuring(at).await?;
        let row = unless_stale(tx.subscription_row(id).await?, None)?;
        tx.removals::<Entity>().filter(Column::Id.eq(id.0)).exec(&tx.tx).await?;
        tx.audit("subscription.deleted", subject(&row)).await?;
        tx.commit().await
    }
}

impl AccountTx<'_> {
    async fn subscription_row(&self, id: SubscriptionId) -> Result<Option<Model>, StorageError> {
        Ok(self.rows::<Entity>().filter(Column::Id.eq(id.0)).one(&self.tx).await?)
    }
}

const fn subject(row: &Model) -> Subject<'_> {
    Subject { kind: "subscription", id: row.id, name: row.name.as_str() }
}

pub(crate) fn to_subscription(row: Model) -> Result<Subscription, StorageError> {
    Ok(Subscription {
        id: SubscriptionId(row.id),
        version: row.version,
        name: row.name,
        event_types: from_json("subscription", row.id, &row.event_types)?,
        filter: row.filter.map(|filter| from_json("subscription", row.id, &filter)).transpose()?,
        integration_id: IntegrationId(row.integration_id),
        created_at: Timestamp(row.created_at),
        updated_at: Timestamp(row.updated_at),
    })
}
