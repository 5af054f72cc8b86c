//! Overview: how things go, and the first steps while nothing goes yet.

mod first_steps;
mod server_fns;

use crate::components::chart::{ATTEMPTS, REQUESTS};
use crate::components::{Glyph, Icon, Loaded, PageHead, Panel, Skeleton, SpanSwitch, chosen_span, number};
use crate::here::Here;
use crate::pages::activity::{Charts, DeliveryRows, Names};
use domain::activity::Count;
use domain::delivery::Delivery;
use domain::ids::IntegrationId;
use first_steps::FirstSteps;
use leptos::prelude::*;
use leptos_router::components::A;
use server_fns::{OverviewPage, get_overview};

/// `/a/{slug}`.
#[component]
pub fn Overview() -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let span = chosen_span();
    let overview = Resource::new(move || span.get(), move |span| get_overview(slug.get_value(), span));
    let has_charts = move || overview.get().and_then(Result::ok).is_some_and(|found| found.has_begun());
    view! {
        <PageHead title="Overview"><Transition><Show when=has_charts><SpanSwitch/></Show></Transition></PageHead>
        <Loaded resource=overview skeleton=Skeleton::Charts view=|found| view! { <Content found/> }/>
    }
    .into_any()
}

#[component]
fn Content(found: OverviewPage) -> impl IntoView {
    let has_begun = found.has_begun();
    let OverviewPage { overview, integrations, setup } = found;
    let (span, requests, attempts) = (overview.span, overview.requests, overview.attempts);
    view! {
        <div class="grid min-w-0 gap-5">
            {(!setup.is_complete()).then(|| view! { <FirstSteps setup/> })}
            {has_begun.then(|| view! {
                <section class="grid min-w-0 gap-2" aria-labelledby="incoming">
                    <h2 id="incoming" class="section-title"><Icon glyph=Glyph::ArrowDownToLine/> "Incoming requests"</h2>
                    <Charts points=requests span words=REQUESTS/>
                </section>
                <section class="grid min-w-0 gap-2" aria-labelledby="outgoing">
                    <h2 id="outgoing" class="section-title"><Icon glyph=Glyph::Send/> "Outgoing attempts"</h2>
                    <Charts points=attempts span words=ATTEMPTS/>
                </section>
                <Failures rows=overview.recent_failures names=integrations waiting=overview.waiting/>
            })}
        </div>
    }
    .into_any()
}

#[component]
fn Failures(rows: Vec<Delivery>, names: Names<IntegrationId>, waiting: Count) -> impl IntoView {
    let more = if waiting.more { "+" } else { "" };
    let words = format!("{}{more} waiting for their next try", number(i64::from(waiting.count)));
    let corner = move || {
        let words = words.clone();
        (waiting.count > 0).then(|| {
            view! {
                <A href=Here::path("activity/deliveries?status=pending") attr:class="btn btn-sm">
                    <Icon glyph=Glyph::Clock/> {words}
                </A>
            }
        })
    };
    view! {
        <Panel title="Recent failures" about="Deliveries that ended without success." corner>
            {if rows.is_empty() {
                view! {
                    <p class="muted flex items-center gap-2"><Icon glyph=Glyph::CircleCheck/> "No delivery has failed for good."</p>
                }.into_any()
            } else {
                view! { <DeliveryRows rows names/> }.into_any()
            }}
        </Panel>
    }
    .into_any()
}
