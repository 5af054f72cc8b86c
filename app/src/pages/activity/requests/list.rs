use super::log::{LoggedRequests, OutcomeFilter, RequestLog};
use super::replay_all::{ReplayAll, ReplayFilters};
use super::replay_progress::ReplayProgress;
use crate::components::{Empty, Glyph, Loaded, PageHead, Skeleton};
use crate::here::Here;
use crate::pages::activity::{CRUMBS, FilterBar, FilterSelect, LiveSwitch, Names, names_for_palette};
use domain::ids::SourceId;
use leptos::prelude::*;
use leptos_router::components::A;

/// `/a/{slug}/activity/requests`.
#[component]
pub fn List() -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let log = RequestLog::of_all();
    let names = Resource::new(|| (), move |()| names_for_palette(slug.get_value()));
    view! {
        <PageHead title="Requests" crumbs=CRUMBS about="Every call to your sources, with what it was answered. Refused ones, too.">
            <LiveSwitch tail=log.tail/>
            <ReplayAll log/>
        </PageHead>
        <ReplayProgress replaying=log.replaying/>
        <Loaded resource=names skeleton=Skeleton::Filters view=|names| view! { <Filters sources=names.sources/> }/>
        <LoggedRequests log never_any=|| view! { <NeverAny/> }/>
    }
    .into_any()
}

#[component]
fn Filters(sources: Names<SourceId>) -> impl IntoView {
    view! {
        <FilterBar>
            <ReplayFilters/>
            <OutcomeFilter/>
            <FilterSelect name="source" label="Source" all="Any source" choices=sources.choices()/>
        </FilterBar>
    }
    .into_any()
}

#[component]
fn NeverAny() -> impl IntoView {
    view! {
        <Empty
            glyph=Glyph::Inbox
            title="No requests yet"
            text="A source gives you a URL. Whatever is sent there shows up here, with the reason when it is refused."
        >
            <A href=Here::path("sources") attr:class="btn btn-sm btn-primary">"Go to Sources"</A>
        </Empty>
    }
    .into_any()
}
