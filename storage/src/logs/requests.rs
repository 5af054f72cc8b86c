use super::{Conditions, made_at, text};
use crate::{AccountDb, StorageError};
use domain::activity::{EventRow, Page, PageRequest, RequestDetail, RequestFilter, RequestRow};
use domain::ids::{RequestId, SourceId};
use domain::inbound::Outcome;
use sea_orm::QueryResult;
use uuid::Uuid;

const COLUMNS: &str =
    "SELECT id, source_id, method, path, status, outcome, explanation, duration_us, body_bytes FROM requests";

impl AccountDb<'_> {
    /// One page of requests.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn requests(
        &self,
        filter: &RequestFilter,
        page: PageRequest,
    ) -> Result<Page<RequestRow>, StorageError> {
        let mut conditions = Conditions::of(self.account_id());
        if let Some(source) = filter.source_id {
            conditions.and("source_id = ?", source.0);
        }
        if let Some(outcome) = filter.outcome {
            conditions.and("outcome = ?", outcome.code());
        }
        if filter.only_refused {
            conditions.and("outcome <> ?", Outcome::Handshake.code());
        }
        if filter.only_refused || filter.outcome.is_some_and(|outcome| outcome != Outcome::Accepted) {
            // Named so that the partial index of refused requests is used.
            conditions.and_always("outcome <> 0");
        }
        conditions.page(self.db(), COLUMNS, page, request_row, |row| row.id.0).await
    }

    /// One request with what it carried and caused.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], or whatever the database says.
    pub async fn request(&self, id: RequestId) -> Result<RequestDetail, StorageError> {
        let mut conditions = Conditions::of(self.account_id());
        conditions.and("id = ?", id.0);
        let head = COLUMNS.replace(" FROM", ", response FROM");
        let found = conditions.select(self.db(), &head, "").await?;
        let row = found.first().ok_or(StorageError::NotFound)?;
        let payload = conditions.select(self.db(), "SELECT headers, body FROM payloads", "").await?;
        let (headers, body) = match payload.first() {
            Some(payload) => {
                (payload.try_get_by_index::<Vec<u8>>(0)?, Some(payload.try_get_by_index::<Vec<u8>>(1)?))
            }
            None => (Vec::new(), None),
        };
        Ok(RequestDetail {
            request: request_row(row)?,
            headers: serde_json::from_slice(&headers).unwrap_or_default(),
            body: body.map(text),
            response: text(row.try_get_by_index(9)?),
            events: self.events_of(id).await?,
        })
    }

    async fn events_of(&self, request: RequestId) -> Result<Vec<EventRow>, StorageError> {
        let mut conditions = Conditions::of(self.account_id());
        conditions.and_children_of(request.0);
        conditions.and("intake_id = ?", request.0);
        let found = conditions.select(self.db(), super::events::COLUMNS, "ORDER BY id LIMIT 1000").await?;
        found.iter().map(super::events::event_row).collect()
    }
}

fn request_row(row: &QueryResult) -> Result<RequestRow, StorageError> {
    let id: Uuid = row.try_get_by_index(0)?;
    let outcome: i16 = row.try_get_by_index(5)?;
    Ok(RequestRow {
        id: RequestId(id),
        received_at: made_at(id),
        source_id: row.try_get_by_index::<Option<Uuid>>(1)?.map(SourceId),
        method: row.try_get_by_index(2)?,
        path: row.try_get_by_index(3)?,
        status: u16::try_from(row.try_get_by_index::<i16>(4)?).unwrap_or_default(),
        outcome: Outcome::from_code(outcome)
            .ok_or_else(|| StorageError::Corrupt(format!("outcome {outcome} of request {id}")))?,
        explanation: row.try_get_by_index(6)?,
        duration_us: row.try_get_by_index(7)?,
        body_bytes: row.try_get_by_index(8)?,
    })
}
