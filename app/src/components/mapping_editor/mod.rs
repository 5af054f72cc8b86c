//! Editing a mapping: rows from -> to, with a default and values to replace, and what each makes of the sample.

mod draft;
mod row;
mod tried;

pub use draft::{MappingRow, Target, rows_of, to_mapping};
pub use tried::finds;

use crate::components::form::{FieldError, FormErrors};
use crate::components::icons::{Glyph, Icon};
use leptos::prelude::*;
use row::{MappingRowView, Trial};
use serde_json::Value;

/// The rows of a mapping.
#[component]
pub fn MappingEditor(
    /// The rows being edited.
    rows: RwSignal<Vec<MappingRow>>,
    /// A body to try the rows on.
    #[prop(into)]
    sample: Signal<Option<Value>>,
    /// In how many of the last bodies a path finds something, and how many these are.
    presence: Callback<String, (usize, usize)>,
    /// What there is to fill, to offer.
    #[prop(into)]
    targets: Signal<Vec<Target>>,
) -> impl IntoView {
    let ids = move || rows.with(|rows| rows.iter().map(|row| row.id).collect::<Vec<_>>());
    let error = FormErrors::at("mapping".to_owned());
    let trial = Trial { sample, presence };
    view! {
        <div class="grid gap-3">
            <Show when=move || rows.with(|rows| !rows.is_empty())>
                <div class="mapping-labels" aria-hidden="true">
                    <span>"From (body attribute)"</span><span>"To (event attribute)"</span><span>"Default"</span>
                </div>
            </Show>
            <For each=ids key=|id| *id let:id><MappingRowView rows id trial/></For>
            <datalist id=row::TARGETS>
                {move || targets.get().into_iter().map(|target| view! {
                    <option value=target.path>{format!("{} · {}", target.label, target.kind)}</option>
                }).collect_view()}
            </datalist>
            <FieldError error/>
            <div>
                <button type="button" class="btn btn-sm" on:click=move |_| rows.update(|rows| draft::add(rows, "", &[]))>
                    <Icon glyph=Glyph::Plus/> "Add row"
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// Maps the body attribute at `path`, as a click in the sample does: to what waits for it or has its name.
pub fn map_path(rows: RwSignal<Vec<MappingRow>>, path: &str, targets: &[Target]) {
    rows.update(|rows| draft::add(rows, path, targets));
}

/// Adds a row to `target`, for the next click in the sample to fill.
pub fn map_target(rows: RwSignal<Vec<MappingRow>>, target: &str) {
    rows.update(|rows| draft::add_for(rows, target));
}
