use super::{Conditions, made_at, text};
use crate::queries::deliveries::only_pending;
use crate::{AccountDb, StorageError};
use domain::activity::{Count, DeliveryDetail, DeliveryFilter, Page, PageRequest};
use domain::delivery::{Attempt, Delivery, DeliveryStatus, SendError};
use domain::event::EventType;
use domain::ids::{AttemptId, DeliveryId, EventId, IntegrationId, SubscriptionId};
use domain::time::Timestamp;
use sea_orm::QueryResult;
use uuid::Uuid;

const COLUMNS: &str = "SELECT id, event_id, event_type, integration_id, subscription_id, status, attempts, due_at, lease_token, finished_at, last_status_code, last_error, ended_because FROM deliveries";
const ATTEMPTS: &str = "SELECT id, number, started_at, duration_ms, status_code, error, error_detail, response, response_truncated FROM attempts";
const FIRST_ATTEMPT: &str = "SELECT first_attempt_id, 1, first_started_at, first_duration_ms, first_status_code, CAST(NULL AS TEXT), CAST(NULL AS TEXT), first_response, first_response_truncated FROM deliveries";
/// Most deliveries that are read by their ids at once.
const MOST_BY_ID: usize = 200;

impl AccountDb<'_> {
    /// One page of deliveries.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn deliveries(
        &self,
        filter: &DeliveryFilter,
        page: PageRequest,
    ) -> Result<Page<Delivery>, StorageError> {
        conditions(self, filter).page(self.db(), COLUMNS, page, delivery, |row| row.id.0).await
    }

    /// Those of `ids` that there are, oldest first, at most 200.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn deliveries_by_id(&self, ids: &[DeliveryId]) -> Result<Vec<Delivery>, StorageError> {
        let ids = ids.get(..MOST_BY_ID).unwrap_or(ids);
        let Some(last) = ids.last() else { return Ok(Vec::new()) };
        let mut conditions = Conditions::of(self.account_id());
        // Repeats of the last keep the different statements few.
        let places: Vec<_> = (0..ids.len().next_power_of_two())
            .map(|place| conditions.place(ids.get(place).unwrap_or(last).0))
            .collect();
        conditions.and_always(&format!("id IN ({})", places.join(", ")));
        let found = conditions.select(self.db(), COLUMNS, "ORDER BY id").await?;
        found.iter().map(delivery).collect()
    }

    /// How many deliveries match, up to 10,000.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn count_deliveries(&self, filter: &DeliveryFilter) -> Result<Count, StorageError> {
        let index = match filter.status {
            Some(DeliveryStatus::Pending) => only_pending(self.db().writer.get_database_backend()),
            _ => "",
        };
        conditions(self, filter).count(self.db(), &format!("deliveries {index}")).await
    }

    /// One delivery with its attempts.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], or whatever the database says.
    pub async fn delivery(&self, id: DeliveryId) -> Result<DeliveryDetail, StorageError> {
        let mut conditions = Conditions::of(self.account_id());
        conditions.and("id = ?", id.0);
        let found = conditions.select(self.db(), COLUMNS, "").await?;
        let delivery = delivery(found.first().ok_or(StorageError::NotFound)?)?;
        let attempts = self.attempts_of(id).await?;
        let data = self.event_data(delivery.event_id).await?;
        Ok(DeliveryDetail { delivery, attempts, data })
    }

    /// In the order made. The first, where it delivered, is in the delivery's row.
    async fn attempts_of(&self, id: DeliveryId) -> Result<Vec<Attempt>, StorageError> {
        let mut of_row = Conditions::of(self.account_id());
        of_row.and("id = ?", id.0);
        of_row.and_always("first_attempt_id IS NOT NULL");
        let mut others = Conditions::of(self.account_id());
        others.and("delivery_id = ?", id.0);
        let mut found = of_row.select(self.db(), FIRST_ATTEMPT, "").await?;
        found.extend(others.select(self.db(), ATTEMPTS, "ORDER BY id LIMIT 200").await?);
        let mut attempts = found.iter().map(attempt).collect::<Result<Vec<_>, _>>()?;
        attempts.sort_by_key(|attempt| attempt.id);
        Ok(attempts)
    }

    pub(super) async fn deliveries_of(&self, event: EventId) -> Result<Vec<Delivery>, StorageError> {
        let mut conditions = Conditions::of(self.account_id());
        conditions.and_children_of(event.0);
        conditions.and("event_id = ?", event.0);
        let found = conditions.select(self.db(), COLUMNS, "ORDER BY id LIMIT 1000").await?;
        found.iter().map(delivery).collect()
    }
}

pub(super) fn conditions(db: &AccountDb<'_>, filter: &DeliveryFilter) -> Conditions {
    let mut conditions = Conditions::of(db.account_id());
    if let Some(status) = filter.status {
        // Literals, so that the partial indexes of pending and of unsuccessful deliveries are used.
        conditions.and_always(&format!("status = {}", status.code()));
        if matches!(status, DeliveryStatus::Failed | DeliveryStatus::Cancelled) {
            conditions.and_always("status >= 2");
        }
    }
    if let Some(integration) = filter.integration_id {
        conditions.and("integration_id = ?", integration.0);
    }
    conditions.and_event_type(filter.event_type.as_deref());
    conditions
}

fn delivery(row: &QueryResult) -> Result<Delivery, StorageError> {
    let id: Uuid = row.try_get_by_index(0)?;
    let event_type: String = row.try_get_by_index(2)?;
    let status: i16 = row.try_get_by_index(5)?;
    let status = DeliveryStatus::from_code(status)
        .ok_or_else(|| StorageError::Corrupt(format!("status {status} of delivery {id}")))?;
    let due_at: i64 = row.try_get_by_index(7)?;
    let is_leased = row.try_get_by_index::<Option<Uuid>>(8)?.is_some();
    Ok(Delivery {
        id: DeliveryId(id),
        event_id: EventId(row.try_get_by_index(1)?),
        event_type: EventType::new(event_type).map_err(|error| StorageError::Corrupt(error.to_string()))?,
        integration_id: IntegrationId(row.try_get_by_index(3)?),
        subscription_id: row.try_get_by_index::<Option<Uuid>>(4)?.map(SubscriptionId),
        status,
        attempts: row.try_get_by_index(6)?,
        created_at: made_at(id),
        next_attempt_at: (status == DeliveryStatus::Pending && !is_leased).then_some(Timestamp(due_at)),
        finished_at: row.try_get_by_index::<Option<i64>>(9)?.map(Timestamp),
        last_status_code: row
            .try_get_by_index::<Option<i16>>(10)?
            .and_then(|status| u16::try_from(status).ok()),
        last_error: row.try_get_by_index::<Option<String>>(11)?.as_deref().and_then(SendError::from_name),
        ended_because: row.try_get_by_index(12)?,
    })
}

fn attempt(row: &QueryResult) -> Result<Attempt, StorageError> {
    Ok(Attempt {
        id: AttemptId(row.try_get_by_index(0)?),
        number: row.try_get_by_index(1)?,
        started_at: Timestamp(row.try_get_by_index(2)?),
        duration_ms: row.try_get_by_index(3)?,
        status_code: row.try_get_by_index::<Option<i16>>(4)?.and_then(|status| u16::try_from(status).ok()),
        error: row.try_get_by_index::<Option<String>>(5)?.as_deref().and_then(SendError::from_name),
        error_detail: row.try_get_by_index(6)?,
        response_body: row.try_get_by_index::<Option<Vec<u8>>>(7)?.map(text),
        response_truncated: row.try_get_by_index(8)?,
    })
}
