//! The event catalogue: what may be said of customers.

use super::check_lookups;
use crate::{Error, Result, Services};
use domain::account::Permission;
use domain::catalogue::{Catalogue, CatalogueEntry, EventDefinition};
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
        let is_own = |event_type: &EventType| own.iter().any(|one| one.event_type == *event_type);
        let catalogue = Catalogue::new(own.clone());
        let entry = |definition: &EventDefinition| CatalogueEntry {
            shipped: Catalogue::ships(&definition.event_type),
            own: is_own(&definition.event_type),
            definition: definition.clone(),
        };
        Ok(catalogue.all().iter().map(entry).collect())
    }

    /// Says what holds of the events of a type, from the next one on.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Invalid`], also when the account has 200 of its own, or not the lookup list of an
    /// attribute.
    pub async fn define_event(
        &self,
        scope: &AccountScope,
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
        self.db().account(scope).define_event(&definition, self.now(), check).await?;
        self.inner.routing_changed(scope.account_id());
        Ok(CatalogueEntry { shipped: Catalogue::ships(&definition.event_type), own: true, definition })
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
