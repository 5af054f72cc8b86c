use super::blueprints::{Card, Steps};
use super::server_fns::list_blueprints;
use crate::components::{LoadedLater, Skeleton};
use crate::here::Here;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// What to do on the sender's side (K17), of the blueprint that the query names: the one that a new source was made from.
#[component]
pub fn Instructions() -> impl IntoView {
    let query = use_query_map();
    let from = Memo::new(move |_| query.with(|query| query.get("from")));
    move || from.get().map(|key| view! { <OfBlueprint key/> })
}

#[component]
fn OfBlueprint(key: String) -> impl IntoView {
    let (slug, key) = (StoredValue::new(Here::slug()), StoredValue::new(key));
    let load = Action::new(move |(): &()| list_blueprints(slug.get_value()));
    let steps = move |cards: Vec<Card>| {
        let card = cards.into_iter().find(|card| key.with_value(|key| card.key == *key));
        card.map(|card| {
            view! {
                <section class="grid gap-1" aria-label="On the sender’s side">
                    <span class="field-label">{format!("On the sender’s side: {}", card.name)}</span>
                    <Steps steps=card.steps/>
                </section>
            }
        })
    };
    view! { <LoadedLater wanted=Signal::derive(|| ()) load skeleton=Skeleton::Filters view=steps/> }
        .into_any()
}
