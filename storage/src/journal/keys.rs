//! Rows of `idempotency_keys`: who takes a key, and who comes later.

use super::batch::{First, Item, status};
use super::intake::IdempotencyKey;
use bytes::Bytes;
use uuid::Uuid;

/// One row of `idempotency_keys`, before it is known whether it wins. Keys sort so that transactions lock them in one
/// order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KeyRow {
    pub account_id: Uuid,
    pub scope_id: Uuid,
    pub key: String,
    /// Nil where it takes the key from nobody.
    pub event_id: Uuid,
    pub item: usize,
    /// Which element of the item, where the key is an element's.
    pub element: Option<usize>,
    pub intake_id: Uuid,
    pub status: i16,
    pub response: Bytes,
    pub created_at: i64,
}

impl KeyRow {
    fn of(index: usize, item: &Item, element: Option<usize>, key: &IdempotencyKey) -> Self {
        let draft = item.decide.draft();
        let answer = draft.request.as_ref().filter(|_| element.is_none());
        let (status, response) =
            answer.map_or((200, Bytes::new()), |request| (status(request), request.response.clone()));
        Self {
            account_id: item.decide.account_id().0,
            scope_id: key.scope_id,
            key: key.key.clone(),
            event_id: key.event_id.map_or(Uuid::nil(), |id| id.0),
            item: index,
            element,
            intake_id: draft.id,
            status,
            response,
            created_at: key.event_id.map_or(0, |id| id.timestamp().0),
        }
    }

    /// Whether it takes the key if nobody has it.
    pub const fn is_taker(&self) -> bool {
        !self.event_id.is_nil()
    }
}

/// The keys of `items` and of their elements, sorted.
pub(super) fn key_rows(items: &[Item]) -> Vec<KeyRow> {
    let mut rows = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let draft = item.decide.draft();
        rows.extend(draft.idempotency.iter().map(|key| KeyRow::of(index, item, None, key)));
        let elements = draft.element_keys.iter();
        rows.extend(elements.map(|(element, key)| KeyRow::of(index, item, Some(*element), key)));
    }
    rows.sort();
    rows
}

/// What those who came later with a key learn of the first.
pub(super) fn note_repeat(items: &mut [Item], row: &KeyRow, first: First) {
    let item = &mut items[row.item];
    match row.element {
        Some(element) => item.repeated.push(element),
        None => item.repeat = Some(first),
    }
}

/// What settling changed about keys that were won.
#[derive(Default)]
pub(super) struct Amended<'a> {
    /// They are nobody's again: what they were taken for came to nothing.
    pub released: Vec<&'a KeyRow>,
    /// Whoever comes later is answered otherwise: with this status and response.
    pub answered: Vec<(&'a KeyRow, i16, Bytes)>,
}

impl<'a> Amended<'a> {
    /// Of `won`, as what they are for stands in `items` by now.
    pub fn of(won: &'a [KeyRow], items: &[Item]) -> Self {
        let mut amended = Self::default();
        for row in won {
            let draft = items[row.item].decide.draft();
            if draft.forgone.contains(&row.element) {
                amended.released.push(row);
            } else if row.element.is_none()
                && let Some(request) = &draft.request
                && request.response != row.response
            {
                amended.answered.push((row, status(request), request.response.clone()));
            }
        }
        amended
    }
}
