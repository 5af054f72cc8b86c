//! Sources: configured inbound URLs.

use super::signing_secrets::ROTATION_MS;
use super::{SOURCES, from_json, secret_after, to_json, unless_stale};
use crate::StorageError;
use crate::account_db::{AccountDb, AccountTx, Subject};
use crate::entities::source::{ActiveModel, Column, Entity, Model};
use domain::ids::SourceId;
use domain::limits::CAPTURE_MS;
use domain::source::{
    RevisionCause, Source, SourceConfig, SourceState, Verification, secret_change, state_change,
};
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

impl AccountDb<'_> {
    /// The sources in `states`, by name.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sources(&self, states: &[SourceState]) -> Result<Vec<Source>, StorageError> {
        let names = states.iter().map(|state| state_name(*state));
        let rows = self.rows::<Entity>().filter(Column::State.is_in(names));
        let rows = rows.order_by_asc(Column::Name).order_by_asc(Column::Id).all(self.reader()).await?;
        rows.into_iter().map(to_source).collect()
    }

    /// One source.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when the account has none of this id.
    pub async fn source(&self, id: SourceId) -> Result<Source, StorageError> {
        let row = self.rows::<Entity>().filter(Column::Id.eq(id.0)).one(self.reader()).await?;
        to_source(row.ok_or(StorageError::NotFound)?)
    }

    /// Makes a source, inactive (A14).
    ///
    /// # Errors
    /// [`StorageError::Taken`] when a source of the account has the endpoint or had it, archived ones included,
    /// [`StorageError::InUse`] when the account has no module of the id that it is to feed.
    pub async fn create_source(
        &self,
        id: SourceId,
        config: &SourceConfig,
        at: Timestamp,
    ) -> Result<Source, StorageError> {
        let tx = self.begin_configuring(at).await?;
        tx.require_module_of(&config.action).await?;
        let secret = config.verification.secret().map(|secret| tx.seal(SOURCES, id.0, secret));
        let row = Model {
            id: id.0,
            account_id: tx.account_id().0,
            version: 1,
            endpoint: config.endpoint.clone(),
            name: config.name.clone(),
            state: state_name(SourceState::Inactive).into(),
            config: to_json(config)?,
            verification_secret: secret,
            previous_secret: None,
            previous_secret_expires_at: None,
            capture_until: at.plus_ms(CAPTURE_MS).0,
            created_at: at.0,
            updated_at: at.0,
        };
        tx.insert_source(&row).await?;
        tx.keep_revision(&row, RevisionCause::Created, &[]).await?;
        tx.audit("source.created", subject(&row)).await?;
        tx.commit().await?;
        to_source(row)
    }

    /// Changes what is set of a source to what `change` makes of the source as it is now. A secret that is replaced by
    /// one of the same kind is believed for 24 hours more.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], [`StorageError::Stale`] when `expected` is not its version, [`StorageError::Taken`]
    /// for an endpoint another source has or had, [`StorageError::InUse`] for a module that the account does not have,
    /// and those of `change`.
    pub async fn update_source<E: From<StorageError>>(
        &self,
        id: SourceId,
        expected: Option<i64>,
        at: Timestamp,
        change: impl FnOnce(&Source) -> Result<SourceConfig, E> + Send,
    ) -> Result<Source, E> {
        self.rewrite_source(id, expected, at, RevisionCause::Updated, change).await
    }

    /// Sets again what was set in the revision `number`, if `check` has nothing against that: it sees the source as it
    /// is now and what is to be set. Secrets are as after any other change that gives none.
    ///
    /// # Errors
    /// As [`Self::update_source`]; [`StorageError::NotFound`] also for a revision that is not there.
    pub async fn restore_source<E: From<StorageError>>(
        &self,
        id: SourceId,
        number: i64,
        expected: Option<i64>,
        at: Timestamp,
        check: impl FnOnce(&Source, &SourceConfig) -> Result<(), E> + Send,
    ) -> Result<Source, E> {
        let config = self.source_revision(id, number).await?.configuration;
        let restore = |current: &Source| check(current, &config).map(|()| config);
        self.rewrite_source(id, expected, at, RevisionCause::Restored(number), restore).await
    }

    async fn rewrite_source<E: From<StorageError>>(
        &self,
        id: SourceId,
        expected: Option<i64>,
        at: Timestamp,
        cause: RevisionCause,
        change: impl FnOnce(&Source) -> Result<SourceConfig, E> + Send,
    ) -> Result<Source, E> {
        let tx = self.begin_configuring(at).await?;
        let row = unless_stale(tx.source_row(id).await?, expected)?;
        let before = to_source(row.clone())?;
        let config = change(&before)?;
        tx.require_module_of(&config.action).await?;
        let secret = secret_after(
            row.verification_secret.clone(),
            (&before.config.verification, &config.verification),
            config.verification.secret(),
            |secret| tx.seal(SOURCES, id.0, secret),
        );
        let verifications = (&before.config.verification, &config.verification);
        let (previous_secret, previous_secret_expires_at) = previous_after(&row, verifications, at).unzip();
        let after = Model {
            endpoint: config.endpoint.clone(),
            name: config.name.clone(),
            config: to_json(&config)?,
            verification_secret: secret,
            previous_secret,
            previous_secret_expires_at,
            ..next_version(row, at)
        };
        tx.replace_source(&after).await?;
        tx.keep_endpoint(&after).await?;
        let mut changes = domain::source::changes(&before.config, &config);
        let was_set = before.verification_secret_set;
        changes.extend(secret_change(was_set, &before.config.verification, &config.verification));
        tx.keep_revision(&after, cause, &changes).await?;
        let action = match cause {
            RevisionCause::Restored(_) => "source.restored",
            _ => "source.updated",
        };
        tx.audit(action, subject(&after)).await?;
        tx.commit().await?;
        Ok(to_source(after)?)
    }

    /// Moves a source to the state that `decide` names; nothing happens when it is there already.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], and those of `decide`.
    pub async fn move_source<E: From<StorageError>>(
        &self,
        id: SourceId,
        at: Timestamp,
        decide: impl FnOnce(&Source) -> Result<SourceState, E> + Send,
    ) -> Result<Source, E> {
        let tx = self.begin_configuring(at).await?;
        let row = unless_stale(tx.source_row(id).await?, None)?;
        let before = to_source(row.clone())?;
        let state = decide(&before)?;
        if state == before.state {
            return Ok(before);
        }
        let after = Model { state: state_name(state).into(), ..next_version(row, at) };
        tx.replace_source(&after).await?;
        let (action, cause) = match state {
            SourceState::Inactive => ("source.deactivated", RevisionCause::Deactivated),
            SourceState::Active => ("source.activated", RevisionCause::Activated),
            SourceState::Archived => ("source.archived", RevisionCause::Archived),
        };
        tx.keep_revision(&after, cause, &[state_change(before.state, state)]).await?;
        tx.audit(action, subject(&after)).await?;
        tx.commit().await?;
        Ok(to_source(after)?)
    }
}

impl AccountDb<'_> {
    /// Lets a source keep what it is sent until `until`.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], and those of `check`.
    pub async fn open_capture_window<E: From<StorageError>>(
        &self,
        id: SourceId,
        until: Timestamp,
        at: Timestamp,
        check: impl FnOnce(&Source) -> Result<(), E> + Send,
    ) -> Result<Source, E> {
        let tx = self.begin_configuring(at).await?;
        let row = unless_stale(tx.source_row(id).await?, None)?;
        check(&to_source(row.clone())?)?;
        let after = Model { capture_until: until.0, ..row };
        tx.replace_source(&after).await?;
        tx.commit().await?;
        Ok(to_source(after)?)
    }
}

impl AccountTx<'_> {
    pub(super) async fn insert_source(&self, row: &Model) -> Result<(), StorageError> {
        let insert = Entity::insert(ActiveModel::from(row.clone()).reset_all());
        insert.exec_without_returning(&self.tx).await?;
        self.keep_endpoint(row).await
    }

    pub(super) async fn source_row(&self, id: SourceId) -> Result<Option<Model>, StorageError> {
        Ok(self.rows::<Entity>().filter(Column::Id.eq(id.0)).one(&self.tx).await?)
    }

    async fn replace_source(&self, row: &Model) -> Result<(), StorageError> {
        let changes = self.changes::<Entity>().set(ActiveModel::from(row.clone()).reset_all());
        changes.filter(Column::Id.eq(row.id)).exec(&self.tx).await?;
        Ok(())
    }
}

/// The sealed secret that is believed beside the current one after a change, and until when: the one that is replaced
/// now, or else the one before as long as it is believed. Another kind of proof has another kind of secret.
fn previous_after(
    row: &Model,
    (before, after): (&Verification, &Verification),
    at: Timestamp,
) -> Option<(Vec<u8>, i64)> {
    if std::mem::discriminant(before) != std::mem::discriminant(after) {
        return None;
    }
    match (&row.verification_secret, after.secret()) {
        (Some(replaced), Some(_)) => Some((replaced.clone(), at.plus_ms(ROTATION_MS).0)),
        _ => {
            row.previous_secret.clone().zip(row.previous_secret_expires_at).filter(|(_, until)| at.0 < *until)
        }
    }
}

fn next_version(row: Model, at: Timestamp) -> Model {
    Model { version: row.version + 1, updated_at: at.0, ..row }
}

pub(super) const fn subject(row: &Model) -> Subject<'_> {
    Subject { kind: "source", id: row.id, name: row.name.as_str() }
}

/// A source without its secrets.
pub(crate) fn to_source(row: Model) -> Result<Source, StorageError> {
    let config: SourceConfig = from_json("source", row.id, &row.config)?;
    Ok(Source {
        id: SourceId(row.id),
        version: row.version,
        state: state_of(&row.state)?,
        verification_secret_set: row.verification_secret.is_some(),
        capture_until: Timestamp(row.capture_until),
        created_at: Timestamp(row.created_at),
        updated_at: Timestamp(row.updated_at),
        config,
    })
}

pub(crate) const fn state_name(state: SourceState) -> &'static str {
    match state {
        SourceState::Inactive => "inactive",
        SourceState::Active => "active",
        SourceState::Archived => "archived",
    }
}

fn state_of(name: &str) -> Result<SourceState, StorageError> {
    match name {
        "inactive" => Ok(SourceState::Inactive),
        "active" => Ok(SourceState::Active),
        "archived" => Ok(SourceState::Archived),
        other => Err(StorageError::Corrupt(format!("a source is in the unknown state {other}"))),
    }
}
