use crate::error::AppError;
use crate::pages::activity::Names;
use crate::pages::records::Makers;
#[cfg(feature = "ssr")]
use domain::account::Permission;
use domain::activity::{Page, PageRequest};
use domain::ids::{ModuleId, SourceId};
use domain::source::{Revision, Source};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

/// A page of a source's history, and what it needs to show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceHistory {
    /// The source as it is now.
    pub source: Source,
    /// What it was, newest first.
    pub page: Page<Revision>,
    /// What those are called who changed it.
    pub makers: Makers,
    /// What the modules are called that it may have fed.
    pub modules: Names<ModuleId>,
}

/// What a source was, newest first.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the account has no such source.
#[server(input = Json)]
pub async fn list_source_revisions(
    slug: String,
    id: SourceId,
    page: PageRequest,
) -> Result<SourceHistory, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    let source = entered.services.source(&entered.scope, id).await?;
    let page = entered.services.source_revisions(&entered.scope, id, page).await?;
    let modules = entered.services.list_modules(&entered.scope).await?.into_iter();
    let modules = Names(modules.map(|module| (module.id, module.config.name)).collect());
    Ok(SourceHistory { source, page, makers: entered.makers().await?, modules })
}

/// Sets again what was set in a revision.
///
/// # Errors
/// As [`crate::enter::enter`]; why the source cannot be so now; `Stale` where somebody else saved meanwhile.
#[server(input = Json)]
pub async fn restore_source(
    slug: String,
    id: SourceId,
    number: i64,
    version: Option<i64>,
) -> Result<Source, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditSources).await?;
    Ok(entered.services.restore_source(&entered.scope, id, number, version).await?)
}
