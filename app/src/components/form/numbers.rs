use super::{FieldFrame, FormErrors, described_by, input_id};
use crate::components::Bound;
use leptos::prelude::*;

/// A whole number. It is kept as typed, so that nothing is lost while it is none; the form's check says so.
#[component]
pub fn NumberField(
    /// Dotted path of the field.
    #[prop(into)]
    name: String,
    /// What it is called.
    #[prop(into)]
    label: String,
    /// What was typed.
    bound: Bound<String>,
    /// Its unit, shown behind it.
    #[prop(optional)]
    unit: &'static str,
    /// What it is for.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What it means when empty.
    #[prop(optional)]
    placeholder: &'static str,
) -> impl IntoView {
    let error = FormErrors::at(name.clone());
    let (id, described) = (input_id(&name), described_by(&name));
    view! {
        <FieldFrame name=name.clone() label hint error>
            <span class="input w-full" class:input-error=move || error.get().is_some()>
                <input
                    type="text"
                    inputmode="numeric"
                    id=id
                    name=name
                    class="grow tabular-nums"
                    placeholder=placeholder
                    autocomplete="off"
                    aria-describedby=described
                    aria-invalid=move || error.get().is_some().then_some("true")
                    prop:value=move || bound.get()
                    value=bound.first()
                    on:input=move |event| bound.set(event_target_value(&event))
                />
                <span class="muted text-xs">{unit}</span>
            </span>
        </FieldFrame>
    }
    .into_any()
}
