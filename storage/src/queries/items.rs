//! Items of modules, as they are read. What changes them is the journal.

use super::{from_json, key_of};
use crate::StorageError;
use crate::account_db::AccountDb;
use crate::entities::item::{Column, Entity, Model};
use crate::logs::Conditions;
use domain::activity::{Page, PageRequest};
use domain::ids::{ItemId, ModuleId};
use domain::module::Item;
use domain::record::{ItemRow, RecordKey, RecordSearch, StoredItem};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, QueryFilter, QueryResult, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

const COLUMNS: &str = "SELECT id, key, title, version, created_at, updated_at FROM items";

impl AccountDb<'_> {
    /// One page of the items of a module that `search` finds, newest first. Empty for a module that is not there.
    ///
    /// # Errors
    /// What the database says.
    pub async fn items(
        &self,
        module: ModuleId,
        search: &RecordSearch,
        page: PageRequest,
    ) -> Result<Page<ItemRow>, StorageError> {
        let mut conditions = Conditions::of(self.account_id());
        conditions.and("module_id = ?", module.0);
        conditions.and_found(self.db().backend(), search, module.0, page);
        conditions.page(self.db(), COLUMNS, page, item_row, |row| row.id.0).await
    }

    /// One item.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when the account's module has none of this id.
    pub async fn item(&self, module: ModuleId, id: ItemId) -> Result<StoredItem, StorageError> {
        let rows = self.rows::<Entity>().filter(Column::ModuleId.eq(module.0)).filter(Column::Id.eq(id.0));
        to_item(rows.one(self.reader()).await?.ok_or(StorageError::NotFound)?)
    }

    /// The ids of those items of a module that have one of `keys`, by key. At most as many keys as an array of a source
    /// has elements.
    ///
    /// # Errors
    /// What the database says.
    pub async fn item_ids(
        &self,
        module: ModuleId,
        keys: &[RecordKey],
    ) -> Result<HashMap<RecordKey, ItemId>, StorageError> {
        let rows = self.rows::<Entity>().filter(Column::ModuleId.eq(module.0));
        let rows = rows.filter(Column::Key.is_in(keys.iter().map(RecordKey::as_str)));
        let rows = rows.select_only().column(Column::Key).column(Column::Id);
        let found: Vec<(String, Uuid)> = rows.into_tuple().all(self.reader()).await?;
        found.into_iter().map(|(key, id)| Ok((key_of(id, key)?, ItemId(id)))).collect()
    }
}

fn item_row(row: &QueryResult) -> Result<ItemRow, StorageError> {
    let id: Uuid = row.try_get_by_index(0)?;
    Ok(ItemRow {
        id: ItemId(id),
        key: key_of(id, row.try_get_by_index(1)?)?,
        title: row.try_get_by_index(2)?,
        version: row.try_get_by_index(3)?,
        created_at: Timestamp(row.try_get_by_index(4)?),
        updated_at: Timestamp(row.try_get_by_index(5)?),
    })
}

fn to_item(row: Model) -> Result<StoredItem, StorageError> {
    Ok(StoredItem {
        id: ItemId(row.id),
        module_id: ModuleId(row.module_id),
        item: Item {
            key: key_of(row.id, row.key)?,
            title: row.title,
            data: from_json("item", row.id, &row.data)?,
            fields: from_json("item", row.id, &row.fields)?,
            version: row.version,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
        },
    })
}
