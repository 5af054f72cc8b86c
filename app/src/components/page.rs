//! What every page begins with: breadcrumbs, title, buttons; tabs; older and newer.

use super::icons::{Glyph, Icon};
use crate::here::Here;
use domain::activity::PageRequest;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use uuid::Uuid;

/// A step on the way to a page: its name and its place in the account.
pub type Crumb = (&'static str, &'static str);

/// The head of a page.
#[component]
pub fn PageHead(
    /// What the page is about.
    #[prop(into)]
    title: String,
    /// The pages above it.
    #[prop(default = &[])]
    crumbs: &'static [Crumb],
    /// Pages between those and it, whose names the account gives: name and place.
    #[prop(optional)]
    under: Vec<(String, String)>,
    /// A sentence about it.
    #[prop(optional, into)]
    about: Option<String>,
    /// Beside the title: a state.
    #[prop(optional, into)]
    beside: Option<ViewFn>,
    /// Buttons, the most important one last.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let here = Here::get();
    let last = title.clone();
    let steps = crumbs.iter().map(|(name, page)| ((*name).to_owned(), (*page).to_owned())).chain(under);
    view! {
        <Title text=format!("{title} · {} · Hookloft", here.account.name)/>
        <nav aria-label="Breadcrumbs" class="crumbs">
            <ol>
                <li><A href=Here::path("") exact=true>{here.account.name.clone()}</A></li>
                {steps.map(|(name, page)| view! {
                    <li>
                        <Icon glyph=Glyph::ChevronRight class="size-3"/>
                        <A href=Here::path(&page) exact=true>{name}</A>
                    </li>
                }).collect_view()}
                <li aria-current="page"><Icon glyph=Glyph::ChevronRight class="size-3"/>{last}</li>
            </ol>
        </nav>
        <header class="page-head">
            <div class="min-w-0 flex-1 basis-60">
                <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                    <h1 class="text-xl break-words">{title}</h1>
                    {beside.map(|beside| beside.run())}
                </div>
                {about.map(|about| view! { <p class="muted mt-0.5 max-w-2xl">{about}</p> })}
            </div>
            {children.map(|children| view! { <div class="page-actions">{children()}</div> })}
        </header>
    }
    .into_any()
}

/// Tabs that are links, so that each has an address: the chosen one is in the query as `tab`.
#[component]
pub fn Tabs(
    /// Their names in the query and on the page; the first is the one without a name in the query.
    tabs: &'static [(&'static str, &'static str)],
) -> impl IntoView {
    let chosen = current_tab(tabs);
    view! {
        <nav class="tab-strip" aria-label="Sections">
            {tabs.iter().map(|(name, words)| view! {
                <a
                    href=format!("?tab={name}")
                    data-noscroll=""
                    class="tab-link"
                    aria-current=move || (chosen.get() == *name).then_some("page")
                >
                    {*words}
                </a>
            }).collect_view()}
        </nav>
    }
    .into_any()
}

/// The chosen one of `tabs`; the first unless the query names another.
#[must_use]
pub fn current_tab(tabs: &'static [(&'static str, &'static str)]) -> Memo<&'static str> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| {
            let wanted = query.get_str("tab");
            tabs.iter().map(|(name, _)| *name).find(|name| Some(*name) == wanted).unwrap_or(tabs[0].0)
        })
    })
}

/// Which part of a list the query string asks for: `after` or `before` an id.
#[must_use]
pub fn page_in(query: &ParamsMap) -> PageRequest {
    let id = |name: &str| query.get_str(name).and_then(|text| Uuid::parse_str(text).ok());
    PageRequest { after: id("after"), before: id("before"), limit: None }
}

/// "Newer" and "Older" below a list.
#[component]
pub fn Pager(
    /// Where the shown rows begin.
    first: Option<Uuid>,
    /// Where older ones go on.
    next: Option<Uuid>,
) -> impl IntoView {
    let query = use_query_map().get_untracked();
    let is_first_page = query.get_str("after").is_none() && query.get_str("before").is_none();
    let link = |name: &'static str, id: Uuid| {
        let mut query = query.clone();
        for cursor in ["after", "before"] {
            query.remove(cursor);
        }
        query.insert(name, id.to_string());
        query.to_query_string()
    };
    let newer = first.filter(|_| !is_first_page).map(|id| link("before", id));
    let older = next.map(|id| link("after", id));
    view! {
        <nav class="mt-3 flex items-center justify-end gap-2" aria-label="Pages">
            {newer.map(|href| view! {
                <a href=href class="btn btn-sm"><Icon glyph=Glyph::ArrowLeft/> "Newer"</a>
            })}
            {older.map(|href| view! {
                <a href=href class="btn btn-sm">"Older" <Icon glyph=Glyph::ArrowRight/></a>
            })}
        </nav>
    }
    .into_any()
}

/// A heading with what belongs to it, in a frame.
#[component]
pub fn Panel(
    /// Its heading.
    #[prop(into)]
    title: String,
    /// A sentence about it.
    #[prop(optional, into)]
    about: Option<String>,
    /// In its top right.
    #[prop(optional, into)]
    corner: Option<ViewFn>,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="panel">
            <header class="panel-head">
                <div class="min-w-0">
                    <h2 class="text-base">{title}</h2>
                    {about.map(|about| view! { <p class="muted text-xs">{about}</p> })}
                </div>
                {corner.map(|corner| corner.run())}
            </header>
            <div class="panel-body">{children()}</div>
        </section>
    }
    .into_any()
}
