use crate::components::Bound;
use crate::components::form::{NumberField, Select, TextArea, TextField};
use crate::components::json::JsonEditor;
use domain::form::FieldType;
use domain::lookup::LookupList;
use leptos::prelude::*;

/// An input for a value of a type (T27).
#[component]
pub fn ValueField(
    /// Dotted path of the field.
    #[prop(into)]
    name: String,
    /// What it is called.
    #[prop(into)]
    label: String,
    /// What it holds.
    field_type: FieldType,
    /// What was typed.
    bound: Bound<String>,
    /// What it is for.
    hint: Option<String>,
    /// The lists that lookup fields choose from.
    lookups: StoredValue<Vec<LookupList>>,
) -> impl IntoView {
    let first = bound.first();
    let hint = hint.filter(|hint| !hint.is_empty());
    let hint_or = move |words: &str| hint.clone().unwrap_or_else(|| words.to_owned());
    match field_type {
        FieldType::String if first.len() > 80 || first.contains('\n') => {
            view! { <TextArea name label bound rows=4 hint=hint_or("")/> }.into_any()
        }
        FieldType::String => view! { <TextField name label bound hint=hint_or("")/> }.into_any(),
        FieldType::Integer | FieldType::Decimal => {
            view! { <NumberField name label bound hint=hint_or("")/> }.into_any()
        }
        FieldType::Date => {
            // A browser shows nothing of what is no date.
            let kind = if has_shape(&first, "0000-00-00") { "date" } else { "text" };
            view! { <TextField name label bound kind hint=hint_or("")/> }.into_any()
        }
        FieldType::Time => {
            let is_time = has_shape(&first, "00:00") || has_shape(&first, "00:00:00");
            let kind = if is_time { "time" } else { "text" };
            view! { <TextField name label bound kind hint=hint_or("")/> }.into_any()
        }
        FieldType::Datetime => view! {
            <TextField name label bound mono=true placeholder="2026-01-31T09:00:00+01:00" hint=hint_or("")/>
        }
        .into_any(),
        FieldType::Boolean => {
            let choices = vec![choice("", "–"), choice("true", "Yes"), choice("false", "No")];
            view! { <Select name label bound choices hint=hint_or("")/> }.into_any()
        }
        FieldType::Lookup { list } => {
            let choices =
                lookups.with_value(|lookups| entries_of(lookups.iter().find(|own| own.id == list), &first));
            view! { <Select name label bound choices hint=hint_or("")/> }.into_any()
        }
        FieldType::Json => view! { <JsonEditor name label bound hint=hint_or("")/> }.into_any(),
        FieldType::Array { .. } => {
            view! { <TextField name label bound hint=hint_or("Separate values with commas.")/> }.into_any()
        }
    }
}

fn choice(value: &str, words: &str) -> (String, String) {
    (value.to_owned(), words.to_owned())
}

/// The entries of a list to choose from, and what is stored where the list does not have it.
fn entries_of(list: Option<&LookupList>, stored: &str) -> Vec<(String, String)> {
    let entries = list.map(|list| list.entries.as_slice()).unwrap_or_default();
    let mut choices = vec![choice("", "–")];
    choices.extend(entries.iter().map(|entry| (entry.id.to_string(), entry.label.clone())));
    if choices.iter().all(|(value, _)| value != stored) {
        choices.push((stored.to_owned(), format!("{stored} (not in the list)")));
    }
    choices
}

/// Whether `text` is empty, or has a digit where `shape` has one and is the same elsewhere.
fn has_shape(text: &str, shape: &str) -> bool {
    let fits = |(byte, shape): (u8, u8)| if shape == b'0' { byte.is_ascii_digit() } else { byte == shape };
    text.is_empty() || (text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits))
}
