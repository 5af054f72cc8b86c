use super::items::{Items, NewItemLink, labels, searched};
use super::metrics::Metrics;
use super::server_fns::{ModuleView, get_module, get_module_metrics, list_items};
use crate::components::{Crumb, Glyph, Icon, Loaded, PageHead, Skeleton, page_in};
use crate::error::AppError;
use crate::here::Here;
use crate::pages::activity::{FilterBar, Names};
use crate::pages::records::{SearchFields, search_in};
use domain::ids::{ModuleId, SourceId};
use domain::record::RecordSearch;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_params_map, use_query_map};

/// What leads to a module's page.
pub const CRUMBS: &[Crumb] = &[("Modules", "modules")];

/// The module that the address names.
///
/// # Errors
/// `NotFound` where it names none.
pub fn id_in(text: &str) -> Result<ModuleId, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

/// `/a/{slug}/modules/{id}`.
#[component]
pub fn ModulePage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let slug = StoredValue::new(Here::slug());
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let module = Resource::new(
        move || id.get(),
        move |id| async move { get_module(slug.get_value(), id_in(&id)?).await },
    );
    let metrics = Resource::new(
        move || id.get(),
        move |id| async move { get_module_metrics(slug.get_value(), id_in(&id)?).await },
    );
    let wanted = Memo::new(move |_| query.with(|query| (id.get(), search_in(query), page_in(query))));
    let items = Resource::new(
        move || wanted.get(),
        move |(id, search, page)| async move { list_items(slug.get_value(), id_in(&id)?, search, page).await },
    );
    view! {
        <Loaded resource=module skeleton=Skeleton::Panels view=move |found: ModuleView| {
            let ModuleView { module, sources } = found;
            let id = module.id;
            let is_fed = !sources.0.is_empty();
            let (fields, names) = (searched(&module.config), StoredValue::new(labels(&module.config)));
            view! {
                <PageHead title=module.config.name crumbs=CRUMBS beside=move || view! { <FedBy sources=sources.clone()/> }>
                    <A href=Here::path(&format!("modules/{id}/settings")) attr:class="btn btn-sm"><Icon glyph=Glyph::Settings/> "Settings"</A>
                    <NewItemLink id/>
                </PageHead>
                <Loaded resource=metrics skeleton=Skeleton::Charts view=move |found| view! { <Metrics found names/> }/>
                <FilterBar>
                    <SearchFields placeholder="Title, id, any field…" fields/>
                </FilterBar>
                <Loaded resource=items view=move |page| {
                    let is_filtered = wanted.with_untracked(|(_, search, _)| *search != RecordSearch::default());
                    view! { <Items id page is_filtered is_fed/> }
                }/>
            }
        }/>
    }
    .into_any()
}

/// The sources its items come from.
#[component]
fn FedBy(sources: Names<SourceId>) -> impl IntoView {
    if sources.0.is_empty() {
        return view! { <span class="muted text-xs">"fed by no source"</span> }.into_any();
    }
    view! {
        <span class="muted text-xs">
            "fed by "
            {sources.0.into_iter().enumerate().map(|(place, (id, name))| view! {
                {(place > 0).then_some(", ")}
                <A href=Here::path(&format!("sources/{id}")) attr:class="link link-hover">{name}</A>
            }).collect_view()}
        </span>
    }
    .into_any()
}
