//! What happened to a record.

use super::from_json;
use crate::StorageError;
use crate::account_db::AccountDb;
use crate::logs::{Conditions, made_at};
use domain::activity::{Page, PageRequest};
use domain::event::EventType;
use domain::ids::{EventId, RequestId};
use domain::record::HistoryEntry;
use sea_orm::QueryResult;
use uuid::Uuid;

const COLUMNS: &str = "SELECT id, event_type, request_id, made_by, version, attributes, changes FROM history";

impl AccountDb<'_> {
    /// One page of what happened to a record, whatever its kind; only events of that type, or of types with that prefix
    /// if it ends in `*`. Empty for a record that is not there.
    ///
    /// # Errors
    /// What the database says.
    pub async fn history(
        &self,
        record: Uuid,
        event_type: Option<&str>,
        page: PageRequest,
    ) -> Result<Page<HistoryEntry>, StorageError> {
        let mut conditions = Conditions::of(self.account_id());
        conditions.and("record_id = ?", record);
        conditions.and_event_type(event_type);
        conditions.page(self.db(), COLUMNS, page, entry, |entry| entry.id.0).await
    }
}

fn entry(row: &QueryResult) -> Result<HistoryEntry, StorageError> {
    let id: Uuid = row.try_get_by_index(0)?;
    let event_type: String = row.try_get_by_index(1)?;
    let json = |place: usize| row.try_get_by_index::<String>(place);
    Ok(HistoryEntry {
        id: EventId(id),
        event_type: EventType::new(event_type).map_err(|error| StorageError::Corrupt(error.to_string()))?,
        occurred_at: made_at(id),
        request_id: row.try_get_by_index::<Option<Uuid>>(2)?.map(RequestId),
        by: from_json("history", id, &json(3)?)?,
        version: row.try_get_by_index(4)?,
        attributes: from_json("history", id, &json(5)?)?,
        changes: from_json("history", id, &json(6)?)?,
    })
}
