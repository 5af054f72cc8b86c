//! Lookup lists: numbers and what they stand for (T29).

use super::decisions::Decisions;
use super::{from_json, to_json, unless_stale};
use crate::StorageError;
use crate::account_db::{AccountDb, AccountTx, Subject};
use crate::entities::lookup_list::{ActiveModel, Column, Entity, Model};
use domain::ids::LookupListId;
use domain::lookup::{LookupList, LookupListDraft};
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

impl AccountDb<'_> {
    /// Every lookup list, by name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn lookup_lists(&self) -> Result<Vec<LookupList>, StorageError> {
        let rows = self.rows::<Entity>().order_by_asc(Column::Name).order_by_asc(Column::Id);
        rows.all(self.reader()).await?.into_iter().map(to_lookup_list).collect()
    }

    /// One lookup list.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when the account has none of this id.
    pub async fn lookup_list(&self, id: LookupListId) -> Result<LookupList, StorageError> {
        let row = self.rows::<Entity>().filter(Column::Id.eq(id.0)).one(self.reader()).await?;
        to_lookup_list(row.ok_or(StorageError::NotFound)?)
    }

    /// Makes a lookup list. `check` sees what is decided without it.
    ///
    /// # Errors
    /// Those of `check`, and what the database says.
    pub async fn create_lookup_list<E: From<StorageError>>(
        &self,
        id: LookupListId,
        draft: &LookupListDraft,
        at: Timestamp,
        check: impl FnOnce(&Decisions) -> Result<(), E> + Send,
    ) -> Result<LookupList, E> {
        let tx = self.begin_configuring(at).await?;
        check(&tx.decisions().await?)?;
        let row = Model {
            id: id.0,
            account_id: tx.account_id().0,
            version: 1,
            name: draft.name.clone(),
            entries: to_json(&draft.entries)?,
            created_at: at.0,
            updated_at: at.0,
        };
        let insert = Entity::insert(ActiveModel::from(row.clone()).reset_all());
        insert.exec_without_returning(&tx.tx).await.map_err(StorageError::from)?;
        tx.audit("lookup_list.created", subject(&row)).await?;
        tx.commit().await?;
        Ok(to_lookup_list(row)?)
    }

    /// Changes a lookup list.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], [`StorageError::Stale`] when `expected` is not its version.
    pub async fn update_lookup_list(
        &self,
        id: LookupListId,
        expected: Option<i64>,
        draft: &LookupListDraft,
        at: Timestamp,
    ) -> Result<LookupList, StorageError> {
        let tx = self.begin_configuring(at).await?;
        let row = unless_stale(tx.lookup_list_row(id).await?, expected)?;
        let after = Model {
            version: row.version + 1,
            name: draft.name.clone(),
            entries: to_json(&draft.entries)?,
            updated_at: at.0,
            ..row
        };
        let changes = tx.changes::<Entity>().set(ActiveModel::from(after.clone()).reset_all());
        changes.filter(Column::Id.eq(id.0)).exec(&tx.tx).await?;
        tx.audit("lookup_list.updated", subject(&after)).await?;
        tx.commit().await?;
        to_lookup_list(after)
    }

    /// Deletes a lookup list. `check` sees what is decided with it.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], and those of `check`.
    pub async fn delete_lookup_list<E: From<StorageError>>(
        &self,
        id: LookupListId,
        at: Timestamp,
        check: impl FnOnce(&Decisions) -> Result<(), E> + Send,
    ) -> Result<(), E> {
        let tx = self.begin_configuring(at).await?;
        let row = unless_stale(tx.lookup_list_row(id).await?, None)?;
        check(&tx.decisions().await?)?;
        let removal = tx.removals::<Entity>().filter(Column::Id.eq(id.0));
        removal.exec(&tx.tx).await.map_err(StorageError::from)?;
        tx.audit("lookup_list.deleted", subject(&row)).await?;
        Ok(tx.commit().await?)
    }
}

impl AccountTx<'_> {
    async fn lookup_list_row(&self, id: LookupListId) -> Result<Option<Model>, StorageError> {
        Ok(self.rows::<Entity>().filter(Column::Id.eq(id.0)).one(&self.tx).await?)
    }
}

const fn subject(row: &Model) -> Subject<'_> {
    Subject { kind: "lookup_list", id: row.id, name: row.name.as_str() }
}

pub(crate) fn to_lookup_list(row: Model) -> Result<LookupList, StorageError> {
    Ok(LookupList {
        id: LookupListId(row.id),
        version: row.version,
        entries: from_json("lookup list", row.id, &row.entries)?,
        name: row.name,
        created_at: Timestamp(row.created_at),
        updated_at: Timestamp(row.updated_at),
    })
}
