use super::{FieldFrame, FormErrors, described_by, input_id};
use crate::components::Bound;
use crate::raw_text::raw_text;
use leptos::prelude::*;

/// One line of text, bound to a form's state. Where it holds a list, it also shows what is wrong with its parts.
#[component]
pub fn TextField(
    /// Dotted path of the field.
    #[prop(into)]
    name: String,
    /// What it is called.
    #[prop(into)]
    label: String,
    /// What it holds.
    bound: Bound<String>,
    /// What it is for.
    #[prop(optional, into)]
    hint: Option<String>,
    /// An example, shown while it is empty.
    #[prop(optional)]
    placeholder: &'static str,
    /// Whether letters have one width: URLs, paths, header names.
    #[prop(optional)]
    mono: bool,
    /// `text`, or what browsers help to choose: `date`, `time`.
    #[prop(default = "text")]
    kind: &'static str,
    /// Whether it can only be read.
    #[prop(optional, into)]
    readonly: Signal<bool>,
) -> impl IntoView {
    let error = FormErrors::below(&name);
    let (id, described) = (input_id(&name), described_by(&name));
    let class = if mono { "input w-full font-mono" } else { "input w-full" };
    view! {
        <FieldFrame name=name.clone() label hint error>
            <input
                type=kind
                id=id
                name=name
                class=class
                class:input-error=move || error.get().is_some()
                placeholder=placeholder
                autocomplete="off"
                spellcheck="false"
                aria-describedby=described
                aria-invalid=move || error.get().is_some().then_some("true")
                readonly=move || readonly.get()
                prop:value=move || bound.get()
                value=bound.first()
                on:input=move |event| bound.set(event_target_value(&event))
            />
        </FieldFrame>
    }
    .into_any()
}

/// Several lines of text, bound to a form's state.
#[component]
pub fn TextArea(
    /// Dotted path of the field.
    #[prop(into)]
    name: String,
    /// What it is called.
    #[prop(into)]
    label: String,
    /// What it holds.
    bound: Bound<String>,
    /// What it is for.
    #[prop(optional, into)]
    hint: Option<String>,
    /// An example, shown while it is empty.
    #[prop(optional)]
    placeholder: &'static str,
    /// How many lines it shows.
    #[prop(default = 6)]
    rows: u16,
) -> impl IntoView {
    let error = FormErrors::at(name.clone());
    let (id, described) = (input_id(&name), described_by(&name));
    view! {
        <FieldFrame name=name.clone() label hint error>
            <textarea
                id=id
                name=name
                class="textarea w-full font-mono"
                class:textarea-error=move || error.get().is_some()
                placeholder=placeholder
                rows=rows
                spellcheck="false"
                aria-describedby=described
                aria-invalid=move || error.get().is_some().then_some("true")
                prop:value=move || bound.get()
                on:input=move |event| bound.set(event_target_value(&event))
            >{raw_text(bound.first())}</textarea>
        </FieldFrame>
    }
    .into_any()
}

/// What people are told of secrets.
const KEPT: &str = "Stored encrypted, and never shown again.";

/// A secret: written, never read back. Says whether one is stored; empty keeps it.
#[component]
pub fn SecretField(
    /// Dotted path of the field.
    #[prop(into)]
    name: String,
    /// What it is called.
    #[prop(into)]
    label: String,
    /// What was typed.
    bound: Bound<String>,
    /// Whether one is stored already.
    #[prop(into)]
    is_stored: Signal<bool>,
    /// What it shows while none is.
    #[prop(default = "not set")]
    unset: &'static str,
) -> impl IntoView {
    let error = FormErrors::at(name.clone());
    let (id, described) = (input_id(&name), described_by(&name));
    let placeholder =
        move || if is_stored.get() { "•••••••• stored; type to replace" } else { unset };
    view! {
        <FieldFrame name=name.clone() label error hint=Some(KEPT.to_owned())>
            <input
                type="password"
                id=id
                name=name
                class="input w-full font-mono"
                class:input-error=move || error.get().is_some()
                placeholder=placeholder
                autocomplete="new-password"
                spellcheck="false"
                aria-describedby=described
                aria-invalid=move || error.get().is_some().then_some("true")
                prop:value=move || bound.get()
                on:input=move |event| bound.set(event_target_value(&event))
            />
        </FieldFrame>
    }
    .into_any()
}

/// One line of text in a form that also works before the page is alive; what was typed stays in the input.
#[component]
pub fn PlainField(
    /// Its name in the posted form; also where its error is found.
    name: &'static str,
    /// What it is called.
    #[prop(into)]
    label: String,
    /// `text`, `email`, `password`, …
    #[prop(default = "text")]
    kind: &'static str,
    /// What browsers may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What it is for.
    #[prop(optional, into)]
    hint: Option<String>,
    /// An example, shown while it is empty.
    #[prop(optional)]
    placeholder: &'static str,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// Whether the keyboard's focus begins here.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let error = FormErrors::at(name.to_owned());
    view! {
        <FieldFrame name label hint error>
            <input
                type=kind
                id=input_id(name)
                name=name
                class="input w-full"
                class:input-error=move || error.get().is_some()
                placeholder=placeholder
                autocomplete=autocomplete
                autofocus=autofocus
                value=value
                required
                aria-describedby=described_by(name)
                aria-invalid=move || error.get().is_some().then_some("true")
            />
        </FieldFrame>
    }
    .into_any()
}
