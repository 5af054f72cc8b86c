use super::replays::KeptRequest;
use super::{Conditions, made_at, text};
use crate::{AccountDb, StorageError};
use domain::activity::{EventRow, Page, PageRequest, RequestDetail, RequestFilter, RequestRow};
use domain::ids::{ReplayId, RequestId, SourceId};
use domain::inbound::Outcome;
use sea_orm::QueryResult;
use uuid::Uuid;

const COLUMNS: &str = "SELECT id, source_id, method, path, status, outcome, explanation, duration_us, body_bytes, replay_of, replay_id FROM requests";

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
        conditions(self, filter).page(self.db(), COLUMNS, page, request_row, |row| row.id.0).await
    }

    /// One request with what it carried and caused.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], or whatever the database says.
    pub async fn request(&self, id: RequestId) -> Result<RequestDetail, StorageError> {
        let (row, payload) = self.request_rows(id, &COLUMNS.replace(" FROM", ", response FROM")).await?;
        let (headers, body) =
            payload.map_or_else(|| (Vec::new(), None), |(headers, body)| (headers, Some(body)));
        let replays = RequestFilter { replay_of: Some(id), ..RequestFilter::default() };
        Ok(RequestDetail {
            request: request_row(&row)?,
            headers: serde_json::from_slice(&headers).unwrap_or_default(),
            body: body.map(text),
            response: text(row.try_get_by_index(11)?),
            events: self.events_of(id).await?,
            replays: conditions(self, &replays).count(self.db(), "requests").await?,
        })
    }

    /// One request and the bytes it came with; none once bodies of that age are gone.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], or whatever the database says.
    pub async fn kept_request(&self, id: RequestId) -> Result<KeptRequest, StorageError> {
        let (row, payload) = self.request_rows(id, COLUMNS).await?;
        let request = request_row(&row)?;
        // What is not kept has no headers either; what came without any has an empty list of them.
        let payload = payload.filter(|(headers, _)| !headers.is_empty());
        let payload = payload.filter(|(_, body)| !body.is_empty() || request.body_bytes == 0);
        let kept =
            payload.map(|(headers, body)| (serde_json::from_slice(&headers).unwrap_or_default(), body));
        Ok(KeptRequest { request, kept })
    }

    /// The row of a request, and of its payload headers and body.
    async fn request_rows(
        &self,
        id: RequestId,
        head: &str,
    ) -> Result<(QueryResult, Option<(Vec<u8>, Vec<u8>)>), StorageError> {
        let mut conditions = Conditions::of(self.account_id());
        conditions.and("id = ?", id.0);
        let row = conditions.select(self.db(), head, "").await?.pop().ok_or(StorageError::NotFound)?;
        let payload = conditions.select(self.db(), "SELECT headers, body FROM payloads", "").await?;
        let payload = payload.first().map(|payload| {
            Ok::<_, StorageError>((payload.try_get_by_index(0)?, payload.try_get_by_index(1)?))
        });
        Ok((row, payload.transpose()?))
    }

    async fn events_of(&self, request: RequestId) -> Result<Vec<EventRow>, StorageError> {
        let mut conditions = Conditions::of(self.account_id());
        conditions.and_children_of(request.0);
        conditions.and("intake_id = ?", request.0);
        let found = conditions.select(self.db(), super::events::COLUMNS, "ORDER BY id LIMIT 1000").await?;
        found.iter().map(super::events::event_row).collect()
    }
}

pub(super) fn conditions(db: &AccountDb<'_>, filter: &RequestFilter) -> Conditions {
    let mut conditions = Conditions::of(db.account_id());
    if let Some(source) = filter.source_id {
        conditions.and("source_id = ?", source.0);
    }
    if let Some(outcome) = filter.outcome {
        conditions.and("outcome = ?", outcome.code());
    }
    if filter.only_refused {
        conditions.and("outcome <> ?", Outcome::Handshake.code());
        conditions.and("outcome <> ?", Outcome::Pasted.code());
    }
    if filter.only_refused || filter.outcome.is_some_and(|outcome| outcome != Outcome::Accepted) {
        // Named so that the partial index of refused requests is used.
        conditions.and_always("outcome <> 0");
    }
    if let Some(request) = filter.replay_of {
        conditions.and("replay_of = ?", request.0);
        conditions.and_since(request.timestamp());
    }
    if let Some(replay) = filter.replay_id {
        conditions.and("replay_id = ?", replay.0);
        conditions.and_since(replay.timestamp());
    }
    conditions
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
        replay_of: row.try_get_by_index::<Option<Uuid>>(9)?.map(RequestId),
        replay_id: row.try_get_by_index::<Option<Uuid>>(10)?.map(ReplayId),
    })
}
