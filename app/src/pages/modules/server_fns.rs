use crate::error::AppError;
use crate::pages::activity::Names;
use crate::pages::records::HistoryPage;
#[cfg(feature = "ssr")]
use domain::account::Permission;
use domain::activity::{Page, PageRequest};
use domain::ids::{ItemId, LookupListId, ModuleId, SourceId};
use domain::lookup::LookupList;
use domain::module::{ItemDraft, Module, ModuleConfig, ModuleMetrics};
use domain::record::{ItemRow, RecordSearch, StoredItem};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A module as its page shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModuleView {
    /// The module.
    pub module: Module,
    /// The sources that feed it.
    pub sources: Names<SourceId>,
}

/// A module as its settings show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModuleForm {
    /// The module.
    pub module: Module,
    /// The account's lookup lists.
    pub lookups: Names<LookupListId>,
    /// The data of its newest item.
    pub sample: Option<Value>,
}

/// An item as its page shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemView {
    /// The module it is in.
    pub module: Module,
    /// The item.
    pub item: StoredItem,
    /// The account's lookup lists.
    pub lookups: Vec<LookupList>,
}

/// What the form of an item needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemForm {
    /// The module it is in.
    pub module: Module,
    /// The account's lookup lists.
    pub lookups: Vec<LookupList>,
}

/// Every module, by name.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn list_modules(slug: String) -> Result<Vec<Module>, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    Ok(entered.services.list_modules(&entered.scope).await?)
}

/// One module, and what feeds it.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the account has no such module.
#[server(input = Json)]
pub async fn get_module(slug: String, id: ModuleId) -> Result<ModuleView, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    let module = entered.services.module(&entered.scope, id).await?;
    Ok(ModuleView { module, sources: entered.sources_of(id).await? })
}

#[cfg(feature = "ssr")]
impl crate::enter::Entered {
    /// The sources that feed a module.
    async fn sources_of(&self, module: ModuleId) -> Result<Names<SourceId>, AppError> {
        use domain::source::{SourceAction, SourceState};
        let all = self.services.list_sources(&self.scope, None).await?;
        let feeds = all.into_iter().filter(|source| {
            source.config.action == SourceAction::UpsertItem { module_id: module }
                && source.state != SourceState::Archived
        });
        Ok(Names(feeds.map(|source| (source.id, source.config.name)).collect()))
    }

    /// The data of a module's newest item.
    async fn newest_data(&self, module: ModuleId) -> Result<Option<Value>, AppError> {
        let newest = PageRequest { limit: Some(1), ..PageRequest::default() };
        let rows =
            self.services.list_items(&self.scope, module, &RecordSearch::default(), newest).await?.data;
        let Some(row) = rows.first() else { return Ok(None) };
        let item = self.services.item(&self.scope, module, row.id).await?;
        Ok(Some(Value::Object(item.item.data)))
    }
}

/// One module with what its settings choose from.
///
/// # Errors
/// As [`get_module`].
#[server(input = Json)]
pub async fn get_module_form(slug: String, id: ModuleId) -> Result<ModuleForm, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadRecords).await?;
    let module = entered.services.module(&entered.scope, id).await?;
    let lookups = entered.services.lookup_lists(&entered.scope).await?;
    let lookups = Names(lookups.into_iter().map(|list| (list.id, list.name)).collect());
    Ok(ModuleForm { module, lookups, sample: entered.newest_data(id).await? })
}

/// What is reckoned of a module's items.
///
/// # Errors
/// As [`get_module`].
#[server(input = Json)]
pub async fn get_module_metrics(slug: String, id: ModuleId) -> Result<ModuleMetrics, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadRecords).await?;
    Ok(entered.services.metrics(&entered.scope, id, 30).await?)
}

/// Items that a search finds, newest first.
///
/// # Errors
/// As [`get_module`].
#[server(input = Json)]
pub async fn list_items(
    slug: String,
    id: ModuleId,
    search: RecordSearch,
    page: PageRequest,
) -> Result<Page<ItemRow>, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadRecords).await?;
    Ok(entered.services.list_items(&entered.scope, id, &search, page).await?)
}

/// One item.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the module has no such item.
#[server(input = Json)]
pub async fn get_item(slug: String, id: ModuleId, item: ItemId) -> Result<ItemView, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadRecords).await?;
    let module = entered.services.module(&entered.scope, id).await?;
    let item = entered.services.item(&entered.scope, id, item).await?;
    Ok(ItemView { module, item, lookups: entered.services.lookup_lists(&entered.scope).await? })
}

/// What the form of a new item needs.
///
/// # Errors
/// As [`get_module`].
#[server(input = Json)]
pub async fn get_item_form(slug: String, id: ModuleId) -> Result<ItemForm, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    let module = entered.services.module(&entered.scope, id).await?;
    Ok(ItemForm { module, lookups: entered.services.lookup_lists(&entered.scope).await? })
}

/// Makes an item, or saves a stored one.
///
/// # Errors
/// As [`get_item`]; what is wrong with it; `Stale` where somebody else saved meanwhile.
#[server(input = Json)]
pub async fn save_item(
    slug: String,
    id: ModuleId,
    item: Option<ItemId>,
    version: Option<i64>,
    draft: ItemDraft,
) -> Result<StoredItem, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditRecords).await?;
    Ok(match item {
        Some(item) => entered.services.update_item(&entered.scope, id, item, version, draft).await?,
        None => entered.services.create_item(&entered.scope, id, draft).await?,
    })
}

/// What happened to an item, newest first.
///
/// # Errors
/// As [`get_item`].
#[server(input = Json)]
pub async fn get_item_history(
    slug: String,
    id: ModuleId,
    item: ItemId,
    page: PageRequest,
) -> Result<HistoryPage, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadRecords).await?;
    let page = entered.services.history_of_item(&entered.scope, id, item, page).await?;
    Ok(HistoryPage { page, makers: entered.makers().await? })
}

/// Deletes an item.
///
/// # Errors
/// As [`get_item`].
#[server(input = Json)]
pub async fn delete_item(slug: String, id: ModuleId, item: ItemId) -> Result<(), AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditRecords).await?;
    entered.services.delete_item(&entered.scope, id, item, None).await?;
    leptos_axum::redirect(&format!("/a/{slug}/modules/{id}"));
    Ok(())
}

/// Makes a module of which only the name is known.
///
/// # Errors
/// As [`crate::enter::enter`]; what is wrong with the name.
#[server]
pub async fn create_module(slug: String, name: String) -> Result<ModuleId, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditModules).await?;
    let config = ModuleConfig { name: name.trim().to_owned(), ..ModuleConfig::default() };
    let id = entered.services.create_module(&entered.scope, config).await?.id;
    crate::enter::after_plain_form(&format!("/a/{slug}/modules/{id}"));
    Ok(id)
}

/// Saves what is set.
///
/// # Errors
/// As [`crate::enter::enter`]; what is wrong with the fields; `Stale` where somebody else saved meanwhile.
#[server(input = Json)]
pub async fn save_module(
    slug: String,
    id: ModuleId,
    version: Option<i64>,
    config: ModuleConfig,
) -> Result<Module, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditModules).await?;
    Ok(entered.services.update_module(&entered.scope, id, version, config).await?)
}

/// Deletes a module with its items.
///
/// # Errors
/// As [`crate::enter::enter`]; `InUse` while a source feeds it.
#[server]
pub async fn delete_module(slug: String, id: ModuleId) -> Result<(), AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditModules).await?;
    entered.services.delete_module(&entered.scope, id).await?;
    leptos_axum::redirect(&format!("/a/{slug}/modules"));
    Ok(())
}
