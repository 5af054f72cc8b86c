//! Events that machines publish over the API.

use crate::inbound::{BodyRoom, Departures, Stored, fan_out};
use crate::{Clock, Error, Result, Services};
use domain::account::Permission;
use domain::activity::Published;
use domain::error::FieldErrors;
use domain::event::{Event, EventDraft};
use domain::fan_out::Routing;
use domain::hops::Hops;
use domain::ids::{AccountId, EventId};
use domain::limits::MAX_EVENTS_PER_CALL;
use domain::record::HeldRecords;
use std::any::Any;
use std::sync::Arc;
use storage::{AccountScope, Committed, Decide, IdempotencyKey, IntakeDraft};
use uuid::Uuid;

impl Services {
    /// Publishes events of a call that is `hops` away from the one that came from outside (see [`Services::hops_of`]);
    /// answers in their order once all are on disk. An event whose `id` was published within 7 days is not published
    /// again. Events without one are published together or not at all, after those that have one.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; [`Error::LoopEnded`]; [`Error::Invalid`] before anything is published;
    /// [`Error::Unavailable`] when there is no room, before anything is published, or when the database went away: then
    /// some of the events with an `id` may have been, which the same call does not publish again.
    pub async fn publish(
        &self,
        scope: &AccountScope,
        drafts: Vec<EventDraft>,
        hops: Hops,
    ) -> Result<Vec<Published>> {
        self.require(scope, Permission::PublishEvents)?;
        if hops.is_too_far() {
            tracing::warn!(account.id = %scope.account_id(), %hops, "A loop of calls to ourselves was ended");
            return Err(Error::LoopEnded);
        }
        check(&drafts)?;
        let account = scope.account_id();
        let routing = self.inner.routings.get(account).await?.ok_or(Error::NotFound)?;
        let bytes: usize = drafts.iter().map(|draft| draft.data.get().len()).sum();
        let room = Arc::new(self.inner.admission.room(bytes).ok_or(Error::Unavailable)?);
        let mut published: Vec<Option<Published>> = drafts.iter().map(|_| None).collect();
        let publication = |drafts| Publication::new(self.clone(), &routing, drafts, hops, Arc::clone(&room));
        let (keyed, unkeyed): (Vec<_>, Vec<_>) =
            drafts.into_iter().enumerate().partition(|(_, draft)| draft.id.is_some());
        // Each has a key of its own, and all are waited for: whoever is told of a failure may call again at once.
        let commits = keyed.into_iter().map(async |(place, draft)| {
            let ids = self.commit_publication(publication(vec![draft])).await?;
            Ok::<_, Error>((place, ids))
        });
        for committed in futures::future::join_all(commits).await {
            let (place, ids) = committed?;
            published[place] = ids.into_iter().next();
        }
        if !unkeyed.is_empty() {
            let (places, drafts): (Vec<_>, Vec<_>) = unkeyed.into_iter().unzip();
            let ids = self.commit_publication(publication(drafts)).await?;
            for (place, id) in places.into_iter().zip(ids) {
                published[place] = Some(id);
            }
        }
        Ok(published.into_iter().flatten().collect())
    }

    /// How far a call with these headers is from one that came from outside.
    #[must_use]
    pub fn hops_of<'a>(&self, headers: impl Iterator<Item = (&'a str, &'a [u8])>) -> Hops {
        self.inner.hops.read(headers)
    }

    async fn commit_publication(&self, publication: Publication) -> Result<Vec<Published>> {
        let ids: Vec<EventId> = publication.draft.events.iter().map(|event| event.id).collect();
        Ok(match self.inner.journal.commit(Box::new(publication)).await? {
            Committed::Duplicate { event_id, .. } => vec![Published { id: event_id, duplicate: true }],
            Committed::Stored(_) => ids.into_iter().map(|id| Published { id, duplicate: false }).collect(),
        })
    }
}

fn check(drafts: &[EventDraft]) -> Result<()> {
    let mut errors = FieldErrors::default();
    if drafts.is_empty() || drafts.len() > MAX_EVENTS_PER_CALL {
        errors.add("events", format!("send 1 to {MAX_EVENTS_PER_CALL} events"));
    }
    for (index, draft) in drafts.iter().enumerate() {
        if let Err(wrong) = draft.check() {
            for error in wrong.0 {
                errors.add(format!("events[{index}].{}", error.field), error.message);
            }
        }
    }
    errors.into_result().map_err(Error::Invalid)
}

/// Published events on their way into the journal: one that may have a key, or several that have none.
struct Publication {
    services: Services,
    account_id: AccountId,
    routing_version: i64,
    draft: IntakeDraft,
    departures: Departures,
    /// Held for as long as the events are in memory, also where the caller has gone away.
    _room: Arc<BodyRoom>,
}

impl Publication {
    fn new(
        services: Services,
        routing: &Arc<Routing>,
        drafts: Vec<EventDraft>,
        hops: Hops,
        room: Arc<BodyRoom>,
    ) -> Self {
        let now = services.now();
        let account_id = routing.account_id;
        let mut draft = IntakeDraft::new(EventId::new(now, &Clock::random_in_order()).0);
        for drafted in drafts {
            let event = Event {
                id: EventId::new(now, &Clock::random_in_order()),
                account_id,
                event_type: drafted.event_type,
                occurred_at: now,
                data: drafted.data,
                hops,
            };
            draft.idempotency =
                drafted.id.map(|key| IdempotencyKey { scope_id: Uuid::nil(), key, event_id: Some(event.id) });
            draft.events.push(event);
        }
        let mut publication =
            Self { services, account_id, routing_version: 0, draft, departures: Vec::new(), _room: room };
        publication.decide(routing);
        publication
    }
}

impl Decide for Publication {
    fn account_id(&self) -> AccountId {
        self.account_id
    }

    fn routing_version(&self) -> i64 {
        self.routing_version
    }

    fn decide(&mut self, routing: &Arc<Routing>) {
        self.departures.clear();
        let now = self.services.now();
        let (deliveries, departures) = fan_out(&self.services, routing, &self.draft.events, now);
        self.draft.deliveries = deliveries;
        self.departures = departures;
        self.routing_version = routing.version;
    }

    fn settle(&mut self, _: &mut HeldRecords, _: &[usize]) {}

    fn draft(&self) -> &IntakeDraft {
        &self.draft
    }

    fn into_stored(self: Box<Self>) -> Box<dyn Any + Send> {
        Box::new(Stored::new(&self.services, self.account_id, self.draft, self.departures, None))
    }
}
