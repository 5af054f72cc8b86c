//! Copying to the clipboard.

use super::icons::{Glyph, Icon};
use super::toast::Toasts;
use crate::browser;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// A small button that copies `text`.
#[component]
pub fn CopyButton(
    /// What it copies.
    #[prop(into)]
    text: Signal<String>,
    /// What that is, for "Copy …" and "… copied".
    #[prop(default = "text")]
    what: &'static str,
    /// Whether its label is visible.
    #[prop(optional)]
    label: Option<&'static str>,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let toasts = Toasts::get();
    let copy = move |_| {
        spawn_local(async move {
            if browser::copy(&text.get_untracked()).await {
                toasts.say(format!("Copied the {what}."));
                copied.set(true);
                set_timeout(move || copied.set(false), Duration::from_secs(2));
            }
        });
    };
    let class = if label.is_some() { "btn btn-sm" } else { "btn btn-ghost btn-xs btn-square" };
    view! {
        <button type="button" class=class aria-label=format!("Copy the {what}") title=format!("Copy the {what}") on:click=copy>
            <Show when=move || copied.get() fallback=|| view! { <Icon glyph=Glyph::Copy class="size-3.5"/> }>
                <Icon glyph=Glyph::Check class="size-3.5 text-success"/>
            </Show>
            {label}
        </button>
    }
    .into_any()
}

/// A value in a box of its own with a copy button: URLs, ids, secrets, commands.
#[component]
pub fn CopyBox(
    /// The value.
    #[prop(into)]
    text: Signal<String>,
    /// What it is.
    what: &'static str,
    /// Whether it keeps its line breaks.
    #[prop(optional)]
    multiline: bool,
) -> impl IntoView {
    let class =
        if multiline { "copy-box-text whitespace-pre-wrap wrap-anywhere" } else { "copy-box-text truncate" };
    view! {
        <div class="copy-box">
            <code class=class tabindex="0">{move || text.get()}</code>
            <CopyButton text what/>
        </div>
    }
    .into_any()
}
