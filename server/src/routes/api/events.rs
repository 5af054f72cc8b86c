//! `/events`: publishing, and what was published.

use super::error::{ApiError, ErrorBody, Refused};
use super::extract::{Caller, Id, JsonBytes, QueryString};
use super::lists::list_query;
use crate::state::AppState;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use domain::activity::{EventDetail, EventFilter, EventRow, Page, Published};
use domain::event::EventDraft;
use domain::ids::EventId;
use domain::limits::MAX_EVENTS_PER_CALL;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, publish)).routes(routes!(read))
}

list_query! {
    /// Which events are wanted.
    EventQuery {
        /// Of this type, or of types with this prefix if it ends in `*`.
        r#type: Option<String>,
    }
}

/// One event, or up to 1,000 of them in `events`.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "the OpenAPI document's view of a body that is read in two ways")]
enum PublishBody {
    /// One event.
    One(EventDraft),
    /// Many at once.
    Batch(Batch),
}

/// Many events at once. If one of them is wrong, none is published, and what is wrong is named by the event's place, as
/// in `events[3].type`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Batch {
    /// 1 to 1,000 events.
    #[schema(min_items = 1, max_items = 1000)]
    events: Vec<EventDraft>,
}

/// What became of a batch, in its order.
#[derive(Serialize, ToSchema)]
struct PublishedBatch {
    /// One for each event.
    events: Vec<Published>,
}

/// What became of what was published, in the form it was sent in.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum PublishAnswer {
    /// Of one event.
    One(Published),
    /// Of a batch.
    Batch(PublishedBatch),
}

/// Looks which of the two forms a body has.
#[derive(Deserialize)]
struct Form {
    events: Option<serde::de::IgnoredAny>,
}

/// List events, newest first.
#[utoipa::path(get, path = "/events", tag = "Events", operation_id = "list_events",
    extensions(("x-permission" = json!("read_activity"))), params(EventQuery),
    responses((status = 200, body = Page<EventRow>), Refused))]
async fn list(
    Caller(scope): Caller,
    State(state): State<AppState>,
    QueryString(query): QueryString<EventQuery>,
) -> Result<axum::Json<Page<EventRow>>, ApiError> {
    let page = query.page();
    let filter = EventFilter { event_type: query.r#type };
    Ok(axum::Json(state.services.events(&scope, filter, page).await?))
}

/// Publish an event, or a batch of up to 1,000. The answer comes when they are on disk. An `id` of your own makes a
/// repeat within 7 days the same event, so a call that was answered 5xx, or not at all, can be sent again. The events of
/// a batch that have no `id` are published together or not at all, after those that have one.
#[utoipa::path(post, path = "/events", tag = "Events", operation_id = "publish_events",
    extensions(("x-permission" = json!("publish_events"))), request_body = PublishBody,
    responses((status = 200, body = PublishAnswer), Refused,
        (status = 508, body = ErrorBody, description = "The call ends a loop of deliveries to this installation.")))]
async fn publish(
    Caller(scope): Caller,
    State(state): State<AppState>,
    headers: HeaderMap,
    body: JsonBytes,
) -> Result<Response, ApiError> {
    let hops = state.services.hops_of(headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())));
    if body.parse::<Form>()?.events.is_some() {
        let events = body.parse::<Batch>()?.events;
        if events.is_empty() || events.len() > MAX_EVENTS_PER_CALL {
            return Err(ApiError::invalid_field("events", format!("give 1 to {MAX_EVENTS_PER_CALL} events")));
        }
        let events = state.services.publish(&scope, events, hops).await?;
        return Ok(axum::Json(PublishAnswer::Batch(PublishedBatch { events })).into_response());
    }
    let drafts = vec![body.parse()?];
    let published = state.services.publish(&scope, drafts, hops).await.map_err(of_only_event)?;
    let only = published.into_iter().next().ok_or_else(ApiError::internal)?;
    Ok(axum::Json(PublishAnswer::One(only)).into_response())
}

/// Names the fields as a body has them that is one event itself.
fn of_only_event(error: services::Error) -> services::Error {
    let services::Error::Invalid(mut errors) = error else { return error };
    for error in &mut errors.0 {
        if let Some(field) = error.field.strip_prefix("events[0].") {
            error.field = field.to_owned();
        }
    }
    services::Error::Invalid(errors)
}

/// Read an event with its data and its deliveries.
#[utoipa::path(get, path = "/events/{id}", tag = "Events", operation_id = "get_event",
    extensions(("x-permission" = json!("read_activity"))), params(("id" = EventId, Path)),
    responses((status = 200, body = EventDetail), Refused))]
async fn read(
    Caller(scope): Caller,
    State(state): State<AppState>,
    Id(id): Id<EventId>,
) -> Result<axum::Json<EventDetail>, ApiError> {
    Ok(axum::Json(state.services.event(&scope, id).await?))
}
