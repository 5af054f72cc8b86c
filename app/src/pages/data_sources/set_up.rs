use super::connect::Connect;
use super::map::MapItems;
use super::server_fns::{DataSourceView, get_data_source};
use crate::components::{Chip, Crumb, Glyph, Icon, Loaded, PageHead, Skeleton, StateChip, Tone};
use crate::error::AppError;
use crate::here::Here;
use crate::pages::sources::Samples;
use domain::module::data_source::is_set_up;
use domain::source::Source;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

const CRUMBS: &[Crumb] = &[("Data Sources", "data-sources")];

/// `/a/{slug}/data-sources/{id}`: copy the URL, wait for the first message, say what is its id and its title.
#[component]
pub fn SetUp() -> impl IntoView {
    let params = use_params_map();
    let slug = StoredValue::new(Here::slug());
    let wanted = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let source = Resource::new(
        move || wanted.get(),
        move |id| async move {
            get_data_source(slug.get_value(), id.parse().map_err(|_| AppError::NotFound)?).await
        },
    );
    view! { <Loaded resource=source skeleton=Skeleton::Panels view=|found| view! { <Page found/> }/> }
        .into_any()
}

#[component]
fn Page(found: DataSourceView) -> impl IntoView {
    let DataSourceView { source, url, module: (module, name), sender } = found;
    let id = source.id;
    let samples = Samples::new(id);
    let stored = RwSignal::new(source);
    // Whoever says "I did it", and whoever comes back, goes on; a message that has come is not enough to be led away.
    let is_connected = RwSignal::new(stored.with_untracked(|source| is_set_up(&source.config)));
    view! {
        <PageHead
            title=stored.with_untracked(|source| source.config.name.clone())
            crumbs=CRUMBS
            beside=move || view! { {move || view! { <State source=stored.get()/> }} }
        >
            <A href=Here::path(&format!("modules/{module}")) attr:class="btn btn-sm"><Icon glyph=Glyph::Boxes/> {name}</A>
            <A href=Here::path(&format!("sources/{id}")) attr:class="btn btn-sm"><Icon glyph=Glyph::Settings/> "Configuration"</A>
        </PageHead>
        <div class="grid max-w-4xl min-w-0 gap-4">
            <Connect stored url sender samples is_connected/>
            <Show when=move || is_connected.get()>
                <MapItems stored samples module/>
            </Show>
        </div>
    }
    .into_any()
}

#[component]
fn State(source: Source) -> impl IntoView {
    if is_set_up(&source.config) {
        view! { <StateChip state=source.state/> }.into_any()
    } else {
        view! { <Chip tone=Tone::Busy glyph=Glyph::Clock>"Setting up"</Chip> }.into_any()
    }
}
