use crate::components::{Panel, Prose, StateChip};
use crate::here::Here;
use domain::ids::ModuleId;
use domain::inbound::{ElementReview, Review};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::params::ParamsMap;

/// How many rows are shown before somebody asks for all.
const SHOWN_AT_FIRST: usize = 100;

/// Most rows to show: all where the query says so, else the first hundred.
pub fn most_rows(query: &ParamsMap) -> usize {
    if query.get_str("all").is_some() { usize::MAX } else { SHOWN_AT_FIRST }
}

/// Leads to all of `count` rows where only `most` are shown. A link, so that it works before the page is alive.
#[component]
pub fn ShowAll(
    /// How many there are.
    count: usize,
    /// How many are shown at most.
    most: usize,
) -> impl IntoView {
    (count > most).then(|| {
        view! {
            <p class="px-4 py-2 text-xs">
                <span class="muted">{format!("The first {most} of {count}. ")}</span>
                <a href="?tab=processing&all=1" data-noscroll="" class="link">"Show all"</a>
            </p>
        }
    })
}

/// What became of each element of an array (D12).
#[component]
pub fn Elements(
    /// What is known of them.
    review: Review,
    /// How many are shown at most.
    most: usize,
) -> impl IntoView {
    let Review { elements, module_id, .. } = review;
    let count = elements.len();
    let rejected = elements.iter().filter(|element| !element.outcome.is_taken()).count();
    let about = if elements.iter().all(|element| element.was_logged) {
        format!("{} of {count} were taken.", count - rejected)
    } else {
        "The log does not say what became of each: this is what would become of them now.".to_owned()
    };
    view! {
        <Panel title="Elements" about>
            <table class="list">
                <thead><tr><th class="num">"Index"</th><th>"Outcome"</th><th>"Item"</th><th>"Why"</th></tr></thead>
                <tbody>
                    {elements.into_iter().take(most).map(|element| view! { <ElementRow element module_id/> }).collect_view()}
                </tbody>
            </table>
            <ShowAll count most/>
        </Panel>
    }
    .into_any()
}

#[component]
fn ElementRow(element: ElementReview, module_id: Option<ModuleId>) -> impl IntoView {
    let key = element.key.map(|key| key.to_string());
    let page = module_id
        .zip(element.item_id)
        .map(|(module, item)| Here::path(&format!("modules/{module}/items/{item}")));
    let item = match (key, page) {
        (Some(key), Some(href)) => view! { <A href attr:class="link break-all">{key}</A> }.into_any(),
        (Some(key), None) => view! { <span class="break-all">{key}</span> }.into_any(),
        (None, _) => view! { <span class="muted">"–"</span> }.into_any(),
    };
    let why = match element.explanation {
        Some(text) => view! { <Prose text/> }.into_any(),
        None if element.outcome.is_taken() => ().into_any(),
        None => view! {
            <span class="muted">"Not known: the source or the item was another then."</span>
        }
        .into_any(),
    };
    view! {
        <tr>
            <td class="num" data-label="Index">{element.index}</td>
            <td>
                <StateChip state=element.outcome/>
                " " <code class="muted text-2xs">{element.outcome.as_str()}</code>
            </td>
            <td data-label="Item">{item}</td>
            <td class="cell-block text-xs break-words">{why}</td>
        </tr>
    }
    .into_any()
}
