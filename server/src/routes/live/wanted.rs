//! Which rows a tail shows, and reading them.

use crate::routes::api::{ApiError, QueryString};
use crate::state::AppState;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::sse::Event;
use domain::activity::{DeliveryFilter, EventFilter, PageRequest, RequestFilter};
use domain::delivery::{Delivery, DeliveryStatus};
use serde::Serialize;
use serde::de::DeserializeOwned;
use services::{Result, Services};
use storage::AccountScope;
use uuid::Uuid;

/// A log, and what its rows must be like.
#[derive(Debug, Clone)]
pub enum Wanted {
    Requests(RequestFilter),
    Events(EventFilter),
    Deliveries(DeliveryFilter),
}

/// A row as it is sent.
pub struct Row {
    pub id: Uuid,
    pub event: Event,
    /// What it is, where it may change yet.
    pub delivery: Option<Delivery>,
}

/// What is watched.
#[derive(Debug, Clone, Copy)]
pub enum Noun {
    Requests,
    Events,
    Deliveries,
}

impl Noun {
    pub fn of(text: &str) -> Option<Self> {
        match text {
            "requests" => Some(Self::Requests),
            "events" => Some(Self::Events),
            "deliveries" => Some(Self::Deliveries),
            _ => None,
        }
    }
}

impl Wanted {
    /// What the query string asks for, in the names of the filters' fields; all rows where it is empty.
    ///
    /// # Errors
    /// What a list is refused with whose filter makes no sense.
    pub async fn of(noun: Noun, parts: &mut Parts, state: &AppState) -> std::result::Result<Self, ApiError> {
        Ok(match noun {
            Noun::Requests => Self::Requests(filter_in(parts, state).await?),
            Noun::Events => Self::Events(filter_in(parts, state).await?),
            Noun::Deliveries => Self::Deliveries(filter_in(parts, state).await?),
        })
    }

    /// One page of it, newest first.
    pub async fn page(
        &self,
        services: &Services,
        scope: &AccountScope,
        page: PageRequest,
    ) -> Result<Vec<Row>> {
        Ok(match self {
            Self::Requests(filter) => {
                let found = services.requests(scope, filter.clone(), page).await?;
                found.data.iter().filter_map(|row| Row::new(row.id.0, row)).collect()
            }
            Self::Events(filter) => {
                let found = services.events(scope, filter.clone(), page).await?;
                found.data.iter().filter_map(|row| Row::new(row.id.0, row)).collect()
            }
            Self::Deliveries(filter) => {
                let found = services.deliveries(scope, filter.clone(), page).await?;
                found.data.into_iter().filter_map(Row::of_delivery).collect()
            }
        })
    }

    /// The newest row of the log, wanted or not; none where all are wanted, as then the newest of these is it.
    pub async fn newest_of_all(&self, services: &Services, scope: &AccountScope) -> Result<Option<Uuid>> {
        let all = match self {
            Self::Requests(filter) if *filter != RequestFilter::default() => {
                Self::Requests(RequestFilter::default())
            }
            Self::Events(filter) if *filter != EventFilter::default() => Self::Events(EventFilter::default()),
            Self::Deliveries(filter) if *filter != DeliveryFilter::default() => {
                Self::Deliveries(DeliveryFilter::default())
            }
            _ => return Ok(None),
        };
        let page = PageRequest { limit: Some(1), ..PageRequest::default() };
        Ok(all.page(services, scope, page).await?.first().map(|row| row.id))
    }

    /// Deliveries that would be wanted, whatever their status is; none in a log whose rows never change.
    pub fn of_any_status(&self) -> Option<Self> {
        let Self::Deliveries(filter) = self else { return None };
        Some(Self::Deliveries(DeliveryFilter { status: None, ..filter.clone() }))
    }

    /// Deliveries that have not ended and may come to be wanted; none where they are wanted already.
    pub fn pending_besides(&self) -> Option<Self> {
        let Self::Deliveries(filter) = self else { return None };
        let pending = DeliveryStatus::Pending;
        filter.status.filter(|status| *status != pending)?;
        Some(Self::Deliveries(DeliveryFilter { status: Some(pending), ..filter.clone() }))
    }

    /// Whether `status` is wanted of a delivery that is wanted else.
    pub fn has(&self, status: DeliveryStatus) -> bool {
        matches!(self, Self::Deliveries(filter) if filter.status.is_none_or(|wanted| wanted == status))
    }
}

async fn filter_in<T: DeserializeOwned>(
    parts: &mut Parts,
    state: &AppState,
) -> std::result::Result<T, ApiError> {
    Ok(QueryString::from_request_parts(parts, state).await?.0)
}

impl Row {
    /// A row that is new to the browser. Its id is what a broken connection goes on from.
    fn new(id: Uuid, row: &impl Serialize) -> Option<Self> {
        let event = Event::default().event("row").id(id.to_string()).json_data(row).ok()?;
        Some(Self { id, event, delivery: None })
    }

    fn of_delivery(delivery: Delivery) -> Option<Self> {
        Some(Self { delivery: Some(delivery.clone()), ..Self::new(delivery.id.0, &delivery)? })
    }
}
