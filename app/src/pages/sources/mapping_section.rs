use super::editor::Editor;
use super::samples::Samples;
use crate::components::json::{JsonTree, JsonView};
use crate::components::mapping_editor::{MappingEditor, map_path, to_mapping};
use crate::components::{Glyph, Icon, Panel, Prose};
use domain::mapping;
use leptos::prelude::*;
use serde_json::Value;

/// From the body to the event (A9-A12): a click on a leaf of the sample maps it.
#[component]
pub fn MappingSection(
    /// What is edited.
    editor: Editor,
    /// The last requests.
    samples: Samples,
) -> impl IntoView {
    let rows = editor.mapping;
    let sample = Signal::derive(move || samples.body());
    let pick = Callback::new(move |path: String| map_path(rows, &path));
    let nothing = move || match samples.is_empty() {
        Some(false) => "The body of the sample is no JSON, so nothing of it can be mapped.",
        _ => "The body of the last request shows up here; a click on a value maps it.",
    };
    view! {
        <Panel title="Mapping" about="From the body to the event. Without a row the whole body becomes the event’s data.">
            <div class="mapping-layout">
                <div class="grid min-w-0 content-start gap-3">
                    <MappingEditor rows sample/>
                    <Becomes editor sample/>
                </div>
                <aside class="sample" aria-label="Sample">
                    {move || match sample.get() {
                        Some(value) => view! {
                            <p class="field-label mb-1">"Sample: click a value to map it"</p>
                            <JsonTree value on_pick=pick/>
                        }.into_any(),
                        None => view! { <p class="muted text-xs">{nothing()}</p> }.into_any(),
                    }}
                </aside>
            </div>
        </Panel>
    }
    .into_any()
}

/// What all rows together make of the sample.
#[component]
fn Becomes(editor: Editor, sample: Signal<Option<Value>>) -> impl IntoView {
    let data = move || {
        let sample = sample.get()?;
        let rows = editor.mapping.with(|rows| to_mapping(rows));
        if rows.is_empty() {
            return Some(Ok(sample));
        }
        Some(mapping::apply(&rows, &sample).map(mapping::event_data))
    };
    view! {
        <Show when=move || sample.with(Option::is_some)>
            <details class="min-w-0">
                <summary class="disclosure"><Icon glyph=Glyph::ChevronRight class="size-3.5"/> "What the sample becomes"</summary>
                <div class="mt-2 min-w-0">
                    {move || data().map(|data| match data {
                        Ok(value) => view! { <JsonView value what="event’s data"/> }.into_any(),
                        Err(error) => view! { <p class="muted text-xs"><Prose text=error.to_string()/></p> }.into_any(),
                    })}
                </div>
            </details>
        </Show>
    }
    .into_any()
}
