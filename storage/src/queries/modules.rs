//! Modules: an account's own kinds of record.

use super::sources::{state_name, to_source};
use super::subscriptions::to_subscription;
use super::{from_json, to_json, unless_stale};
use crate::StorageError;
use crate::account_db::{AccountDb, AccountTx, Subject};
use crate::entities::module::{ActiveModel, Column, Entity, Model};
use crate::entities::{source, subscription};
use domain::ids::ModuleId;
use domain::module::{Activities, Module, ModuleConfig};
use domain::source::{SourceAction, SourceState};
use domain::time::Timestamp;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    Statement,
};

/// Rows of each table that one turn of deleting a module takes.
const ROWS_PER_TURN: i64 = 1_000;

/// Of the items that are deleted last, as it finds them by these.
const DELETE_HISTORY: &str = "
DELETE FROM history WHERE (account_id, record_id, id) IN
    (SELECT account_id, record_id, id FROM history WHERE account_id = $1 AND record_id IN
        (SELECT id FROM items WHERE account_id = $1 AND module_id = $2) LIMIT $3)";

const DELETE_TERMS: &str = "
DELETE FROM search_terms WHERE (account_id, module_id, value, field, record_id) IN
    (SELECT account_id, module_id, value, field, record_id FROM search_terms
     WHERE account_id = $1 AND module_id = $2 LIMIT $3)";

/// Of those that have no history any more.
const DELETE_ITEMS: &str = "
DELETE FROM items WHERE account_id = $1 AND module_id = $2 AND id IN
    (SELECT id FROM items WHERE account_id = $1 AND module_id = $2 AND NOT EXISTS
        (SELECT 1 FROM history WHERE history.account_id = $1 AND history.record_id = items.id) LIMIT $3)";

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

    /// Deletes a module with its items and all that is known of them. Nobody is told of these. They go a few at a time,
    /// so that others write in between; should it end half-way, the rest is deleted by asking again.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], [`StorageError::InUse`] while a source feeds it or a subscription is one of its outgoing
    /// webhooks; then nothing is deleted, unless it came to be used meanwhile.
    pub async fn delete_module(&self, id: ModuleId, at: Timestamp) -> Result<(), StorageError> {
        while self.delete_some_items(id, at).await? {}
        let tx = self.begin_configuring(at).await?;
        let row = tx.unused_module(id).await?;
        tx.removals::<Entity>().filter(Column::Id.eq(id.0)).exec(&tx.tx).await?;
        tx.audit("module.deleted", subject(&row)).await?;
        tx.commit().await
    }

    /// Whether there may be more. Begun like a change of what is configured, so that no item is written meanwhile: the
    /// journal would hold rows that this waits for, and wait for those that this holds.
    async fn delete_some_items(&self, id: ModuleId, at: Timestamp) -> Result<bool, StorageError> {
        let tx = self.begin_configuring(at).await?;
        tx.unused_module(id).await?;
        let mut deleted = 0;
        for sql in [DELETE_HISTORY, DELETE_TERMS, DELETE_ITEMS] {
            let values = [tx.account_id().0.into(), id.0.into(), ROWS_PER_TURN.into()];
            let statement = Statement::from_sql_and_values(tx.tx.get_database_backend(), sql, values);
            deleted += tx.tx.execute_raw(statement).await?.rows_affected();
        }
        tx.commit().await?;
        Ok(deleted > 0)
    }
}

impl AccountTx<'_> {
    /// A module that nothing needs.
    async fn unused_module(&self, id: ModuleId) -> Result<Model, StorageError> {
        let row = unless_stale(self.module_row(id).await?, None)?;
        let is_archived = source::Column::State.eq(state_name(SourceState::Archived));
        let sources = self.rows::<source::Entity>().filter(is_archived.not()).all(&self.tx).await?;
        for source in sources {
            let source = to_source(source)?;
            if source.config.action == (SourceAction::UpsertItem { module_id: id }) {
                return Err(StorageError::InUse);
            }
        }
        for subscription in self.rows::<subscription::Entity>().all(&self.tx).await? {
            let filter = to_subscription(subscription)?.filter;
            if filter.as_ref().and_then(Activities::read).is_some_and(|(of, _)| of == id) {
                return Err(StorageError::InUse);
            }
        }
        Ok(row)
    }

    /// Checks that the module which `action` feeds is there.
    ///
    /// # Errors
    /// [`StorageError::InUse`] when the account has none of this id.
    pub(crate) async fn require_module_of(&self, action: &SourceAction) -> Result<(), StorageError> {
        let SourceAction::UpsertItem { module_id } = action else { return Ok(()) };
        self.module_row(*module_id).await?.map(|_| ()).ok_or(StorageError::InUse)
    }

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
