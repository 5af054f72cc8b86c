use super::typed::{Typed, TypedMetric};
use crate::components::form::{FieldError, FormErrors, RowError, RowSelect, RowText, RowTools, Rows, owned};
use crate::components::{Editing, Glyph, Icon, Panel};
use domain::module::Module;
use leptos::prelude::*;

const KINDS: &[(&str, &str)] = &[
    ("count", "Count of items"),
    ("sum", "Sum"),
    ("average", "Average"),
    ("min", "Minimum"),
    ("max", "Maximum"),
    ("count_by", "Count by value"),
];

/// What is reckoned of all items (K8).
#[component]
pub fn KeyMetrics(
    /// What is edited.
    editing: Editing<Module, Typed>,
) -> impl IntoView {
    let rows: Rows<Typed, TypedMetric> =
        Rows { form: editing.typed, list: |typed| &typed.metrics, list_mut: |typed| &mut typed.metrics };
    let numbers = move || rows.numbers(|_| true);
    let add = move |_| rows.add(TypedMetric { kind: "count".to_owned(), ..TypedMetric::default() });
    view! {
        <Panel title="Key metrics" about="Shown on the module’s page, reckoned over all items that are there.">
            <div class="grid gap-3">
                <div class="rows">
                    <For each=numbers key=|row| *row let:row><OneMetric rows row/></For>
                </div>
                <FieldError error=FormErrors::at("metrics".to_owned())/>
                <div>
                    <button type="button" class="btn btn-sm" on:click=add><Icon glyph=Glyph::Plus/> "Add key metric"</button>
                </div>
            </div>
        </Panel>
    }
    .into_any()
}

#[component]
fn OneMetric(rows: Rows<Typed, TypedMetric>, row: u32) -> impl IntoView {
    let kind = rows.bound(row, |own| own.kind.clone(), |own, word| own.kind = word);
    let field = rows.bound(row, |own| own.field.clone(), |own, key| own.field = key);
    let fields = Signal::derive(move || {
        let none = std::iter::once((String::new(), "Choose a field…".to_owned()));
        let all = rows.form.with(|typed| {
            let own = typed.fields.iter().map(|row| (row.own.key.clone(), row.own.label.clone()));
            own.filter(|(key, _)| !key.is_empty()).collect::<Vec<_>>()
        });
        none.chain(all).collect::<Vec<_>>()
    });
    let path = Signal::derive(move || rows.place(row).map(|place| format!("metrics.{place}")));
    let has_field = Memo::new(move |_| kind.get() != "count");
    view! {
        <div class="row row-of-three">
            <RowText label="Name" placeholder="made from the rest" bound=rows.bound(row, |own| own.name.clone(), |own, text| own.name = text)/>
            <RowSelect label="What" bound=kind choices=owned(KINDS)/>
            <Show when=move || has_field.get() fallback=|| view! { <span></span> }>
                <RowSelect label="Of the field" bound=field choices=fields/>
            </Show>
            <RowTools
                what="metric"
                on_move=move |direction| rows.shift(row, direction, |_| true)
                on_remove=move |()| rows.remove(row)
            />
            <RowError path/>
        </div>
    }
    .into_any()
}
