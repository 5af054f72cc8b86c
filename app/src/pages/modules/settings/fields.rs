use super::typed::{Typed, TypedField, suggestions};
use crate::components::form::{FieldError, FormErrors, RowError, RowSelect, RowText, RowTools, Rows};
use crate::components::json::JsonTree;
use crate::components::{Editing, Glyph, Icon, Panel};
use crate::pages::records::type_choices;
use domain::ids::LookupListId;
use domain::module::Module;
use leptos::prelude::*;
use serde_json::Value;

type FieldRows = Rows<Typed, TypedField>;

/// What the module knows of its items, and the sample it is chosen from (K9).
#[component]
pub fn Fields(
    /// What is edited.
    editing: Editing<Module, Typed>,
    /// The account's lookup lists.
    lookups: StoredValue<Vec<(LookupListId, String)>>,
    /// The data of the newest item.
    sample: StoredValue<Option<Value>>,
) -> impl IntoView {
    let rows: FieldRows =
        Rows { form: editing.typed, list: |typed| &typed.fields, list_mut: |typed| &mut typed.fields };
    let numbers = move || rows.numbers(|_| true);
    let pick = Callback::new(move |path: String| add_from(rows, sample, &path));
    view! {
        <Panel title="Fields" about="What items show, are searched and counted by. Each is read from the data that is sent.">
            <div class="mapping-layout">
                <div class="grid min-w-0 content-start gap-3">
                    <Show when=move || numbers().is_empty()>
                        <p class="muted">"No fields yet. Click a value of the sample to make one of it."</p>
                    </Show>
                    <div class="rows">
                        <For each=numbers key=|row| *row let:row><OneField rows row lookups/></For>
                    </div>
                    <FieldError error=FormErrors::at("fields".to_owned())/>
                    <div class="flex flex-wrap gap-2">
                        <button type="button" class="btn btn-sm" on:click=move |_| rows.add(TypedField::default())>
                            <Icon glyph=Glyph::Plus/> "Add field"
                        </button>
                        <AddAll rows sample/>
                    </div>
                </div>
                <aside class="sample" aria-label="Sample">
                    {match sample.get_value() {
                        Some(value) => view! {
                            <p class="field-label mb-1">"Newest item: click a value to make it a field"</p>
                            <JsonTree value on_pick=pick verb="Make a field of"/>
                        }.into_any(),
                        None => view! { <p class="muted text-xs">"The data of the newest item shows up here."</p> }.into_any(),
                    }}
                </aside>
            </div>
        </Panel>
    }
    .into_any()
}

/// Makes a field of the sample's value at `path`.
fn add_from(rows: FieldRows, sample: StoredValue<Option<Value>>, path: &str) {
    let field = sample.with_value(|sample| {
        sample.as_ref().map(|sample| rows.form.with_untracked(|typed| typed.field_at(path, sample)))
    });
    field.into_iter().for_each(|field| rows.add(field));
}

/// All values of the sample that are no field yet.
#[component]
fn AddAll(rows: FieldRows, sample: StoredValue<Option<Value>>) -> impl IntoView {
    let paths = Memo::new(move |_| {
        sample.with_value(|sample| {
            sample
                .as_ref()
                .map(|sample| rows.form.with(|typed| suggestions(typed, sample)))
                .unwrap_or_default()
        })
    });
    let add = move |_| {
        for path in paths.get_untracked() {
            add_from(rows, sample, &path);
        }
    };
    view! {
        <Show when=move || paths.with(|paths| !paths.is_empty())>
            <button type="button" class="btn btn-sm" on:click=add>
                <Icon glyph=Glyph::WandSparkles/> {move || format!("Add {} from the sample", paths.with(Vec::len))}
            </button>
        </Show>
    }
    .into_any()
}

#[component]
fn OneField(rows: FieldRows, row: u32, lookups: StoredValue<Vec<(LookupListId, String)>>) -> impl IntoView {
    let field_type = rows.bound(row, |own| own.field_type.clone(), |own, word| own.field_type = word);
    let choices = Signal::derive(move || lookups.with_value(|lists| type_choices(lists, &field_type.get())));
    let path = Signal::derive(move || rows.place(row).map(|place| format!("fields.{place}")));
    view! {
        <div class="row row-of-four">
            <RowText label="Label" placeholder="City" bound=rows.bound(row, |own| own.label.clone(), |own, text| own.label = text)/>
            <RowText label="Key" placeholder="city" mono=true bound=rows.bound(row, |own| own.key.clone(), |own, text| own.key = text)/>
            <RowText label="Path in the data" placeholder="merges.CITY" mono=true bound=rows.bound(row, |own| own.path.clone(), |own, text| own.path = text)/>
            <RowSelect label="Type" bound=field_type choices/>
            <RowTools
                what="field"
                on_move=move |direction| rows.shift(row, direction, |_| true)
                on_remove=move |()| rows.remove(row)
            />
            <RowError path/>
        </div>
    }
    .into_any()
}
