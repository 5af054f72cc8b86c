//! Modules: an account's own kinds of record.

use super::{from_json, to_json, unless_stale};
use crate::StorageError;
use crate::account_db::{AccountDb, AccountTx, Subject};
use crate::entities::module::{ActiveModel, Column, Entity, Model};
use domain::ids::ModuleId;
use domain::module::{Module, ModuleConfig};
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

impl AccountDb<'_> {
    /// Every module, by name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn modules(&self) -> Result<Vec<Module>, StorageError> {
        let rows = self.rows::<Entity>().order_by_asc(Column::Name).order_by_asc(Column::Id);
        rows.all(self.reader()).await?.into_iter().map(to_module).collect()
    }

    /// One module.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when the account has none of this id.
    pub async fn module(&self, id: ModuleId) -> Result<Module, StorageError> {
        let row = self.rows::<Entity>().filter(Column::Id.eq(id.0)).one(self.reader()).await?;
        to_module(row.ok_or(StorageError::NotFound)?)
    }

    /// Makes a module, which has no items.
    ///
    /// # Errors
    /// What the database says.
    pub async fn create_module(
        &self,
        id: ModuleId,
        config: &ModuleConfig,
        at: Timestamp,
    ) -> Result<Module, StorageError> {
        let tx = self.begin_configuring(at).await?;
        let row = Model {
            id: id.0,
            account_id: tx.account_id().0,
            version: 1,
            name: config.name.clone(),
            config: to_json(config)?,
            created_at: at.0,
            updated_at: at.0,
        };
        Entity::insert(ActiveModel::from(row.clone()).reset_all()).exec_without_returning(&tx.tx).await?;
        tx.audit("module.created", subject(&row)).await?;
        tx.commit().await?;
        to_module(row)
    }

    /// Changes what is set of a module to what `change` makes of it as it is now.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], [`StorageError::Stale`] when `expected` is not its version, and those of `change`.
    pub async fn update_module<E: From<StorageError>>(
        &self,
        id: ModuleId,
        expected: Option<i64>,
        at: Timestamp,
        change: impl FnOnce(&Module) -> Result<ModuleConfig, E> + Send,
    ) -> Result<Module, E> {
        let tx = self.begin_configuring(at).await?;
        let row = unless_stale(tx.module_row(id).await?, expected)?;
        let config = change(&to_module(row.clone())?)?;
        let after = Model {
            version: row.version + 1,
            name: config.name.clone(),
            config: to_json(&config)?,
            updated_at: at.0,
            ..row
        };
        let changes = tx.changes::<Entity>().set(ActiveModel::from(after.clone()).reset_all());
        changes.filter(Column::Id.eq(id.0)).exec(&tx.tx).await.map_err(StorageError::from)?;
        tx.audit("module.updated", subject(&after)).await?;
        tx.commit().await?;
        Ok(to_module(after)?)
    }
}

impl AccountTx<'_> {
    async fn module_row(&self, id: ModuleId) -> Result<Option<Model>, StorageError> {
        Ok(self.rows::<Entity>().filter(Column::Id.eq(id.0)).one(&self.tx).await?)
    }
}

const fn subject(row: &Model) -> Subject<'_> {
    Subject { kind: "module", id: row.id, name: row.name.as_str() }
}

pub(crate) fn to_module(row: Model) -> Result<Module, StorageError> {
    Ok(Module {
        id: ModuleId(row.id),
        version: row.version,
        config: from_json("module", row.id, &row.config)?,
        created_at: Timestamp(row.created_at),
        updated_at: Timestamp(row.updated_at),
    })
}
