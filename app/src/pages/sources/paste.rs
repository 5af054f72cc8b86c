use super::editor::Editor;
use super::samples::Samples;
use super::server_fns::paste_sample;
use crate::components::form::{Choice, Segmented, TextArea};
use crate::components::json::{JsonEditor, fault};
use crate::components::{Bound, ErrorNote, Glyph, Icon, failure, of_word, word};
use crate::here::Here;
use domain::source::ContentType;
use leptos::prelude::*;

const WRITTEN: &[Choice] = &[("json", "JSON"), ("form", "Form")];
const HINT: &str = "A body as the sender’s documentation shows it. It is kept with the last requests, makes no event and is counted nowhere.";

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
    let chosen = RwSignal::new(ContentType::default());
    // As the source takes it: there is only something to choose where it takes both.
    let taken = Memo::new(move |_| editor.stored.with(|stored| stored.config.content_types.clone()));
    let content_type = Memo::new(move |_| {
        let chosen = chosen.get();
        taken.with(
            |taken| if taken.contains(&chosen) { chosen } else { taken.first().copied().unwrap_or(chosen) },
        )
    });
    let paste = Action::new(move |body: &String| {
        paste_sample(slug.get_value(), id, body.clone(), content_type.get_untracked())
    });
    Effect::new(move || {
        if let Some(Ok(request)) = paste.value().get() {
            typed.set(String::new());
            samples.choose(request);
        }
    });
    let is_ready = move || {
        let is_wrong = |typed: &str| content_type.get() == ContentType::Json && fault(typed).is_some();
        typed.with(|typed| !typed.trim().is_empty() && !is_wrong(typed))
    };
    let body = move || Bound::new(move || typed.get(), move |text| typed.set(text));
    let editor_of = move || {
        match content_type.get() {
        ContentType::Json => view! {
            <JsonEditor name="sample_body" label="Body" bound=body() hint=HINT placeholder="{\"id\":1}" rows=8/>
        }
        .into_any(),
        ContentType::Form => view! {
            <TextArea name="sample_body" label="Body" bound=body() hint=HINT placeholder="id=1&name=Ada" rows=8/>
        }
        .into_any(),
    }
    };
    view! {
        <details class="min-w-0">
            <summary class="disclosure"><Icon glyph=Glyph::ChevronRight class="size-3.5"/> "Or paste a sample"</summary>
            <div class="mt-2 grid gap-2">
                <Show when=move || taken.with(|taken| taken.len() > 1)>
                    <Segmented
                        name="sample_content_type"
                        label="Written as"
                        bound=Bound::new(move || word(content_type.get()), move |own| chosen.set(of_word(&own)))
                        choices=WRITTEN
                    />
                </Show>
                {editor_of}
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
