use super::server_fns::get_example;
use crate::components::json::BodyView;
use crate::components::{Dialog, ErrorNote, Glyph, Icon, Note, Tone, failure};
use crate::here::Here;
use domain::activity::ExampleMessage;
use domain::ids::IntegrationId;
use leptos::prelude::*;

/// "Example": the message that would be sent, as it is stored now.
#[component]
pub fn ExampleButton(
    /// The integration.
    id: IntegrationId,
    /// Whether something is typed that is not saved: the message is without it.
    is_dirty: Signal<bool>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let slug = StoredValue::new(Here::slug());
    let loading = Action::new(move |(): &()| get_example(slug.get_value(), id));
    let error = failure(loading);
    let show = move |_| {
        // Not the message of what was saved before, while this one is on its way.
        loading.clear();
        loading.dispatch(());
        open.set(true);
    };
    view! {
        <button type="button" class="btn btn-sm" on:click=show><Icon glyph=Glyph::Braces/> "Example"</button>
        <Dialog open on_close=move |()| open.set(false) title="Example message" wide=true>
            <Show when=move || is_dirty.get()>
                <div class="mb-3"><Note tone=Tone::Warning>"This shows what is saved, without your unsaved changes."</Note></div>
            </Show>
            <ErrorNote error/>
            {move || match loading.value().get() {
                Some(Ok(message)) => view! { <Message message/> }.into_any(),
                Some(Err(_)) => ().into_any(),
                None => view! { <p class="muted" role="status">"Loading…"</p> }.into_any(),
            }}
        </Dialog>
    }
    .into_any()
}

/// A message, to read.
#[component]
pub fn Message(
    /// What would be sent.
    message: ExampleMessage,
) -> impl IntoView {
    let url = if message.url.is_empty() { "(no target URL yet)".to_owned() } else { message.url };
    view! {
        <div class="grid min-w-0 gap-3">
            <p class="font-mono text-xs break-all"><strong>{message.method}</strong> " " {url}</p>
            <dl class="headers p-0">
                {message.headers.into_iter().map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> }).collect_view()}
            </dl>
            <BodyView body=Some(message.body)/>
        </div>
    }
    .into_any()
}
