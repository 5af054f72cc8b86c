//! What one transaction commits, and who waits for it.

use super::intake::{Decide, RequestRecord};
use super::outcome::Finish;
use crate::StorageError;
use crate::journal::Committed;
use domain::ids::{AccountId, EventId};
use std::collections::HashSet;
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
    /// Its elements whose own keys were seen before.
    pub repeated: Vec<usize>,
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
    /// Whether it makes any row of the log: of a repeat, only its request is kept.
    pub fn is_stored(&self) -> bool {
        let draft = self.decide.draft();
        if self.repeat.is_none() { draft.is_logged() } else { draft.request.is_some() }
    }

    /// The idempotency keys of it and of its elements.
    fn keys(&self) -> impl Iterator<Item = (AccountId, Uuid, &str)> {
        let (account, draft) = (self.decide.account_id(), self.decide.draft());
        let of_elements = draft.element_keys.iter().map(|(_, key)| key);
        let keys = draft.idempotency.iter().chain(of_elements);
        keys.map(move |key| (account, key.scope_id, key.key.as_str()))
    }

    /// Whether it may give back a key that it took.
    fn may_forgo(&self) -> bool {
        !self.decide.draft().records.is_empty() && self.keys().next().is_some()
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
    /// A batch of these, however many, which count nothing of what else it takes.
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

    /// Takes out the items that share an idempotency key with one before them, if any item may give its key back: whether
    /// they repeat something is not known before that one is on disk.
    pub fn take_possible_repeats(&mut self) -> Vec<Item> {
        if !self.items.iter().any(Item::may_forgo) {
            return Vec::new();
        }
        let mut seen = HashSet::new();
        let is_first = self.items.iter().map(|item| {
            let keys: Vec<_> = item.keys().collect();
            let is_first = keys.iter().all(|key| !seen.contains(key));
            seen.extend(keys);
            is_first
        });
        let is_first: Vec<bool> = is_first.collect();
        let mut is_first = is_first.into_iter();
        self.items.extract_if(.., |_| is_first.next() == Some(false)).collect()
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

/// The status column of a request.
pub(super) fn status(request: &RequestRecord) -> i16 {
    i16::try_from(request.status).unwrap_or(i16::MAX)
}
