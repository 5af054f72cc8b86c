use bytes::Bytes;
use domain::event::Event;
use domain::fan_out::Routing;
use domain::ids::{
    AccountId, DeliveryId, EventId, IntegrationId, ReplayId, RequestId, SourceId, SubscriptionId,
};
use domain::inbound::Outcome;
use domain::record::{HeldRecords, HistoryEntry, RecordAddress};
use domain::time::Timestamp;
use std::any::Any;
use std::sync::Arc;
use uuid::Uuid;

/// Something that arrived and can say what it becomes under an account's routing. It may be asked again, when the
/// routing moved before the commit.
pub trait Decide: Send + Sync {
    /// The account it arrived in.
    fn account_id(&self) -> AccountId;

    /// The routing it was last decided under.
    fn routing_version(&self) -> i64;

    /// Decides under `routing`, replacing what was decided before.
    fn decide(&mut self, routing: &Arc<Routing>);

    /// Does what was decided to the records that the transaction holds, where the draft names any, and settles what comes
    /// of it. `repeated` are the elements whose own keys were seen before. Asked again where a transaction begins anew,
    /// it replaces what it did before.
    fn settle(&mut self, records: &mut HeldRecords, repeated: &[usize]);

    /// What was last decided.
    fn draft(&self) -> &IntakeDraft;

    /// What the caller gets. The committer asks for it as soon as the rows are on disk, also where the caller has gone
    /// away meanwhile.
    fn into_stored(self: Box<Self>) -> Box<dyn Any + Send>;
}

/// The rows that one arrival becomes.
#[derive(Debug)]
pub struct IntakeDraft {
    /// The request's id, or one made for a published event; made before the batch.
    pub id: Uuid,
    /// The request row; `None` for events published over the API.
    pub request: Option<RequestRecord>,
    /// Headers of the request as JSON, secrets masked; empty without a request.
    pub headers: Bytes,
    /// Body of the request as sent, secrets masked; empty without a request.
    pub body: Bytes,
    /// Its events.
    pub events: Vec<Event>,
    /// What they cause.
    pub deliveries: Vec<NewDelivery>,
    /// The records that are to be held for it.
    pub records: Vec<RecordAddress>,
    /// What stands in their histories, each with its record's id.
    pub history: Vec<(Uuid, HistoryEntry)>,
    /// The key under which a repeat of it is known. What comes to nothing takes no key; it is only answered like the
    /// first that came to something.
    pub idempotency: Option<IdempotencyKey>,
    /// The keys under which repeats of its elements are known, each with its element's place.
    pub element_keys: Vec<(usize, IdempotencyKey)>,
    /// Of these keys those that are given back, because what they were for came to nothing when it was settled: `None`
    /// is its own, the others are those of elements.
    pub forgone: Vec<Option<usize>>,
}

impl IntakeDraft {
    /// One that becomes no row yet.
    #[must_use]
    pub const fn new(id: Uuid) -> Self {
        Self {
            id,
            request: None,
            headers: Bytes::new(),
            body: Bytes::new(),
            events: Vec::new(),
            deliveries: Vec::new(),
            records: Vec::new(),
            history: Vec::new(),
            idempotency: None,
            element_keys: Vec::new(),
            forgone: Vec::new(),
        }
    }

    /// Whether it becomes any row of the log.
    pub(super) const fn is_logged(&self) -> bool {
        self.request.is_some() || !self.events.is_empty()
    }

    /// Whether it can only be committed in steps: it has keys to claim or records to hold.
    pub(super) const fn has_steps(&self) -> bool {
        self.idempotency.is_some() || !self.records.is_empty()
    }

    /// The ids of all its rows.
    pub(super) fn ids(&self) -> impl Iterator<Item = Uuid> {
        let events = self.events.iter().map(|event| event.id.0);
        let deliveries = self.deliveries.iter().map(|delivery| delivery.id.0);
        std::iter::once(self.id).chain(events).chain(deliveries)
    }

    pub(super) fn rows(&self) -> usize {
        2 + self.events.len() + self.deliveries.len() + self.records.len()
    }

    pub(super) fn bytes(&self) -> usize {
        let events: usize = self.events.iter().map(|event| event.data.get().len()).sum();
        self.headers.len() + self.body.len() + events
    }
}

/// A row of the request log.
#[derive(Debug, Clone)]
pub struct RequestRecord {
    /// The source, if the endpoint has one.
    pub source_id: Option<SourceId>,
    /// HTTP method.
    pub method: String,
    /// Path of the URL.
    pub path: String,
    /// What the sender is answered.
    pub status: u16,
    /// How it ended.
    pub outcome: Outcome,
    /// More about that.
    pub explanation: Option<String>,
    /// From the complete body to the decision, in microseconds.
    pub duration_us: i32,
    /// Size of the body as sent.
    pub body_bytes: i32,
    /// Body of the answer.
    pub response: Bytes,
    /// The request that it is a replay of.
    pub replay_of: Option<RequestId>,
    /// The bulk replay that it belongs to.
    pub replay_id: Option<ReplayId>,
}

/// A delivery to insert.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// Its id, of its event's millisecond.
    pub id: DeliveryId,
    /// Which of the draft's events it carries.
    pub event_index: usize,
    /// Where it goes.
    pub integration_id: IntegrationId,
    /// The link that caused it.
    pub subscription_id: SubscriptionId,
    /// When a claimer may take it: now, or the end of the lease.
    pub due_at: Timestamp,
    /// The lease, if this process already has a slot for it.
    pub lease_token: Option<Uuid>,
}

/// A key under which a repeat is known for 7 days.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    /// The source it came to; nil for the API.
    pub scope_id: Uuid,
    /// The sender's key, at most 512 bytes.
    pub key: String,
    /// The event that takes the key, if nobody has it; `None` where it takes none.
    pub event_id: Option<EventId>,
}

/// What became of an intake.
pub enum Committed {
    /// It is on disk: what [`Decide::into_stored`] made.
    Stored(Box<dyn Any + Send>),
    /// Its key was seen before: nothing but its request row is on disk.
    Duplicate {
        /// Id of the first intake with this key.
        of: Uuid,
        /// Its event; nil when it made none.
        event_id: EventId,
        /// What the first was answered.
        status: u16,
        /// The answer's body.
        response: Bytes,
    },
}
