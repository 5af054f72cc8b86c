use super::server_fns::finish_data_source;
use crate::components::form::{FormErrors, TextField};
use crate::components::json::{JsonTree, shortened};
use crate::components::{Bound, ErrorNote, Glyph, Icon, Panel, Toasts, failure};
use crate::error::AppError;
use crate::here::Here;
use crate::pages::sources::Samples;
use domain::account::Permission;
use domain::ids::ModuleId;
use domain::module::data_source::{guessed, mapped_to, objects};
use domain::source::Source;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use serde_json::Value;

/// Which of the two a click on the sample fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Id,
    Title,
}

/// What is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Paths {
    id: String,
    title: String,
}

/// The message that came, and what its id and its title are (K7).
#[component]
pub fn MapItems(
    /// The source.
    stored: RwSignal<Source>,
    /// What came.
    samples: Samples,
    /// The module it feeds.
    module: ModuleId,
) -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let (id, title) = stored.with_untracked(|source| mapped_to(&source.config));
    let paths = RwSignal::new(Paths { id, title });
    let part = RwSignal::new(Part::Id);
    let sample = Memo::new(move |_| samples.message());
    let object = Memo::new(move |_| {
        sample.with(|sample| objects(sample.as_ref()?).first().map(|first| (*first).clone()))
    });
    // What is probably meant, until somebody says more.
    Effect::new(move || {
        if let Some((id, title)) = object.with(|object| object.as_ref().map(guessed))
            && paths.with_untracked(|paths| *paths == Paths::default())
        {
            paths.set(Paths { id, title });
        }
    });
    let saving = Action::new(move |paths: &Paths| {
        let (id, paths) = (stored.with_untracked(|source| source.id), paths.clone());
        async move { finish_data_source(slug.get_value(), id, paths.id, paths.title).await }
    });
    let (toasts, navigate, page) = (Toasts::get(), use_navigate(), Here::path(&format!("modules/{module}")));
    Effect::new(move || {
        if let Some(Ok(_)) = saving.value().get() {
            toasts.say("Saved. What is sent from now on becomes items.");
            navigate(&page, NavigateOptions::default());
        }
    });
    let error = failure(saving);
    FormErrors::provide(Signal::derive(move || error.get().map(|error| error.fields()).unwrap_or_default()));
    let others = Signal::derive(move || error.get().filter(|error| !matches!(error, AppError::Invalid(_))));
    view! {
        <Panel title="2. Say what it is" about="The id tells items apart: a message with an id that is there changes that item. The title is what people see.">
            <div class="mapping-layout">
                <div class="grid min-w-0 content-start gap-4">
                    <PartField part own=Part::Id label="Id" paths object/>
                    <PartField part own=Part::Title label="Title" paths object/>
                    <ErrorNote error=others/>
                    <div>
                        <button
                            type="button"
                            class="btn btn-sm btn-primary"
                            disabled=move || saving.pending().get() || !Here::may(Permission::EditModules)
                            on:click=move |_| { saving.dispatch(paths.get_untracked()); }
                        >
                            {move || if saving.pending().get() { "Saving…" } else { "Save" }}
                        </button>
                    </div>
                </div>
                <aside class="sample" aria-label="Sample">
                    {move || match object.get() {
                        Some(value) => view! { <Preview value sample=sample.get() part paths/> }.into_any(),
                        None => view! {
                            <p class="muted text-xs">"The first message with an object, or an array of objects, shows up here."</p>
                        }.into_any(),
                    }}
                </aside>
            </div>
        </Panel>
    }
    .into_any()
}

/// The object to click on, and how many more there are.
#[component]
fn Preview(
    value: Value,
    sample: Option<Value>,
    part: RwSignal<Part>,
    paths: RwSignal<Paths>,
) -> impl IntoView {
    let count = sample.as_ref().map(|sample| objects(sample).len()).unwrap_or_default();
    let words = match count {
        0 | 1 => "Click a value to choose it".to_owned(),
        count => format!("The first of {count} objects: click a value to choose it"),
    };
    let pick = Callback::new(move |path: String| match part.get_untracked() {
        Part::Id => {
            paths.update(|paths| paths.id = path);
            part.set(Part::Title);
        }
        Part::Title => paths.update(|paths| paths.title = path),
    });
    view! {
        <p class="field-label mb-1">{words}</p>
        <JsonTree value on_pick=pick verb="Choose"/>
    }
    .into_any()
}

/// A path, what it finds in the sample, and the button that lets the next click fill it in.
#[component]
fn PartField(
    part: RwSignal<Part>,
    own: Part,
    label: &'static str,
    paths: RwSignal<Paths>,
    object: Memo<Option<Value>>,
) -> impl IntoView {
    let is_chosen = move || part.get() == own;
    let read = move |paths: &Paths| match own {
        Part::Id => paths.id.clone(),
        Part::Title => paths.title.clone(),
    };
    let write = move |text: String| {
        paths.update(|paths| match own {
            Part::Id => paths.id = text,
            Part::Title => paths.title = text,
        });
    };
    let found = move || {
        let path = paths.with(read);
        if path.is_empty() {
            return None;
        }
        object.with(|object| {
            let value = domain::json::get_text(object.as_ref()?, &path);
            Some(value.map_or_else(|| "absent in this message".to_owned(), shortened))
        })
    };
    let name = if own == Part::Id { "id" } else { "title" };
    view! {
        <div class="slot" class:slot-chosen=is_chosen on:focusin=move |_| part.set(own)>
            <TextField name label mono=true bound=Bound::new(move || paths.with(read), write)/>
            <div class="mt-1 flex flex-wrap items-center justify-between gap-2 text-xs">
                <span class="muted flex min-w-0 items-center gap-1.5">
                    {move || found().map(|found| view! { <Icon glyph=Glyph::ArrowRight class="size-3"/> <code class="break-all">{found}</code> })}
                </span>
                <button
                    type="button"
                    class="btn btn-xs"
                    aria-pressed=move || if is_chosen() { "true" } else { "false" }
                    on:click=move |_| part.set(own)
                >
                    {move || if is_chosen() { "Click a value of the sample" } else { "Choose from the sample" }}
                </button>
            </div>
        </div>
    }
    .into_any()
}
