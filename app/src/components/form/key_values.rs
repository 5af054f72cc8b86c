use super::{FieldError, FormErrors};
use crate::components::icons::{Glyph, Icon};
use leptos::prelude::*;

/// A name and a value, with a number of its own that keeps the keyboard's focus where it is while rows come and go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyValue {
    /// Tells rows apart.
    pub row: u32,
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// Rows of name and value: headers.
#[component]
pub fn KeyValueEditor(
    /// Dotted path of the list.
    name: &'static str,
    /// The rows.
    rows: RwSignal<Vec<KeyValue>>,
) -> impl IntoView {
    let add = move |_| {
        rows.update(|rows| {
            let row = rows.iter().map(|row| row.row).max().unwrap_or(0) + 1;
            rows.push(KeyValue { row, ..KeyValue::default() });
        });
    };
    let ids = move || rows.with(|rows| rows.iter().map(|row| row.row).collect::<Vec<_>>());
    let error = FormErrors::below(name);
    view! {
        <div class="grid gap-2">
            <For each=ids key=|row| *row let:row>
                <KeyValueRow rows row/>
            </For>
            <FieldError error/>
            <div>
                <button type="button" class="btn btn-sm" on:click=add><Icon glyph=Glyph::Plus/> "Add header"</button>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn KeyValueRow(rows: RwSignal<Vec<KeyValue>>, row: u32) -> impl IntoView {
    let read = move |part: fn(&KeyValue) -> &String| {
        rows.with(|rows| rows.iter().find(|own| own.row == row).map(part).cloned().unwrap_or_default())
    };
    let write = move |change: &dyn Fn(&mut KeyValue)| {
        rows.update(|rows| rows.iter_mut().filter(|own| own.row == row).for_each(change));
    };
    view! {
        <div class="flex items-center gap-2">
            <input
                class="input w-2/5 font-mono"
                aria-label="Header name"
                placeholder="x-name"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || read(|own| &own.name)
                on:input=move |event| write(&|own| own.name = event_target_value(&event))
            />
            <input
                class="input min-w-0 grow font-mono"
                aria-label="Header value"
                placeholder="value"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || read(|own| &own.value)
                on:input=move |event| write(&|own| own.value = event_target_value(&event))
            />
            <button
                type="button"
                class="btn btn-ghost btn-sm btn-square"
                aria-label="Remove this header"
                on:click=move |_| rows.update(|rows| rows.retain(|own| own.row != row))
            >
                <Icon glyph=Glyph::X/>
            </button>
        </div>
    }
    .into_any()
}
