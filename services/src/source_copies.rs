//! Copies of sources.

use crate::sources::{Change, check_event};
use crate::{Clock, Result, Services};
use domain::account::Permission;
use domain::ids::SourceId;
use domain::source::{CopyDraft, Source};
use storage::AccountScope;

impl Services {
    /// Makes an inactive source that is set up like another one, secrets included, under another name and endpoint. It
    /// is the way back from an archived one, too.
    ///
    /// # Errors
    /// [`Error::Forbidden`](crate::Error::Forbidden), [`Error::NotFound`](crate::Error::NotFound);
    /// [`Error::Invalid`](crate::Error::Invalid), also for an endpoint that another source has or had, and where what
    /// the source records on is gone.
    pub async fn copy_source(&self, scope: &AccountScope, of: SourceId, draft: CopyDraft) -> Result<Source> {
        self.require(scope, Permission::EditSources)?;
        let routing = self.routing(scope).await?;
        let decide = |original: &Source, taken: &[String]| {
            let config = draft.config(&original.config, taken);
            config.check()?;
            check_event(&routing, &config.action)?;
            Ok::<_, Change>(config)
        };
        let now = self.now();
        let id = SourceId::new(now, &Clock::random());
        let made = self.db().account(scope).copy_source(of, id, now, decide).await;
        self.written(scope, made)
    }
}
