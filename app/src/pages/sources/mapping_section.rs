use super::editor::Editor;
use super::samples::Samples;
use crate::components::Panel;
use crate::components::json::JsonTree;
use crate::components::mapping_editor::{MappingEditor, map_path};
use leptos::prelude::*;

/// From the body to the event (A9-A12): a click on a leaf of the last request maps it.
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
    view! {
        <Panel title="Mapping" about="From the body to the event. Without a row the whole body becomes the event’s data.">
            <div class="mapping-layout">
                <div class="min-w-0"><MappingEditor rows sample/></div>
                <aside class="sample" aria-label="Last request">
                    {move || match sample.get() {
                        Some(value) => view! {
                            <p class="field-label mb-1">"Last request: click a value to map it"</p>
                            <JsonTree value on_pick=pick/>
                        }.into_any(),
                        None => view! {
                            <p class="muted text-xs">"The body of the last request shows up here; a click on a value maps it."</p>
                        }.into_any(),
                    }}
                </aside>
            </div>
        </Panel>
    }
    .into_any()
}
