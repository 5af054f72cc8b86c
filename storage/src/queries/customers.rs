//! Customers, as they are read. What changes them goes through the journal.

use super::search::CUSTOMERS;
use super::{from_json, key_of};
use crate::StorageError;
use crate::account_db::AccountDb;
use crate::entities::customer::{Column, Entity, Model};
use crate::logs::Conditions;
use domain::activity::{Page, PageRequest};
use domain::amount::Amount;
use domain::customer::{Customer, Totals};
use domain::ids::CustomerId;
use domain::record::{CustomerRow, RecordKey, RecordSearch, StoredCustomer};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, QueryFilter, QueryResult, QuerySelect};
use uuid::Uuid;

const COLUMNS: &str = "SELECT id, key, title, points, created_at, updated_at FROM customers";

impl AccountDb<'_> {
    /// One page of the customers that `search` finds.
    ///
    /// # Errors
    /// What the database says.
    pub async fn customers(
        &self,
        search: &RecordSearch,
        page: PageRequest,
    ) -> Result<Page<CustomerRow>, StorageError> {
        let mut conditions = Conditions::of(self.account_id());
        conditions.and_found(self.db().backend(), search, CUSTOMERS, page);
        conditions.page(self.db(), COLUMNS, page, customer_row, |row| row.id.0).await
    }

    /// One customer.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when the account has none of this id.
    pub async fn customer(&self, id: CustomerId) -> Result<StoredCustomer, StorageError> {
        let row = self.rows::<Entity>().filter(Column::Id.eq(id.0)).one(self.reader()).await?;
        to_customer(row.ok_or(StorageError::NotFound)?)
    }

    /// What senders call a customer; fails where there is none, before anything of theirs is looked for.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when the account has none of this id.
    pub async fn key_of_customer(&self, id: CustomerId) -> Result<RecordKey, StorageError> {
        let row = self.rows::<Entity>().select_only().column(Column::Key).filter(Column::Id.eq(id.0));
        let key: Option<String> = row.into_tuple().one(self.reader()).await?;
        key_of(id.0, key.ok_or(StorageError::NotFound)?)
    }
}

fn customer_row(row: &QueryResult) -> Result<CustomerRow, StorageError> {
    let id: Uuid = row.try_get_by_index(0)?;
    Ok(CustomerRow {
        id: CustomerId(id),
        key: key_of(id, row.try_get_by_index(1)?)?,
        title: row.try_get_by_index(2)?,
        points: Amount(row.try_get_by_index(3)?),
        created_at: Timestamp(row.try_get_by_index(4)?),
        updated_at: Timestamp(row.try_get_by_index(5)?),
    })
}

pub(crate) fn to_customer(row: Model) -> Result<StoredCustomer, StorageError> {
    let customer = Customer {
        key: key_of(row.id, row.key)?,
        fields: from_json("customer", row.id, &row.fields)?,
        labels: from_json("customer", row.id, &row.labels)?,
        points: Amount(row.points),
        totals: Totals {
            spent: Amount(row.spent),
            purchases: row.purchases,
            items: row.items,
            refunded: Amount(row.refunded),
        },
        opted_in: row.opted_in,
        external_account_numbers: from_json("customer", row.id, &row.external_account_numbers)?,
        version: row.version,
        created_at: Timestamp(row.created_at),
        updated_at: Timestamp(row.updated_at),
    };
    Ok(StoredCustomer { id: CustomerId(row.id), customer })
}
