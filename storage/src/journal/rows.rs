//! The rows of one transaction, a vector per column, in the order of the tables' INSERT statements.

use super::batch::{FinishItem, First, Item, status};
use super::intake::{IntakeDraft, RequestRecord};
use domain::inbound::Outcome;
use uuid::Uuid;

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
    pub replay_of: Vec<Option<Uuid>>,
    pub replay_id: Vec<Option<Uuid>>,
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
    pub hops: Vec<i16>,
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

/// Attempts that ended, and what they make of their `deliveries`.
#[derive(Default)]
pub(super) struct Finishes<'a> {
    pub account_id: Vec<Uuid>,
    pub delivery_id: Vec<Uuid>,
    pub attempt_id: Vec<Uuid>,
    pub number: Vec<i32>,
    pub started_at: Vec<i64>,
    pub duration_ms: Vec<i32>,
    pub status_code: Vec<Option<i16>>,
    pub error: Vec<Option<&'static str>>,
    pub error_detail: Vec<Option<&'a str>>,
    pub response: Vec<Option<&'a [u8]>>,
    pub response_truncated: Vec<bool>,
    pub lease_token: Vec<Uuid>,
    pub status: Vec<i16>,
    pub schedule_tries: Vec<i32>,
    pub due_at: Vec<i64>,
    pub finished_at: Vec<Option<i64>>,
    pub ended_because: Vec<Option<&'static str>>,
    pub is_first_success: Vec<bool>,
}

impl<'a> Finishes<'a> {
    pub fn of(items: &'a [FinishItem]) -> Self {
        let mut rows = Self::default();
        for FinishItem { finish, .. } in items {
            rows.account_id.push(finish.account_id.0);
            rows.delivery_id.push(finish.delivery_id.0);
            rows.attempt_id.push(finish.attempt.id.0);
            rows.number.push(finish.attempt.number);
            rows.started_at.push(finish.attempt.started_at.0);
            rows.duration_ms.push(finish.attempt.duration_ms);
            rows.status_code.push(finish.last_status_code());
            rows.error.push(finish.last_error());
            rows.error_detail.push(finish.attempt.error_detail.as_deref());
            rows.response.push(finish.stored_response());
            rows.response_truncated.push(finish.attempt.response_truncated);
            rows.lease_token.push(finish.lease_token);
            rows.status.push(finish.status.code());
            rows.schedule_tries.push(finish.schedule_tries);
            rows.due_at.push(finish.due_at.0);
            rows.finished_at.push(finish.ended_at());
            rows.ended_because.push(finish.ended_because);
            rows.is_first_success.push(finish.is_first_success());
        }
        rows
    }
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
            let answer = (status(request), request.response.as_ref());
            let explanation = request.explanation.clone();
            self.requests.add(account_id, draft.id, request, answer, request.outcome, explanation);
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
            self.events.hops.push(event.hops.code());
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
        if draft.is_logged() {
            self.payloads.add(account_id, draft, data);
        }
    }

    /// Only its request, with the answer of the first.
    fn add_repeat(&mut self, account_id: Uuid, draft: &'a IntakeDraft, first: &'a First) {
        let Some(request) = &draft.request else { return };
        let explanation = format!("duplicate of {}", first.intake_id);
        let answer = (first.status, first.response.as_slice());
        self.requests.add(account_id, draft.id, request, answer, Outcome::Duplicate, Some(explanation));
        self.payloads.add(account_id, draft, Vec::new());
    }
}

impl<'a> Requests<'a> {
    fn add(
        &mut self,
        account_id: Uuid,
        id: Uuid,
        request: &'a RequestRecord,
        (status, response): (i16, &'a [u8]),
        outcome: Outcome,
        explanation: Option<String>,
    ) {
        self.account_id.push(account_id);
        self.id.push(id);
        self.source_id.push(request.source_id.map(|source| source.0));
        self.method.push(&request.method);
        self.path.push(&request.path);
        self.status.push(status);
        self.outcome.push(outcome.code());
        self.explanation.push(explanation);
        self.duration_us.push(request.duration_us);
        self.body_bytes.push(request.body_bytes);
        self.response.push(response);
        self.replay_of.push(request.replay_of.map(|request| request.0));
        self.replay_id.push(request.replay_id.map(|replay| replay.0));
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
