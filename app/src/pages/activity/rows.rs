use super::Names;
use crate::components::{Ago, StateChip, StatusCode};
use crate::here::Here;
use crate::live::Tail;
use domain::activity::EventRow;
use domain::delivery::Delivery;
use domain::ids::IntegrationId;
use leptos::prelude::*;
use leptos_router::components::A;

/// A table of deliveries.
#[component]
pub fn DeliveryRows(
    /// The deliveries, newest first.
    rows: Vec<Delivery>,
    /// What comes and changes meanwhile. It outlives the table, which may still listen after it was loaded anew.
    #[prop(optional)]
    tail: Option<Tail<Delivery>>,
    /// What their integrations are called; left out where all are to the same.
    #[prop(optional)]
    names: Option<Names<IntegrationId>>,
) -> impl IntoView {
    let has_names = names.is_some();
    let names = StoredValue::new(names);
    let all = Tail::over(tail, rows);
    let row = move |delivery: Delivery| {
        let id = delivery.id;
        let delivery = Memo::new(move |known: Option<&Delivery>| {
            let by_now = all.with(|all| all.iter().find(|other| other.id == id).cloned());
            by_now.or_else(|| known.cloned()).unwrap_or_else(|| delivery.clone())
        });
        view! { <DeliveryRow delivery names/> }
    };
    view! {
        <table class="list">
            <thead>
                <tr>
                    <th>"Created"</th><th>"Event"</th>{has_names.then(|| view! { <th>"Integration"</th> })}<th>"Status"</th>
                    <th>"Last answer"</th><th class="num">"Attempts"</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || all.get() key=|delivery| delivery.id let:delivery>{row(delivery)}</For>
            </tbody>
        </table>
    }
    .into_any()
}

#[component]
fn DeliveryRow(delivery: Memo<Delivery>, names: StoredValue<Option<Names<IntegrationId>>>) -> impl IntoView {
    let Delivery { id, created_at, event_type, integration_id, .. } = delivery.get_untracked();
    let name = names.with_value(|names| names.as_ref().map(|names| names.of(integration_id)));
    let answer = move || match delivery.with(|delivery| (delivery.last_status_code, delivery.last_error)) {
        (Some(code), _) => view! { <StatusCode code/> }.into_any(),
        (None, Some(error)) => {
            view! { <span class="tone-bad">{error.as_str().replace('_', " ")}</span> }.into_any()
        }
        (None, None) => view! { <span class="muted">"–"</span> }.into_any(),
    };
    let attempts = move || delivery.with(|delivery| delivery.attempts);
    view! {
        <tr>
            <td><Ago at=created_at/></td>
            <td class="cell-main">
                <A href=Here::path(&format!("activity/deliveries/{id}")) attr:data-row="" attr:class="row-link">
                    {event_type.to_string()}
                </A>
            </td>
            {name.map(|name| view! { <td>{name}</td> })}
            <td>{move || view! { <StateChip state=delivery.with(|delivery| delivery.status)/> }}</td>
            <td>{answer}</td>
            // One attempt is no news where there is little room.
            <td data-label="Attempts" class="num" class=("max-[699px]:hidden", move || attempts() <= 1)>{attempts}</td>
        </tr>
    }
    .into_any()
}

/// A table of events.
#[component]
pub fn EventRows(
    /// The events, newest first.
    rows: Vec<EventRow>,
    /// What comes and changes meanwhile. It outlives the table, which may still listen after it was loaded anew.
    #[prop(optional)]
    tail: Option<Tail<EventRow>>,
) -> impl IntoView {
    let all = Tail::over(tail, rows);
    view! {
        <table class="list">
            <thead><tr><th>"Accepted"</th><th>"Type"</th><th>"Came from"</th><th>"Id"</th></tr></thead>
            <tbody>
                <For each=move || all.get() key=|event| event.id let:event><EventRowView event/></For>
            </tbody>
        </table>
    }
    .into_any()
}

#[component]
fn EventRowView(event: EventRow) -> impl IntoView {
    let came_from = match event.request_id {
        Some(_) => "a request",
        None => "the API",
    };
    view! {
        <tr>
            <td><Ago at=event.occurred_at/></td>
            <td class="cell-main">
                <A href=Here::path(&format!("activity/events/{}", event.id)) attr:data-row="" attr:class="row-link">
                    {event.event_type.to_string()}
                </A>
            </td>
            <td data-label="From" class="muted">{came_from}</td>
            <td class="muted font-mono text-xs max-[699px]:hidden">{event.id.to_string()}</td>
        </tr>
    }
    .into_any()
}
