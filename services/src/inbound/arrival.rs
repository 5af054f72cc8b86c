//! An inbound request on its way into the journal.

use super::headers::{pairs, stored_headers};
use super::unstored::Remembered;
use super::{
    BodyRoom, Departures, Finding, InboundAnswer, InboundBody, InboundCall, ReplayOf, Stored, decide, fan_out,
};
use crate::{Clock, Services};
use bytes::Bytes;
use domain::fan_out::Routing;
use domain::ids::{AccountId, EventId, RequestId};
use domain::inbound::{Decision, InboundRequest, Outcome, Proof, kept_body, masked_headers, settle};
use domain::record::HeldRecords;
use domain::source::RoutedSource;
use std::any::Any;
use std::sync::Arc;
use std::time::Instant;
use storage::{Decide, IdempotencyKey, IntakeDraft, RequestRecord};

pub(super) struct Arrival {
    services: Services,
    request: InboundRequest,
    path: String,
    finding: Option<Finding>,
    /// What it replays, where it did not come from outside.
    replay: Option<ReplayOf>,
    /// When its body was complete.
    begun: Instant,
    /// What it was last decided under.
    routing: Arc<Routing>,
    /// What wants something of records, until that is settled.
    unsettled: Option<Decision>,
    is_before_authentication: bool,
    draft: IntakeDraft,
    departures: Departures,
    /// Held for as long as the body is in memory.
    _room: BodyRoom,
}

impl Arrival {
    pub fn new(
        services: Services,
        routing: &Arc<Routing>,
        call: InboundCall,
        finding: Option<Finding>,
        begun: Instant,
    ) -> Self {
        let (raw_body, body) = match call.body {
            InboundBody::Complete { raw, decoded } => (raw, decoded),
            InboundBody::Unread(_) | InboundBody::BadEncoding => (Bytes::new(), Bytes::new()),
        };
        let request = InboundRequest {
            id: RequestId::new(call.received_at, &rand::random()),
            received_at: call.received_at,
            method: call.method,
            url: services.public_url(&call.path_and_query),
            endpoint: call.endpoint,
            hops: services.hops_of(pairs(&call.headers)),
            headers: call.headers,
            raw_body,
            body,
            proof: Proof::Asked,
        };
        let arrival = Self::undecided(services, routing, request, (call.path, call.room), begun);
        Self { finding, ..arrival }.decided(routing)
    }

    /// A logged request on its way again, with what was kept of its headers and body.
    pub fn again(
        services: Services,
        routing: &Arc<Routing>,
        replay: ReplayOf,
        (headers, body): (Vec<(String, String)>, Bytes),
        room: BodyRoom,
    ) -> Self {
        let now = services.now();
        let path = replay.request.path.clone();
        let request = InboundRequest {
            // Replays keep the order of what they replay.
            id: RequestId::new(now, &Clock::random_in_order()),
            received_at: now,
            method: replay.request.method.clone(),
            url: services.public_url(&path),
            endpoint: String::new(),
            hops: services.hops_of(pairs(&headers)),
            headers,
            raw_body: body.clone(),
            body,
            proof: Proof::Asked,
        };
        let arrival = Self::undecided(services, routing, request, (path, room), Instant::now());
        Self { replay: Some(replay), ..arrival }.decided(routing)
    }

    fn undecided(
        services: Services,
        routing: &Arc<Routing>,
        request: InboundRequest,
        (path, room): (String, BodyRoom),
        begun: Instant,
    ) -> Self {
        Self {
            services,
            draft: IntakeDraft::new(request.id.0),
            request,
            path,
            finding: None,
            replay: None,
            begun,
            routing: Arc::clone(routing),
            unsettled: None,
            is_before_authentication: false,
            departures: Vec::new(),
            _room: room,
        }
    }

    fn decided(mut self, routing: &Arc<Routing>) -> Self {
        self.decide(routing);
        self
    }

    /// Sends a replay to where its source is by now, and asks for proof as that one does.
    fn aim(&mut self, routing: &Routing) {
        let Some(replay) = &self.replay else { return };
        let Some(source) = replay.source(routing) else { return };
        self.request.endpoint.clone_from(&source.config.endpoint);
        self.request.proof = replay.request.outcome.proof_of_replay(&source.config.verification);
    }

    pub fn outcome(&self) -> Outcome {
        self.record().outcome
    }

    /// Whether it ended before its sender proved who it is.
    pub fn is_before_authentication(&self) -> bool {
        self.is_before_authentication
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    /// What stays here of it when it goes into the journal.
    pub fn remembered(&self) -> Remembered {
        Remembered {
            id: self.request.id,
            source: self.routing.sources.get(&self.request.endpoint).cloned(),
            method: self.request.method.clone(),
            body_bytes: self.record().body_bytes,
        }
    }

    /// What the sender is answered, if this is how it stays.
    pub fn answer(&self) -> InboundAnswer {
        let record = self.record();
        InboundAnswer {
            status: record.status,
            body: record.response.clone(),
            retry_after_s: record.outcome.retry_after_s(),
        }
    }

    pub fn into_answer(self) -> InboundAnswer {
        self.answer()
    }

    fn source(&self) -> Option<&RoutedSource> {
        self.routing.sources.get(&self.request.endpoint).map(Arc::as_ref)
    }

    /// What `decision` comes to, deliveries included.
    fn take_on(&mut self, decision: Decision) {
        // Slots of an earlier decision come back first.
        self.departures.clear();
        let now = self.services.now();
        let (deliveries, departures) = fan_out(&self.services, &self.routing, &decision.events, now);
        self.draft.request = Some(self.record_of(&decision));
        self.draft.events = decision.events;
        self.draft.deliveries = deliveries;
        self.departures = departures;
    }

    fn record(&self) -> &RequestRecord {
        self.draft.request.as_ref().expect("`new` decides")
    }

    fn record_of(&self, decision: &Decision) -> RequestRecord {
        RequestRecord {
            source_id: decision.source_id,
            method: self.request.method.clone(),
            path: self.path.clone(),
            status: decision.response.status,
            outcome: decision.outcome,
            explanation: decision.explanation.clone(),
            duration_us: i32::try_from(self.begun.elapsed().as_micros()).unwrap_or(i32::MAX),
            body_bytes: i32::try_from(self.request.raw_body.len()).unwrap_or(i32::MAX),
            response: decision.response.body.clone(),
            replay_of: self.replay.as_ref().map(|replay| replay.request.id),
            replay_id: self.replay.as_ref().and_then(|replay| replay.run),
        }
    }
}

impl Decide for Arrival {
    fn account_id(&self) -> AccountId {
        self.routing.account_id
    }

    fn routing_version(&self) -> i64 {
        self.routing.version
    }

    fn decide(&mut self, routing: &Arc<Routing>) {
        self.aim(routing);
        let decision = decide(routing, &self.request, self.finding, &mut Clock::random_in_order);
        self.routing = Arc::clone(routing);
        let source = routing.sources.get(&self.request.endpoint).map(Arc::as_ref);
        let verification = source.map(|source| &source.config.verification);
        self.is_before_authentication = decision.outcome.is_before_authentication(verification);
        let is_kept = source.is_none_or(|source| source.keeps_bodies(self.request.received_at));
        let masked = masked_headers(routing, &self.request);
        self.draft.headers =
            if is_kept { stored_headers(&self.request.headers, &masked) } else { Bytes::new() };
        self.draft.body = kept_body(routing, &self.request);
        self.draft.history.clear();
        self.draft.forgone.clear();
        self.draft.records = decision.wanted.iter().map(|wanted| wanted.intent.address()).collect();
        // A replay is meant to be a repeat: it neither asks who has its keys nor takes them.
        if self.replay.is_none() {
            self.draft.idempotency = request_key(&decision);
            self.draft.element_keys = element_keys(&decision);
        }
        self.unsettled = None;
        if decision.wanted.is_empty() {
            self.take_on(decision);
        } else {
            self.draft.request = Some(self.record_of(&decision));
            self.unsettled = Some(decision);
        }
    }

    fn settle(&mut self, records: &mut HeldRecords, repeated: &[usize]) {
        let (Some(decision), Some(source)) = (&self.unsettled, self.source()) else { return };
        let settled = settle(source, &self.routing, &self.request, decision, records, repeated);
        let elements = settled.decision.elements.iter().enumerate();
        let refused = elements.filter(|(_, element)| !element.is_taken()).map(|(place, _)| Some(place));
        self.draft.forgone = refused.collect();
        if settled.decision.outcome != Outcome::Accepted {
            self.draft.forgone.push(None);
        }
        self.draft.history = settled.history;
        self.take_on(settled.decision);
    }

    fn draft(&self) -> &IntakeDraft {
        &self.draft
    }

    fn into_stored(self: Box<Self>) -> Box<dyn Any + Send> {
        let account = self.routing.account_id;
        Box::new(Stored::new(&self.services, account, self.draft, self.departures, Some(self.begun)))
    }
}

/// The request's own key. What comes to an event, or wants something of a record, takes it.
fn request_key(decision: &Decision) -> Option<IdempotencyKey> {
    let wanted = decision.wanted.first().map(|wanted| wanted.event_id);
    let event_id = wanted.or_else(|| decision.events.first().map(|event| event.id));
    key_of(decision, decision.idempotency_key.as_ref()?, event_id)
}

fn element_keys(decision: &Decision) -> Vec<(usize, IdempotencyKey)> {
    let keys = decision.wanted.iter().filter_map(|wanted| {
        let key = key_of(decision, wanted.idempotency_key.as_ref()?, Some(wanted.event_id))?;
        Some((wanted.element, key))
    });
    keys.collect()
}

fn key_of(decision: &Decision, key: &str, event_id: Option<EventId>) -> Option<IdempotencyKey> {
    Some(IdempotencyKey { scope_id: decision.source_id?.0, key: key.to_owned(), event_id })
}
