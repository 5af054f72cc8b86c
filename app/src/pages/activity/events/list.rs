use super::server_fns::list_events;
use crate::browser;
use crate::components::{CopyBox, Empty, Glyph, Loaded, PageHead, page_in};
use crate::here::Here;
use crate::live::Tail;
use crate::pages::activity::{CRUMBS, EventRows, FilterBar, FilterInput, LiveSwitch, LogList, tail_of};
use domain::activity::{EventFilter, EventRow, Page};
use domain::subscription::EventPattern;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

fn filter_in(query: &ParamsMap) -> EventFilter {
    EventFilter { event_type: query.get_str("type").filter(|text| !text.is_empty()).map(ToOwned::to_owned) }
}

fn passes(filter: &EventFilter, row: &EventRow) -> bool {
    filter.event_type.as_ref().is_none_or(|wanted| EventPattern(wanted.clone()).matches(&row.event_type))
}

/// `/a/{slug}/activity/events`.
#[component]
pub fn List() -> impl IntoView {
    let query = use_query_map();
    let slug = StoredValue::new(Here::slug());
    let wanted = Memo::new(move |_| query.with(|query| (filter_in(query), page_in(query))));
    let events = Resource::new(
        move || wanted.get(),
        move |(filter, page)| list_events(slug.get_value(), filter, page),
    );
    let tail = tail_of("live/events", wanted, passes, move || events.refetch());
    view! {
        <PageHead title="Events" crumbs=CRUMBS about="Facts that Hookloft accepted. Subscriptions decide where each one goes.">
            <LiveSwitch tail/>
        </PageHead>
        <FilterBar><FilterInput name="type" label="Event type" placeholder="Event type, like order.*"/></FilterBar>
        <Loaded resource=events view=move |page| view! { <Events page tail/> }/>
    }
    .into_any()
}

#[component]
fn Events(page: Page<EventRow>, tail: Tail<EventRow>) -> impl IntoView {
    let is_filtered = use_query_map().with_untracked(filter_in) != EventFilter::default();
    let (ids, next) = (page.data.iter().map(|row| row.id.0).collect(), page.next);
    let rows = StoredValue::new(page.data);
    let list = move || view! { <EventRows rows=rows.get_value() tail/> };
    view! {
        <LogList tail ids next is_filtered rows=list never_any=|| view! { <NeverAny/> }/>
    }
    .into_any()
}

#[component]
fn NeverAny() -> impl IntoView {
    let origin = RwSignal::new("$HOOKLOFT".to_owned());
    Effect::new(move || origin.set(browser::origin()));
    let command = Signal::derive(move || {
        format!(
            "curl -X POST \"{}/api/v1/events\" \\\n  -H \"Authorization: Bearer $KEY\" \\\n  \
             -H \"Content-Type: application/json\" \\\n  \
             -d '{{\"type\":\"order.created\",\"data\":{{\"number\":1}}}}'",
            origin.get()
        )
    });
    view! {
        <Empty
            glyph=Glyph::Zap
            title="No events yet"
            text="Sources make events of the requests they accept, and programs publish them over the API, with an API key:"
        />
        <div class="mx-auto max-w-2xl"><CopyBox text=command what="command" multiline=true/></div>
    }
    .into_any()
}
