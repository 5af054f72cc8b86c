use super::attempts::Timeline;
use super::server_fns::{DeliveryView, RetryDelivery, get_delivery};
use crate::components::json::JsonView;
use crate::components::{
    Crumb, Due, ErrorNote, Exact, Glyph, Icon, Loaded, Note, PageHead, Panel, Skeleton, State, StateChip,
    Toasts, Tone, failure,
};
use crate::error::AppError;
use crate::here::Here;
use domain::account::Permission;
use domain::delivery::{Delivery, DeliveryStatus};
use domain::ids::IntegrationId;
use domain::integration::IntegrationState;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;
use std::time::Duration;

const CRUMBS: &[Crumb] = &[("Deliveries", "activity/deliveries")];
/// How often a pending delivery is looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// `/a/{slug}/activity/deliveries/{id}`.
#[component]
pub fn Detail() -> impl IntoView {
    let params = use_params_map();
    let slug = StoredValue::new(Here::slug());
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let delivery = Resource::new(
        move || id.get(),
        move |id| async move { get_delivery(slug.get_value(), id.parse().map_err(|_| AppError::NotFound)?).await },
    );
    let retry = ServerAction::<RetryDelivery>::new();
    let toasts = Toasts::get();
    Effect::new(move || {
        if let Some(Ok(())) = retry.value().get() {
            toasts.say("It is tried again now.");
            delivery.refetch();
        }
    });
    let look_again = Callback::new(move |()| delivery.refetch());
    view! {
        <Loaded resource=delivery skeleton=Skeleton::Panels view=move |found| view! { <DeliveryPage found retry look_again/> }/>
    }
    .into_any()
}

#[component]
fn DeliveryPage(
    found: DeliveryView,
    retry: ServerAction<RetryDelivery>,
    look_again: Callback<()>,
) -> impl IntoView {
    let DeliveryView { detail, integration } = found;
    let delivery = detail.delivery;
    let status = delivery.status;
    let is_active = integration.as_ref().is_some_and(|(_, state)| *state == IntegrationState::Active);
    let name = integration.map(|(name, _)| name);
    let error = failure(*retry);
    if status == DeliveryStatus::Pending {
        Effect::new(move || {
            if let Ok(waiting) = set_timeout_with_handle(move || look_again.run(()), LOOK_AGAIN) {
                on_cleanup(move || waiting.clear());
            }
        });
    }
    view! {
        <PageHead title=delivery.event_type.to_string() crumbs=CRUMBS beside=move || view! { <StateChip state=status/> }>
            <RetryButton id=delivery.id.to_string() status is_active retry/>
        </PageHead>
        <ErrorNote error/>
        <Facts delivery=delivery.clone() name=name.clone()/>
        <div class="mb-4 grid gap-2 empty:hidden">
            {delivery.ended_because.clone().map(|why| {
                let (tone, glyph, _) = status.look();
                view! { <Note tone glyph>{ended(&why)}</Note> }
            })}
            {(!is_active).then(|| view! { <NoRetry id=delivery.integration_id name/> })}
        </div>
        <div class="grid min-w-0 gap-4">
            <Panel title="Attempts" about="Each try of this delivery, oldest first.">
                <Timeline delivery attempts=detail.attempts/>
            </Panel>
            <Panel title="Data of the event">
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
fn RetryButton(
    id: String,
    status: DeliveryStatus,
    is_active: bool,
    retry: ServerAction<RetryDelivery>,
) -> impl IntoView {
    let may = Here::may(Permission::RetryDeliveries);
    let words = if status == DeliveryStatus::Pending { "Try now" } else { "Retry" };
    let class = if status == DeliveryStatus::Succeeded { "btn btn-sm" } else { "btn btn-sm btn-primary" };
    may.then(|| {
        view! {
            <ActionForm action=retry>
                <input type="hidden" name="slug" value=Here::slug()/>
                <input type="hidden" name="id" value=id/>
                <button type="submit" class=class disabled=move || !is_active || retry.pending().get()>
                    <Icon glyph=Glyph::RotateCcw/> {words}
                </button>
            </ActionForm>
        }
    })
}

/// Why it cannot be retried, where that is because of its integration.
#[component]
fn NoRetry(id: IntegrationId, name: Option<String>) -> impl IntoView {
    let target = Here::path(&format!("integrations/{id}"));
    Here::may(Permission::RetryDeliveries).then(|| {
        view! {
            <Note tone=Tone::Neutral glyph=Glyph::CirclePause>
                {match name {
                    Some(name) => view! {
                        "Its integration is inactive. Set " <A href=target attr:class="link">{name}</A> " active to try it again."
                    }.into_any(),
                    None => "Its integration was deleted, so it cannot be tried again.".into_any(),
                }}
            </Note>
        }
    })
}

#[component]
fn Facts(delivery: Delivery, name: Option<String>) -> impl IntoView {
    let event = Here::path(&format!("activity/events/{}", delivery.event_id));
    let target = Here::path(&format!("integrations/{}", delivery.integration_id));
    let integration = match name {
        Some(name) => view! { <A href=target attr:class="link">{name}</A> }.into_any(),
        None => view! { <span class="muted">"deleted"</span> }.into_any(),
    };
    view! {
        <dl class="facts">
            <div><dt>"Integration"</dt><dd>{integration}</dd></div>
            <div><dt>"Event"</dt><dd><A href=event attr:class="link">{delivery.event_type.to_string()}</A></dd></div>
            <div><dt>"Created"</dt><dd><Exact at=delivery.created_at/></dd></div>
            {delivery.finished_at.map(|at| view! { <div><dt>"Ended"</dt><dd><Exact at/></dd></div> })}
            {delivery.next_attempt_at.map(|at| view! { <div><dt>"Next try"</dt><dd><Due at/></dd></div> })}
            <div><dt>"webhook-id"</dt><dd class="font-mono text-xs">{delivery.id.to_string()}</dd></div>
        </dl>
    }
    .into_any()
}

/// Why a delivery ended without success, for a person.
fn ended(why: &str) -> String {
    match why {
        "attempts_exhausted" => "Every try of its retry schedule was made.".to_owned(),
        "refused_for_good" => "The receiver's answer says that trying again is no use.".to_owned(),
        "out_of_time" => "The next try would have been after the end of its time.".to_owned(),
        "gone" => "The receiver answered 410 Gone. Its integration was switched off.".to_owned(),
        "integration_inactive" => "Its integration went inactive before it was delivered.".to_owned(),
        other => other.replace('_', " "),
    }
}
