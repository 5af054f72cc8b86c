use crate::components::{Ago, Empty, Glyph, Icon, Pager};
use crate::here::Here;
use crate::pages::activity::NoRows;
use domain::account::Permission;
use domain::activity::Page;
use domain::ids::ModuleId;
use domain::module::ModuleConfig;
use domain::record::ItemRow;
use leptos::prelude::*;
use leptos_router::components::A;

/// What everything is called that an item has, by its name in changes.
#[must_use]
pub fn labels(config: &ModuleConfig) -> Vec<(String, String)> {
    let own = std::iter::once(("title".to_owned(), "Title".to_owned()));
    own.chain(config.fields.iter().map(|field| (field.key.clone(), field.label.clone()))).collect()
}

/// Where a search may look.
#[must_use]
pub fn searched(config: &ModuleConfig) -> Vec<(String, String)> {
    let key = std::iter::once(("key".to_owned(), "Id".to_owned()));
    key.chain(labels(config)).collect()
}

/// Items of a module.
#[component]
pub fn Items(
    /// The module.
    id: ModuleId,
    /// One page of them.
    page: Page<ItemRow>,
    /// Whether a search is on.
    is_filtered: bool,
    /// Whether a source feeds the module.
    is_fed: bool,
) -> impl IntoView {
    if page.data.is_empty() {
        return view! { <NoRows is_filtered never_any=move || view! { <NeverAny id is_fed/> }/> }.into_any();
    }
    let (first, next) = (page.data.first().map(|row| row.id.0), page.next);
    view! {
        <table class="list">
            <thead>
                <tr><th>"Title"</th><th>"Id"</th><th class="num">"Version"</th><th>"Created"</th><th>"Updated"</th></tr>
            </thead>
            <tbody>{page.data.into_iter().map(|row| view! { <Line id row/> }).collect_view()}</tbody>
        </table>
        <Pager first next/>
    }
    .into_any()
}

/// Leads to the form of a new item, where the role may make one.
#[component]
pub fn NewItemLink(
    /// The module.
    id: ModuleId,
) -> impl IntoView {
    Here::may(Permission::EditRecords).then(|| {
        view! {
            <A href=Here::path(&format!("modules/{id}/items/new")) attr:class="btn btn-sm btn-primary"><Icon glyph=Glyph::Plus/> "New item"</A>
        }
    })
}

#[component]
fn NeverAny(id: ModuleId, is_fed: bool) -> impl IntoView {
    let text = if is_fed {
        "Its source is there. What is sent to it shows up here. You can also add one yourself."
    } else {
        "Nothing feeds it yet. Add a data source, let a source you have make its items, or add one yourself."
    };
    view! {
        <Empty glyph=Glyph::Boxes title="No items yet" text>
            <A href=Here::path("data-sources") attr:class="btn btn-sm">"Go to Data Sources"</A>
            <NewItemLink id/>
        </Empty>
    }
    .into_any()
}

#[component]
fn Line(id: ModuleId, row: ItemRow) -> impl IntoView {
    view! {
        <tr>
            <td class="cell-main">
                <A href=Here::path(&format!("modules/{id}/items/{}", row.id)) attr:data-row="" attr:class="row-link font-medium">
                    {row.title}
                </A>
            </td>
            <td data-label="Id" class="font-mono text-xs break-all">{row.key.to_string()}</td>
            <td class="num max-[699px]:hidden">{row.version}</td>
            <td data-label="Created"><Ago at=row.created_at/></td>
            <td data-label="Updated"><Ago at=row.updated_at/></td>
        </tr>
    }
    .into_any()
}
