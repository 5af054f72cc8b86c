use super::editor::Editor;
use super::samples::Samples;
use super::targets::Fill;
use crate::components::json::{JsonTree, JsonView};
use crate::components::mapping_editor::{MappingEditor, map_path, map_target, to_mapping};
use crate::components::{Glyph, Icon, Note, Panel, Prose, Tone};
use leptos::prelude::*;

/// From the body to the event (A9-A12): a click on a leaf of the sample maps it.
#[component]
pub fn MappingSection(
    /// What is edited.
    editor: Editor,
    /// The last requests.
    samples: Samples,
) -> impl IntoView {
    let rows = editor.mapping;
    let sample = Signal::derive(move || samples.object());
    let presence = Callback::new(move |path: String| samples.presence(&path));
    let pick =
        Callback::new(move |path: String| editor.targets.with(|targets| map_path(rows, &path, targets)));
    let nothing = move || match samples.is_empty() {
        Some(false) => "The body of the sample is no JSON object, so nothing of it can be mapped.",
        _ => "The body of the last request shows up here; a click on a value maps it.",
    };
    view! {
        <Panel title="Mapping" about="From the body to what the action needs. Without a row the whole body is taken as it is.">
            <div class="mapping-layout">
                <div class="grid min-w-0 content-start gap-3">
                    <StillToMap editor samples/>
                    <MappingEditor rows sample presence targets=editor.targets/>
                    <Becomes editor samples/>
                </div>
                <aside class="sample" aria-label="Sample">
                    {move || match sample.get() {
                        Some(value) => view! {
                            <p class="field-label mb-1">"Sample: click a value to map it"</p>
                            <JsonTree value on_pick=pick asks_which=true/>
                        }.into_any(),
                        None => view! { <p class="muted text-xs">{nothing()}</p> }.into_any(),
                    }}
                </aside>
            </div>
        </Panel>
    }
    .into_any()
}

/// What has to be mapped and is not: a click adds its row, and the next click in the sample fills that.
#[component]
fn StillToMap(editor: Editor, samples: Samples) -> impl IntoView {
    let fills = editor.fills(samples);
    let missing = Memo::new(move |_| {
        let fills = fills.get().into_iter();
        let missing = fills.filter(|(target, fill)| target.required && *fill == Fill::Missing);
        missing.map(|(target, _)| target.path).collect::<Vec<_>>()
    });
    let is_waiting = Memo::new(move |_| {
        editor.mapping.with(|rows| rows.iter().any(|row| row.from.is_empty() && !row.to.is_empty()))
    });
    let button = move |path: String| {
        let (label, own) = (format!("Map to {path}"), path.clone());
        view! {
            <button
                type="button"
                class="btn btn-xs font-mono"
                aria-label=label
                on:click=move |_| map_target(editor.mapping, &own)
            >
                <Icon glyph=Glyph::Plus class="size-3"/> {path}
            </button>
        }
    };
    view! {
        <div class="grid gap-2 empty:hidden">
            {move || (!missing.with(Vec::is_empty)).then(|| view! {
                <div class="flex flex-wrap items-center gap-1.5 text-xs" role="group" aria-label="Still to map">
                    <span class="muted">"Still to map:"</span>
                    {missing.get().into_iter().map(button).collect_view()}
                </div>
            })}
            {move || is_waiting.get().then(|| view! {
                <p class="muted text-xs" role="status">"Now click the value in the sample that goes there, or write its path."</p>
            })}
        </div>
    }
    .into_any()
}

/// What all rows together make of the sample, as the chosen action takes it.
#[component]
fn Becomes(editor: Editor, samples: Samples) -> impl IntoView {
    let made = Memo::new(move |_| {
        let sample = samples.body()?;
        let rows = editor.mapping.with(|rows| to_mapping(rows));
        let made = editor
            .recordable
            .with(|recordable| editor.fields.with(|fields| recordable.made_of(fields, &rows, &sample)));
        Some(made)
    });
    let why_not = move || made.get().and_then(Result::err);
    view! {
        <div class="grid min-w-0 gap-2 empty:hidden">
            {move || why_not().map(|why| view! {
                <Note tone=Tone::Warning glyph=Glyph::TriangleAlert>
                    "The sample would be refused: " <Prose text=why/>
                </Note>
            })}
            <Show when=move || made.with(|made| matches!(made, Some(Ok(_))))>
                <details class="min-w-0">
                    <summary class="disclosure"><Icon glyph=Glyph::ChevronRight class="size-3.5"/> "What the sample becomes"</summary>
                    <div class="mt-2 min-w-0">
                        {move || made.get().and_then(Result::ok).map(|value| view! { <JsonView value what="event’s data"/> })}
                    </div>
                </details>
            </Show>
        </div>
    }
    .into_any()
}
