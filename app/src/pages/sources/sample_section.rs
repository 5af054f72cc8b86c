use super::editor::Editor;
use super::paste::Paste;
use super::samples::Samples;
use crate::components::Panel;
use crate::components::form::Select;
use leptos::prelude::*;

/// Which of the last requests filter and mapping are tried on (D2, D17).
#[component]
pub fn SampleSection(
    /// What is edited.
    editor: Editor,
    /// The last requests.
    samples: Samples,
) -> impl IntoView {
    let has_some = move || samples.is_empty() == Some(false);
    view! {
        <Panel
            title="Sample"
            about="Filter and mapping are tried on it while you edit them: one of the last 20 requests, or of those that were chosen in the log, at first the newest accepted one, or else the newest with a JSON body."
        >
            <Show when=has_some fallback=|| view! { <p class="muted text-xs">"The last requests show up here."</p> }>
                <div class="form-grid">
                    <Select
                        name="sample"
                        label="Request"
                        bound=samples.choice()
                        choices=Signal::derive(move || samples.choices())
                    />
                </div>
            </Show>
            {editor.may_edit.then(|| view! { <div class="mt-3"><Paste editor samples/></div> })}
        </Panel>
    }
    .into_any()
}
