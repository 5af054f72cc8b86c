//! Names of things that lists know by id only.

use crate::error::AppError;
use domain::ids::{IntegrationId, SourceId};
use domain::integration::Integration;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the account's things are called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names<Id>(pub Vec<(Id, String)>);

impl<Id: Copy + PartialEq + std::fmt::Display> Names<Id> {
    /// The name of one; its id if it is gone.
    #[must_use]
    pub fn of(&self, id: Id) -> String {
        let found = self.0.iter().find(|(other, _)| *other == id);
        found.map_or_else(|| id.to_string(), |(_, name)| name.clone())
    }

    /// For a menu: ids as text, and names.
    #[must_use]
    pub fn choices(&self) -> Vec<(String, String)> {
        self.0.iter().map(|(id, name)| (id.to_string(), name.clone())).collect()
    }
}

impl Names<IntegrationId> {
    /// The names of integrations.
    #[must_use]
    pub fn of_integrations(all: Vec<Integration>) -> Self {
        Self(all.into_iter().map(|integration| (integration.id, integration.config.name)).collect())
    }
}

#[cfg(feature = "ssr")]
impl crate::enter::Entered {
    /// What the integrations are called.
    pub async fn integration_names(&self) -> Result<Names<IntegrationId>, AppError> {
        Ok(Names::of_integrations(self.services.list_integrations(&self.scope).await?))
    }

    /// What the sources are called.
    pub async fn source_names(&self) -> Result<Names<SourceId>, AppError> {
        let all = self.services.list_sources(&self.scope, None).await?;
        Ok(Names(all.into_iter().map(|source| (source.id, source.config.name)).collect()))
    }
}

/// What can be gone to by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaletteNames {
    /// What the integrations are called.
    pub integrations: Names<IntegrationId>,
    /// What the sources are called.
    pub sources: Names<SourceId>,
}

/// What the integrations and sources are called.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn names_for_palette(slug: String) -> Result<PaletteNames, AppError> {
    let entered = crate::enter::enter(&slug, domain::account::Permission::ReadConfiguration).await?;
    let integrations = entered.integration_names().await?;
    Ok(PaletteNames { integrations, sources: entered.source_names().await? })
}

/// What the integrations are called.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn integration_names(slug: String) -> Result<Names<IntegrationId>, AppError> {
    crate::enter::enter(&slug, domain::account::Permission::ReadConfiguration)
        .await?
        .integration_names()
        .await
}
