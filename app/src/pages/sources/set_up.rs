use super::editor::Editor;
use super::samples::Samples;
use super::targets::Fill;
use super::waiting::{CaptureWindow, Waiting};
use crate::components::{Glyph, Icon};
use domain::source::Verification;
use leptos::prelude::*;

/// What is left to do before a source that is not active takes requests, in the order it is done in.
#[component]
pub fn SetUp(
    /// What is edited.
    editor: Editor,
    /// The last requests.
    samples: Samples,
) -> impl IntoView {
    let has_sample = Signal::derive(move || samples.is_empty() == Some(false));
    let needs_secret =
        Memo::new(move |_| editor.stored.with(|stored| stored.config.verification != Verification::None));
    let has_secret = Signal::derive(move || editor.stored.with(|stored| stored.verification_secret_set));
    let fills = editor.fills(samples);
    let missing = Memo::new(move |_| {
        let fills = fills.get().into_iter();
        let missing = fills.filter(|(target, fill)| target.required && *fill == Fill::Missing);
        missing.map(|(target, _)| target.path).collect::<Vec<_>>()
    });
    let is_mapped = Signal::derive(move || {
        missing.with(Vec::is_empty) && !editor.saving.has_errors.get() && !editor.saving.is_dirty.get()
    });
    let about_sample = move || {
        if has_sample.get() {
            "It is among the samples below. It made no event."
        } else if editor.may_edit {
            "Until the source is active it is answered 404 and makes no event; what came shows up here at once, to be mapped. Or paste a sample below."
        } else {
            "Until the source is active it is answered 404 and makes no event; what came shows up here at once."
        }
    };
    let about_mapping = move || {
        let missing = missing.get();
        if !missing.is_empty() {
            format!("Still to map: {}.", missing.join(", "))
        } else if editor.saving.is_dirty.get() {
            "Save what you changed.".to_owned()
        } else {
            "Look at action and mapping below, tried on the sample.".to_owned()
        }
    };
    view! {
        <section aria-label="Set up" class="grid gap-2">
            <p class="text-sm">
                <span class="font-medium">"Inactive: this URL answers 404 to everybody. "</span>
                <span class="muted">"Before it takes requests:"</span>
            </p>
            <Show when=move || samples.is_empty() == Some(true)>
                <Waiting stored=editor.stored what="request" has_tried=Signal::derive(|| false)/>
            </Show>
            <ol class="steps-list">
                <Step is_done=has_sample title="Have one request sent to the URL">{about_sample}</Step>
                <Show when=move || needs_secret.get()>
                    <Step is_done=has_secret title="Store the secret">
                        "Under Verification: the sender signs or proves its requests with it."
                    </Step>
                </Show>
                <Step is_done=is_mapped title="Say what it does">{about_mapping}</Step>
                <Step is_done=Signal::derive(|| false) title="Set it active">
                    "By the button above; it takes requests at once."
                </Step>
            </ol>
            <CaptureWindow stored=editor.stored/>
        </section>
    }
    .into_any()
}

#[component]
fn Step(is_done: Signal<bool>, title: &'static str, children: Children) -> impl IntoView {
    view! {
        <li class="step" class:step-done=move || is_done.get()>
            {move || {
                let glyph = if is_done.get() { Glyph::CircleCheck } else { Glyph::Circle };
                view! { <Icon glyph class="mt-0.5 size-4"/> }
            }}
            <div class="min-w-0">
                <span class="font-medium">{title}</span>
                {move || is_done.get().then(|| view! { <span class="muted">" · done"</span> })}
                <p class="muted text-xs">{children()}</p>
            </div>
        </li>
    }
    .into_any()
}
