//! The endpoints that sources have or had. An endpoint is one source's for ever: who sent there before may still do so.

use crate::StorageError;
use crate::account_db::AccountTx;
use crate::entities::source;
use crate::entities::source_endpoint::{ActiveModel, Column, Entity, Model};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

impl AccountTx<'_> {
    /// Keeps the endpoint of a source, which is in its table already, for it alone.
    ///
    /// # Errors
    /// [`StorageError::Taken`] when another source of the account had it.
    pub(super) async fn keep_endpoint(&self, source: &source::Model) -> Result<(), StorageError> {
        let rows = self.rows::<Entity>().filter(Column::Endpoint.eq(&*source.endpoint));
        match rows.one(&self.tx).await? {
            Some(kept) if kept.source_id == source.id => Ok(()),
            Some(_) => Err(StorageError::Taken),
            None => {
                let (account_id, endpoint) = (self.account_id().0, source.endpoint.clone());
                let row = Model { account_id, endpoint, source_id: source.id };
                let insert = Entity::insert(ActiveModel::from(row).reset_all());
                insert.exec_without_returning(&self.tx).await?;
                Ok(())
            }
        }
    }

    /// Every endpoint that a source of the account has or had.
    pub(super) async fn endpoints(&self) -> Result<Vec<String>, StorageError> {
        let rows = self.rows::<Entity>().select_only().column(Column::Endpoint);
        Ok(rows.into_tuple().all(&self.tx).await?)
    }
}
