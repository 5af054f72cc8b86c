//! Form fields: label, hint and error belong to the field and are tied to it for screen readers.

mod body;
mod choice;
mod key_values;
mod numbers;
mod rows;
mod text;

pub use body::FormBody;
pub use choice::{Choice, Segmented, Select, Toggle, owned};
pub use key_values::{KeyValue, KeyValueEditor};
pub use numbers::NumberField;
pub use rows::{Row, RowCheck, RowError, RowSelect, RowText, RowTools, Rows, rows_of};
pub use text::{PlainField, SecretField, TextArea, TextField};

use super::Prose;
use super::icons::{Glyph, Icon};
use domain::error::FieldErrors;
use leptos::prelude::*;

/// What is wrong with the form around a field; each field finds its own by its dotted path.
#[derive(Debug, Clone, Copy)]
pub struct FormErrors(Signal<FieldErrors>);

impl FormErrors {
    /// Puts `errors` into the context of a form.
    pub fn provide(errors: Signal<FieldErrors>) {
        provide_context(Self(errors));
    }

    /// What is wrong at exactly `field`; nothing where no form is around.
    #[must_use]
    pub fn at(field: String) -> Signal<Option<String>> {
        Self::found(move |path| *path == field)
    }

    /// What is wrong at `field` or anywhere below it.
    #[must_use]
    pub fn below(field: &str) -> Signal<Option<String>> {
        let (exact, prefix) = (field.to_owned(), format!("{field}."));
        Self::found(move |path| *path == exact || path.starts_with(&prefix))
    }

    fn found(is_meant: impl Fn(&String) -> bool + Send + Sync + 'static) -> Signal<Option<String>> {
        let errors = use_context::<Self>().map(|errors| errors.0);
        Signal::derive(move || {
            errors?.with(|errors| {
                errors.0.iter().find(|error| is_meant(&error.field)).map(|error| error.message.clone())
            })
        })
    }
}

/// The `id` of a field's input.
#[must_use]
pub fn input_id(name: &str) -> String {
    format!("f-{}", name.replace('.', "-"))
}

/// Label, input, hint and error of one field.
#[component]
pub fn FieldFrame(
    /// Dotted path of the field; also makes its `id`.
    #[prop(into)]
    name: String,
    /// What it is called.
    #[prop(into)]
    label: String,
    /// What it is for.
    #[prop(default = None, into)]
    hint: Option<String>,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// The input.
    children: Children,
) -> impl IntoView {
    let id = input_id(&name);
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    view! {
        <div class="field">
            <label class="field-label" for=id>{label}</label>
            {children()}
            <FieldError id=error_id error/>
            {hint.map(|hint| view! { <p id=hint_id class="field-hint">{hint}</p> })}
        </div>
    }
    .into_any()
}

/// What is wrong with a field or a part of a form.
#[component]
pub fn FieldError(
    /// Where inputs find it for `aria-describedby`.
    #[prop(optional, into)]
    id: Option<String>,
    /// What is wrong, if anything.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <div id=id class="col-span-full" aria-live="polite">
            {move || error.get().map(|text| view! {
                <p class="field-error"><Icon glyph=Glyph::CircleAlert class="size-3.5"/><Prose text/></p>
            })}
        </div>
    }
    .into_any()
}

/// The `aria-describedby` of a field's input.
#[must_use]
pub fn described_by(name: &str) -> String {
    let id = input_id(name);
    format!("{id}-error {id}-hint")
}
