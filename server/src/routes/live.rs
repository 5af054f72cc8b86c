//! The live tail: `/a/{slug}/live/{requests|events|deliveries}`, server-sent events for a signed-in member.
//!
//! Every second it reads the newest rows and sends those it has not sent yet, so it shows what every process of the
//! installation did. An event `begun` says from when on nothing is missed. It ends with the server, with the session, and with the membership.

use super::api::ApiError;
use super::session;
use crate::state::AppState;
use app::SessionCookie;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::middleware::from_fn_with_state;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::account::Permission;
use domain::activity::{DeliveryFilter, EventFilter, Page, PageRequest, RequestFilter};
use domain::secret::SecretText;
use futures::Stream;
use serde::Serialize;
use services::{CurrentUser, Services};
use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;
use storage::AccountScope;
use uuid::Uuid;

/// How often new rows are looked for.
const INTERVAL: Duration = Duration::from_secs(1);
/// After so many looks, whether the member still is one is asked again.
const LOOKS_BETWEEN_CHECKS: u32 = 5;
/// Most rows sent at one look; what is more is skipped: a tail is for watching.
const ROWS_PER_LOOK: u16 = 200;
/// How far back a look begins: ids are made before their rows are on disk, and not all rows take equally long.
const OVERLAP_MS: u128 = 2_000;

pub(crate) fn router(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/a/{slug}/live/{noun}", get(tail))
        .route_layer(from_fn_with_state(state.clone(), session::look_up))
}

/// What is watched.
#[derive(Debug, Clone, Copy)]
enum Noun {
    Requests,
    Events,
    Deliveries,
}

impl Noun {
    fn of(text: &str) -> Option<Self> {
        match text {
            "requests" => Some(Self::Requests),
            "events" => Some(Self::Events),
            "deliveries" => Some(Self::Deliveries),
            _ => None,
        }
    }
}

async fn tail(
    State(state): State<AppState>,
    Path((slug, noun)): Path<(String, String)>,
    user: Option<axum::Extension<CurrentUser>>,
    headers: HeaderMap,
) -> Response {
    let Some(axum::Extension(user)) = user else { return ApiError::signed_out().into_response() };
    let token = SessionCookie::for_public_url(&state.web.public_url).read(&headers).map(SecretText::new);
    let token = token.unwrap_or_default();
    let Some(noun) = Noun::of(&noun) else { return ApiError::not_found().into_response() };
    let entered = match state.services.enter(&user, &slug, Permission::ReadActivity).await {
        Ok(entered) => entered,
        Err(error) => return ApiError::from(error).into_response(),
    };
    let resumed = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse().ok());
    let tail = Tail {
        services: state.services.clone(),
        scope: entered.scope,
        user,
        token,
        slug,
        noun,
        newest: None,
        resumed,
        sent: BTreeSet::new(),
        looks: 0,
        waiting: VecDeque::new(),
    };
    let closing = state.closing.clone();
    let events = futures::StreamExt::take_until(tail.events(), closing.cancelled_owned());
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}

struct Tail {
    services: Services,
    scope: AccountScope,
    user: CurrentUser,
    token: SecretText,
    slug: String,
    noun: Noun,
    /// The newest row that was sent, or that was there at the begin.
    newest: Option<Uuid>,
    /// The last row that the browser had before its connection broke.
    resumed: Option<Uuid>,
    /// Rows of the overlap that were sent, or that were there at the begin.
    sent: BTreeSet<Uuid>,
    looks: u32,
    waiting: VecDeque<Event>,
}

impl Tail {
    fn events(self) -> impl Stream<Item = Result<Event, std::convert::Infallible>> {
        futures::stream::unfold(self, async |mut tail| {
            loop {
                if let Some(event) = tail.waiting.pop_front() {
                    return Some((Ok(event), tail));
                }
                tokio::time::sleep(if tail.looks == 0 { Duration::ZERO } else { INTERVAL }).await;
                tail.looks += 1;
                if tail.looks.is_multiple_of(LOOKS_BETWEEN_CHECKS) && !tail.is_allowed().await {
                    return None;
                }
                tail.look().await;
            }
        })
    }

    /// A database that is away for a moment ends no tail.
    async fn is_allowed(&mut self) -> bool {
        match self.services.current_user(self.token.reveal()).await {
            Ok(None) => return false,
            Ok(Some(user)) => self.user = user,
            Err(error) => return matches!(error, services::Error::Unavailable),
        }
        match self.services.enter(&self.user, &self.slug, Permission::ReadActivity).await {
            Ok(entered) => {
                self.scope = entered.scope;
                true
            }
            Err(error) => matches!(error, services::Error::Unavailable),
        }
    }

    async fn look(&mut self) {
        let Some(newest) = self.newest else { return self.begin().await };
        let since = back(newest);
        let page = PageRequest { before: Some(since), after: None, limit: Some(ROWS_PER_LOOK) };
        let mut rows = self.read(page).await;
        if rows.len() == usize::from(ROWS_PER_LOOK) {
            rows = self.read(PageRequest { before: None, ..page }).await;
        }
        rows.retain(|(id, _)| !self.sent.contains(id));
        self.newest = rows.first().map(|(id, _)| *id).max(self.newest);
        self.sent.extend(rows.iter().map(|(id, _)| *id));
        self.sent = self.sent.split_off(&since);
        self.waiting.extend(rows.into_iter().rev().map(|(_, event)| event));
    }

    /// A tail shows what comes from now on, or from where it broke off.
    async fn begin(&mut self) {
        let page = PageRequest { before: None, after: self.resumed, limit: Some(ROWS_PER_LOOK) };
        let rows = self.read(page).await;
        self.sent = rows.iter().map(|(id, _)| *id).chain(self.resumed).collect();
        self.newest = Some(self.sent.last().copied().unwrap_or_default());
        self.waiting.push_back(Event::default().event("begun").data("true"));
    }

    /// Rows as events, newest first; nothing while the database is away.
    async fn read(&self, page: PageRequest) -> Vec<(Uuid, Event)> {
        let (services, scope) = (&self.services, &self.scope);
        let rows = match self.noun {
            Noun::Requests => services
                .requests(scope, RequestFilter::default(), page)
                .await
                .map(|page| as_events(page, |row| row.id.0)),
            Noun::Events => services
                .events(scope, EventFilter::default(), page)
                .await
                .map(|page| as_events(page, |row| row.id.0)),
            Noun::Deliveries => services
                .deliveries(scope, DeliveryFilter::default(), page)
                .await
                .map(|page| as_events(page, |row| row.id.0)),
        };
        rows.unwrap_or_else(|error| {
            tracing::debug!(%error, "A live tail could not look for new rows");
            Vec::new()
        })
    }
}

/// The first id of the moment at which a look begins that comes after one that ended with `newest`.
fn back(newest: Uuid) -> Uuid {
    const RANDOM_BITS: u32 = 80;
    let millis = (newest.as_u128() >> RANDOM_BITS).saturating_sub(OVERLAP_MS);
    Uuid::from_u128(millis << RANDOM_BITS)
}

fn as_events<T: Serialize>(page: Page<T>, id: impl Fn(&T) -> Uuid) -> Vec<(Uuid, Event)> {
    let event = |row: &T| Event::default().event("row").id(id(row).to_string()).json_data(row).ok();
    let mut rows: Vec<_> = page.data.iter().filter_map(|row| Some((id(row), event(row)?))).collect();
    rows.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
    rows
}
