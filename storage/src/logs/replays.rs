//! What bulk replays read of the log: which requests are meant, and what each came with.

use super::requests::conditions;
use super::{Conditions, first_id};
use crate::queries::replays::ReplayRun;
use crate::{AccountDb, StorageError};
use domain::activity::{Count, RequestFilter, RequestRow};
use domain::ids::RequestId;
use domain::inbound::Outcome;
use sea_orm::QueryResult;

/// A request of the log as it may be sent through the pipeline again.
#[derive(Debug, Clone)]
pub struct KeptRequest {
    /// Its row.
    pub request: RequestRow,
    /// Its headers, secrets masked, and its body; `None` where they are not kept.
    pub kept: Option<Kept>,
}

/// Headers and body of a logged request.
pub type Kept = (Vec<(String, String)>, Vec<u8>);

/// A request that a bulk replay comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToReplay {
    /// Which.
    pub id: RequestId,
    /// How it ended this time, where the replay was cut off after it and before it was counted.
    pub replayed: Option<Outcome>,
}

impl AccountDb<'_> {
    /// How many requests match that a replay may be about, up to 10,000.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn count_replayable(&self, filter: &RequestFilter) -> Result<Count, StorageError> {
        replayable(self, filter).count(self.db(), "requests").await
    }

    /// The newest request of the account.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn newest_request(&self) -> Result<Option<RequestId>, StorageError> {
        let all = Conditions::of(self.account_id());
        let found = all.select(self.db(), "SELECT id FROM requests", "ORDER BY id DESC LIMIT 1").await?;
        found.first().map(|row| Ok(RequestId(row.try_get_by_index(0)?))).transpose()
    }

    /// The next `most` requests of a replay, the oldest first; none of those that it made itself.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn next_to_replay(&self, run: &ReplayRun, most: usize) -> Result<Vec<ToReplay>, StorageError> {
        let replay = &run.replay;
        let mut conditions = replayable(self, &replay.filter);
        conditions.and("id > ?", run.cursor.0);
        conditions.and("id <= ?", run.until.0);
        conditions.and("(replay_id IS NULL OR replay_id <> ?)", replay.id.0);
        let own = conditions.place(replay.id.0);
        let since = conditions.place(first_id(replay.created_at));
        let head = format!(
            "SELECT id, (SELECT again.outcome FROM requests AS again
                         WHERE again.account_id = $1 AND again.replay_of = requests.id
                           AND again.replay_id = {own} AND again.id >= {since} LIMIT 1)
             FROM requests"
        );
        let found = conditions.select(self.db(), &head, &format!("ORDER BY id LIMIT {most}")).await?;
        found.iter().map(to_replay).collect()
    }
}

/// Requests that match and may be replayed at all: they came to a source, and were not refused for who sent them.
fn replayable(db: &AccountDb<'_>, filter: &RequestFilter) -> Conditions {
    let mut conditions = conditions(db, filter);
    conditions.and_always("source_id IS NOT NULL");
    for never in [Outcome::VerificationFailed, Outcome::Handshake, Outcome::Pasted] {
        conditions.and("outcome <> ?", never.code());
    }
    conditions
}

fn to_replay(row: &QueryResult) -> Result<ToReplay, StorageError> {
    let replayed = row.try_get_by_index::<Option<i16>>(1)?;
    Ok(ToReplay { id: RequestId(row.try_get_by_index(0)?), replayed: replayed.and_then(Outcome::from_code) })
}
