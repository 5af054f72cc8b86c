use super::editor::Editor;
use super::samples::{Samples, Verdict, verdict_of};
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
    view! {
        <Panel
            title="Filter"
            about="Which requests pass. Look at headers. and body. of the request. Without a criterion all pass."
            corner=move || view! { <VerdictChip editor samples/> }
        >
            <div class="grid gap-3">
                <FilterBuilder draft=editor.filter field="filter" roots=INBOUND_ROOTS known_paths/>
                <FieldError error/>
                <FirstFailure editor samples/>
            </div>
        </Panel>
    }
    .into_any()
}

/// "Passes 7 of the last 10 requests".
#[component]
fn VerdictChip(editor: Editor, samples: Samples) -> impl IntoView {
    let verdict = Memo::new(move |_| verdict_of(editor, samples));
    let words = |Verdict { passed, tried, .. }| match (passed, tried) {
        (0, 1) => "the last request does not pass".to_owned(),
        (_, 1) => "the last request passes".to_owned(),
        _ => format!("passes {passed} of the last {tried} requests"),
    };
    view! { <span class="muted shrink-0 text-xs" role="status">{move || verdict.get().map(words)}</span> }
        .into_any()
}

#[component]
fn FirstFailure(editor: Editor, samples: Samples) -> impl IntoView {
    let failure = Memo::new(move |_| verdict_of(editor, samples).and_then(|verdict| verdict.first_failure));
    view! {
        {move || failure.get().map(|failure| view! {
            <p class="muted text-xs break-words">
                <Icon glyph=Glyph::Info class="mr-1 inline size-3.5"/>"Newest that does not pass: " <Prose text=failure/>
            </p>
        })}
    }
    .into_any()
}
