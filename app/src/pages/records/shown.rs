use crate::components::json::{JsonView, shortened};
use domain::form::FieldType;
use domain::lookup::LookupList;
use leptos::prelude::*;
use serde_json::Value;

/// A value to read: a lookup by its label, a truth value in words, lists as tokens.
#[component]
pub fn ShownValue(
    /// The value; `null` where there is none.
    value: Value,
    /// What its field holds, where that is known.
    #[prop(default = None)]
    field_type: Option<FieldType>,
    /// The lists that lookup fields choose from.
    #[prop(default = StoredValue::new(Vec::new()))]
    lookups: StoredValue<Vec<LookupList>>,
) -> impl IntoView {
    let list = field_type.and_then(FieldType::lookup_list);
    let label = list.zip(value.as_i64()).and_then(|(list, id)| {
        lookups
            .with_value(|lookups| lookups.iter().find(|own| own.id == list)?.label(id).map(ToOwned::to_owned))
    });
    if let Some(label) = label {
        return view! { <span title=value.to_string()>{label}</span> }.into_any();
    }
    match value {
        Value::Null => view! { <span class="muted">"–"</span> }.into_any(),
        Value::Bool(true) => "Yes".into_any(),
        Value::Bool(false) => "No".into_any(),
        Value::String(text) => {
            view! { <span class="break-words whitespace-pre-wrap">{text}</span> }.into_any()
        }
        Value::Number(number) => view! { <span class="tabular-nums">{number.to_string()}</span> }.into_any(),
        Value::Array(values) if values.iter().all(|value| !value.is_array() && !value.is_object()) => {
            view! { <Tokens texts=values.iter().map(plain).collect()/> }.into_any()
        }
        value => view! { <JsonView value what="value"/> }.into_any(),
    }
}

/// A value without quotes around texts.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// A value on one short line.
#[must_use]
pub fn in_short(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) if text.chars().nth(48).is_none() => text.clone(),
        Value::Array(values) if values.iter().all(|value| !value.is_array() && !value.is_object()) => {
            let joined = values.iter().map(plain).collect::<Vec<_>>().join(", ");
            if joined.is_empty() { "none".to_owned() } else { cut(&joined) }
        }
        Value::String(text) => cut(text),
        value => shortened(value),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(48) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Short texts side by side: labels, account numbers.
#[component]
pub fn Tokens(
    /// The texts.
    texts: Vec<String>,
) -> impl IntoView {
    if texts.is_empty() {
        return view! { <span class="muted">"–"</span> }.into_any();
    }
    view! {
        <span class="flex flex-wrap gap-1">
            {texts.into_iter().map(|text| view! { <span class="token break-all">{text}</span> }).collect_view()}
        </span>
    }
    .into_any()
}

/// A name and what it is about, in a `dl`.
#[component]
pub fn Fact(
    /// What it is called.
    #[prop(into)]
    label: String,
    /// What it is.
    children: Children,
) -> impl IntoView {
    view! { <div class="min-w-0"><dt class="muted text-xs">{label}</dt><dd class="min-w-0">{children()}</dd></div> }
        .into_any()
}
