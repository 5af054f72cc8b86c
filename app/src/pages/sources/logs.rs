use super::server_fns::{SourceView, get_source};
use super::tabs::SourceTabs;
use crate::components::{Crumb, Empty, Glyph, Loaded, PageHead, Skeleton, StateChip};
use crate::here::Here;
use crate::pages::activity::requests::{
    LoggedRequests, OutcomeFilter, ReplayAll, ReplayProgress, RequestLog,
};
use crate::pages::activity::{FilterBar, LiveSwitch};
use domain::ids::SourceId;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;
use uuid::Uuid;

const CRUMBS: &[Crumb] = &[("Sources", "sources")];

/// `/a/{slug}/sources/{id}/logs`: what was sent to one source (A24).
#[component]
pub fn Logs() -> impl IntoView {
    let params = use_params_map();
    let slug = StoredValue::new(Here::slug());
    let id = Memo::new(move |_| {
        let id = params.with(|params| params.get("id").and_then(|text| text.parse().ok()));
        // What is no id is found as little as this one.
        id.unwrap_or(SourceId(Uuid::nil()))
    });
    let source = Resource::new(move || id.get(), move |id| get_source(slug.get_value(), id));
    let log = RequestLog::of(id);
    view! {
        <Loaded resource=source skeleton=Skeleton::Panels view=move |found| view! { <SourceLog found log/> }/>
    }
    .into_any()
}

#[component]
fn SourceLog(found: SourceView, log: RequestLog) -> impl IntoView {
    let source = found.source;
    let (id, state) = (source.id, source.state);
    view! {
        <PageHead title=source.config.name crumbs=CRUMBS beside=move || view! { <StateChip state/> }>
            <LiveSwitch tail=log.tail/>
            <ReplayAll log/>
        </PageHead>
        <ReplayProgress replaying=log.replaying/>
        <SourceTabs id chosen="/logs"/>
        <FilterBar><OutcomeFilter/></FilterBar>
        <LoggedRequests log never_any=move || view! { <NeverAny id/> }/>
    }
    .into_any()
}

#[component]
fn NeverAny(id: SourceId) -> impl IntoView {
    view! {
        <Empty
            glyph=Glyph::Inbox
            title="No requests yet"
            text="Whatever is sent to this source shows up here, with the reason when it is refused."
        >
            <A href=Here::path(&format!("sources/{id}")) attr:class="btn btn-sm btn-primary">"Go to its URL"</A>
        </Empty>
    }
    .into_any()
}
