use super::highlight::{Token, tokens};
use crate::components::CopyButton;
use crate::components::icons::{Glyph, Icon};
use leptos::prelude::*;
use serde_json::Value;

/// Largest text that is coloured: above it a plain one is easier on the browser.
const MAX_COLOURED_BYTES: usize = 64 * 1024;

/// A JSON value, pretty and coloured, to read and copy.
#[component]
pub fn JsonView(
    /// The value.
    value: Value,
    /// What it is, for "Copy the …".
    #[prop(default = "JSON")]
    what: &'static str,
) -> impl IntoView {
    let text = serde_json::to_string_pretty(&value).unwrap_or_default();
    view! { <CodeBlock text what/> }.into_any()
}

/// A body as it came, with a switch between pretty and raw where it is JSON.
#[component]
pub fn BodyView(
    /// The body; `None` once bodies of that age are gone.
    body: Option<String>,
    /// What it is, for "Copy the …".
    #[prop(default = "body")]
    what: &'static str,
) -> impl IntoView {
    let Some(body) = body else {
        return view! {
            <p class="note tone-neutral"><Icon glyph=Glyph::Hourglass/>"Bodies of this age have been deleted."</p>
        }
        .into_any();
    };
    if body.is_empty() {
        return view! { <p class="muted">"Empty."</p> }.into_any();
    }
    let pretty =
        serde_json::from_str::<Value>(&body).ok().and_then(|value| serde_json::to_string_pretty(&value).ok());
    let Some(pretty) = pretty else { return view! { <CodeBlock text=body what/> }.into_any() };
    let is_raw = RwSignal::new(false);
    let switch = move |raw: bool, words: &'static str| {
        view! {
            <button
                type="button"
                class="segment"
                aria-pressed=move || if is_raw.get() == raw { "true" } else { "false" }
                on:click=move |_| is_raw.set(raw)
            >
                <span>{words}</span>
            </button>
        }
    };
    view! {
        <div class="grid min-w-0 gap-2">
            <div class="segmented w-fit" role="group" aria-label="How to show it">{switch(false, "Pretty")}{switch(true, "Raw")}</div>
            <Show when=move || is_raw.get() fallback=move || view! { <CodeBlock text=pretty.clone() what/> }>
                <CodeBlock text=body.clone() what/>
            </Show>
        </div>
    }
    .into_any()
}

/// Text in letters of one width, coloured as JSON, with a copy button.
#[component]
pub fn CodeBlock(
    /// The text.
    text: String,
    /// What it is.
    what: &'static str,
) -> impl IntoView {
    let coloured =
        if text.len() <= MAX_COLOURED_BYTES { tokens(&text) } else { vec![(Token::Plain, text.as_str())] };
    let parts = coloured
        .into_iter()
        .map(|(token, part)| view! { <span class=token.class()>{part.to_owned()}</span> })
        .collect_view();
    view! {
        <div class="code-block">
            <pre tabindex="0">{parts}</pre>
            <div class="code-block-corner"><CopyButton text=text.clone() what/></div>
        </div>
    }
    .into_any()
}
