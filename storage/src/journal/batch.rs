//! The rows of one transaction, a vector per column, in the order of the tables' INSERT statements.

use super::intake::{Decide, IntakeDraft, RequestRecord};
use super::outcome::Finish;
use crate::StorageError;
use crate::journal::Committed;
use domain::ids::EventId;
use domain::inbound::Outcome;
use tokio::sync::oneshot;
use uuid::Uuid;

/// An intake on its way through a transaction.
pub(super) struct Item {
    pub decide: Box<dyn Decide>,
    pub reply: oneshot::Sender<Result<Committed, StorageError>>,
    /// Set when its idempotency key was seen before.
    pub repeat: Option<First>,
}

/// What is remembered of the first intake with a key.
#[derive(Debug, Clone)]
pub(super) struct First {
    pub intake_id: Uuid,
    pub event_id: Uuid,
    pub status: i16,
    pub response: Vec<u8>,
}

impl First {
    fn committed(self) -> Committed {
        Committed::Duplicate {
            of: self.intake_id,
            event_id: EventId(self.event_id),
            status: u16::try_from(self.status).unwrap_or(200),
            response: self.response.into(),
        }
    }
}

impl Item {
    /// Tells whoever waits that the rows are on disk.
    pub fn answer_stored(self) {
        let committed = match self.repeat {
            Some(first) => first.committed(),
            None => {
                let (draft, baggage) = self.decide.into_committed();
                Committed::Stored { draft, baggage }
            }
        };
        // Whoever waited may have hung up; the rows stay.
        let _ = self.reply.send(Ok(committed));
    }

    /// Tells whoever waits that nothing was stored.
    pub fn answer_error(self, error: StorageError) {
        let _ = self.reply.send(Err(error));
    }
}

/// A finished attempt on its way through a transaction.
pub(super) struct FinishItem {
    pub finish: Box<Finish>,
    pub reply: oneshot::Sender<()>,
}

/// One row of `idempotency_keys`, before it is known whether it wins.
pub(super) struct KeyRow<'a> {
    pub item: usize,
    pub account_id: Uuid,
    pub scope_id: Uuid,
    pub key: &'a str,
    pub intake_id: Uuid,
    pub event_id: Uuid,
    pub status: i16,
    pub response: &'a [u8],
    pub created_at: i64,
}

/// The keys of `items`, sorted so that transactions lock them in one order.
pub(super) fn key_rows(items: &[Item]) -> Vec<KeyRow<'_>> {
    let mut rows: Vec<KeyRow<'_>> = items
        .iter()
        .enumerate()
        .filter_map(|(index, item)| {
            let draft = item.decide.draft();
            let idempotency = draft.idempotency.as_ref()?;
            let (status, response) = draft
                .request
                .as_ref()
                .map_or((200, &[][..]), |request| (status(request), &request.response[..]));
            Some(KeyRow {
                item: index,
                account_id: item.decide.account_id().0,
                scope_id: idempotency.scope_id,
                key: &idempotency.key,
                intake_id: draft.id,
                event_id: draft.events.first().map_or(Uuid::nil(), |event| event.id.0),
                status,
                response,
                created_at: draft.events.first().map_or(0, |event| event.occurred_at.0),
            })
        })
        .collect();
    rows.sort_by(|a, b| (a.account_id, a.scope_id, a.key).cmp(&(b.account_id, b.scope_id, b.key)));
    rows
}

fn status(request: &RequestRecord) -> i16 {
    i16::try_from(request.status).unwrap_or(i16::MAX)
}

/// Rows of `requests`.
#[derive(Default)]
pub(super) struct Requests<'a> {
    pub account_id: Vec<Uuid>,
    pub id: Vec<Uuid>,
    pub source_id: Vec<Option<Uuid>>,
    pub method: Vec<&'a str>,
    pub path: Vec<&'a str>,
    pub status: Vec<i16>,
    pub outcome: Vec<i16>,
    pub explanation: Vec<Option<String>>,
    pub duration_us: Vec<i32>,
    pub body_bytes: Vec<i32>,
    pub response: Vec<&'a [u8]>,
}

/// Rows of `payloads`.
#[derive(Default)]
pub(super) struct Payloads<'a> {
    pub account_id: Vec<Uuid>,
    pub id: Vec<Uuid>,
    pub headers: Vec<&'a [u8]>,
    pub body: Vec<&'a [u8]>,
    pub events: Vec<Vec<u8>>,
}

/// Rows of `events`.
#[derive(Default)]
pub(super) struct Events<'a> {
    pub account_id: Vec<Uuid>,
    pub id: Vec<Uuid>,
    pub event_type: Vec<&'a str>,
    pub intake_id: Vec<Uuid>,
    pub from_request: Vec<bool>,
    pub data_offset: Vec<i32>,
    pub data_length: Vec<i32>,
}

/// Rows of `deliveries`.
#[derive(Default)]
pub(super) struct Deliveries<'a> {
    pub account_id: Vec<Uuid>,
    pub id: Vec<Uuid>,
    pub event_id: Vec<Uuid>,
    pub event_type: Vec<&'a str>,
    pub integration_id: Vec<Uuid>,
    pub subscription_id: Vec<Uuid>,
    pub schedule_started_at: Vec<i64>,
    pub due_at: Vec<i64>,
    pub lease_token: Vec<Option<Uuid>>,
}

/// Everything the intakes of a transaction insert.
#[derive(Default)]
pub(super) struct Rows<'a> {
    pub requests: Requests<'a>,
    pub payloads: Payloads<'a>,
    pub events: Events<'a>,
    pub deliveries: Deliveries<'a>,
}

impl<'a> Rows<'a> {
    pub fn of(items: &'a [Item]) -> Self {
        let mut rows = Self::default();
        for item in items {
            let draft = item.decide.draft();
            let account_id = item.decide.account_id().0;
            match &item.repeat {
                None => rows.add(account_id, draft),
                Some(first) => rows.add_repeat(account_id, draft, first),
            }
        }
        rows
    }

    fn add(&mut self, account_id: Uuid, draft: &'a IntakeDraft) {
        if let Some(request) = &draft.request {
            self.requests.add(account_id, draft.id, request, request.outcome, request.explanation.clone());
        }
        let mut data = Vec::with_capacity(draft.events.iter().map(|event| event.data.get().len()).sum());
        for event in &draft.events {
            let text = event.data.get().as_bytes();
            self.events.account_id.push(account_id);
            self.events.id.push(event.id.0);
            self.events.event_type.push(event.event_type.as_str());
            self.events.intake_id.push(draft.id);
            self.events.from_request.push(draft.request.is_some());
            self.events.data_offset.push(to_i32(data.len()));
            self.events.data_length.push(to_i32(text.len()));
            data.extend_from_slice(text);
        }
        for delivery in &draft.deliveries {
            let event = &draft.events[delivery.event_index];
            self.deliveries.account_id.push(account_id);
            self.deliveries.id.push(delivery.id.0);
            self.deliveries.event_id.push(event.id.0);
            self.deliveries.event_type.push(event.event_type.as_str());
            self.deliveries.integration_id.push(delivery.integration_id.0);
            self.deliveries.subscription_id.push(delivery.subscription_id.0);
            self.deliveries.schedule_started_at.push(event.occurred_at.0);
            self.deliveries.due_at.push(delivery.due_at.0);
            self.deliveries.lease_token.push(delivery.lease_token);
        }
        self.payloads.add(account_id, draft, data);
    }

    fn add_repeat(&mut self, account_id: Uuid, draft: &'a IntakeDraft, first: &First) {
        let Some(request) = &draft.request else { return };
        let explanation = format!("duplicate of {}", first.intake_id);
        self.requests.add(account_id, draft.id, request, Outcome::Duplicate, Some(explanation));
        self.payloads.add(account_id, draft, Vec::new());
    }
}

impl<'a> Requests<'a> {
    fn add(
        &mut self,
        account_id: Uuid,
        id: Uuid,
        request: &'a RequestRecord,
        outcome: Outcome,
        explanation: Option<String>,
    ) {
        self.account_id.push(account_id);
        self.id.push(id);
        self.source_id.push(request.source_id.map(|source| source.0));
        self.method.push(&request.method);
        self.path.push(&request.path);
        self.status.push(status(request));
        self.outcome.push(outcome.code());
        self.explanation.push(explanation);
        self.duration_us.push(request.duration_us);
        self.body_bytes.push(request.body_bytes);
        self.response.push(&request.response);
    }
}

impl<'a> Payloads<'a> {
    fn add(&mut self, account_id: Uuid, draft: &'a IntakeDraft, events: Vec<u8>) {
        self.account_id.push(account_id);
        self.id.push(draft.id);
        self.headers.push(&draft.headers);
        self.body.push(&draft.body);
        self.events.push(events);
    }
}

fn to_i32(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}
