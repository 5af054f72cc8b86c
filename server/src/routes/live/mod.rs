//! The live tail: `/a/{slug}/live/{requests|events|deliveries}`, server-sent events for a signed-in member. The query
//! string is the list's filter.
//!
//! Every second it reads the newest rows and sends those it has not sent yet, as `row`, so it shows what every process
//! of the installation did. What it has seen of deliveries that have not ended it reads again, and sends what changed,
//! as `changed`; the browser knows whether that is in its list. Where a filter leaves those out that have not ended,
//! they are looked for besides, so that one that fails after its last retry is shown among the failed ones. An event
//! `begun` says from when on nothing is missed. It ends with the server, with the session, and with the membership.

mod unfinished;
mod wanted;

use super::api::ApiError;
use super::session;
use crate::state::AppState;
use app::SessionCookie;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::middleware::from_fn_with_state;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::account::Permission;
use domain::activity::PageRequest;
use domain::secret::SecretText;
use futures::Stream;
use services::{CurrentUser, Services};
use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;
use storage::AccountScope;
use unfinished::{Change, Unfinished};
use uuid::Uuid;
use wanted::{Noun, Row, Wanted};

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

async fn tail(
    State(state): State<AppState>,
    Path((slug, noun)): Path<(String, String)>,
    user: Option<axum::Extension<CurrentUser>>,
    mut parts: Parts,
) -> Response {
    let Some(axum::Extension(user)) = user else { return ApiError::signed_out().into_response() };
    let token =
        SessionCookie::for_public_url(&state.web.public_url).read(&parts.headers).map(SecretText::new);
    let token = token.unwrap_or_default();
    let Some(noun) = Noun::of(&noun) else { return ApiError::not_found().into_response() };
    let entered = match state.services.enter(&user, &slug, Permission::ReadActivity).await {
        Ok(entered) => entered,
        Err(error) => return ApiError::from(error).into_response(),
    };
    let wanted = match Wanted::of(noun, &mut parts, &state).await {
        Ok(wanted) => wanted,
        Err(error) => return error.into_response(),
    };
    let resumed = parts.headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse().ok());
    let tail = Tail {
        services: state.services.clone(),
        scope: entered.scope,
        user,
        token,
        slug,
        wanted,
        newest: None,
        resumed,
        sent: BTreeSet::new(),
        unfinished: Unfinished::default(),
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
    wanted: Wanted,
    /// The newest row that was there at the last look, so that a filter that few rows pass does not make looks longer.
    newest: Option<Uuid>,
    /// The last row that the browser had before its connection broke.
    resumed: Option<Uuid>,
    /// Rows of the overlap that were sent, or that were there at the begin.
    sent: BTreeSet<Uuid>,
    unfinished: Unfinished,
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
                if let Err(error) = tail.look().await {
                    tracing::debug!(%error, "A live tail could not look for new rows");
                }
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

    async fn look(&mut self) -> services::Result<()> {
        let Some(newest) = self.newest else { return self.begin().await };
        self.look_again().await?;
        let since = back(newest);
        let newest_of_all = self.wanted.newest_of_all(&self.services, &self.scope).await?;
        let mut rows = self.since(&self.wanted, since).await?;
        rows.retain(|row| !self.sent.contains(&row.id));
        self.sent.extend(rows.iter().map(|row| row.id));
        self.sent = self.sent.split_off(&since);
        let newest_row = rows.first().map(|row| row.id);
        for row in rows.into_iter().rev() {
            self.waiting.push_back(row.event);
            row.delivery.into_iter().for_each(|delivery| self.unfinished.see(delivery));
        }
        if let Some(pending) = self.wanted.pending_besides() {
            let pending = self.since(&pending, since).await?;
            self.see(pending);
        }
        self.newest = newest_row.max(newest_of_all).max(Some(newest));
        Ok(())
    }

    /// Sends what changed of deliveries that had not ended, if it is or was wanted.
    async fn look_again(&mut self) -> services::Result<()> {
        let ids = self.unfinished.ids();
        if ids.is_empty() {
            return Ok(());
        }
        let found = self.services.deliveries_by_id(&self.scope, &ids).await?;
        for Change { before, now } in self.unfinished.changes(found) {
            if !self.wanted.has(before) && !self.wanted.has(now.status) {
                continue;
            }
            self.sent.insert(now.id.0);
            // Without an id: a connection that breaks goes on from the newest row, not from this one.
            self.waiting.extend(Event::default().event("changed").json_data(&now).ok());
        }
        Ok(())
    }

    /// A tail shows what comes from now on, or from where it broke off.
    async fn begin(&mut self) -> services::Result<()> {
        let page = PageRequest { before: None, after: self.resumed, limit: Some(ROWS_PER_LOOK) };
        let newest_of_all = self.wanted.newest_of_all(&self.services, &self.scope).await?;
        let rows = self.wanted.page(&self.services, &self.scope, page).await?;
        self.sent = rows.iter().map(|row| row.id).chain(self.resumed).collect();
        self.see(rows);
        if let Some(all) = self.wanted.of_any_status() {
            let mut all = all.page(&self.services, &self.scope, PageRequest { after: None, ..page }).await?;
            all.retain(|row| self.resumed.is_none_or(|last| row.id <= last));
            self.see(all);
        }
        let newest = self.resumed.or_else(|| self.sent.last().copied().max(newest_of_all));
        self.newest = Some(newest.unwrap_or_default());
        self.waiting.push_back(Event::default().event("begun").data("true"));
        Ok(())
    }

    /// Rows newer than `since`, newest first; of more than a look has, the newest.
    async fn since(&self, wanted: &Wanted, since: Uuid) -> services::Result<Vec<Row>> {
        let page = PageRequest { before: Some(since), after: None, limit: Some(ROWS_PER_LOOK) };
        let rows = wanted.page(&self.services, &self.scope, page).await?;
        if rows.len() < usize::from(ROWS_PER_LOOK) {
            return Ok(rows);
        }
        wanted.page(&self.services, &self.scope, PageRequest { before: None, ..page }).await
    }

    fn see(&mut self, rows: Vec<Row>) {
        for delivery in rows.into_iter().rev().filter_map(|row| row.delivery) {
            self.unfinished.see(delivery);
        }
    }
}

/// The first id of the moment at which a look begins that comes after one that ended with `newest`.
fn back(newest: Uuid) -> Uuid {
    const RANDOM_BITS: u32 = 80;
    let millis = (newest.as_u128() >> RANDOM_BITS).saturating_sub(OVERLAP_MS);
    Uuid::from_u128(millis << RANDOM_BITS)
}
