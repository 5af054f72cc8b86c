use super::log::RequestLog;
use super::server_fns::{count_replayable, replay_requests};
use crate::components::{Confirm, ErrorNote, Glyph, Icon, counted, failure, number};
use crate::here::Here;
use domain::account::Permission;
use domain::activity::{Count, RequestFilter};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The query's words for what replays made.
const KEPT: [&str; 2] = ["replay", "replay_of"];

/// "Replay all", or all that match the filter: counts first, then asks, then begins it.
#[component]
pub fn ReplayAll(
    /// The log whose requests are replayed.
    log: RequestLog,
) -> impl IntoView {
    let has_come = Memo::new(move |_| log.tail.shown.with(|rows| !rows.is_empty()));
    view! {
        <Transition>
            {move || {
                let came = has_come.get();
                Suspend::new(async move {
                    let has_rows = came || log.requests.await.is_ok_and(|found| !found.page.data.is_empty());
                    has_rows.then(|| view! { <ReplayShown log/> })
                })
            }}
        </Transition>
    }
    .into_any()
}

#[component]
fn ReplayShown(log: RequestLog) -> impl IntoView {
    let RequestLog { filter, replaying, .. } = log;
    let slug = StoredValue::new(Here::slug());
    let open = RwSignal::new(false);
    let counting =
        Action::new(move |filter: &RequestFilter| count_replayable(slug.get_value(), filter.clone()));
    let beginning =
        Action::new(move |filter: &RequestFilter| replay_requests(slug.get_value(), filter.clone()));
    Effect::new(move || {
        if let Some(Ok(begun)) = beginning.value().get() {
            replaying.show(begun);
        }
    });
    let ask = move |_| {
        counting.dispatch(filter.get_untracked());
        open.set(true);
    };
    let confirm = move |()| {
        beginning.dispatch(filter.get_untracked());
    };
    let found = Signal::derive(move || {
        let is_counted = !counting.pending().get();
        counting.value().get().and_then(Result::ok).filter(|_| is_counted)
    });
    let is_ready = Signal::derive(move || found.get().is_some_and(|found| found.count > 0));
    let words = move || match filter.with(|filter| *filter == RequestFilter::default()) {
        true => "Replay all",
        false => "Replay all that match",
    };
    let is_counting = move || counting.pending().get();
    let is_busy = move || beginning.pending().get() || replaying.is_running();
    Here::may(Permission::ReplayRequests)
        .then(|| {
            view! {
                <button type="button" class="btn btn-sm" on:click=ask disabled=is_busy>
                    <Icon glyph=Glyph::RotateCcw/> {words}
                </button>
                <Confirm open title="Replay these requests?" action="Replay" is_ready on_confirm=confirm>
                    <p class="empty:hidden">
                        {move || if is_counting() { Some("Counting…".to_owned()) } else { found.get().map(in_words) }}
                    </p>
                    <ErrorNote error=failure(counting)/>
                    <p class="muted">
                        "Each goes to its source as that is set up now, and may make events and deliveries again: idempotency keys are not looked at. Senders are not answered again."
                    </p>
                </Confirm>
                <ErrorNote error=failure(beginning)/>
            }
        })
        .into_any()
}

fn in_words(found: Count) -> String {
    match found {
        Count { count: 0, .. } => {
            "Nothing that these filters match can be replayed: no request came to a source from a sender that was believed.".to_owned()
        }
        Count { count, more: true } => {
            format!("More than {0} requests match. The oldest {0} will be replayed.", number(i64::from(count)))
        }
        Count { count, .. } => {
            format!("{} will be replayed, the oldest first.", counted(usize::try_from(count).unwrap_or(usize::MAX), "request"))
        }
    }
}

/// Keeps, while other filters are chosen, which replay's requests are shown.
#[component]
pub fn ReplayFilters() -> impl IntoView {
    let query = use_query_map();
    let kept = move |name: &'static str| {
        let value = query.with(|query| query.get(name))?;
        Some(view! { <input type="hidden" name=name value=value/> })
    };
    view! { {move || KEPT.into_iter().filter_map(kept).collect_view()} }.into_any()
}
