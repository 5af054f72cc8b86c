use crate::components::{Empty, Glyph, Icon, LoadedLater};
use crate::here::Here;
use crate::pages::activity::DeliveryRows;
use crate::pages::activity::deliveries::list_deliveries;
use domain::account::Permission;
use domain::activity::{DeliveryFilter, PageRequest};
use domain::ids::IntegrationId;
use domain::link::Link;
use leptos::prelude::*;
use leptos_router::components::A;

/// What makes it fire (T10).
#[component]
pub fn LinkedTab(
    /// The integration.
    id: IntegrationId,
    /// What sends to it.
    links: Vec<Link>,
) -> impl IntoView {
    let new = Here::path(&format!("subscriptions/new?integration={id}"));
    let may = Here::may(Permission::EditSubscriptions);
    let button = move || {
        may.then(|| view! { <A href=new.clone() attr:class="btn btn-sm btn-primary"><Icon glyph=Glyph::Plus/> "Subscribe to events"</A> })
    };
    if links.is_empty() {
        return view! {
            <Empty
                glyph=Glyph::Unplug
                title="Linked to nothing"
                text="It never fires. Subscribe it to events, and each event that matches is sent to it."
            >
                {button()}
            </Empty>
        }
        .into_any();
    }
    view! {
        <div class="mb-3 flex justify-end">{button()}</div>
        <table class="list">
            <thead><tr><th>"Name"</th><th>"Kind"</th></tr></thead>
            <tbody>
                {links.into_iter().map(|link| view! {
                    <tr>
                        <td class="cell-main">
                            <A
                                href=Here::path(&format!("subscriptions/{}", link.id))
                                attr:data-row=""
                                attr:class="row-link font-medium"
                            >
                                {link.name}
                            </A>
                        </td>
                        <td>"Subscription"</td>
                    </tr>
                }).collect_view()}
            </tbody>
        </table>
    }
    .into_any()
}

/// Its newest deliveries.
#[component]
pub fn DeliveriesTab(
    /// The integration.
    id: IntegrationId,
) -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let load = Action::new(move |filter: &DeliveryFilter| {
        let newest = PageRequest { limit: Some(25), ..PageRequest::default() };
        list_deliveries(slug.get_value(), filter.clone(), newest)
    });
    let wanted = Signal::stored(DeliveryFilter { integration_id: Some(id), ..DeliveryFilter::default() });
    let all = Here::path(&format!("activity/deliveries?integration={id}"));
    view! {
        <LoadedLater wanted load view=move |found| {
            if found.page.data.is_empty() {
                return view! {
                    <Empty glyph=Glyph::Send title="No deliveries yet" text="What is sent to this integration shows up here."/>
                }.into_any();
            }
            view! {
                <DeliveryRows rows=found.page.data/>
                <p class="mt-3 text-right">
                    <A href=all.clone() attr:class="btn btn-sm">"All of its deliveries" <Icon glyph=Glyph::ArrowRight/></A>
                </p>
            }.into_any()
        }/>
    }
    .into_any()
}
