use super::draft::{MappingRow, ReplacementRow};
use super::tried::{Tried, missing_words, tried};
use crate::components::form::{FieldError, FormErrors};
use crate::components::icons::{Glyph, Icon};
use crate::components::{Chip, Tone};
use leptos::prelude::*;
use serde_json::Value;

/// The `id` of the list of what there is to fill.
pub const TARGETS: &str = "mapping-targets";

type Rows = RwSignal<Vec<MappingRow>>;

/// What rows are tried on.
#[derive(Clone, Copy)]
pub struct Trial {
    /// A body.
    pub sample: Signal<Option<Value>>,
    /// In how many of the last bodies a path finds something, and how many these are.
    pub presence: Callback<String, (usize, usize)>,
}

fn read<T>(rows: Rows, id: u32, part: impl FnOnce(&MappingRow) -> T) -> Option<T> {
    rows.with(|rows| rows.iter().find(|row| row.id == id).map(part))
}

fn write(rows: Rows, id: u32, change: impl FnOnce(&mut MappingRow)) {
    rows.update(|rows| {
        if let Some(row) = rows.iter_mut().find(|row| row.id == id) {
            change(row);
        }
    });
}

#[component]
pub fn MappingRowView(rows: Rows, id: u32, trial: Trial) -> impl IntoView {
    let cell = move |label: &'static str,
                     placeholder: &'static str,
                     list: Option<&'static str>,
                     part: fn(&mut MappingRow) -> &mut String| {
        view! {
            <label class="mapping-cell">
                <span aria-hidden="true">{label.split([':', ',']).next()}</span>
                <input
                    class="input w-full min-w-0 font-mono"
                    aria-label=label
                    placeholder=placeholder
                    list=list
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=move || read(rows, id, |row| part(&mut row.clone()).clone()).unwrap_or_default()
                    on:input=move |event| write(rows, id, |row| *part(row) = event_target_value(&event))
                />
            </label>
        }
    };
    let pairs = move || {
        read(rows, id, |row| row.replace.iter().map(|pair| pair.id).collect::<Vec<_>>()).unwrap_or_default()
    };
    view! {
        <div class="mapping-row">
            {cell("From: attribute of the body", "purchase_value", None, |row| &mut row.from)}
            {cell("To: attribute of the event", "data.value", Some(TARGETS), |row| &mut row.to)}
            {cell("Default, where the value is empty", "none", None, |row| &mut row.default)}
            <div class="mapping-buttons">
                <button
                    type="button"
                    class="btn btn-ghost btn-sm btn-square"
                    aria-label="Replace a value"
                    title="Replace a value"
                    on:click=move |_| write(rows, id, add_pair)
                >
                    <Icon glyph=Glyph::ArrowRightLeft/>
                </button>
                <button
                    type="button"
                    class="btn btn-ghost btn-sm btn-square"
                    aria-label="Remove this row"
                    on:click=move |_| rows.update(|rows| rows.retain(|row| row.id != id))
                >
                    <Icon glyph=Glyph::X/>
                </button>
            </div>
            <div class="col-span-full grid gap-1.5 empty:hidden">
                <For each=pairs key=|pair| *pair let:pair><PairRow rows id pair/></For>
            </div>
            <Result rows id trial/>
        </div>
    }
    .into_any()
}

fn add_pair(row: &mut MappingRow) {
    let id = row.replace.iter().map(|pair| pair.id).max().unwrap_or(0) + 1;
    row.replace.push(ReplacementRow { id, ..ReplacementRow::default() });
}

/// One value to replace.
#[component]
fn PairRow(rows: Rows, id: u32, pair: u32) -> impl IntoView {
    let cell = move |label: &'static str, part: fn(&mut ReplacementRow) -> &mut String| {
        let get = move || {
            read(rows, id, |row| {
                row.replace.iter().find(|own| own.id == pair).map(|own| part(&mut own.clone()).clone())
            })
        };
        let set = move |text: String| {
            write(rows, id, |row| {
                row.replace.iter_mut().filter(|own| own.id == pair).for_each(|own| *part(own) = text.clone())
            });
        };
        view! {
            <input
                class="input input-sm min-w-0 font-mono"
                aria-label=label
                placeholder="value"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || get().flatten().unwrap_or_default()
                on:input=move |event| set(event_target_value(&event))
            />
        }
    };
    view! {
        <div class="flex items-center gap-2 pl-3">
            <span class="muted text-xs">"replace"</span>
            {cell("Value to replace", |own| &mut own.value)}
            <span class="muted text-xs">"with"</span>
            {cell("New value", |own| &mut own.with)}
            <button
                type="button"
                class="btn btn-ghost btn-xs btn-square"
                aria-label="Remove this replacement"
                on:click=move |_| write(rows, id, |row| row.replace.retain(|own| own.id != pair))
            >
                <Icon glyph=Glyph::X class="size-3.5"/>
            </button>
        </div>
    }
    .into_any()
}

/// What the row makes of the sample, or what is wrong with the row.
#[component]
fn Result(rows: Rows, id: u32, trial: Trial) -> impl IntoView {
    let field = Memo::new(move |_| {
        rows.with(|rows| rows.iter().position(|row| row.id == id).map(|place| format!("mapping.{place}")))
            .unwrap_or_default()
    });
    let error = Signal::derive(move || FormErrors::below(&field.get()).get());
    let found = move || {
        let row = read(rows, id, MappingRow::to_mapping).filter(|row| !row.from.is_empty())?;
        let tried = trial.sample.with(|sample| tried(&row, sample.as_ref()?));
        let missing = missing_words(trial.presence.run(row.from));
        (tried.is_some() || missing.is_some()).then_some((tried, missing))
    };
    let shown = |Tried { sent, put }: Tried| {
        view! {
            "Sample: " <code class="break-all">{sent.text}</code> <span>{sent.kind}</span>
            {put.map(|put| view! {
                <Icon glyph=Glyph::ArrowRight class="size-3"/> <code class="break-all">{put.text}</code> <span>{put.kind}</span>
            })}
        }
    };
    view! {
        <FieldError error/>
        <div class="col-span-full text-xs empty:hidden">
            {move || found().filter(|_| error.with(Option::is_none)).map(|(tried, missing)| view! {
                <p class="muted flex flex-wrap items-center gap-1.5 pl-3">
                    {tried.map(shown)}
                    {missing.map(|words| view! { <Chip tone=Tone::Warning glyph=Glyph::TriangleAlert>{words}</Chip> })}
                </p>
            })}
        </div>
    }
    .into_any()
}
