use crate::error::AppError;
use crate::pages::sources::Card;
#[cfg(feature = "ssr")]
use domain::account::Permission;
use domain::activity::RecentActivity;
#[cfg(feature = "ssr")]
use domain::activity::Subject;
use domain::ids::{ModuleId, SourceId};
#[cfg(feature = "ssr")]
use domain::module::data_source;
use domain::source::Source;
#[cfg(feature = "ssr")]
use domain::source::{SourceAction, SourceState};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

/// A data source as the list shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataSourceLine {
    /// The source.
    pub source: Source,
    /// The module it feeds: its id and what it is called.
    pub module: (ModuleId, String),
    /// What was counted of it lately.
    pub recent: RecentActivity,
}

/// A data source as its page shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataSourceView {
    /// The source.
    pub source: Source,
    /// Its full inbound URL.
    pub url: String,
    /// The module it feeds: its id and what it is called.
    pub module: (ModuleId, String),
    /// What to do on the sender's side, where the sender is known.
    pub sender: Option<Card>,
}

/// Every source that feeds a module, by name; archived ones apart.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn list_data_sources(slug: String) -> Result<Vec<DataSourceLine>, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    entered.data_sources().await
}

#[cfg(feature = "ssr")]
impl crate::enter::Entered {
    async fn data_sources(&self) -> Result<Vec<DataSourceLine>, AppError> {
        let modules = self.services.list_modules(&self.scope).await?;
        let recent = self.services.recent_activity(&self.scope).await?;
        let sources = self.services.list_sources(&self.scope, None).await?.into_iter();
        let alive = sources.filter(|source| source.state != SourceState::Archived);
        let lines = alive.filter_map(|source| {
            let module = module_of(&source).ok()?;
            let name = &modules.iter().find(|own| own.id == module)?.config.name;
            let recent = recent.get(&Subject::Source(source.id)).copied().unwrap_or_default();
            Some(DataSourceLine { module: (module, name.clone()), recent, source })
        });
        Ok(lines.collect())
    }
}

/// The module that a source feeds.
#[cfg(feature = "ssr")]
fn module_of(source: &Source) -> Result<ModuleId, AppError> {
    match source.config.action {
        SourceAction::UpsertItem { module_id } => Ok(module_id),
        _ => Err(AppError::NotFound),
    }
}

/// Senders that a data source can be connected to; the first is any sender.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn list_senders(slug: String) -> Result<Vec<Card>, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    let all = entered.services.blueprints(&entered.scope, "")?.into_iter();
    Ok(all.filter(|blueprint| data_source::fits_module(blueprint)).map(sender).collect())
}

/// What the dialog shows of a sender.
#[cfg(feature = "ssr")]
fn sender(blueprint: &domain::blueprint::Blueprint) -> Card {
    let card = Card::of(blueprint);
    if blueprint.source.filter.is_some() || !blueprint.source.mapping.is_empty() || card.key != "blank" {
        return card;
    }
    Card {
        name: "New custom source".to_owned(),
        description: "Anything that can send JSON to a URL: an object or an array of objects.".to_owned(),
        ..card
    }
}

/// Makes a module and a source that feeds it.
///
/// # Errors
/// As [`crate::enter::enter`]; what is wrong with the name.
#[server]
pub async fn create_data_source(slug: String, name: String, sender: String) -> Result<SourceId, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditModules).await?;
    let source = entered.services.begin_data_source(&entered.scope, &name, &sender).await?;
    crate::enter::after_plain_form(&format!("/a/{slug}/data-sources/{}", source.id));
    Ok(source.id)
}

/// One data source.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the account has no such source, and for one that feeds no module.
#[server(input = Json)]
pub async fn get_data_source(slug: String, id: SourceId) -> Result<DataSourceView, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    let source = entered.services.source(&entered.scope, id).await?;
    let url = entered.services.inbound_url(entered.account.id, &source.config.endpoint);
    let module = entered.services.module(&entered.scope, module_of(&source)?).await?;
    let sender = source.config.blueprint.as_deref().and_then(domain::blueprint::blueprint).map(sender);
    Ok(DataSourceView { source, url, module: (module.id, module.config.name), sender })
}

/// Says what tells its items apart and what people call them; answers the module.
///
/// # Errors
/// As [`get_data_source`]; what is wrong with the paths.
#[server(input = Json)]
pub async fn finish_data_source(
    slug: String,
    id: SourceId,
    id_path: String,
    title_path: String,
) -> Result<ModuleId, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditModules).await?;
    Ok(entered.services.finish_data_source(&entered.scope, id, &id_path, &title_path).await?)
}
