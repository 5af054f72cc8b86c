use crate::error::AppError;
use crate::pages::activity::Names;
#[cfg(feature = "ssr")]
use domain::account::Permission;
use domain::catalogue::{CatalogueEntry, EventDefinition};
use domain::event::EventType;
use domain::ids::LookupListId;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

/// What the form of an event's definition needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DefinitionForm {
    /// The stored one; `None` for a new one.
    pub entry: Option<CatalogueEntry>,
    /// The account's lookup lists.
    pub lookups: Names<LookupListId>,
}

/// Every event of the catalogue, in the order people are offered them.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn list_catalogue(slug: String) -> Result<Vec<CatalogueEntry>, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    Ok(entered.services.catalogue(&entered.scope).await?)
}

/// What the form of a stored or a new definition needs.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the catalogue has no such event.
#[server(input = Json)]
pub async fn get_definition(slug: String, event_type: Option<EventType>) -> Result<DefinitionForm, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    let lookups = entered.services.lookup_lists(&entered.scope).await?;
    let lookups = Names(lookups.into_iter().map(|list| (list.id, list.name)).collect());
    let Some(event_type) = event_type else { return Ok(DefinitionForm { entry: None, lookups }) };
    Ok(DefinitionForm { entry: Some(entered.catalogue_entry(&event_type).await?), lookups })
}

#[cfg(feature = "ssr")]
impl crate::enter::Entered {
    async fn catalogue_entry(&self, event_type: &EventType) -> Result<CatalogueEntry, AppError> {
        let all = self.services.catalogue(&self.scope).await?;
        let found = all.into_iter().find(|entry| entry.definition.event_type == *event_type);
        found.ok_or_else(|| AppError::from(services::Error::NotFound))
    }
}

/// Makes an event of one's own, or puts a definition in the place of the one there is.
///
/// # Errors
/// As [`crate::enter::enter`]; what is wrong with the definition; `Stale` where somebody else saved meanwhile.
#[server(input = Json)]
pub async fn save_definition(
    slug: String,
    version: Option<i64>,
    definition: EventDefinition,
) -> Result<CatalogueEntry, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditCatalogue).await?;
    Ok(entered.services.define_event(&entered.scope, version, definition).await?)
}

/// Takes one's own definition away: the shipped one takes its place, or the event is gone.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where there is no definition of one's own.
#[server(input = Json)]
pub async fn forget_definition(slug: String, event_type: EventType) -> Result<(), AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditCatalogue).await?;
    entered.services.forget_event(&entered.scope, &event_type).await?;
    leptos_axum::redirect(&format!("/a/{slug}/catalogue"));
    Ok(())
}
