//! Sources: configured inbound URLs.

use crate::patch::patched;
use crate::{Clock, Error, Result, Services};
use domain::account::Permission;
use domain::blueprint::Blueprint;
use domain::error::FieldErrors;
use domain::fan_out::Routing;
use domain::ids::{AccountId, SourceId};
use domain::limits::CAPTURE_MS;
use domain::source::{Source, SourceAction, SourceConfig, SourceState};
use serde_json::Value;
use std::sync::Arc;
use storage::{AccountScope, StorageError};

impl Services {
    /// The sources in that state, or in any, by name.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn list_sources(
        &self,
        scope: &AccountScope,
        state: Option<SourceState>,
    ) -> Result<Vec<Source>> {
        const ALL: [SourceState; 3] = [SourceState::Active, SourceState::Inactive, SourceState::Archived];
        self.require(scope, Permission::ReadConfiguration)?;
        let wanted = state.as_ref().map_or(ALL.as_slice(), std::slice::from_ref);
        Ok(self.db().account(scope).sources(wanted).await?)
    }

    /// The blueprints that `search` finds: starting points for sources, the same for every account.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn blueprints(&self, scope: &AccountScope, search: &str) -> Result<Vec<&'static Blueprint>> {
        self.require(scope, Permission::ReadConfiguration)?;
        Ok(domain::blueprint::search(search))
    }

    /// One source.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn source(&self, scope: &AccountScope, id: SourceId) -> Result<Source> {
        self.require(scope, Permission::ReadConfiguration)?;
        Ok(self.db().account(scope).source(id).await?)
    }

    /// Makes a source, inactive (A14).
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Invalid`], also for an endpoint that another source has or had.
    pub async fn create_source(&self, scope: &AccountScope, config: SourceConfig) -> Result<Source> {
        self.require(scope, Permission::EditSources)?;
        config.check()?;
        let routing = self.routing(scope).await?;
        check_event(&routing, &config.action)?;
        let now = self.now();
        let id = SourceId::new(now, &Clock::random());
        let source = self.db().account(scope).create_source(id, &config, now).await.map_err(stored)?;
        self.inner.routing_changed(scope.account_id());
        Ok(source)
    }

    /// Changes what is set of a source. A secret left out stays as it is while the kind of verification does.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`], [`Error::Stale`] when `expected_version` is not
    /// its version.
    pub async fn update_source(
        &self,
        scope: &AccountScope,
        id: SourceId,
        expected_version: Option<i64>,
        config: SourceConfig,
    ) -> Result<Source> {
        self.change_source(scope, id, expected_version, |_| Ok(config)).await
    }

    /// Changes some of what is set of a source, by JSON merge patch.
    ///
    /// # Errors
    /// As [`Services::update_source`].
    pub async fn patch_source(
        &self,
        scope: &AccountScope,
        id: SourceId,
        expected_version: Option<i64>,
        patch: Value,
    ) -> Result<Source> {
        self.change_source(scope, id, expected_version, |current| patched(&current.config, patch)).await
    }

    async fn change_source(
        &self,
        scope: &AccountScope,
        id: SourceId,
        expected_version: Option<i64>,
        change: impl FnOnce(&Source) -> Result<SourceConfig> + Send,
    ) -> Result<Source> {
        self.require(scope, Permission::EditSources)?;
        let routing = self.routing(scope).await?;
        let change = |current: &Source| {
            let config = change(current).map_err(Change::Refused)?;
            check_written(&routing, current, &config)?;
            Ok::<_, Change>(config)
        };
        let changed = self.db().account(scope).update_source(id, expected_version, self.now(), change).await;
        self.written(scope, changed)
    }

    /// What came of writing a source.
    pub(crate) fn written(
        &self,
        scope: &AccountScope,
        outcome: std::result::Result<Source, Change>,
    ) -> Result<Source> {
        let source = outcome.map_err(|error| match error {
            Change::Refused(error) => error,
            Change::Stored(error) => stored(error),
        })?;
        self.inner.routing_changed(scope.account_id());
        Ok(source)
    }

    /// Lets a source take requests (A15).
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`] when its secret is not set or it is archived.
    pub async fn activate_source(&self, scope: &AccountScope, id: SourceId) -> Result<Source> {
        self.move_source(scope, id, |current| {
            check_not_archived(current)?;
            current.can_be_activated()?;
            Ok(SourceState::Active)
        })
        .await
    }

    /// Stops a source from taking requests (A15).
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`] when it is archived.
    pub async fn deactivate_source(&self, scope: &AccountScope, id: SourceId) -> Result<Source> {
        self.move_source(scope, id, |current| check_not_archived(current).map(|()| SourceState::Inactive))
            .await
    }

    /// Puts an inactive source away for good; its endpoint stays taken (A17).
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`] when it is active.
    pub async fn archive_source(&self, scope: &AccountScope, id: SourceId) -> Result<Source> {
        self.move_source(scope, id, |current| match current.state {
            SourceState::Active => {
                let mut errors = FieldErrors::default();
                errors.add("state", "set it inactive first; only inactive sources are archived");
                Err(errors)
            }
            SourceState::Inactive | SourceState::Archived => Ok(SourceState::Archived),
        })
        .await
    }

    pub(crate) async fn routing(&self, scope: &AccountScope) -> Result<Arc<Routing>> {
        self.inner.routings.refresh(scope.account_id()).await?.ok_or(Error::NotFound)
    }

    /// Lets an inactive source keep what it is sent for ten more minutes (D4).
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`] when it is archived.
    pub async fn open_capture_window(&self, scope: &AccountScope, id: SourceId) -> Result<Source> {
        self.require(scope, Permission::EditSources)?;
        let (now, check) = (self.now(), |current: &Source| check_not_archived(current).map_err(Error::from));
        let until = now.plus_ms(CAPTURE_MS);
        let source = self.db().account(scope).open_capture_window(id, until, now, check).await?;
        self.inner.routing_changed(scope.account_id());
        Ok(source)
    }

    async fn move_source(
        &self,
        scope: &AccountScope,
        id: SourceId,
        decide: impl FnOnce(&Source) -> std::result::Result<SourceState, FieldErrors> + Send,
    ) -> Result<Source> {
        self.require(scope, Permission::EditSources)?;
        let decide = |current: &Source| decide(current).map_err(Error::from);
        let source = self.db().account(scope).move_source(id, self.now(), decide).await?;
        self.inner.routing_changed(scope.account_id());
        Ok(source)
    }

    /// Where senders send to (H5).
    #[must_use]
    pub fn inbound_url(&self, account: AccountId, endpoint: &str) -> String {
        self.public_url(&format!("/in/{account}/{endpoint}"))
    }

    /// The URL at which somebody outside calls `path_and_query`.
    pub(crate) fn public_url(&self, path_and_query: &str) -> String {
        format!("{}{path_and_query}", self.inner.config.public_url.as_str().trim_end_matches('/'))
    }
}

/// Why a change was not made: storage's refusals stay apart, because what they are about has fields of its own.
pub(crate) enum Change {
    Refused(Error),
    Stored(StorageError),
}

impl From<StorageError> for Change {
    fn from(error: StorageError) -> Self {
        Self::Stored(error)
    }
}

impl From<FieldErrors> for Change {
    fn from(errors: FieldErrors) -> Self {
        Self::Refused(errors.into())
    }
}

fn stored(error: StorageError) -> Error {
    match error {
        StorageError::Taken => Error::invalid("endpoint", "another source has this endpoint, or had it"),
        StorageError::InUse => Error::invalid("action.module_id", "this account has no such module"),
        error => error.into(),
    }
}

/// What is recorded must be of the account's catalogue. Whether a module is there is seen when the source is kept.
pub(crate) fn check_event(routing: &Routing, action: &SourceAction) -> std::result::Result<(), FieldErrors> {
    match action {
        SourceAction::RecordEvent { event_type } if routing.rules.definition(event_type).is_none() => {
            Err(FieldErrors::of("action.event_type", "the event catalogue has no such event"))
        }
        _ => Ok(()),
    }
}

pub(crate) fn check_not_archived(source: &Source) -> std::result::Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    if source.state == SourceState::Archived {
        errors.add("state", "it is archived, and stays so");
    }
    errors.into_result()
}

/// What a source may become, by itself and in its account.
pub(crate) fn check_written(
    routing: &Routing,
    current: &Source,
    config: &SourceConfig,
) -> std::result::Result<(), FieldErrors> {
    check_change(current, config)?;
    check_event(routing, &config.action)
}

/// A change must be valid, must not touch what is archived, and must not take an active source's secret away.
fn check_change(current: &Source, config: &SourceConfig) -> std::result::Result<(), FieldErrors> {
    check_not_archived(current)?;
    config.check()?;
    if current.state != SourceState::Active {
        return Ok(());
    }
    let (before, now) = (&current.config.verification, &config.verification);
    let is_same_kind = std::mem::discriminant(before) == std::mem::discriminant(now);
    let after = Source {
        verification_secret_set: current.verification_secret_set && is_same_kind,
        config: config.clone(),
        ..current.clone()
    };
    after.can_be_activated()
}
