//! What sources were, and how one becomes so again.

use crate::sources::{Change, check_written};
use crate::{Result, Services};
use domain::account::Permission;
use domain::activity::{Page, PageRequest};
use domain::ids::SourceId;
use domain::source::{Revision, RevisionDetail, Source, SourceConfig};
use storage::AccountScope;

impl Services {
    /// One page of what a source was, newest first: who made it so, and what that changed.
    ///
    /// # Errors
    /// [`Error::Forbidden`](crate::Error::Forbidden), [`Error::NotFound`](crate::Error::NotFound).
    pub async fn source_revisions(
        &self,
        scope: &AccountScope,
        id: SourceId,
        page: PageRequest,
    ) -> Result<Page<Revision>> {
        self.require(scope, Permission::ReadConfiguration)?;
        let account = self.db().account(scope);
        account.source(id).await?;
        Ok(account.source_revisions(id, page).await?)
    }

    /// What a source was in one revision.
    ///
    /// # Errors
    /// [`Error::Forbidden`](crate::Error::Forbidden), [`Error::NotFound`](crate::Error::NotFound).
    pub async fn source_revision(
        &self,
        scope: &AccountScope,
        id: SourceId,
        number: i64,
    ) -> Result<RevisionDetail> {
        self.require(scope, Permission::ReadConfiguration)?;
        Ok(self.db().account(scope).source_revision(id, number).await?)
    }

    /// Sets again what was set in a revision, as a change that is checked like any other and is a revision of its own.
    /// Its state stays as it is; so does its secret where the kind of verification does, and else it has to be set anew.
    ///
    /// # Errors
    /// [`Error::Forbidden`](crate::Error::Forbidden), [`Error::NotFound`](crate::Error::NotFound), also for a revision
    /// that is not kept any more; [`Error::Invalid`](crate::Error::Invalid) where the source cannot be so now;
    /// [`Error::Stale`](crate::Error::Stale) when `expected_version` is not its version.
    pub async fn restore_source(
        &self,
        scope: &AccountScope,
        id: SourceId,
        number: i64,
        expected_version: Option<i64>,
    ) -> Result<Source> {
        self.require(scope, Permission::EditSources)?;
        let routing = self.routing(scope).await?;
        let check = |current: &Source, config: &SourceConfig| {
            check_written(&routing, current, config).map_err(Change::from)
        };
        let account = self.db().account(scope);
        let restored = account.restore_source(id, number, expected_version, self.now(), check).await;
        self.written(scope, restored)
    }
}
