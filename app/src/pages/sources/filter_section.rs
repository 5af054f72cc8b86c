use super::editor::Editor;
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
        samples.verdict(&filter)
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
