//! Events that machines publish over the API.

use crate::inbound::{Departures, Stored, fan_out};
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
    /// answers in their order once each is on disk. An event whose `id` was published within 7 days is not published
    /// again.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; [`Error::LoopEnded`]; [`Error::Invalid`] before anything is published;
    /// [`Error::Unavailable`] when the database went away, after some may have been: publish them again under the same ids.
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
        let commits = drafts.into_iter().map(|draft| self.publish_one(&routing, draft, hops));
        futures::future::try_join_all(commits).await
    }

    /// How far a call with these headers is from one that came from outside.
    #[must_use]
    pub fn hops_of<'a>(&self, headers: impl Iterator<Item = (&'a str, &'a [u8])>) -> Hops {
        self.inner.hops.read(headers)
    }

    async fn publish_one(&self, routing: &Arc<Routing>, draft: EventDraft, hops: Hops) -> Result<Published> {
        let publication = Publication::new(self.clone(), routing, draft, hops);
        let id = publication.event.id;
        let Some(_room) = self.inner.admission.room(publication.event.data.get().len()) else {
            return Err(Error::Unavailable);
        };
        match self.inner.journal.commit(Box::new(publication)).await? {
            Committed::Duplicate { event_id, .. } => Ok(Published { id: event_id, duplicate: true }),
            Committed::Stored(_) => Ok(Published { id, duplicate: false }),
        }
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

/// A published event on its way into the journal.
struct Publication {
    services: Services,
    event: Event,
    routing_version: i64,
    draft: IntakeDraft,
    departures: Departures,
}

impl Publication {
    fn new(services: Services, routing: &Arc<Routing>, draft: EventDraft, hops: Hops) -> Self {
        let now = services.now();
        let event = Event {
            id: EventId::new(now, &Clock::random_in_order()),
            account_id: routing.account_id,
            event_type: draft.event_type,
            occurred_at: now,
            data: draft.data,
            hops,
        };
        let idempotency =
            draft.id.map(|key| IdempotencyKey { scope_id: Uuid::nil(), key, event_id: Some(event.id) });
        let draft = IntakeDraft { events: vec![event.clone()], idempotency, ..IntakeDraft::new(event.id.0) };
        let mut publication = Self { services, event, routing_version: 0, draft, departures: Vec::new() };
        publication.decide(routing);
        publication
    }
}

impl Decide for Publication {
    fn account_id(&self) -> AccountId {
        self.event.account_id
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
        Box::new(Stored::new(&self.services, self.event.account_id, self.draft, self.departures, None))
    }
}
