//! Notes: texts that members and machines leave on customers.

use super::{from_json, to_json};
use crate::StorageError;
use crate::account_db::{AccountDb, Subject};
use crate::entities::note::{ActiveModel, Column, Entity, Model};
use crate::logs::{Conditions, made_at};
use domain::activity::{Page, PageRequest};
use domain::change::ChangedBy;
use domain::customer::Note;
use domain::ids::{CustomerId, NoteId};
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryResult};
use uuid::Uuid;

const COLUMNS: &str = "SELECT id, text, made_by FROM notes";

impl AccountDb<'_> {
    /// One page of the notes on a customer; empty for one who is not there.
    ///
    /// # Errors
    /// What the database says.
    pub async fn notes(&self, customer: CustomerId, page: PageRequest) -> Result<Page<Note>, StorageError> {
        let mut conditions = Conditions::of(self.account_id());
        conditions.and("customer_id = ?", customer.0);
        conditions.page(self.db(), COLUMNS, page, note, |note| note.id.0).await
    }

    /// Leaves a note, made at the moment in its id.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when the account has no such customer.
    pub async fn add_note(&self, customer: CustomerId, note: &Note) -> Result<(), StorageError> {
        let tx = self.begin(note.created_at).await?;
        let row = Model {
            account_id: tx.account_id().0,
            customer_id: customer.0,
            id: note.id.0,
            text: note.text.clone(),
            made_by: to_json(&note.by)?,
        };
        let insert = Entity::insert(ActiveModel::from(row).reset_all());
        insert.exec_without_returning(&tx.tx).await.map_err(|error| match StorageError::from(error) {
            StorageError::InUse => StorageError::NotFound,
            error => error,
        })?;
        tx.commit().await
    }

    /// Deletes a note.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when the account has no such note on this customer.
    pub async fn delete_note(
        &self,
        customer: CustomerId,
        id: NoteId,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let tx = self.begin(at).await?;
        let of_customer = Column::CustomerId.eq(customer.0);
        let removed = tx.removals::<Entity>().filter(of_customer).filter(Column::Id.eq(id.0));
        if removed.exec(&tx.tx).await?.rows_affected == 0 {
            return Err(StorageError::NotFound);
        }
        tx.audit("note.deleted", Subject { kind: "customer", id: customer.0, name: "" }).await?;
        tx.commit().await
    }
}

fn note(row: &QueryResult) -> Result<Note, StorageError> {
    let id: Uuid = row.try_get_by_index(0)?;
    Ok(Note {
        id: NoteId(id),
        text: row.try_get_by_index(1)?,
        by: from_json::<ChangedBy>("note", id, &row.try_get_by_index::<String>(2)?)?,
        created_at: made_at(id),
    })
}
