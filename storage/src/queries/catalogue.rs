//! The event catalogue: what an account itself says of events.

use super::decisions::Decisions;
use super::sources::to_source;
use super::{from_json, to_json};
use crate::StorageError;
use crate::account_db::{AccountDb, AccountTx, Subject};
use crate::entities::event_definition::{ActiveModel, Column, Entity, Model};
use crate::entities::source;
use domain::catalogue::{EventDefinition, StoredDefinition};
use domain::event::EventType;
use domain::source::Source;
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

impl AccountDb<'_> {
    /// The events that the account defines itself, in the order it began to.
    ///
    /// # Errors
    /// What the database says.
    pub async fn event_definitions(&self) -> Result<Vec<StoredDefinition>, StorageError> {
        let rows = self.rows::<Entity>().order_by_asc(Column::CreatedAt).order_by_asc(Column::EventType);
        let stored =
            |row: &Model| Ok(StoredDefinition { version: row.version, definition: to_definition(row)? });
        rows.all(self.reader()).await?.iter().map(stored).collect()
    }

    /// Puts a definition in place of the one of its type, or beside the others; answers its version. `check` sees what is
    /// decided with it.
    ///
    /// # Errors
    /// [`StorageError::Stale`] when `expected` is not the version of the one of its type, 0 where there is none; those of
    /// `check`, and what the database says.
    pub async fn define_event<E: From<StorageError>>(
        &self,
        expected: Option<i64>,
        definition: &EventDefinition,
        at: Timestamp,
        check: impl FnOnce(&Decisions) -> Result<(), E> + Send,
    ) -> Result<i64, E> {
        let tx = self.begin_configuring(at).await?;
        let before = tx.event_definition_row(&definition.event_type).await?;
        let version = before.as_ref().map_or(0, |row| row.version);
        if expected.is_some_and(|expected| expected != version) {
            return Err(StorageError::Stale.into());
        }
        let mut decisions = tx.decisions().await?;
        let own = &mut decisions.own_events;
        own.retain(|other| other.event_type != definition.event_type);
        own.push(definition.clone());
        check(&decisions)?;
        let is_new = before.is_none();
        let after = Model {
            account_id: tx.account_id().0,
            event_type: definition.event_type.to_string(),
            version: version + 1,
            definition: to_json(definition)?,
            created_at: before.map_or(at.0, |row| row.created_at),
            updated_at: at.0,
        };
        tx.write_definition(after, is_new).await?;
        let action = if is_new { "event_definition.created" } else { "event_definition.updated" };
        tx.audit(action, subject(&definition.event_type)).await?;
        tx.commit().await?;
        Ok(version + 1)
    }

    /// Takes a definition of the account's away. `check` sees its sources, archived ones included.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when it does not define this event, and those of `check`.
    pub async fn forget_event<E: From<StorageError>>(
        &self,
        event_type: &EventType,
        at: Timestamp,
        check: impl FnOnce(&[Source]) -> Result<(), E> + Send,
    ) -> Result<(), E> {
        let tx = self.begin_configuring(at).await?;
        tx.event_definition_row(event_type).await?.ok_or(StorageError::NotFound)?;
        check(&tx.all_sources().await?)?;
        let removal = tx.removals::<Entity>().filter(Column::EventType.eq(event_type.as_str()));
        removal.exec(&tx.tx).await.map_err(StorageError::from)?;
        tx.audit("event_definition.deleted", subject(event_type)).await?;
        Ok(tx.commit().await?)
    }
}

impl AccountTx<'_> {
    async fn event_definition_row(&self, event_type: &EventType) -> Result<Option<Model>, StorageError> {
        let row = self.rows::<Entity>().filter(Column::EventType.eq(event_type.as_str()));
        Ok(row.one(&self.tx).await?)
    }

    async fn write_definition(&self, row: Model, is_new: bool) -> Result<(), StorageError> {
        let of_type = Column::EventType.eq(row.event_type.as_str());
        let row = ActiveModel::from(row).reset_all();
        if is_new {
            Entity::insert(row).exec_without_returning(&self.tx).await?;
        } else {
            self.changes::<Entity>().set(row).filter(of_type).exec(&self.tx).await?;
        }
        Ok(())
    }

    /// Its sources, for whoever decides what they still need.
    pub(crate) async fn all_sources(&self) -> Result<Vec<Source>, StorageError> {
        let rows = self.rows::<source::Entity>().order_by_asc(source::Column::Name).all(&self.tx).await?;
        rows.into_iter().map(to_source).collect()
    }
}

/// A definition has no id: its type is its name.
fn subject(event_type: &EventType) -> Subject<'_> {
    Subject { kind: "event_definition", id: Uuid::nil(), name: event_type.as_str() }
}

pub(crate) fn to_definition(row: &Model) -> Result<EventDefinition, StorageError> {
    from_json("event definition of account", row.account_id, &row.definition)
}
