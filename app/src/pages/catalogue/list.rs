use super::server_fns::list_catalogue;
use crate::components::{Chip, Glyph, Icon, Loaded, PageHead, Tone, counted};
use crate::here::Here;
use domain::account::Permission;
use domain::catalogue::CatalogueEntry;
use leptos::prelude::*;
use leptos_router::components::A;

/// `/a/{slug}/catalogue`.
#[component]
pub fn List() -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let entries = Resource::new(|| (), move |()| list_catalogue(slug.get_value()));
    let may = Here::may(Permission::EditCatalogue);
    view! {
        <PageHead title="Event catalogue" about="What sources can record on customers, what it says, and what it does to them.">
            {may.then(|| view! {
                <A href=Here::path("catalogue/new") attr:class="btn btn-sm btn-primary"><Icon glyph=Glyph::Plus/> "New event"</A>
            })}
        </PageHead>
        <Loaded resource=entries view=|entries| view! { <Entries entries/> }/>
    }
    .into_any()
}

#[component]
fn Entries(entries: Vec<CatalogueEntry>) -> impl IntoView {
    view! {
        <table class="list">
            <thead><tr><th>"Event"</th><th>"Effect"</th><th>"Attributes"</th><th>"Defined"</th></tr></thead>
            <tbody>{entries.into_iter().map(|entry| view! { <Line entry/> }).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Line(entry: CatalogueEntry) -> impl IntoView {
    let definition = &entry.definition;
    let (name, event_type) = (definition.name.clone(), definition.event_type.to_string());
    let required = definition.attributes.iter().filter(|attribute| attribute.required).count();
    let href = Here::path(&format!("catalogue/events/{event_type}"));
    view! {
        <tr>
            <td class="cell-main">
                <A href attr:data-row="" attr:class="row-link font-medium">{name}</A>
                <p class="muted font-mono text-xs break-all">{event_type}</p>
            </td>
            <td data-label="Effect">{definition.effect.label()}</td>
            <td class="muted">{counted(definition.attributes.len(), "attribute")} ", " {required} " required"</td>
            <td><Origin entry=entry.clone()/></td>
        </tr>
    }
    .into_any()
}

/// Where a definition comes from.
#[component]
pub fn Origin(
    /// The event.
    entry: CatalogueEntry,
) -> impl IntoView {
    match (entry.shipped, entry.own) {
        (true, false) => view! { <Chip tone=Tone::Neutral glyph=Glyph::BookOpen>"Shipped"</Chip> }.into_any(),
        (true, true) => view! { <Chip tone=Tone::Busy glyph=Glyph::CircleDot>"Changed"</Chip> }.into_any(),
        _ => view! { <Chip tone=Tone::Good glyph=Glyph::CircleCheck>"Your own"</Chip> }.into_any(),
    }
}
