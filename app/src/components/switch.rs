//! The Active/Inactive slider: a button that posts its form, so that it works before wasm does.

use leptos::prelude::*;

/// A slider inside of a form; a press submits the form.
#[component]
pub fn SubmitSwitch(
    /// Whether it is on.
    #[prop(into)]
    is_on: Signal<bool>,
    /// What is on or off.
    #[prop(into)]
    label: String,
    /// Whether it cannot be moved now.
    #[prop(into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            role="switch"
            class="switch"
            aria-checked=move || if is_on.get() { "true" } else { "false" }
            aria-label=label
            disabled=move || disabled.get()
        >
            <span class="switch-knob" aria-hidden="true"></span>
        </button>
    }
    .into_any()
}
