//! Small successes, said for a moment. Errors stay beside their cause and never come here.

use super::icons::{Glyph, Icon};
use leptos::prelude::*;
use std::time::Duration;

const SHOWN_FOR: Duration = Duration::from_secs(4);

/// Where toasts are put.
#[derive(Debug, Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<(u32, String)>>,
    last: RwSignal<u32>,
}

impl Toasts {
    /// Makes them available to everything below; call it once.
    pub fn provide() {
        provide_context(Self { shown: RwSignal::new(Vec::new()), last: RwSignal::new(0) });
    }

    /// The ones in the context.
    #[must_use]
    pub fn get() -> Self {
        expect_context()
    }

    /// Says `text` for a few seconds.
    pub fn say(self, text: impl Into<String>) {
        let id = self.last.get_untracked() + 1;
        self.last.set(id);
        self.shown.update(|shown| shown.push((id, text.into())));
        set_timeout(move || self.shown.update(|shown| shown.retain(|(other, _)| *other != id)), SHOWN_FOR);
    }
}

/// Where toasts appear. In the page from the start, so that screen readers hear what is added.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = Toasts::get();
    view! {
        <div class="toast toast-end z-50" role="status" aria-live="polite">
            <For each=move || toasts.shown.get() key=|(id, _)| *id let((_id, text))>
                <div class="toast-note"><Icon glyph=Glyph::CircleCheck class="size-4 text-success"/>{text}</div>
            </For>
        </div>
    }
    .into_any()
}
