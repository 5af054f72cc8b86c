use crate::StorageError;
use crate::queries::{from_json, key_of};
use domain::amount::Amount;
use domain::customer::{Customer, Totals};
use domain::module::Item;
use domain::time::Timestamp;
use uuid::Uuid;

/// A row of `customers` as it is read.
pub(in crate::journal) struct CustomerColumns {
    pub id: Uuid,
    pub key: String,
    pub fields: String,
    pub labels: String,
    pub external_account_numbers: String,
    pub points: i64,
    pub spent: i64,
    pub purchases: i64,
    pub items: i64,
    pub refunded: i64,
    pub opted_in: Option<bool>,
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
}

impl CustomerColumns {
    pub fn into_customer(self) -> Result<Customer, StorageError> {
        Ok(Customer {
            key: key_of(self.id, self.key)?,
            fields: from_json("customer", self.id, &self.fields)?,
            labels: from_json("customer", self.id, &self.labels)?,
            points: Amount(self.points),
            totals: Totals {
                spent: Amount(self.spent),
                purchases: self.purchases,
                items: self.items,
                refunded: Amount(self.refunded),
            },
            opted_in: self.opted_in,
            external_account_numbers: from_json("customer", self.id, &self.external_account_numbers)?,
            version: self.version,
            created_at: Timestamp(self.created_at),
            updated_at: Timestamp(self.updated_at),
        })
    }
}

/// A row of `items` as it is read.
pub(in crate::journal) struct ItemColumns {
    pub id: Uuid,
    pub key: String,
    pub title: String,
    pub data: String,
    pub fields: String,
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
}

impl ItemColumns {
    pub fn into_item(self) -> Result<Item, StorageError> {
        Ok(Item {
            key: key_of(self.id, self.key)?,
            title: self.title,
            data: from_json("item", self.id, &self.data)?,
            fields: from_json("item", self.id, &self.fields)?,
            version: self.version,
            created_at: Timestamp(self.created_at),
            updated_at: Timestamp(self.updated_at),
        })
    }
}
