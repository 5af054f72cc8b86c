//! `/event-definitions`: what may be said of customers.

use super::error::{ApiError, Refused};
use super::extract::{Caller, Named, Versioned};
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use domain::catalogue::{CatalogueEntry, EventDefinition};
use domain::event::EventType;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(define, forget))
}

/// The whole catalogue.
#[derive(Serialize, ToSchema)]
struct EventCatalogue {
    /// In the order a person is offered them: first the shipped ones.
    data: Vec<CatalogueEntry>,
}

/// List what may be said of customers: shipped events, as the account changed them, and its own. All of them are
/// answered at once.
#[utoipa::path(get, path = "/event-definitions", tag = "Event catalogue", operation_id = "list_event_definitions",
    extensions(("x-permission" = json!("read_configuration"))),
    responses((status = 200, body = EventCatalogue), Refused))]
async fn list(
    Caller(scope): Caller,
    State(state): State<AppState>,
) -> Result<axum::Json<EventCatalogue>, ApiError> {
    Ok(axum::Json(EventCatalogue { data: state.services.catalogue(&scope).await? }))
}

/// Say what holds of the events of a type, from the next one on. A shipped event is changed for this account only. A
/// `version` beside the fields refuses the write when it is no longer the current one; it is 0 where the account has no
/// definition of its own.
#[utoipa::path(put, path = "/event-definitions/{type}", tag = "Event catalogue", operation_id = "define_event",
    extensions(("x-permission" = json!("edit_catalogue"))), params(("type" = EventType, Path)),
    request_body = EventDefinition, responses((status = 200, body = CatalogueEntry),
    (status = 409, description = "It was changed meanwhile."), Refused))]
async fn define(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Named(event_type): Named,
    body: Versioned<EventDefinition>,
) -> Result<axum::Json<CatalogueEntry>, ApiError> {
    if body.value.event_type.as_str() != event_type {
        return Err(ApiError::invalid_field("event_type", "this is not the type in the path"));
    }
    Ok(axum::Json(state.services.define_event(&scope, body.version, body.value).await?))
}

/// Take the account's definition of an event away. A shipped event is as it was shipped again, any other is gone;
/// that is refused while a source records it.
#[utoipa::path(delete, path = "/event-definitions/{type}", tag = "Event catalogue", operation_id = "forget_event",
    extensions(("x-permission" = json!("edit_catalogue"))), params(("type" = EventType, Path)),
    responses((status = 204), (status = 409, description = "A source records it."), Refused))]
async fn forget(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Named(event_type): Named,
) -> Result<StatusCode, ApiError> {
    let event_type = EventType::new(event_type).map_err(|_| ApiError::not_found())?;
    state.services.forget_event(&scope, &event_type).await?;
    Ok(StatusCode::NO_CONTENT)
}
