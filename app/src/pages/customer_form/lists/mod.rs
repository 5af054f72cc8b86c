//! Lookup lists: numbers and what they stand for (T29).

mod edit;
mod typed;

pub use edit::{EditList, NewList};

use super::server_fns::list_lookup_lists;
use crate::components::{Ago, Empty, Glyph, Icon, Loaded, counted};
use crate::here::Here;
use domain::account::Permission;
use domain::lookup::LookupList;
use leptos::prelude::*;
use leptos_router::components::A;

/// The account's lookup lists.
#[component]
pub fn ListsTab() -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let lists = Resource::new(|| (), move |()| list_lookup_lists(slug.get_value()));
    view! { <Loaded resource=lists view=|lists| view! { <Lists lists/> }/> }.into_any()
}

#[component]
fn Lists(lists: Vec<LookupList>) -> impl IntoView {
    let button = || {
        Here::may(Permission::EditCatalogue).then(|| {
            view! {
                <A href=Here::path("customer-form/lists/new") attr:class="btn btn-sm btn-primary">
                    <Icon glyph=Glyph::Plus/> "New lookup list"
                </A>
            }
        })
    };
    if lists.is_empty() {
        return view! {
            <Empty
                glyph=Glyph::ListChecks
                title="No lookup lists yet"
                text="Numbers and what they stand for, such as the parts of a day. Fields of the type Integer (lookup) choose from them."
            >
                {button()}
            </Empty>
        }
        .into_any();
    }
    view! {
        <div class="mb-3 flex justify-end">{button()}</div>
        <table class="list">
            <thead><tr><th>"Name"</th><th>"Entries"</th><th>"Changed"</th></tr></thead>
            <tbody>
                {lists.into_iter().map(|list| view! {
                    <tr>
                        <td class="cell-main">
                            <A href=Here::path(&format!("customer-form/lists/{}", list.id)) attr:data-row="" attr:class="row-link font-medium">
                                {list.name}
                            </A>
                        </td>
                        <td class="muted">{entries(list.entries.len())}</td>
                        <td data-label="Changed"><Ago at=list.updated_at/></td>
                    </tr>
                }).collect_view()}
            </tbody>
        </table>
    }
    .into_any()
}

fn entries(count: usize) -> String {
    // `counted` knows plurals with an s alone.
    if count == 1 {
        "1 entry".to_owned()
    } else {
        format!("{} entries", counted(count, "").trim_end_matches([' ', 's']))
    }
}
