//! Copies of sources, with the secrets they verify by.

use super::sources::{state_name, subject, to_source};
use super::{SOURCES, to_json, unless_stale};
use crate::StorageError;
use crate::account_db::{AccountDb, AccountTx};
use crate::entities::source::Model;
use domain::ids::SourceId;
use domain::limits::CAPTURE_MS;
use domain::source::{RevisionCause, Source, SourceConfig, SourceState};
use domain::time::Timestamp;

impl AccountDb<'_> {
    /// Makes the source `id`, inactive, set up as `decide` says of the source `of` and all endpoints that sources of the
    /// account have or had. It verifies by the secrets of `of`, so `decide` must keep the kind of verification.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], [`StorageError::Taken`] and [`StorageError::InUse`] as [`Self::create_source`], and
    /// those of `decide`.
    pub async fn copy_source<E: From<StorageError>>(
        &self,
        of: SourceId,
        id: SourceId,
        at: Timestamp,
        decide: impl FnOnce(&Source, &[String]) -> Result<SourceConfig, E> + Send,
    ) -> Result<Source, E> {
        let tx = self.begin_configuring(at).await?;
        let original = unless_stale(tx.source_row(of).await?, None)?;
        let config = decide(&to_source(original.clone())?, &tx.endpoints().await?)?;
        tx.require_module_of(&config.action).await?;
        let row = Model {
            id: id.0,
            account_id: tx.account_id().0,
            version: 1,
            endpoint: config.endpoint.clone(),
            name: config.name.clone(),
            state: state_name(SourceState::Inactive).into(),
            config: to_json(&config)?,
            verification_secret: tx.resealed(of, id, original.verification_secret.as_deref())?,
            previous_secret: tx.resealed(of, id, original.previous_secret.as_deref())?,
            previous_secret_expires_at: original.previous_secret_expires_at,
            capture_until: at.plus_ms(CAPTURE_MS).0,
            created_at: at.0,
            updated_at: at.0,
        };
        tx.insert_source(&row).await?;
        tx.keep_revision(&row, RevisionCause::Duplicated(of), &[]).await?;
        tx.audit("source.duplicated", subject(&row)).await?;
        tx.commit().await?;
        Ok(to_source(row)?)
    }
}

impl AccountTx<'_> {
    /// A secret of one source, sealed for another: where it stands now it opens nowhere else.
    fn resealed(
        &self,
        from: SourceId,
        to: SourceId,
        sealed: Option<&[u8]>,
    ) -> Result<Option<Vec<u8>>, StorageError> {
        let Some(sealed) = sealed else { return Ok(None) };
        let secret = self.open(SOURCES, from.0, sealed)?;
        Ok(Some(self.seal(SOURCES, to.0, &secret)))
    }
}
