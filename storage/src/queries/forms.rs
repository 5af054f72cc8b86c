//! The customers' form.

use super::decisions::Decisions;
use super::{from_json, to_json};
use crate::StorageError;
use crate::account_db::{AccountDb, Subject};
use crate::entities::form::{ActiveModel, Column, Entity, Model};
use domain::form::{Form, StoredForm};
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

/// The kind of record whose form it is.
pub(crate) const CUSTOMERS: &str = "customer";

impl AccountDb<'_> {
    /// The customers' form; the shipped one of version 0 while the account has none of its own.
    ///
    /// # Errors
    /// What the database says.
    pub async fn customer_form(&self) -> Result<StoredForm, StorageError> {
        to_form(self.rows::<Entity>().filter(Column::Kind.eq(CUSTOMERS)).one(self.reader()).await?)
    }

    /// Changes the customers' form. `check` sees what is decided with it.
    ///
    /// # Errors
    /// [`StorageError::Stale`] when `expected` is not its version, those of `check`, and what the database says.
    pub async fn set_customer_form<E: From<StorageError>>(
        &self,
        expected: Option<i64>,
        form: Form,
        at: Timestamp,
        check: impl FnOnce(&Decisions) -> Result<(), E> + Send,
    ) -> Result<StoredForm, E> {
        let tx = self.begin_configuring(at).await?;
        let mut decisions = tx.decisions().await?;
        let before = decisions.customer_form.version;
        if expected.is_some_and(|expected| expected != before) {
            return Err(StorageError::Stale.into());
        }
        let after = StoredForm { version: before + 1, form };
        decisions.customer_form = after.clone();
        check(&decisions)?;
        let row = Model {
            account_id: tx.account_id().0,
            kind: CUSTOMERS.into(),
            version: after.version,
            form: to_json(&after.form)?,
            updated_at: at.0,
        };
        let row = ActiveModel::from(row).reset_all();
        if before == 0 {
            Entity::insert(row).exec_without_returning(&tx.tx).await.map_err(StorageError::from)?;
        } else {
            let change = tx.changes::<Entity>().set(row).filter(Column::Kind.eq(CUSTOMERS));
            change.exec(&tx.tx).await.map_err(StorageError::from)?;
        }
        tx.audit("customer_form.updated", Subject { kind: "customer_form", id: Uuid::nil(), name: "" })
            .await?;
        tx.commit().await?;
        Ok(after)
    }
}

pub(crate) fn to_form(row: Option<Model>) -> Result<StoredForm, StorageError> {
    let Some(row) = row else { return Ok(StoredForm { version: 0, form: Form::of_customers() }) };
    Ok(StoredForm { version: row.version, form: from_json("form of account", row.account_id, &row.form)? })
}
