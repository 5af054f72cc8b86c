use super::blueprints::Card;
use super::targets::Recordable;
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::pages::activity::Names;
#[cfg(feature = "ssr")]
use domain::account::Permission;
#[cfg(feature = "ssr")]
use domain::activity::Subject;
use domain::activity::{RecentActivity, RequestDetail};
use domain::ids::{RequestId, SourceId};
use domain::source::{ContentType, CopyDraft, Source, SourceConfig, SourceState};
use domain::subscription::EventPattern;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

/// A source as the list shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceLine {
    /// The source.
    pub source: Source,
    /// What was counted of it lately.
    pub recent: RecentActivity,
}

/// A source as its page shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceView {
    /// The source.
    pub source: Source,
    /// Its full inbound URL.
    pub url: String,
    /// The event types that the account's subscriptions take.
    pub taken: Vec<EventPattern>,
    /// What it can record on.
    pub recordable: Recordable,
    /// Refused requests of the account in the last hour that were counted, not logged.
    pub unlogged: i64,
}

/// Every source, by name.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn list_sources(slug: String, state: Option<SourceState>) -> Result<Vec<SourceLine>, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    let sources = entered.services.list_sources(&entered.scope, state).await?;
    let recent = entered.services.recent_activity(&entered.scope).await?;
    let recent = |id| recent.get(&Subject::Source(id)).copied().unwrap_or_default();
    Ok(sources.into_iter().map(|source| SourceLine { recent: recent(source.id), source }).collect())
}

/// One source.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the account has no such source.
#[server]
pub async fn get_source(slug: String, id: SourceId) -> Result<SourceView, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    let source = entered.services.source(&entered.scope, id).await?;
    let url = entered.services.inbound_url(entered.account.id, &source.config.endpoint);
    let subscriptions = entered.services.list_subscriptions(&entered.scope).await?;
    let taken = subscriptions.into_iter().flat_map(|subscription| subscription.event_types).collect();
    let recordable = recordable(&entered).await?;
    Ok(SourceView { source, url, taken, recordable, unlogged: entered.unlogged_refusals().await? })
}

#[cfg(feature = "ssr")]
async fn recordable(entered: &crate::enter::Entered) -> Result<Recordable, AppError> {
    let form = entered.services.customer_form(&entered.scope).await?.form;
    let catalogue = entered.services.catalogue(&entered.scope).await?.into_iter();
    let modules = entered.services.list_modules(&entered.scope).await?.into_iter();
    Ok(Recordable {
        events: catalogue.map(|entry| entry.definition.with_fields_of(&form)).collect(),
        modules: Names(modules.map(|module| (module.id, module.config.name)).collect()),
    })
}

/// The last requests to a source, and those that were put among them, with what they carried.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn get_samples(slug: String, id: SourceId) -> Result<Vec<RequestDetail>, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadActivity).await?;
    Ok(entered.services.samples(&entered.scope, id).await?)
}

/// The blueprints that a source can begin with.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn list_blueprints(slug: String) -> Result<Vec<Card>, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    Ok(entered.services.blueprints(&entered.scope, "")?.into_iter().map(Card::of).collect())
}

/// Makes a source, inactive, as `blueprint` sets it up: the blank one where none is named. `event_type` is what it
/// publishes, where it does.
///
/// # Errors
/// As [`crate::enter::enter`]; what is wrong with the form.
#[server]
pub async fn create_source(
    slug: String,
    name: String,
    endpoint: String,
    event_type: Option<String>,
    blueprint: Option<String>,
) -> Result<SourceId, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditSources).await?;
    let config = super::form::begun(blueprint.as_deref(), &name, &endpoint, &event_type.unwrap_or_default());
    let config = config.map_err(services::Error::Invalid)?;
    let source = entered.services.create_source(&entered.scope, config).await?;
    crate::enter::after_plain_form(&format!("/a/{slug}/sources/{}", source.id));
    Ok(source.id)
}

/// Saves what is set. `secret` replaces the stored one where it is given.
///
/// # Errors
/// As [`crate::enter::enter`]; what is wrong with the fields; `Stale` where somebody else saved meanwhile.
#[server(input = Json)]
pub async fn save_source(
    slug: String,
    id: SourceId,
    version: Option<i64>,
    config: SourceConfig,
    secret: Option<String>,
) -> Result<Source, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditSources).await?;
    let config = super::form::with_secret(config, secret);
    Ok(entered.services.update_source(&entered.scope, id, version, config).await?)
}

/// Has an inactive source keep what it is sent for ten more minutes, as samples.
///
/// # Errors
/// As [`crate::enter::enter`]; that it is archived.
#[server]
pub async fn capture_samples(slug: String, id: SourceId) -> Result<Source, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditSources).await?;
    Ok(entered.services.open_capture_window(&entered.scope, id).await?)
}

/// Keeps a pasted body as a sample; answers the request that it stands in the log as.
///
/// # Errors
/// As [`crate::enter::enter`]; what is wrong with the body; that the source is archived.
#[server(input = Json)]
pub async fn paste_sample(
    slug: String,
    id: SourceId,
    body: String,
    content_type: ContentType,
) -> Result<RequestId, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditSources).await?;
    let headers = vec![("content-type".to_owned(), content_type.as_str().to_owned())];
    Ok(entered.services.paste_sample(&entered.scope, id, &body, headers).await?)
}

/// Sets it active or inactive, or archives it for good.
///
/// # Errors
/// As [`crate::enter::enter`]; why it cannot go there.
#[server]
pub async fn move_source(slug: String, id: SourceId, state: SourceState) -> Result<Source, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditSources).await?;
    Ok(match state {
        SourceState::Active => entered.services.activate_source(&entered.scope, id).await?,
        SourceState::Inactive => entered.services.deactivate_source(&entered.scope, id).await?,
        SourceState::Archived => entered.services.archive_source(&entered.scope, id).await?,
    })
}

/// Makes an inactive source that is set up like this one, secrets included.
///
/// # Errors
/// As [`crate::enter::enter`]; what is wrong with the draft, under `copy`.
#[server(input = Json)]
pub async fn duplicate_source(slug: String, id: SourceId, draft: CopyDraft) -> Result<SourceId, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditSources).await?;
    match entered.services.copy_source(&entered.scope, id, draft).await {
        Err(services::Error::Invalid(errors)) => Err(services::Error::Invalid(errors.under("copy")).into()),
        made => Ok(made?.id),
    }
}
