use super::blueprints::{Card, Steps};
use super::server_fns::list_blueprints;
use crate::components::{Glyph, Icon, LoadedLater, Skeleton};
use crate::here::Here;
use leptos::prelude::*;

/// What to do on the sender's side (K17), as the blueprint says that the source was made from. Nothing where it says
/// nothing, or is not offered any more.
#[component]
pub fn Instructions(
    /// The blueprint's key.
    blueprint: String,
    /// Whether they are unfolded at first: as long as nothing came.
    #[prop(into)]
    open: Signal<bool>,
) -> impl IntoView {
    let (slug, key) = (StoredValue::new(Here::slug()), StoredValue::new(blueprint));
    let load = Action::new(move |(): &()| list_blueprints(slug.get_value()));
    let steps = move |cards: Vec<Card>| {
        let card = cards.into_iter().find(|card| key.with_value(|key| card.key == *key));
        card.filter(|card| !card.steps.is_empty()).map(|card| {
            view! {
                <details class="min-w-0" open=move || open.get()>
                    <summary class="disclosure">
                        <Icon glyph=Glyph::ChevronRight class="size-3.5"/>
                        {format!("On the sender’s side: {}", card.name)}
                    </summary>
                    <div class="mt-2"><Steps steps=card.steps/></div>
                </details>
            }
        })
    };
    view! { <LoadedLater wanted=Signal::derive(|| ()) load skeleton=Skeleton::Filters view=steps/> }
        .into_any()
}
