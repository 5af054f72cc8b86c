//! Idempotency keys, inside the transaction of a batch.

use crate::journal::batch::{First, Item};
use crate::journal::committer::CommitError;
use crate::journal::keys::{Amended, KeyRow, key_rows, note_repeat};
use sqlx::{PgConnection, Row};
use std::collections::HashSet;
use uuid::Uuid;

/// Settles which of `items`, and of their elements, are the first with their idempotency key; the others learn of the
/// first. Returns the keys that were taken.
pub(super) async fn claim(
    transaction: &mut PgConnection,
    items: &mut [Item],
) -> Result<Vec<KeyRow>, CommitError> {
    let keys = key_rows(items);
    if keys.is_empty() {
        return Ok(keys);
    }
    let takers: Vec<&KeyRow> = keys.iter().filter(|row| row.is_taker()).collect();
    let won: HashSet<Uuid> = sqlx::query(
        "INSERT INTO idempotency_keys (account_id, scope_id, key, intake_id, event_id, status, response, created_at)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::int2[], $7::bytea[], $8::int8[])
         ON CONFLICT DO NOTHING RETURNING event_id",
    )
    .bind(takers.iter().map(|row| row.account_id).collect::<Vec<_>>())
    .bind(takers.iter().map(|row| row.scope_id).collect::<Vec<_>>())
    .bind(takers.iter().map(|row| row.key.as_str()).collect::<Vec<_>>())
    .bind(takers.iter().map(|row| row.intake_id).collect::<Vec<_>>())
    .bind(takers.iter().map(|row| row.event_id).collect::<Vec<_>>())
    .bind(takers.iter().map(|row| row.status).collect::<Vec<_>>())
    .bind(takers.iter().map(|row| row.response.as_ref()).collect::<Vec<_>>())
    .bind(takers.iter().map(|row| row.created_at).collect::<Vec<_>>())
    .fetch_all(&mut *transaction)
    .await?
    .iter()
    .map(|row| row.get(0))
    .collect();
    let (taken, later): (Vec<KeyRow>, Vec<KeyRow>) =
        keys.into_iter().partition(|row| won.contains(&row.event_id));
    for row in later {
        if let Some(first) = first_with(transaction, &row).await? {
            note_repeat(items, &row, first);
        }
    }
    Ok(taken)
}

async fn first_with(transaction: &mut PgConnection, row: &KeyRow) -> Result<Option<First>, sqlx::Error> {
    let first = sqlx::query(
        "SELECT intake_id, event_id, status, response FROM idempotency_keys
         WHERE account_id = $1 AND scope_id = $2 AND key = $3",
    )
    .bind(row.account_id)
    .bind(row.scope_id)
    .bind(&row.key)
    .fetch_optional(transaction)
    .await?;
    Ok(first.map(|first| First {
        intake_id: first.get(0),
        event_id: first.get(1),
        status: first.get(2),
        response: first.get(3),
    }))
}

/// Writes what settling changed about keys that were taken.
pub(super) async fn amend(transaction: &mut PgConnection, amended: &Amended<'_>) -> Result<(), sqlx::Error> {
    if !amended.released.is_empty() {
        let released = &amended.released;
        sqlx::query(
            "DELETE FROM idempotency_keys WHERE (account_id, scope_id, key) IN (
                 SELECT UNNEST($1::uuid[]), UNNEST($2::uuid[]), UNNEST($3::text[]))",
        )
        .bind(released.iter().map(|row| row.account_id).collect::<Vec<_>>())
        .bind(released.iter().map(|row| row.scope_id).collect::<Vec<_>>())
        .bind(released.iter().map(|row| row.key.as_str()).collect::<Vec<_>>())
        .execute(&mut *transaction)
        .await?;
    }
    if amended.answered.is_empty() {
        return Ok(());
    }
    let answered = &amended.answered;
    sqlx::query(
        "UPDATE idempotency_keys AS keys SET status = changed.status, response = changed.response
         FROM (SELECT UNNEST($1::uuid[]) AS account_id, UNNEST($2::uuid[]) AS scope_id, UNNEST($3::text[]) AS key,
                      UNNEST($4::int2[]) AS status, UNNEST($5::bytea[]) AS response) AS changed
         WHERE keys.account_id = changed.account_id AND keys.scope_id = changed.scope_id
           AND keys.key = changed.key",
    )
    .bind(answered.iter().map(|(row, ..)| row.account_id).collect::<Vec<_>>())
    .bind(answered.iter().map(|(row, ..)| row.scope_id).collect::<Vec<_>>())
    .bind(answered.iter().map(|(row, ..)| row.key.as_str()).collect::<Vec<_>>())
    .bind(answered.iter().map(|(_, status, _)| *status).collect::<Vec<_>>())
    .bind(answered.iter().map(|(.., response)| response.as_ref()).collect::<Vec<_>>())
    .execute(transaction)
    .await?;
    Ok(())
}
