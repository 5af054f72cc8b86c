use super::editor::Editor;
use super::samples::Samples;
use super::untaken::Untaken;
use crate::components::{CopyBox, Glyph, Icon, Note, Tone};
use domain::source::{ContentType, Source, SourceConfig, SourceState, Verification};
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
    let command = Signal::derive(move || editor.stored.with(|stored| curl(&command_url, stored)));
    let is_waiting = move || state.get() == SourceState::Active && samples.is_empty() == Some(true);
    view! {
        <section class="panel mb-4" aria-label="Address">
            <div class="panel-body grid min-w-0 gap-3">
                <div class="grid min-w-0 gap-1"><span class="field-label">"URL"</span><CopyBox text=url what="URL"/></div>
                <details class="min-w-0" open=is_waiting>
                    <summary class="disclosure"><Icon glyph=Glyph::ChevronRight class="size-3.5"/> "Send something with curl"</summary>
                    <div class="mt-2"><CopyBox text=command what="curl command" multiline=true/></div>
                </details>
                <div class="grid gap-2 empty:hidden">
                    <Untaken editor taken/>
                    {move || match state.get() {
                        SourceState::Inactive => view! {
                            <Note tone=Tone::Neutral glyph=Glyph::CirclePause>
                                "Inactive: this URL answers 404 to everybody. What is sent here meanwhile makes no event, and can be tried below. Set it active to take requests."
                            </Note>
                        }.into_any(),
                        SourceState::Archived => view! {
                            <Note tone=Tone::Neutral glyph=Glyph::Archive>"Archived: this URL has stopped for good."</Note>
                        }.into_any(),
                        SourceState::Active if is_waiting() => view! { <Waiting/> }.into_any(),
                        SourceState::Active => ().into_any(),
                    }}
                </div>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Waiting() -> impl IntoView {
    view! {
        <div class="note tone-busy" role="status">
            <span class="live-dot mt-1" aria-hidden="true"></span>
            <div>
                <p class="font-medium">"Waiting for your first request…"</p>
                <p class="text-xs">
                    "It shows up here as soon as it arrives. " <Icon glyph=Glyph::Terminal class="inline size-3.5"/> " Paste the curl line into a terminal."
                </p>
            </div>
        </div>
    }
    .into_any()
}

/// A line that the source accepts, as far as that can be said without its secret.
fn curl(url: &str, source: &Source) -> String {
    let SourceConfig { verification, content_types, method, .. } = &source.config;
    let proof = match verification {
        Verification::HeaderToken { header, .. } => format!(" -H '{header}: YOUR-TOKEN'"),
        Verification::Basic { username, .. } => format!(" -u '{username}:YOUR-PASSWORD'"),
        // Signatures are reckoned, not copied.
        Verification::None
        | Verification::BodyToken { .. }
        | Verification::StandardWebhooks { .. }
        | Verification::Hmac(_)
        | Verification::Stripe { .. }
        | Verification::Twilio { .. } => String::new(),
    };
    let content_type = content_types.iter().find(|own| **own == ContentType::Json).or(content_types.first());
    let content_type = content_type.copied().unwrap_or_default();
    let body = match (verification, content_type) {
        (Verification::BodyToken { path, .. }, ContentType::Json) => {
            format!(r#"{{"{path}":"YOUR-TOKEN","n":1}}"#)
        }
        (Verification::BodyToken { path, .. }, ContentType::Form) => {
            format!("{}=YOUR-TOKEN&n=1", form_name(path))
        }
        (_, ContentType::Json) => r#"{"n":1}"#.to_owned(),
        (_, ContentType::Form) => "n=1".to_owned(),
    };
    let (method, content_type) = (method.as_str(), content_type.as_str());
    format!("curl -X {method} '{url}' \\\n  -H 'Content-Type: {content_type}'{proof} \\\n  -d '{body}'")
}

/// The name of a form's field that is read as `path`: `auth[token]`.
fn form_name(path: &str) -> String {
    let mut parts = path.split('.');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| format!("{name}[{part}]"))
}
