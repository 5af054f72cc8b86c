use super::server_fns::{SubscriptionsPage, list_subscriptions};
use crate::components::{Ago, Empty, Glyph, Icon, Loaded, PageHead, StateChip};
use crate::here::Here;
use crate::pages::activity::Names;
use domain::account::Permission;
use domain::ids::IntegrationId;
use domain::integration::IntegrationState;
use domain::subscription::Subscription;
use leptos::prelude::*;
use leptos_router::components::A;

/// `/a/{slug}/subscriptions`.
#[component]
pub fn List() -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let subscriptions = Resource::new(|| (), move |()| list_subscriptions(slug.get_value()));
    let may = Here::may(Permission::EditSubscriptions);
    view! {
        <PageHead title="Subscriptions" about="Which events go to which integration.">{may.then(new_button)}</PageHead>
        <Loaded resource=subscriptions view=|found| view! { <Lines found/> }/>
    }
    .into_any()
}

fn new_button() -> impl IntoView {
    view! {
        <A href=Here::path("subscriptions/new") attr:class="btn btn-sm btn-primary"><Icon glyph=Glyph::Plus/> "New subscription"</A>
    }
}

#[component]
fn Lines(found: SubscriptionsPage) -> impl IntoView {
    let SubscriptionsPage { subscriptions, integrations, inactive } = found;
    let may = Here::may(Permission::EditSubscriptions);
    if subscriptions.is_empty() {
        return view! {
            <Empty
                glyph=Glyph::Route
                title="No subscriptions yet"
                text="Without one, events are stored and go nowhere. Say which event types an integration gets."
            >
                {may.then(new_button)}
            </Empty>
        }
        .into_any();
    }
    let names = StoredValue::new(integrations);
    view! {
        <table class="list">
            <thead><tr><th>"Name"</th><th>"Event types"</th><th>"Filter"</th><th>"Integration"</th><th>"Changed"</th></tr></thead>
            <tbody>
                {subscriptions.into_iter().map(|subscription| {
                    let is_inactive = inactive.contains(&subscription.integration_id);
                    view! { <Line subscription names is_inactive/> }
                }).collect_view()}
            </tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Line(
    subscription: Subscription,
    names: StoredValue<Names<IntegrationId>>,
    is_inactive: bool,
) -> impl IntoView {
    let integration = names.with_value(|names| names.of(subscription.integration_id));
    let has_filter = subscription.filter.is_some();
    view! {
        <tr>
            <td class="cell-main">
                <A href=Here::path(&format!("subscriptions/{}", subscription.id)) attr:data-row="" attr:class="row-link font-medium">
                    {subscription.name.clone()}
                </A>
            </td>
            <td>
                <span class="flex flex-wrap gap-1">
                    {subscription.event_types.into_iter().map(|pattern| view! { <code class="token muted">{pattern.0}</code> }).collect_view()}
                </span>
            </td>
            <td data-label="Filter" class="muted">{if has_filter { "yes" } else { "none" }}</td>
            <td data-label="To">
                {integration}
                {is_inactive.then(|| view! { " " <StateChip state=IntegrationState::Inactive/> })}
            </td>
            <td data-label="Changed"><Ago at=subscription.updated_at/></td>
        </tr>
    }
    .into_any()
}
