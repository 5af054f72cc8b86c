use crate::components::Bound;
use crate::components::form::{FieldFrame, FormErrors, described_by, input_id};
use crate::components::icons::{Glyph, Icon};
use crate::raw_text::raw_text;
use domain::json::{fix_quotes, parse};
use leptos::prelude::*;

/// JSON to write. Says line and column of what is wrong while it is typed, and turns single quotes into double ones (D1).
#[component]
pub fn JsonEditor(
    /// Dotted path of the field.
    #[prop(into)]
    name: String,
    /// What it is called.
    #[prop(into)]
    label: String,
    /// What was typed.
    bound: Bound<String>,
    /// What it is for.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What stands for empty.
    #[prop(optional)]
    placeholder: &'static str,
    /// How many lines it shows.
    #[prop(default = 5)]
    rows: u16,
) -> impl IntoView {
    let of_form = FormErrors::at(name.clone());
    let error = Signal::derive(move || fault(&bound.get()).or_else(|| of_form.get()));
    let fix = move || fix_quotes(&bound.get());
    view! {
        <FieldFrame name=name.clone() label hint error>
            <textarea
                id=input_id(&name)
                name=name.clone()
                class="textarea w-full font-mono"
                class:textarea-error=move || error.get().is_some()
                rows=rows
                spellcheck="false"
                placeholder=placeholder
                aria-describedby=described_by(&name)
                aria-invalid=move || error.get().is_some().then_some("true")
                prop:value=move || bound.get()
                on:input=move |event| bound.set(event_target_value(&event))
            >{raw_text(bound.first())}</textarea>
            {move || fix().map(|fixed| view! {
                <button type="button" class="btn btn-xs w-fit" on:click=move |_| bound.set(fixed.clone())>
                    <Icon glyph=Glyph::WandSparkles class="size-3.5"/> "Turn single quotes into double quotes"
                </button>
            })}
        </FieldFrame>
    }
    .into_any()
}

/// What is wrong with `text` as JSON, with line and column; nothing while it is empty.
#[must_use]
pub fn fault(text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return None;
    }
    parse(text.as_bytes()).err().map(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d1_faults_name_line_and_column() {
        let message = fault("{\n  'ok': true}").expect("no JSON");
        assert!(message.starts_with("line 2, column 3"), "{message}");
        assert_eq!(fault("  "), None);
    }
}
