use crate::components::form::SecretField;
use crate::components::{Bound, CopyBox, ErrorNote, Glyph, Icon, Note, Panel, Tone, failure};
use crate::error::AppError;
use crate::here::Here;
use crate::pages::sources::{
    CaptureWindow, Card, Samples, Steps, Waiting, command, move_source, save_source,
};
use domain::account::Permission;
use domain::source::{ContentType, Source, SourceState};
use leptos::prelude::*;
use serde_json::json;

/// The URL, what to do on the sender's side, and whether anything came (K4-K6).
#[component]
pub fn Connect(
    /// The source.
    stored: RwSignal<Source>,
    /// Its full inbound URL.
    url: String,
    /// Who sends, where that is known.
    sender: Option<Card>,
    /// What came.
    samples: Samples,
    /// Whether somebody said that they did it.
    is_connected: RwSignal<bool>,
) -> impl IntoView {
    let curl = curl(&url, &stored.get_untracked());
    let has_tried = RwSignal::new(false);
    let has_some = move || samples.message().is_some();
    let did_it = move |_| {
        has_tried.set(true);
        if has_some() {
            is_connected.set(true);
        }
    };
    let needs_secret = Memo::new(move |_| {
        stored.with(|source| {
            source.config.verification.secret_field().is_some() && !source.verification_secret_set
        })
    });
    view! {
        <Panel title="1. Send the first message">
            <div class="grid min-w-0 gap-4">
                <div class="grid min-w-0 gap-1"><span class="field-label">"URL"</span><CopyBox text=url what="URL"/></div>
                {match sender {
                    Some(sender) => view! { <Steps steps=sender.steps/> }.into_any(),
                    None => view! { <p class="muted text-xs">"Paste it where your app asks for a webhook’s address, and let it send something."</p> }.into_any(),
                }}
                <Show when=move || needs_secret.get()><Secret stored/></Show>
                <details class="min-w-0">
                    <summary class="disclosure"><Icon glyph=Glyph::ChevronRight class="size-3.5"/> "Send something with curl"</summary>
                    <div class="mt-2"><CopyBox text=curl what="curl command" multiline=true/></div>
                </details>
                <Show when=move || !is_connected.get()>
                    {move || if has_some() {
                        view! { <Note tone=Tone::Good glyph=Glyph::CircleCheck>"A message has come. Go on to say what it is."</Note> }.into_any()
                    } else {
                        view! {
                            <Waiting stored what="message" has_tried=has_tried.into()/>
                            <CaptureWindow stored/>
                        }.into_any()
                    }}
                    <div>
                        <button type="button" class="btn btn-sm btn-primary" on:click=did_it>"I did it"</button>
                    </div>
                </Show>
            </div>
        </Panel>
    }
    .into_any()
}

/// What the sender proves itself with. The source takes nothing before it is stored.
#[component]
fn Secret(stored: RwSignal<Source>) -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let typed = RwSignal::new(String::new());
    let saving = Action::new(move |secret: &String| {
        let (source, secret, slug) = (stored.get_untracked(), secret.clone(), slug.get_value());
        async move {
            let version = Some(source.version);
            let saved = save_source(slug.clone(), source.id, version, source.config, Some(secret)).await?;
            if saved.state == SourceState::Active {
                return Ok::<_, AppError>(saved);
            }
            move_source(slug, saved.id, SourceState::Active).await
        }
    });
    Effect::new(move || {
        if let Some(Ok(source)) = saving.value().get() {
            stored.set(source);
        }
    });
    let may = Here::may(Permission::EditSources);
    view! {
        <div class="grid max-w-md gap-2">
            <SecretField
                name="secret"
                label="Secret that the sender signs with"
                bound=Bound::new(move || typed.get(), move |text| typed.set(text))
                is_stored=false
            />
            <ErrorNote error=failure(saving)/>
            <div>
                <button
                    type="button"
                    class="btn btn-sm"
                    disabled=move || !may || saving.pending().get() || typed.with(String::is_empty)
                    on:click=move |_| { saving.dispatch(typed.get_untracked()); }
                >
                    "Store it and take messages"
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// A line that sends something like what the sender sends.
fn curl(url: &str, source: &Source) -> String {
    let body = if source.config.content_types.contains(&ContentType::Json) {
        json!({"id": "a-1", "title": "First item", "city": "Bonn"})
    } else {
        json!({"type": "subscribe", "data": {"id": "a-1", "email": "ada@example.com"}})
    };
    command(url, &source.config, &body)
}
