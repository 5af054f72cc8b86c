use super::server_fns::{EventView, get_event};
use crate::components::json::JsonView;
use crate::components::{Crumb, Empty, Exact, Glyph, Loaded, Note, PageHead, Panel, Skeleton, Tone};
use crate::error::AppError;
use crate::here::Here;
use crate::pages::activity::DeliveryRows;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

const CRUMBS: &[Crumb] = &[("Events", "activity/events")];

/// `/a/{slug}/activity/events/{id}`.
#[component]
pub fn Detail() -> impl IntoView {
    let params = use_params_map();
    let slug = StoredValue::new(Here::slug());
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let event = Resource::new(
        move || id.get(),
        move |id| async move { get_event(slug.get_value(), id.parse().map_err(|_| AppError::NotFound)?).await },
    );
    view! { <Loaded resource=event skeleton=Skeleton::Panels view=|found| view! { <Event found/> }/> }
        .into_any()
}

#[component]
fn Event(found: EventView) -> impl IntoView {
    let EventView { detail, integrations } = found;
    let event = detail.event;
    let request = event.request_id.map(|id| Here::path(&format!("activity/requests/{id}")));
    view! {
        <PageHead title=event.event_type.to_string() crumbs=CRUMBS/>
        <dl class="facts">
            <div><dt>"Accepted"</dt><dd><Exact at=event.occurred_at/></dd></div>
            <div>
                <dt>"Came from"</dt>
                <dd>
                    {match request {
                        Some(href) => view! { <A href attr:class="link">"a request"</A> }.into_any(),
                        None => view! { "the API" }.into_any(),
                    }}
                </dd>
            </div>
            <div><dt>"Id"</dt><dd class="font-mono text-xs">{event.id.to_string()}</dd></div>
        </dl>
        <div class="grid min-w-0 gap-4">
            <Panel title="Deliveries" about="One for each subscription that this event matched when it was accepted.">
                {if detail.deliveries.is_empty() {
                    view! { <Nowhere/> }.into_any()
                } else {
                    view! { <DeliveryRows rows=detail.deliveries names=integrations/> }.into_any()
                }}
            </Panel>
            <Panel title="Data">
                {match detail.data {
                    Some(value) => view! { <JsonView value what="data"/> }.into_any(),
                    None => view! {
                        <Note tone=Tone::Neutral glyph=Glyph::Hourglass>"Bodies of this age have been deleted."</Note>
                    }.into_any(),
                }}
            </Panel>
        </div>
    }
    .into_any()
}

#[component]
fn Nowhere() -> impl IntoView {
    view! {
        <Empty glyph=Glyph::Route title="It went nowhere" text="No subscription to an active integration matched it.">
            <A href=Here::path("subscriptions") attr:class="btn btn-sm">"Go to Subscriptions"</A>
        </Empty>
    }
    .into_any()
}
