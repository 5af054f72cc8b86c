use crate::records::{Changed, Origin, Record};
use crate::{Error, Result, Services};
use domain::account::Permission;
use domain::activity::{Page, PageRequest};
use domain::ids::{ItemId, ModuleId};
use domain::module::{ItemDraft, Module};
use domain::record::{HistoryEntry, Intent, ItemRow, RecordSearch, StoredItem};
use std::sync::Arc;
use storage::AccountScope;

impl Services {
    /// One page of the items of a module that `search` finds, newest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn list_items(
        &self,
        scope: &AccountScope,
        module: ModuleId,
        search: &RecordSearch,
        page: PageRequest,
    ) -> Result<Page<ItemRow>> {
        self.require(scope, Permission::ReadRecords)?;
        let account = self.db().account(scope);
        account.module(module).await?;
        Ok(account.items(module, search, page).await?)
    }

    /// One item.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn item(&self, scope: &AccountScope, module: ModuleId, id: ItemId) -> Result<StoredItem> {
        self.require(scope, Permission::ReadRecords)?;
        Ok(self.db().account(scope).item(module, id).await?)
    }

    /// Makes an item, as a message to a source that feeds the module would.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`], also where an item has the key.
    pub async fn create_item(
        &self,
        scope: &AccountScope,
        module: ModuleId,
        draft: ItemDraft,
    ) -> Result<StoredItem> {
        self.require(scope, Permission::EditRecords)?;
        let module = self.db().account(scope).module(module).await?;
        let made = self.upsert_item(scope, scope.into(), module, (draft, Some(0))).await;
        made.map_err(|error| match error {
            Error::Stale => Error::invalid("key", "another item of the module has this key"),
            error => error,
        })
    }

    /// Changes an item. What the draft leaves out of the data stays.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`], also for another key, [`Error::Stale`] when
    /// `expected_version` is not its version.
    pub async fn update_item(
        &self,
        scope: &AccountScope,
        module: ModuleId,
        id: ItemId,
        expected_version: Option<i64>,
        draft: ItemDraft,
    ) -> Result<StoredItem> {
        self.require(scope, Permission::EditRecords)?;
        let account = self.db().account(scope);
        let current = account.item(module, id).await?;
        if draft.key != current.item.key {
            return Err(Error::invalid("key", "an item keeps its key; make another item instead"));
        }
        let module = account.module(module).await?;
        self.upsert_item(scope, scope.into(), module, (draft, expected_version)).await
    }

    /// Makes or changes an item; refused when `expected` is given and not its version.
    pub(super) async fn upsert_item(
        &self,
        scope: &AccountScope,
        origin: Origin,
        module: Module,
        (draft, expected): (ItemDraft, Option<i64>),
    ) -> Result<StoredItem> {
        let module_id = module.id;
        let intent = Intent::ItemUpsert { module: Arc::new(module), draft, expected };
        match self.change_record_from(scope, origin, intent).await? {
            Changed { id, record: Some(Record::Item(item)), .. } => {
                Ok(StoredItem { id: ItemId(id), module_id, item: *item })
            }
            _ => Err(Error::Internal("an item that was kept is not there".into())),
        }
    }

    /// Deletes an item.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Stale`] when `expected_version` is not its version.
    pub async fn delete_item(
        &self,
        scope: &AccountScope,
        module: ModuleId,
        id: ItemId,
        expected_version: Option<i64>,
    ) -> Result<()> {
        self.require(scope, Permission::EditRecords)?;
        let account = self.db().account(scope);
        let key = account.item(module, id).await?.item.key;
        let module = Arc::new(account.module(module).await?);
        let intent = Intent::ItemRemoval { module, key, expected: expected_version };
        self.change_record(scope, intent).await.map(|_| ())
    }

    /// One page of what happened to an item, newest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn history_of_item(
        &self,
        scope: &AccountScope,
        module: ModuleId,
        id: ItemId,
        page: PageRequest,
    ) -> Result<Page<HistoryEntry>> {
        self.require(scope, Permission::ReadRecords)?;
        let account = self.db().account(scope);
        account.item(module, id).await?;
        Ok(account.history(id.0, None, page).await?)
    }
}
