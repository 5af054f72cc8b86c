//! "Unsaved changes: Discard / Save", at the bottom of every editor.

use super::icons::{Glyph, Icon};
use crate::error::AppError;
use leptos::prelude::*;

/// What an editor tells its bar, and what the bar asks of it.
#[derive(Clone, Copy)]
pub struct Saving {
    /// Whether nothing is stored yet: saving makes it.
    pub is_new: bool,
    /// Whether something differs from what is stored.
    pub is_dirty: Signal<bool>,
    /// Whether something is wrong that can be seen here.
    pub has_errors: Signal<bool>,
    /// Whether it is being saved.
    pub is_pending: Signal<bool>,
    /// Why the last try to save failed.
    pub error: Signal<Option<AppError>>,
    /// Saves; over somebody else's newer version, too, if told so.
    pub save: Callback<Over>,
    /// Goes back to what is stored.
    pub discard: Callback<()>,
    /// Loads what somebody else stored meanwhile.
    pub reload: Callback<()>,
}

/// Over which version to save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// The one that was opened, else it is refused.
    Opened,
    /// Whatever is stored now.
    Anything,
}

/// The bar; hidden while nothing differs from what is stored. The browser warns before the page is closed with changes,
/// the frame before a link leads away from them: it knows them by `data-unsaved`.
#[component]
pub fn DirtyBar(
    /// What it works on.
    saving: Saving,
) -> impl IntoView {
    Effect::new(move || {
        if saving.is_dirty.get() {
            let leaving = window_event_listener(leptos::ev::beforeunload, |event| event.prevent_default());
            on_cleanup(move || leaving.remove());
        }
    });
    let is_shown = move || saving.is_new || saving.is_dirty.get();
    let is_stale = move || saving.error.with(|error| *error == Some(AppError::Stale));
    view! {
        <div
            class="dirty-bar"
            class:dirty-bar-shown=is_shown
            data-unsaved=move || saving.is_dirty.get().then_some("")
            aria-live="polite"
        >
            <Show when=is_shown>
                <Show when=is_stale fallback=move || view! { <Plain saving/> }><Conflict saving/></Show>
            </Show>
        </div>
    }
    .into_any()
}

#[component]
fn Plain(saving: Saving) -> impl IntoView {
    let words = move || match saving.error.get() {
        Some(AppError::Invalid(_)) => "Not saved: see the marked fields.".to_owned(),
        Some(error) => error.to_string(),
        None if !saving.is_dirty.get() => "Not created yet".to_owned(),
        None if saving.has_errors.get() => "Unsaved changes; some fields are wrong.".to_owned(),
        None => "Unsaved changes".to_owned(),
    };
    let (save, saving_now) = if saving.is_new { ("Create", "Creating…") } else { ("Save", "Saving…") };
    view! {
        <p class="flex min-w-0 flex-1 items-center gap-2"><Icon glyph=Glyph::CircleDot/> <span>{words}</span></p>
        <div class="flex gap-2">
            <Show when=move || saving.is_dirty.get()>
                <button type="button" class="btn btn-sm" on:click=move |_| saving.discard.run(())>"Discard"</button>
            </Show>
            <button
                type="button"
                class="btn btn-sm btn-primary"
                data-save=""
                disabled=move || saving.is_pending.get()
                on:click=move |_| saving.save.run(Over::Opened)
            >
                {move || if saving.is_pending.get() { saving_now } else { save }}
            </button>
        </div>
    }
    .into_any()
}

#[component]
fn Conflict(saving: Saving) -> impl IntoView {
    view! {
        <p class="flex min-w-0 items-center gap-2">
            <Icon glyph=Glyph::TriangleAlert/>
            <span>"Somebody else has saved this since you opened it. Your changes are still here."</span>
        </p>
        <div class="flex flex-wrap gap-2">
            <button type="button" class="btn btn-sm" on:click=move |_| saving.reload.run(())>"Load theirs, drop mine"</button>
            <button type="button" class="btn btn-sm btn-error" on:click=move |_| saving.save.run(Over::Anything)>
                "Save mine over theirs"
            </button>
        </div>
    }
    .into_any()
}
