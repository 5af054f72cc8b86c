//! Requests that somebody put among their source's samples. What comes by itself is a sample without a row here.

use crate::StorageError;
use crate::account_db::AccountDb;
use crate::entities::chosen_sample::{ActiveModel, Column, Entity, Model};
use domain::ids::{RequestId, SourceId};
use domain::limits::MAX_SAMPLES;
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

impl AccountDb<'_> {
    /// The requests that were chosen as samples of a source, each with when, the last one first; at most
    /// [`MAX_SAMPLES`]. Some may be gone from the log.
    ///
    /// # Errors
    /// What the database says.
    pub async fn chosen_samples(
        &self,
        source: SourceId,
    ) -> Result<Vec<(RequestId, Timestamp)>, StorageError> {
        let rows = self.rows::<Entity>().filter(Column::SourceId.eq(source.0));
        let rows = rows.order_by_desc(Column::ChosenAt).order_by_desc(Column::RequestId);
        let chosen = rows.all(self.reader()).await?.into_iter().take(usize::from(MAX_SAMPLES));
        Ok(chosen.map(|row| (RequestId(row.request_id), Timestamp(row.chosen_at))).collect())
    }

    /// Puts a request among the samples of a source, as the last one; what was chosen longest ago gives way.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when the account has no such source.
    pub async fn choose_sample(
        &self,
        source: SourceId,
        request: RequestId,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let tx = self.begin(at).await?;
        let of_source = Column::SourceId.eq(source.0);
        let rows = tx.rows::<Entity>().filter(of_source.clone()).order_by_desc(Column::ChosenAt);
        let rows = rows.order_by_desc(Column::RequestId).all(&tx.tx).await?.into_iter();
        let others = rows.map(|row| row.request_id).filter(|other| *other != request.0);
        let gone = others.skip(usize::from(MAX_SAMPLES) - 1).chain([request.0]);
        let removed = tx.removals::<Entity>().filter(of_source).filter(Column::RequestId.is_in(gone));
        removed.exec(&tx.tx).await?;
        let (account_id, source_id, request_id) = (tx.account_id().0, source.0, request.0);
        let row = Model { account_id, source_id, request_id, chosen_at: at.0 };
        let insert = Entity::insert(ActiveModel::from(row).reset_all());
        match insert.exec_without_returning(&tx.tx).await.map_err(StorageError::from) {
            Ok(_) => tx.commit().await,
            // Somebody else chose it at the same moment.
            Err(StorageError::Taken) => Ok(()),
            Err(StorageError::InUse) => Err(StorageError::NotFound),
            Err(error) => Err(error),
        }
    }
}
