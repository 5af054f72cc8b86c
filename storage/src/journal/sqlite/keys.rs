//! Idempotency keys, inside the transaction of a batch.

use crate::StorageError;
use crate::journal::batch::{First, Item};
use crate::journal::keys::{Amended, KeyRow, key_rows, note_repeat};
use rusqlite::{OptionalExtension, Transaction, params};
use uuid::Uuid;

const INSERT: &str = "
INSERT INTO idempotency_keys (account_id, scope_id, key, intake_id, event_id, status, response, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";

const FIRST: &str = "
SELECT intake_id, event_id, status, response FROM idempotency_keys
WHERE account_id = ? AND scope_id = ? AND key = ?";

const RELEASE: &str = "DELETE FROM idempotency_keys WHERE account_id = ? AND scope_id = ? AND key = ?";

const ANSWER: &str = "
UPDATE idempotency_keys SET status = ?, response = ? WHERE account_id = ? AND scope_id = ? AND key = ?";

/// Settles which of `items`, and of their elements, are the first with their idempotency key; the others learn of the
/// first. Returns the keys that were taken.
pub(super) fn claim(transaction: &Transaction<'_>, items: &mut [Item]) -> Result<Vec<KeyRow>, StorageError> {
    let mut taken = Vec::new();
    for row in key_rows(items) {
        if row.is_taker() && take(transaction, &row)? {
            taken.push(row);
            continue;
        }
        let first = transaction.prepare_cached(FIRST)?.query_row(
            params![row.account_id.as_bytes(), row.scope_id.as_bytes(), row.key],
            |first| {
                Ok(First {
                    intake_id: Uuid::from_bytes(first.get(0)?),
                    event_id: Uuid::from_bytes(first.get(1)?),
                    status: first.get(2)?,
                    response: first.get(3)?,
                })
            },
        );
        if let Some(first) = first.optional()? {
            note_repeat(items, &row, first);
        }
    }
    Ok(taken)
}

/// Whether nobody had the key.
fn take(transaction: &Transaction<'_>, row: &KeyRow) -> Result<bool, StorageError> {
    let inserted = transaction.prepare_cached(INSERT)?.execute(params![
        row.account_id.as_bytes(),
        row.scope_id.as_bytes(),
        row.key,
        row.intake_id.as_bytes(),
        row.event_id.as_bytes(),
        row.status,
        row.response.as_ref(),
        row.created_at,
    ])?;
    Ok(inserted > 0)
}

/// Writes what settling changed about keys that were taken.
pub(super) fn amend(transaction: &Transaction<'_>, amended: &Amended<'_>) -> Result<(), StorageError> {
    for row in &amended.released {
        let key = params![row.account_id.as_bytes(), row.scope_id.as_bytes(), row.key];
        transaction.prepare_cached(RELEASE)?.execute(key)?;
    }
    for (row, status, response) in &amended.answered {
        transaction.prepare_cached(ANSWER)?.execute(params![
            status,
            response.as_ref(),
            row.account_id.as_bytes(),
            row.scope_id.as_bytes(),
            row.key,
        ])?;
    }
    Ok(())
}
