//! What one transaction commits, and who waits for it.

use super::intake::{Decide, RequestRecord};
use super::outcome::Finish;
use crate::StorageError;
use crate::journal::Committed;
use domain::ids::EventId;
use tokio::sync::oneshot;
use uuid::Uuid;

/// Most intakes in one transaction.
const MAX_INTAKES: usize = 512;
/// Most rows of intakes in one transaction.
const MAX_ROWS: usize = 4_096;
/// Most outcomes in one transaction, which has room for them however many intakes it has: outcomes that never found
/// any would outlive their leases.
const MAX_OUTCOMES: usize = 1_024;
/// Most bytes of intakes in one transaction, and of outcomes.
const MAX_BYTES: usize = 8 * 1024 * 1024;

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
    /// Whether it makes any row of its own: of a repeat, only its request is kept.
    pub fn is_stored(&self) -> bool {
        self.repeat.is_none() || self.decide.draft().request.is_some()
    }

    /// Tells whoever waits that the rows are on disk.
    pub fn answer_stored(self) {
        let committed = match self.repeat {
            Some(first) => first.committed(),
            None => Committed::Stored(self.decide.into_stored()),
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
    /// Nobody waits for most.
    pub reply: Option<oneshot::Sender<()>>,
}

impl FinishItem {
    /// Tells whoever waits that it is done with.
    pub fn answer(self) {
        if let Some(reply) = self.reply {
            let _ = reply.send(());
        }
    }
}

/// What one transaction commits.
#[derive(Default)]
pub(super) struct Batch {
    pub items: Vec<Item>,
    pub finishes: Vec<FinishItem>,
    rows: usize,
    intake_bytes: usize,
    outcome_bytes: usize,
}

impl Batch {
    /// A batch of just these, however many.
    pub fn of(items: Vec<Item>, finishes: Vec<FinishItem>) -> Self {
        Self { items, finishes, ..Self::default() }
    }

    pub fn add(&mut self, item: Item) {
        self.rows += item.decide.draft().rows();
        self.intake_bytes += item.decide.draft().bytes();
        self.items.push(item);
    }

    pub fn add_outcome(&mut self, item: FinishItem) {
        self.outcome_bytes += item.finish.response.len();
        self.finishes.push(item);
    }

    pub fn takes_intakes(&self) -> bool {
        self.items.len() < MAX_INTAKES && self.rows < MAX_ROWS && self.intake_bytes < MAX_BYTES
    }

    pub fn takes_outcomes(&self) -> bool {
        self.finishes.len() < MAX_OUTCOMES && self.outcome_bytes < MAX_BYTES
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.finishes.is_empty()
    }
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

impl KeyRow<'_> {
    /// Whether it takes the key if nobody has it.
    pub const fn is_taker(&self) -> bool {
        !self.event_id.is_nil()
    }
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

/// The status column of a request.
pub(super) fn status(request: &RequestRecord) -> i16 {
    i16::try_from(request.status).unwrap_or(i16::MAX)
}
