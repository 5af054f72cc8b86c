use super::retry_all::RetryAll;
use super::server_fns::{DeliveriesPage, list_deliveries};
use crate::components::{Empty, Glyph, Loaded, PageHead, Skeleton, page_in};
use crate::here::Here;
use crate::live::Tail;
use crate::pages::activity::{
    CRUMBS, DeliveryRows, FilterBar, FilterInput, FilterSelect, LiveSwitch, LogList, Names,
    integration_names, tail_of,
};
use domain::account::Permission;
use domain::activity::DeliveryFilter;
use domain::delivery::{Delivery, DeliveryStatus};
use domain::ids::IntegrationId;
use domain::subscription::EventPattern;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

/// What the query string asks for; what makes no sense in it is ignored.
pub fn filter_in(query: &ParamsMap) -> DeliveryFilter {
    DeliveryFilter {
        status: query.get_str("status").and_then(|text| text.parse().ok()),
        integration_id: query.get_str("integration").and_then(|text| text.parse().ok()),
        event_type: query.get_str("type").filter(|text| !text.is_empty()).map(ToOwned::to_owned),
    }
}

fn passes(filter: &DeliveryFilter, row: &Delivery) -> bool {
    filter.status.is_none_or(|status| row.status == status)
        && filter.integration_id.is_none_or(|integration| row.integration_id == integration)
        && filter
            .event_type
            .as_ref()
            .is_none_or(|wanted| EventPattern(wanted.clone()).matches(&row.event_type))
}

/// `/a/{slug}/activity/deliveries`.
#[component]
pub fn List() -> impl IntoView {
    let query = use_query_map();
    let slug = StoredValue::new(Here::slug());
    let wanted = Memo::new(move |_| query.with(|query| (filter_in(query), page_in(query))));
    let deliveries = Resource::new(
        move || wanted.get(),
        move |(filter, page)| list_deliveries(slug.get_value(), filter, page),
    );
    let names = Resource::new(|| (), move |()| integration_names(slug.get_value()));
    let tail = tail_of("live/deliveries", wanted, passes, move || deliveries.refetch());
    let has_come = Memo::new(move |_| tail.shown.with(|rows| !rows.is_empty()));
    let on_retried = move |()| {
        tail.begin_anew();
        deliveries.refetch();
    };
    let may_retry = Here::may(Permission::RetryDeliveries);
    let filter = Signal::derive(move || wanted.with(|(filter, _)| filter.clone()));
    view! {
        <PageHead title="Deliveries" crumbs=CRUMBS about="Each message to an integration, and how it went.">
            <LiveSwitch tail/>
            {may_retry.then(|| view! {
                <Transition>
                    {move || {
                        let came = has_come.get();
                        Suspend::new(async move {
                            let has_rows = came || deliveries.await.is_ok_and(|found| !found.page.data.is_empty());
                            has_rows.then(|| view! { <RetryAll filter on_done=on_retried/> })
                        })
                    }}
                </Transition>
            })}
        </PageHead>
        <Loaded resource=names skeleton=Skeleton::Filters view=|integrations| view! { <Filters integrations/> }/>
        <Loaded resource=deliveries view=move |found| view! { <Deliveries found tail/> }/>
    }
    .into_any()
}

#[component]
fn Filters(integrations: Names<IntegrationId>) -> impl IntoView {
    view! {
        <FilterBar>
            <FilterInput name="type" label="Event type" placeholder="Event type, like order.*"/>
            <FilterSelect name="status" label="Status" all="Any status" choices=statuses()/>
            <FilterSelect name="integration" label="Integration" all="Any integration" choices=integrations.choices()/>
        </FilterBar>
    }
    .into_any()
}

#[component]
fn Deliveries(found: DeliveriesPage, tail: Tail<Delivery>) -> impl IntoView {
    let DeliveriesPage { page, integrations } = found;
    let is_filtered = use_query_map().with_untracked(filter_in) != DeliveryFilter::default();
    let (ids, next) = (page.data.iter().map(|row| row.id.0).collect(), page.next);
    let (rows, names) = (StoredValue::new(page.data), StoredValue::new(integrations));
    let list = move || view! { <DeliveryRows rows=rows.get_value() tail names=names.get_value()/> };
    view! {
        <LogList tail ids next is_filtered rows=list never_any=|| view! { <NeverAny/> }/>
    }
    .into_any()
}

fn statuses() -> Vec<(String, String)> {
    let words = |status| match status {
        DeliveryStatus::Pending => "Pending",
        DeliveryStatus::Succeeded => "Delivered",
        DeliveryStatus::Failed => "Failed",
        DeliveryStatus::Cancelled => "Cancelled",
    };
    DeliveryStatus::ALL
        .into_iter()
        .map(|status| (status.as_str().to_owned(), words(status).to_owned()))
        .collect()
}

#[component]
fn NeverAny() -> impl IntoView {
    view! {
        <Empty
            glyph=Glyph::Send
            title="No deliveries yet"
            text="When an event matches a subscription, its message to the integration shows up here, with every attempt."
        >
            <A href=Here::path("subscriptions") attr:class="btn btn-sm btn-primary">"Go to Subscriptions"</A>
        </Empty>
    }
    .into_any()
}
