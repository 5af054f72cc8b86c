use super::editor::Editor;
use super::example::curl;
use super::instructions::Instructions;
use super::samples::Samples;
use super::set_up::SetUp;
use super::untaken::Untaken;
use super::waiting::Waiting;
use crate::components::{CopyBox, Glyph, Icon, Note, Tone};
use domain::source::SourceState;
use domain::subscription::EventPattern;
use leptos::prelude::*;

/// The source's URL, a line that sends something there, and whether anything came yet.
#[component]
pub fn Address(
    /// What is edited.
    editor: Editor,
    /// The full inbound URL.
    url: String,
    /// The event types that subscriptions take.
    taken: Vec<EventPattern>,
    /// The last requests.
    samples: Samples,
) -> impl IntoView {
    let state = Signal::derive(move || editor.stored.with(|stored| stored.state));
    let command_url = url.clone();
    let command = Signal::derive(move || {
        editor.stored.with(|stored| {
            editor.recordable.with(|recordable| curl(&command_url, &stored.config, recordable))
        })
    });
    let is_new = move || state.get() != SourceState::Archived && samples.is_empty() == Some(true);
    let blueprint = editor.stored.with_untracked(|stored| stored.config.blueprint.clone());
    let is_waiting = move || state.get() == SourceState::Active && is_new();
    view! {
        <section class="panel mb-4" aria-label="Address">
            <div class="panel-body grid min-w-0 gap-3">
                <div class="grid min-w-0 gap-1"><span class="field-label">"URL"</span><CopyBox text=url what="URL"/></div>
                {blueprint.map(|blueprint| view! { <Instructions blueprint open=Signal::derive(is_new)/> })}
                <details class="min-w-0" open=is_new>
                    <summary class="disclosure"><Icon glyph=Glyph::ChevronRight class="size-3.5"/> "Send something with curl"</summary>
                    <div class="mt-2"><CopyBox text=command what="curl command" multiline=true/></div>
                </details>
                <div class="grid gap-2 empty:hidden">
                    <Untaken editor taken/>
                    {move || match state.get() {
                        SourceState::Inactive => view! { <SetUp editor samples/> }.into_any(),
                        SourceState::Archived => view! {
                            <Note tone=Tone::Neutral glyph=Glyph::Archive>"Archived: this URL has stopped for good."</Note>
                        }.into_any(),
                        SourceState::Active if is_waiting() => view! {
                            <Waiting stored=editor.stored what="request" has_tried=Signal::derive(|| false)/>
                        }.into_any(),
                        SourceState::Active => ().into_any(),
                    }}
                </div>
            </div>
        </section>
    }
    .into_any()
}
