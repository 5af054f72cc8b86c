//! Idempotency keys, inside the transaction of a batch.

use super::super::batch::{First, Item, KeyRow, key_rows};
use super::super::committer::CommitError;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

/// Settles which of `items` are the first with their idempotency key; the others learn of the first.
pub(super) async fn claim(transaction: &mut PgConnection, items: &mut [Item]) -> Result<(), CommitError> {
    let keys = key_rows(items);
    if keys.is_empty() {
        return Ok(());
    }
    let takers: Vec<&KeyRow<'_>> = keys.iter().filter(|row| row.is_taker()).collect();
    let won: Vec<Uuid> = sqlx::query(
        "INSERT INTO idempotency_keys (account_id, scope_id, key, intake_id, event_id, status, response, created_at)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::int2[], $7::bytea[], $8::int8[])
         ON CONFLICT DO NOTHING RETURNING intake_id",
    )
    .bind(takers.iter().map(|row| row.account_id).collect::<Vec<_>>())
    .bind(takers.iter().map(|row| row.scope_id).collect::<Vec<_>>())
    .bind(takers.iter().map(|row| row.key).collect::<Vec<_>>())
    .bind(takers.iter().map(|row| row.intake_id).collect::<Vec<_>>())
    .bind(takers.iter().map(|row| row.event_id).collect::<Vec<_>>())
    .bind(takers.iter().map(|row| row.status).collect::<Vec<_>>())
    .bind(takers.iter().map(|row| row.response).collect::<Vec<_>>())
    .bind(takers.iter().map(|row| row.created_at).collect::<Vec<_>>())
    .fetch_all(&mut *transaction)
    .await?
    .iter()
    .map(|row| row.get(0))
    .collect();
    let mut repeats = Vec::new();
    for row in keys.iter().filter(|row| !won.contains(&row.intake_id)) {
        let first = sqlx::query(
            "SELECT intake_id, event_id, status, response FROM idempotency_keys
             WHERE account_id = $1 AND scope_id = $2 AND key = $3",
        )
        .bind(row.account_id)
        .bind(row.scope_id)
        .bind(row.key)
        .fetch_optional(&mut *transaction)
        .await?;
        repeats.extend(first.map(|first| {
            let first = First {
                intake_id: first.get(0),
                event_id: first.get(1),
                status: first.get(2),
                response: first.get(3),
            };
            (row.item, first)
        }));
    }
    for (index, first) in repeats {
        items[index].repeat = Some(first);
    }
    Ok(())
}
