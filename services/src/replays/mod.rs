//! Replaying logged requests: one, or all that match.
//!
//! One is replayed while its caller waits. All that match are a row of `replays`, which a job works through from the
//! oldest on: see [`run()`]. An account has one such job at a time.

mod run;

pub(crate) use run::run;

use crate::jobs::Job;
use crate::{Clock, Error, Result, Services};
use domain::account::Permission;
use domain::activity::{Count, Page, PageRequest, Replay, ReplayState, RequestDetail, RequestFilter};
use domain::ids::{ReplayId, RequestId};
use storage::{AccountScope, StorageError};

impl Services {
    /// Sends a logged request through the pipeline as its source is set up now; answers the request that this makes.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Unavailable`]; [`Error::InUse`] says why it cannot be replayed:
    /// its sender was not believed, its source is not active, or its body is not kept.
    pub async fn replay_request(&self, scope: &AccountScope, id: RequestId) -> Result<RequestDetail> {
        self.require(scope, Permission::ReplayRequests)?;
        let account = self.db().account(scope);
        let kept = account.kept_request(id).await?;
        let path = kept.request.path.clone();
        let routing = self.inner.routings.refresh(scope.account_id()).await?.ok_or(Error::NotFound)?;
        let replayed = self.replay_kept(&routing, kept, None).await?;
        if let Err(error) = account.note_replay(id, &path, self.now()).await {
            tracing::warn!(%error, request.id = %id, "Who replayed a request is not in the audit log");
        }
        Ok(account.request(replayed.id).await?)
    }

    /// How many requests match that [`Services::replay_requests`] would be about. It stops at 10,000.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Unavailable`].
    pub async fn count_replayable(&self, scope: &AccountScope, filter: RequestFilter) -> Result<Count> {
        self.require(scope, Permission::ReplayRequests)?;
        Ok(self.db().account(scope).count_replayable(&filter).await?)
    }

    /// Begins to replay all requests that match and are there by now, the oldest first, at most 10,000. Those that were
    /// refused for who sent them, or came to no source, are not among them.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Unavailable`]; [`Error::InUse`] when none matches, or another replay runs.
    pub async fn replay_requests(&self, scope: &AccountScope, filter: RequestFilter) -> Result<Replay> {
        self.require(scope, Permission::ReplayRequests)?;
        let account = self.db().account(scope);
        let found = account.count_replayable(&filter).await?.count;
        let until = account.newest_request().await?.filter(|_| found > 0);
        let until = until.ok_or_else(|| Error::InUse("No request that matches can be replayed.".into()))?;
        let now = self.now();
        let id = ReplayId::new(now, &Clock::random());
        let begun = account.begin_replay(id, &filter, (found, until), (scope.actor().into(), now)).await;
        let begun = begun.map_err(|error| match error {
            StorageError::Taken => {
                Error::InUse("A replay is running already: wait for its end, or stop it.".into())
            }
            error => error.into(),
        })?;
        let job = Job::Replay { account: scope.account_id(), replay: id };
        if let Err(error) = self.db().push_job(&job, &format!("Replay-{id}")).await {
            // Nobody would ever work on it, and none could be begun after it.
            account.end_replay(id, ReplayState::Stopped, self.now()).await?;
            return Err(error.into());
        }
        Ok(begun)
    }

    /// One page of bulk replays, newest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Unavailable`].
    pub async fn replays(&self, scope: &AccountScope, page: PageRequest) -> Result<Page<Replay>> {
        self.require(scope, Permission::ReadActivity)?;
        Ok(self.db().account(scope).replays(page).await?)
    }

    /// One bulk replay, with how far it is.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Unavailable`].
    pub async fn replay(&self, scope: &AccountScope, id: ReplayId) -> Result<Replay> {
        self.require(scope, Permission::ReadActivity)?;
        Ok(self.db().account(scope).replay(id).await?.replay)
    }

    /// Stops a bulk replay; what it did stays done. One that ended already stays as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Unavailable`].
    pub async fn stop_replay(&self, scope: &AccountScope, id: ReplayId) -> Result<Replay> {
        self.require(scope, Permission::ReplayRequests)?;
        Ok(self.db().account(scope).end_replay(id, ReplayState::Stopped, self.now()).await?)
    }
}
