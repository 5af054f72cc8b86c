use super::editor::Editor;
use super::samples::Samples;
use super::server_fns::paste_sample;
use crate::components::json::{JsonEditor, fault};
use crate::components::{Bound, ErrorNote, Glyph, Icon, failure};
use crate::here::Here;
use leptos::prelude::*;

/// "Or paste a sample": it is stored like one that was sent, and chosen.
#[component]
pub fn Paste(
    /// What is edited.
    editor: Editor,
    /// The last requests.
    samples: Samples,
) -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let id = editor.stored.with_untracked(|stored| stored.id);
    let typed = RwSignal::new(String::new());
    let paste = Action::new(move |body: &String| paste_sample(slug.get_value(), id, body.clone()));
    Effect::new(move || {
        if let Some(Ok(request)) = paste.value().get() {
            typed.set(String::new());
            samples.choose(request);
        }
    });
    let is_ready = move || typed.with(|typed| !typed.trim().is_empty() && fault(typed).is_none());
    view! {
        <details class="min-w-0">
            <summary class="disclosure"><Icon glyph=Glyph::ChevronRight class="size-3.5"/> "Or paste a sample"</summary>
            <div class="mt-2 grid gap-2">
                <JsonEditor
                    name="sample_body"
                    label="Body"
                    bound=Bound::new(move || typed.get(), move |text| typed.set(text))
                    hint="A body as the sender’s documentation shows it. It is kept with the last requests, makes no event and is counted nowhere."
                    placeholder="{\"id\":1}"
                    rows=8
                />
                <ErrorNote error=failure(paste)/>
                <div>
                    <button
                        type="button"
                        class="btn btn-sm"
                        disabled=move || paste.pending().get() || !is_ready()
                        on:click=move |_| { paste.dispatch(typed.get_untracked()); }
                    >
                        {move || if paste.pending().get() { "Storing…" } else { "Use as sample" }}
                    </button>
                </div>
            </div>
        </details>
    }
    .into_any()
}
