use super::address::Address;
use super::asked::criteria_in;
use super::configuration::Configuration;
use super::duplicate::Duplicate;
use super::editor::Editor;
use super::moves::{Archive, SetState};
use super::samples::Samples;
use super::server_fns::{SourceView, get_source};
use super::tabs::{CHARTS, SourceTabs};
use crate::components::{Crumb, DirtyBar, Loaded, PageHead, Skeleton, StateChip, current_tab};
use crate::error::AppError;
use crate::here::Here;
use crate::pages::activity::{ChartTab, Unlogged};
use domain::activity::Subject;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

const TABS: &[(&str, &str)] = &[("configuration", "Configuration"), ("chart", "Charts")];
const CRUMBS: &[Crumb] = &[("Sources", "sources")];

/// `/a/{slug}/sources/{id}`.
#[component]
pub fn Detail() -> impl IntoView {
    let params = use_params_map();
    let slug = StoredValue::new(Here::slug());
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let source = Resource::new(
        move || id.get(),
        move |id| async move { get_source(slug.get_value(), id.parse().map_err(|_| AppError::NotFound)?).await },
    );
    view! { <Loaded resource=source skeleton=Skeleton::Panels view=|found| view! { <SourcePage found/> }/> }
        .into_any()
}

#[component]
fn SourcePage(found: SourceView) -> impl IntoView {
    let SourceView { source, url, taken, recordable, unlogged } = found;
    let (title, id) = (source.config.name.clone(), source.id);
    let editor = Editor::new(source, recordable);
    editor.narrow(use_query_map().with_untracked(criteria_in));
    let samples = Samples::new(id);
    let stored = editor.stored;
    let state = Signal::derive(move || stored.with(|stored| stored.state));
    let tab = current_tab(TABS);
    view! {
        <PageHead title crumbs=CRUMBS beside=move || view! { {move || view! { <StateChip state=state.get()/> }} }>
            <Duplicate editor/>
            <Archive editor state/>
            <SetState editor state/>
        </PageHead>
        <Unlogged refusals=unlogged/>
        <Address editor url taken samples/>
        <SourceTabs id chosen=Signal::derive(move || if tab.get() == "chart" { CHARTS } else { "" })/>
        {move || match tab.get() {
            "chart" => view! { <ChartTab subject=Subject::Source(id)/> }.into_any(),
            _ => view! { <Configuration editor samples/> }.into_any(),
        }}
        <DirtyBar saving=editor.saving/>
    }
    .into_any()
}
