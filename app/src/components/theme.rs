//! System, light or dark: remembered in the browser, applied by a script in the head before anything is painted.

use super::icons::{Glyph, Icon};
use crate::browser;
use leptos::prelude::*;

/// Where the choice is remembered; the script in the head reads it, too.
const KEY: &str = "hookloft-theme";

const THEMES: [(&str, Glyph, &str); 3] =
    [("system", Glyph::Monitor, "System"), ("light", Glyph::Sun, "Light"), ("dark", Glyph::Moon, "Dark")];

/// Applies and remembers a theme. Only in handlers.
pub fn choose(theme: &str) {
    let chosen = Some(theme).filter(|theme| *theme != "system");
    browser::remember(KEY, chosen);
    let Some(root) = document().document_element() else { return };
    // Neither fails: the attribute's name is valid.
    let _ = match chosen {
        Some(theme) => root.set_attribute("data-theme", theme),
        None => root.remove_attribute("data-theme"),
    };
}

/// A switch between the themes.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let chosen = RwSignal::new("system".to_owned());
    Effect::new(move || {
        if let Some(theme) = browser::recall(KEY) {
            chosen.set(theme);
        }
    });
    view! {
        <div class="segmented" role="group" aria-label="Theme">
            {THEMES.into_iter().map(|(theme, glyph, words)| view! {
                <button
                    type="button"
                    class="segment"
                    title=words
                    aria-label=words
                    aria-pressed=move || if chosen.get() == theme { "true" } else { "false" }
                    on:click=move |_| {
                        choose(theme);
                        chosen.set(theme.to_owned());
                    }
                >
                    <span><Icon glyph class="size-3.5"/></span>
                </button>
            }).collect_view()}
        </div>
    }
    .into_any()
}
