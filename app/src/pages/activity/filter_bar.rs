use crate::components::{Empty, Glyph, Icon, page_in};
use domain::activity::PageRequest;
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::{use_location, use_query_map};
use leptos_router::params::ParamsMap;
use wasm_bindgen::JsCast;
use web_sys::HtmlFormElement;

/// Filters of a list: a form whose values are the query string, so that a filtered list can be shared. It stands beside
/// what the list loads, not in it: there it would be made anew with each choice, and the keyboard's focus be lost.
#[component]
pub fn FilterBar(
    /// The inputs.
    children: Children,
) -> impl IntoView {
    let pathname = use_location().pathname.get_untracked();
    let tab = use_query_map().with_untracked(|query| query.get("tab"));
    let submit = move |event: leptos::ev::Event| {
        let form = event.current_target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        if let Some(form) = form {
            // It fails only for a form that has left the page.
            let _ = form.request_submit();
        }
    };
    view! {
        <Form method="GET" action=pathname attr:class="filter-bar" attr:role="search" on:change=submit noscroll=true>
            {tab.map(|tab| view! { <input type="hidden" name="tab" value=tab/> })}
            {children()}
            <noscript><button type="submit" class="btn btn-sm">"Filter"</button></noscript>
            <ClearFilters/>
        </Form>
    }
    .into_any()
}

#[component]
fn ClearFilters() -> impl IntoView {
    let query = use_query_map();
    let unfiltered = unfiltered();
    let is_filtered = move || {
        let of_list = |(name, value): (_, String)| name != "tab" && !value.is_empty();
        query.with(|query| query.clone().into_iter().any(of_list))
    };
    view! {
        <Show when=is_filtered>
            <a href=move || unfiltered.get() class="btn btn-sm btn-ghost"><Icon glyph=Glyph::X/> "Clear"</a>
        </Show>
    }
    .into_any()
}

/// The address of the list without filters, on the same tab of its page.
fn unfiltered() -> Signal<String> {
    let (query, pathname) = (use_query_map(), use_location().pathname);
    Signal::derive(move || {
        let mut kept = ParamsMap::new();
        if let Some(tab) = query.with(|query| query.get("tab")) {
            kept.insert("tab", tab);
        }
        format!("{}{}", pathname.get(), kept.to_query_string())
    })
}

/// A menu in a filter bar.
#[component]
pub fn FilterSelect(
    /// Its name in the query.
    name: &'static str,
    /// What it filters by.
    label: &'static str,
    /// What no choice is called.
    all: &'static str,
    /// What there is to choose from.
    #[prop(into)]
    choices: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    let query = use_query_map();
    let chosen = Memo::new(move |_| query.with(|query| query.get(name).unwrap_or_default()));
    view! {
        <label class="filter-field">
            <span class="sr-only">{label}</span>
            <select class="select select-sm" name=name prop:value=move || chosen.get()>
                <option value="">{all}</option>
                {move || choices.get().into_iter().map(|(value, words)| {
                    let own = value.clone();
                    view! { <option value=value selected=move || chosen.get() == own>{words}</option> }
                }).collect_view()}
            </select>
        </label>
    }
    .into_any()
}

/// A text in a filter bar.
#[component]
pub fn FilterInput(
    /// Its name in the query.
    name: &'static str,
    /// What it filters by.
    label: &'static str,
    /// An example.
    placeholder: &'static str,
) -> impl IntoView {
    let query = use_query_map();
    let typed = Memo::new(move |_| query.with(|query| query.get(name).unwrap_or_default()));
    view! {
        <label class="input input-sm filter-field">
            <Icon glyph=Glyph::Search class="size-3.5 muted"/>
            <span class="sr-only">{label}</span>
            <input
                type="search"
                name=name
                placeholder=placeholder
                data-search=""
                autocomplete="off"
                spellcheck="false"
                value=typed.get_untracked()
                prop:value=move || typed.get()
            />
        </label>
    }
    .into_any()
}

/// What stands in the place of a list that has no rows: that none passes its filters, that this part of it is empty, or
/// what to do where there never was any. Only then are the list's filters hidden, as there is nothing to be filtered; the
/// style sheet knows it by `never-any`.
#[component]
pub fn NoRows(
    /// Whether a filter is set.
    is_filtered: bool,
    /// What there never was any of, and what to do about it.
    #[prop(into)]
    never_any: ViewFn,
) -> impl IntoView {
    let is_first_page = use_query_map().with_untracked(page_in) == PageRequest::default();
    match (is_filtered, is_first_page) {
        (true, _) => view! { <NoMatch/> }.into_any(),
        (false, false) => view! { <NoMore/> }.into_any(),
        (false, true) => view! { <div class="never-any">{never_any.run()}</div> }.into_any(),
    }
}

#[component]
fn NoMatch() -> impl IntoView {
    let unfiltered = unfiltered();
    view! {
        <Empty glyph=Glyph::ListFilter title="Nothing matches" text="No row passes these filters.">
            <a href=move || unfiltered.get() class="btn btn-sm">"Clear filters"</a>
        </Empty>
    }
    .into_any()
}

/// Rows were deleted since somebody was led to this part of the list.
#[component]
fn NoMore() -> impl IntoView {
    let newest = unfiltered();
    view! {
        <Empty glyph=Glyph::ListFilter title="Nothing here any more" text="This part of the list is empty.">
            <a href=move || newest.get() class="btn btn-sm">"Go to the newest"</a>
        </Empty>
    }
    .into_any()
}
