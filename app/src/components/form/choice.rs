use super::{FieldFrame, FormErrors, described_by, input_id};
use crate::components::Bound;
use leptos::prelude::*;

/// One of the values a field can have: what it is in the form, and what people call it.
pub type Choice = (&'static str, &'static str);

/// One of several values, as a menu.
#[component]
pub fn Select(
    /// Dotted path of the field.
    #[prop(into)]
    name: String,
    /// What it is called.
    #[prop(into)]
    label: String,
    /// Which one is chosen.
    bound: Bound<String>,
    /// What there is to choose from.
    #[prop(into)]
    choices: Signal<Vec<(String, String)>>,
    /// What it is for.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    let error = FormErrors::at(name.clone());
    let (id, described) = (input_id(&name), described_by(&name));
    view! {
        <FieldFrame name=name.clone() label hint error>
            <select
                id=id
                name=name
                class="select w-full"
                aria-describedby=described
                prop:value=move || bound.get()
                on:change=move |event| bound.set(event_target_value(&event))
            >
                {move || choices.get().into_iter().map(|(value, words)| {
                    let own = value.clone();
                    view! { <option value=value selected=move || bound.get() == own>{words}</option> }
                }).collect_view()}
            </select>
        </FieldFrame>
    }
    .into_any()
}

/// Turns a table of choices into what [`Select`] takes.
#[must_use]
pub fn owned(choices: &[Choice]) -> Vec<(String, String)> {
    choices.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

/// One of a few values, all visible.
#[component]
pub fn Segmented(
    /// Dotted path of the field.
    #[prop(into)]
    name: String,
    /// What it is called.
    #[prop(into)]
    label: String,
    /// Which one is chosen.
    bound: Bound<String>,
    /// What there is to choose from.
    choices: &'static [Choice],
    /// What it is for.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    let error = FormErrors::at(name.clone());
    let legend = label.clone();
    view! {
        <FieldFrame name=name.clone() label hint error>
            <div class="segmented" role="radiogroup" aria-label=legend id=input_id(&name)>
                {choices.iter().map(|(value, words)| view! {
                    <label class="segment">
                        <input
                            type="radio"
                            class="sr-only"
                            name=name.clone()
                            value=*value
                            checked=bound.first() == *value
                            prop:checked=move || bound.get() == *value
                            on:change=move |_| bound.set((*value).to_owned())
                        />
                        <span>{*words}</span>
                    </label>
                }).collect_view()}
            </div>
        </FieldFrame>
    }
    .into_any()
}

/// On or off, with its meaning beside it.
#[component]
pub fn Toggle(
    /// Dotted path of the field.
    #[prop(into)]
    name: String,
    /// What is on or off.
    #[prop(into)]
    label: String,
    /// Whether it is on.
    bound: Bound<bool>,
    /// What it is for.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    let id = input_id(&name);
    let hint_id = format!("{id}-hint");
    view! {
        <div class="field">
            <label class="flex items-center gap-2.5">
                <input
                    type="checkbox"
                    id=id
                    name=name
                    class="toggle toggle-sm"
                    aria-describedby=hint_id.clone()
                    checked=bound.first()
                    prop:checked=move || bound.get()
                    on:change=move |event| bound.set(event_target_checked(&event))
                />
                <span class="font-medium">{label}</span>
            </label>
            {hint.map(|hint| view! { <p id=hint_id class="field-hint">{hint}</p> })}
        </div>
    }
    .into_any()
}
