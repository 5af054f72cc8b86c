//! The event catalogue: what may be said of customers.

use super::check_lookups;
use crate::{Error, Result, Services};
use domain::account::Permission;
use domain::catalogue::{Catalogue, CatalogueEntry, EventDefinition, StoredDefinition};
use domain::event::EventType;
use domain::source::{Source, SourceAction, SourceState};
use storage::{AccountScope, Decisions};

impl Services {
    /// Every event that may be said of customers: the shipped ones, those that the account defines itself in place of
    /// shipped ones, and its other ones after them.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn catalogue(&self, scope: &AccountScope) -> Result<Vec<CatalogueEntry>> {
        self.require(scope, Permission::ReadConfiguration)?;
        let own = self.db().account(scope).event_definitions().await?;
        let version_of = |event_type: &EventType| {
            let stored = own.iter().find(|stored| stored.definition.event_type == *event_type);
            stored.map_or(0, |stored| stored.version)
        };
        let definitions = own.iter().map(|StoredDefinition { definition, .. }| definition.clone());
        let catalogue = Catalogue::new(definitions.collect());
        let entry =
            |definition: &EventDefinition| entry(definition.clone(), version_of(&definition.event_type));
        Ok(catalogue.all().iter().map(entry).collect())
    }

    /// Says what holds of the events of a type, from the next one on.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Invalid`], also when the account has 200 of its own, or not the lookup list of an
    /// attribute, [`Error::Stale`] when `expected` is not the version of its own definition, 0 where it has none.
    pub async fn define_event(
        &self,
        scope: &AccountScope,
        expected: Option<i64>,
        definition: EventDefinition,
    ) -> Result<CatalogueEntry> {
        self.require(scope, Permission::EditCatalogue)?;
        definition.check()?;
        let attributes = &definition.attributes;
        let check = |decisions: &Decisions| {
            Catalogue::check(&decisions.own_events)?;
            let fields = attributes.iter().enumerate();
            let fields =
                fields.map(|(place, attribute)| (format!("attributes.{place}.type"), attribute.field_type));
            check_lookups(fields, &decisions.lookups)
        };
        let account = self.db().account(scope);
        let version = account.define_event(expected, &definition, self.now(), check).await?;
        self.inner.routing_changed(scope.account_id());
        Ok(entry(definition, version))
    }

    /// Takes the account's own definition of an event away: a shipped one is as it was shipped again, another is gone.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`] when the account does not define it, [`Error::InUse`] when a source
    /// records an event that would be gone.
    pub async fn forget_event(&self, scope: &AccountScope, event_type: &EventType) -> Result<()> {
        self.require(scope, Permission::EditCatalogue)?;
        let check = |sources: &[Source]| unless_recorded(event_type, sources);
        self.db().account(scope).forget_event(event_type, self.now(), check).await?;
        self.inner.routing_changed(scope.account_id());
        Ok(())
    }
}

/// An event of the catalogue; `version` is that of the account's own definition, 0 where it is the shipped one.
fn entry(definition: EventDefinition, version: i64) -> CatalogueEntry {
    let shipped = Catalogue::ships(&definition.event_type);
    CatalogueEntry { definition, shipped, own: version > 0, version }
}

/// Refuses to take away what a source still records: all that came to it would be refused.
fn unless_recorded(event_type: &EventType, sources: &[Source]) -> Result<()> {
    let records = |source: &&Source| match &source.config.action {
        SourceAction::RecordEvent { event_type: recorded } => recorded == event_type,
        SourceAction::PublishEvent { .. } | SourceAction::UpsertItem { .. } => false,
    };
    let mut kept = sources.iter().filter(|source| source.state != SourceState::Archived);
    match kept.find(records) {
        Some(source) if !Catalogue::ships(event_type) => {
            Err(Error::InUse(format!("the source `{}` records this event", source.config.name)))
        }
        _ => Ok(()),
    }
}
