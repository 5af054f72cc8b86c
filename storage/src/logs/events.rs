use super::{Conditions, made_at};
use crate::{AccountDb, StorageError};
use domain::activity::{EventDetail, EventFilter, EventRow, Page, PageRequest};
use domain::event::EventType;
use domain::ids::{EventId, RequestId};
use sea_orm::QueryResult;
use serde_json::Value;
use uuid::Uuid;

pub(super) const COLUMNS: &str = "SELECT id, event_type, intake_id, from_request FROM events";

impl AccountDb<'_> {
    /// One page of events.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn events(
        &self,
        filter: &EventFilter,
        page: PageRequest,
    ) -> Result<Page<EventRow>, StorageError> {
        let mut conditions = Conditions::of(self.account_id());
        conditions.and_event_type(filter.event_type.as_deref());
        conditions.page(self.db(), COLUMNS, page, event_row, |row| row.id.0).await
    }

    /// One event with its data and deliveries.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], or whatever the database says.
    pub async fn event(&self, id: EventId) -> Result<EventDetail, StorageError> {
        let mut conditions = Conditions::of(self.account_id());
        conditions.and("id = ?", id.0);
        let found = conditions.select(self.db(), COLUMNS, "").await?;
        let event = event_row(found.first().ok_or(StorageError::NotFound)?)?;
        let deliveries = self.deliveries_of(id).await?;
        Ok(EventDetail { event, data: self.event_data(id).await?, deliveries })
    }

    /// The data of an event; `None` when there is no such event or retention took it.
    pub(super) async fn event_data(&self, id: EventId) -> Result<Option<Value>, StorageError> {
        let mut conditions = Conditions::of(self.account_id());
        conditions.and("id = ?", id.0);
        let head = "SELECT intake_id, data_offset, data_length FROM events";
        let found = conditions.select(self.db(), head, "").await?;
        let Some(place) = found.first() else { return Ok(None) };
        let offset: i32 = place.try_get_by_index(1)?;
        let length: i32 = place.try_get_by_index(2)?;
        let mut conditions = Conditions::of(self.account_id());
        conditions.and("id = ?", place.try_get_by_index::<Uuid>(0)?);
        let head = format!("SELECT substr(events, {}, {length}) FROM payloads", offset + 1);
        let found = conditions.select(self.db(), &head, "").await?;
        let Some(row) = found.first() else { return Ok(None) };
        let bytes: Vec<u8> = row.try_get_by_index(0)?;
        serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| StorageError::Corrupt(format!("data of event {id}: {error}")))
    }
}

pub(super) fn event_row(row: &QueryResult) -> Result<EventRow, StorageError> {
    let id: Uuid = row.try_get_by_index(0)?;
    let event_type: String = row.try_get_by_index(1)?;
    let intake: Uuid = row.try_get_by_index(2)?;
    let is_from_request: bool = row.try_get_by_index(3)?;
    Ok(EventRow {
        id: EventId(id),
        event_type: EventType::new(event_type).map_err(|error| StorageError::Corrupt(error.to_string()))?,
        occurred_at: made_at(id),
        request_id: is_from_request.then_some(RequestId(intake)),
    })
}
