use crate::components::{Glyph, Icon};
use crate::live::{Row, Tail};
use leptos::prelude::*;

/// Turns a live tail on and off.
#[component]
pub fn LiveSwitch<T: Row>(
    /// The tail.
    tail: Tail<T>,
) -> impl IntoView {
    let is_on = tail.is_on;
    view! {
        <button
            type="button"
            class="btn btn-sm"
            class:live-on=move || is_on.get()
            aria-pressed=move || if is_on.get() { "true" } else { "false" }
            on:click=move |_| is_on.update(|is_on| *is_on = !*is_on)
        >
            <Show when=move || is_on.get() fallback=|| view! { <Icon glyph=Glyph::Play/> "Live" }>
                <span class="live-dot" aria-hidden="true"></span>
                {move || if tail.is_held.get() { "Live, held" } else { "Live" }}
            </Show>
        </button>
    }
    .into_any()
}

/// How far a page may be scrolled before that means that somebody reads.
const READING_FROM_PX: f64 = 160.0;

/// Around a list: while the pointer or the focus is in it, or the page is scrolled, a tail holds new rows back.
#[component]
pub fn ReadingArea<T: Row>(
    /// The tail.
    tail: Tail<T>,
    /// The list.
    children: Children,
) -> impl IntoView {
    let is_inside = RwSignal::new(false);
    let is_scrolled = RwSignal::new(false);
    Effect::new(move || {
        let scrolling = window_event_listener(leptos::ev::scroll, move |_| {
            let is_far = window().scroll_y().is_ok_and(|place| place > READING_FROM_PX);
            if is_scrolled.get_untracked() != is_far {
                is_scrolled.set(is_far);
            }
        });
        on_cleanup(move || scrolling.remove());
    });
    Effect::new(move || {
        let is_held = is_inside.get() || is_scrolled.get();
        tail.is_held.set(is_held);
        if !is_held {
            tail.release();
        }
    });
    view! {
        <div
            on:pointerenter=move |_| is_inside.set(true)
            on:pointerleave=move |_| is_inside.set(false)
            on:focusin=move |_| is_inside.set(true)
            on:focusout=move |_| is_inside.set(false)
        >
            {children()}
        </div>
    }
    .into_any()
}

/// "n new": shows what waits.
#[component]
pub fn WaitingPill<T: Row>(
    /// The tail.
    tail: Tail<T>,
) -> impl IntoView {
    let count = move || tail.waiting.with(Vec::len);
    view! {
        <div class="waiting-pill" aria-live="polite">
            <Show when=move || { count() > 0 }>
                <button type="button" class="btn btn-xs btn-primary" on:click=move |_| tail.release()>
                    {count} " new"
                </button>
            </Show>
        </div>
    }
    .into_any()
}
