use super::editor::Editor;
use super::form::Fields;
use super::samples::{Samples, Verdict};
use crate::components::filter_builder::FilterBuilder;
use crate::components::form::{FieldError, FormErrors};
use crate::components::{Glyph, Icon, Panel, Prose};
use domain::filter::INBOUND_ROOTS;
use leptos::prelude::*;

/// Which requests pass (A4, A5, D2), tried on the last ones while it is built.
#[component]
pub fn FilterSection(
    /// What is edited.
    editor: Editor,
    /// The last requests.
    samples: Samples,
) -> impl IntoView {
    let known_paths = Signal::derive(move || samples.paths());
    let error = FormErrors::at("filter".to_owned());
    let verdict = Memo::new(move |_| {
        let filter = editor.filter.with(|filter| filter.to_filter())?;
        samples.verdict(&filter, editor.fields.with(Fields::choice))
    });
    view! {
        <Panel
            title="Filter"
            about="Only requests that match are taken. Criteria look at their headers and body; without any, every request passes."
            corner=move || view! { <VerdictChip verdict/> }
        >
            <div class="grid gap-3">
                <FilterBuilder draft=editor.filter field="filter" roots=INBOUND_ROOTS known_paths/>
                <FieldError error/>
                <OnSample verdict/>
                <Failures verdict/>
            </div>
        </Panel>
    }
    .into_any()
}

/// "Passes 7 of the last 10 requests".
#[component]
fn VerdictChip(verdict: Memo<Option<Verdict>>) -> impl IntoView {
    let words = |Verdict { passed, tried, .. }| match (passed, tried) {
        (_, 0) => "none of the last requests has a JSON body".to_owned(),
        (0, 1) => "the last request does not pass".to_owned(),
        (_, 1) => "the last request passes".to_owned(),
        _ => format!("passes {passed} of the last {tried} requests"),
    };
    view! { <span class="muted shrink-0 text-xs" role="status">{move || verdict.get().map(words)}</span> }
        .into_any()
}

/// What it says of the chosen sample: the criterion that fails, by name.
#[component]
fn OnSample(verdict: Memo<Option<Verdict>>) -> impl IntoView {
    view! {
        <div class="text-xs break-words empty:hidden">
            {move || verdict.get().map(|verdict| match verdict.chosen {
                Ok(()) => view! {
                    <p class="tone-good"><Icon glyph=Glyph::CircleCheck class="mr-1 inline size-3.5"/>"The sample passes."</p>
                }.into_any(),
                Err(text) => view! {
                    <p class="muted"><Icon glyph=Glyph::Info class="mr-1 inline size-3.5"/>"The sample does not pass: " <Prose text/></p>
                }.into_any(),
            })}
        </div>
    }
    .into_any()
}

/// Of each request that does not pass, the criterion that fails.
#[component]
fn Failures(verdict: Memo<Option<Verdict>>) -> impl IntoView {
    let failures = move || {
        // Of the only one, it is said above.
        verdict.get().filter(|verdict| verdict.tried > 1).map(|verdict| verdict.failures).unwrap_or_default()
    };
    let line = |(request, text): (String, String)| {
        view! { <li class="break-words"><span class="muted">{request} ": "</span> <Prose text/></li> }
    };
    view! {
        <Show when=move || !failures().is_empty()>
            <details class="min-w-0 text-xs">
                <summary class="disclosure"><Icon glyph=Glyph::ChevronRight class="size-3.5"/> "Which do not pass, and why"</summary>
                <ul class="mt-2 grid gap-1" aria-label="Requests that do not pass">
                    {move || failures().into_iter().map(line).collect_view()}
                </ul>
            </details>
        </Show>
    }
    .into_any()
}
