//! What sources were. Each version of a source has its revision, written in the transaction that makes the version;
//! the newest [`REVISIONS_KEPT`] of a source are kept.

use super::{from_json, to_json};
use crate::StorageError;
use crate::account_db::{AccountDb, AccountTx, new_uuid};
use crate::entities::source;
use crate::entities::source_revision::{ActiveModel, Column, Entity, Model};
use crate::logs::Conditions;
use domain::activity::{Page, PageRequest};
use domain::change::{Change, ChangedBy};
use domain::ids::{RevisionId, SourceId};
use domain::limits::REVISIONS_KEPT;
use domain::source::{Revision, RevisionCause, RevisionDetail};
use domain::time::Timestamp;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect,
};
use uuid::Uuid;

const COLUMNS: &str = "SELECT id, number, made_at, made_by, cause, changes FROM source_revisions";

impl AccountDb<'_> {
    /// One page of the revisions of a source, newest first; empty for one that is not there.
    ///
    /// # Errors
    /// What the database says.
    pub async fn source_revisions(
        &self,
        source: SourceId,
        page: PageRequest,
    ) -> Result<Page<Revision>, StorageError> {
        let mut conditions = Conditions::of(self.account_id());
        conditions.and("source_id = ?", source.0);
        conditions.page(self.db(), COLUMNS, page, revision, |revision| revision.id.0).await
    }

    /// One revision of a source.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when the account has no such source, or the source no revision of this number any more.
    pub async fn source_revision(
        &self,
        source: SourceId,
        number: i64,
    ) -> Result<RevisionDetail, StorageError> {
        let of_source = self.rows::<Entity>().filter(Column::SourceId.eq(source.0));
        let row = of_source.filter(Column::Number.eq(number)).one(self.reader()).await?;
        let Model { id, number, made_at, made_by, cause, changes, config, .. } =
            row.ok_or(StorageError::NotFound)?;
        Ok(RevisionDetail {
            revision: Revision {
                id: RevisionId(id),
                number,
                made_at: Timestamp(made_at),
                by: from_json("revision", id, &made_by)?,
                cause: from_json("revision", id, &cause)?,
                changes: from_json("revision", id, &changes)?,
            },
            configuration: from_json("revision", id, &config)?,
        })
    }
}

impl AccountTx<'_> {
    /// Keeps what the source has become, and drops what is too old.
    pub(crate) async fn keep_revision(
        &self,
        source: &source::Model,
        cause: RevisionCause,
        changes: &[Change],
    ) -> Result<(), StorageError> {
        let row = Model {
            account_id: self.account_id().0,
            source_id: source.id,
            id: self.next_revision_id(source.id).await?,
            number: source.version,
            made_at: self.at.0,
            made_by: to_json(&ChangedBy::from(self.actor()))?,
            cause: to_json(&cause)?,
            changes: to_json(&changes)?,
            config: source.config.clone(),
        };
        Entity::insert(ActiveModel::from(row).reset_all()).exec_without_returning(&self.tx).await?;
        let of_source = self.removals::<Entity>().filter(Column::SourceId.eq(source.id));
        of_source.filter(Column::Number.lte(source.version - REVISIONS_KEPT)).exec(&self.tx).await?;
        Ok(())
    }

    /// An id after that of the revision before, even where both are made in one millisecond or the clock was set back.
    async fn next_revision_id(&self, source: Uuid) -> Result<Uuid, StorageError> {
        let ids = self.rows::<Entity>().filter(Column::SourceId.eq(source)).order_by_desc(Column::Id);
        let last: Option<Uuid> = ids.select_only().column(Column::Id).into_tuple().one(&self.tx).await?;
        let after = last.map(|last| Uuid::from_u128(last.as_u128() + 1));
        Ok(after.unwrap_or_default().max(new_uuid(self.at)))
    }
}

fn revision(row: &QueryResult) -> Result<Revision, StorageError> {
    let id: Uuid = row.try_get_by_index(0)?;
    let json = |place: usize| row.try_get_by_index::<String>(place);
    Ok(Revision {
        id: RevisionId(id),
        number: row.try_get_by_index(1)?,
        made_at: Timestamp(row.try_get_by_index(2)?),
        by: from_json("revision", id, &json(3)?)?,
        cause: from_json("revision", id, &json(4)?)?,
        changes: from_json("revision", id, &json(5)?)?,
    })
}
