//! Whether a batch was stored whose COMMIT nobody answered.

use super::batch::Batch;
use crate::{Db, StorageError};
use std::time::Duration;
use tokio::time::timeout;

/// Looks, while the database is away.
pub(super) const LOOKS: u32 = 10;
/// How long one of them waits.
const PATIENCE: Duration = Duration::from_secs(5);
/// Pause between them.
pub(super) const PAUSE: Duration = Duration::from_millis(200);

/// Whether the batch's first row is there; `None` when even that cannot be asked.
pub(super) async fn is_stored(db: &Db, batch: &Batch) -> Option<bool> {
    for _ in 0..LOOKS {
        match timeout(PATIENCE, first_row_is_there(db, batch)).await {
            Ok(Ok(found)) => return Some(found),
            Ok(Err(_)) | Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
    None
}

async fn first_row_is_there(db: &Db, batch: &Batch) -> Result<bool, StorageError> {
    let first_stored = batch.items.iter().find(|item| item.is_stored());
    match (first_stored, batch.finishes.first()) {
        (Some(item), _) => db.intake_exists(item.decide.account_id(), item.decide.draft().id).await,
        (None, Some(item)) => {
            let finish = &item.finish;
            db.attempt_exists(finish.account_id, finish.delivery_id, finish.attempt.id).await
        }
        (None, None) => Ok(true),
    }
}
