//! A logged request, once more: it goes the way of an arriving one, to its source as that is set up now.
//!
//! Its sender is not asked again for what proved who it is, because that is not kept; who was refused before being asked
//! is asked now, with what is stored. Method, content type, filter and mapping are those of now. Its rate was the
//! sender's, and its idempotency keys stay with whoever has them.

use super::arrival::Arrival;
use super::{BodyRoom, Stored};
use crate::{Error, Result, Services};
use domain::activity::RequestRow;
use domain::fan_out::Routing;
use domain::ids::{ReplayId, RequestId};
use domain::inbound::Outcome;
use domain::source::{RoutedSource, SourceState};
use std::sync::Arc;
use storage::{Committed, KeptRequest};

/// What a replay is of.
#[derive(Debug, Clone)]
pub(crate) struct ReplayOf {
    /// The logged request.
    pub request: RequestRow,
    /// The bulk replay that it belongs to.
    pub run: Option<ReplayId>,
}

impl ReplayOf {
    /// Its source, wherever that is by now.
    pub fn source<'a>(&self, routing: &'a Routing) -> Option<&'a RoutedSource> {
        let id = self.request.source_id?;
        routing.sources.values().map(Arc::as_ref).find(|source| source.id == id)
    }
}

/// What became of a replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Replayed {
    /// The request that it made.
    pub id: RequestId,
    /// How that ended.
    pub outcome: Outcome,
}

impl Services {
    /// Replays a request; returns once what it made is on disk. Its place in the journal is taken before anything is
    /// waited for.
    ///
    /// # Errors
    /// [`Error::InUse`] says why it cannot be replayed; [`Error::Unavailable`].
    pub(crate) async fn replay_kept(
        &self,
        routing: &Arc<Routing>,
        kept: KeptRequest,
        run: Option<ReplayId>,
    ) -> Result<Replayed> {
        let replay = ReplayOf { request: kept.request, run };
        check(&replay, routing)?;
        let Some((headers, body)) = kept.kept else {
            return Err(refused("its body is not kept, or not any more"));
        };
        let room = self.replay_room(body.len())?;
        let arrival = Arrival::again(self.clone(), routing, replay, (headers, body.into()), room);
        match self.inner.journal.commit(Box::new(arrival)).await? {
            Committed::Stored(stored) => {
                let Stored { draft } = *stored.downcast::<Stored>().expect("an arrival makes it");
                let request = draft.request.as_ref().expect("an arrival always has a request row");
                Ok(Replayed { id: RequestId(draft.id), outcome: request.outcome })
            }
            Committed::Duplicate { .. } => {
                Err(Error::Internal("a replay has no key to be a repeat of".into()))
            }
        }
    }

    fn replay_room(&self, bytes: usize) -> Result<BodyRoom> {
        self.inner.admission.room(bytes).ok_or(Error::Unavailable)
    }
}

/// Whether the request may be replayed now. What changes until it is stored is answered like an arriving request.
fn check(replay: &ReplayOf, routing: &Routing) -> Result<()> {
    if replay.request.outcome == Outcome::VerificationFailed {
        return Err(refused("its sender did not prove who it is"));
    }
    let Some(source) = replay.source(routing) else {
        return Err(refused("it came to no source of this account"));
    };
    match source.state {
        SourceState::Active => Ok(()),
        SourceState::Inactive => Err(refused("its source is inactive; set it active first")),
        SourceState::Archived => Err(refused("its source is archived")),
    }
}

fn refused(why: &str) -> Error {
    Error::InUse(format!("This request cannot be replayed: {why}."))
}
