use super::server_fns::{get_form_of_customers, list_customers};
use super::words::searched;
use crate::components::{Ago, Empty, Glyph, Icon, Loaded, PageHead, Pager, Skeleton, page_in};
use crate::here::Here;
use crate::pages::activity::{FilterBar, NoRows};
use crate::pages::records::{SearchFields, search_in};
use domain::account::Permission;
use domain::activity::Page;
use domain::record::{CustomerRow, RecordSearch};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

/// `/a/{slug}/customers`.
#[component]
pub fn List() -> impl IntoView {
    let query = use_query_map();
    let slug = StoredValue::new(Here::slug());
    let wanted = Memo::new(move |_| query.with(|query| (search_in(query), page_in(query))));
    let customers = Resource::new(
        move || wanted.get(),
        move |(search, page)| list_customers(slug.get_value(), search, page),
    );
    let form = Resource::new(|| (), move |()| get_form_of_customers(slug.get_value()));
    let may = Here::may(Permission::EditRecords);
    view! {
        <PageHead title="Customers" about="The people you serve, as events of your sources and your team describe them.">
            {may.then(new_button)}
        </PageHead>
        <Loaded resource=form skeleton=Skeleton::Filters view=|found| view! {
            <FilterBar>
                <SearchFields placeholder="Key, name, any field…" fields=searched(&found.form)/>
            </FilterBar>
        }/>
        <Loaded resource=customers view=move |page| view! { <Customers page/> }/>
    }
    .into_any()
}

fn new_button() -> impl IntoView {
    view! {
        <A href=Here::path("customers/new") attr:class="btn btn-sm btn-primary"><Icon glyph=Glyph::Plus/> "New customer"</A>
    }
}

#[component]
fn Customers(page: Page<CustomerRow>) -> impl IntoView {
    let is_filtered = use_query_map().with_untracked(search_in) != RecordSearch::default();
    let (first, next) = (page.data.first().map(|row| row.id.0), page.next);
    if page.data.is_empty() {
        return view! { <NoRows is_filtered never_any=|| view! { <NeverAny/> }/> }.into_any();
    }
    view! {
        <table class="list">
            <thead>
                <tr>
                    <th>"Customer"</th><th>"Key"</th><th class="num">"Points"</th><th>"Since"</th><th>"Updated"</th>
                </tr>
            </thead>
            <tbody>{page.data.into_iter().map(|row| view! { <Row row/> }).collect_view()}</tbody>
        </table>
        <Pager first next/>
    }
    .into_any()
}

#[component]
fn NeverAny() -> impl IntoView {
    let may = Here::may(Permission::EditRecords);
    view! {
        <Empty
            glyph=Glyph::ContactRound
            title="No customers yet"
            text="A source that records events makes each customer it hears of. You can also add one yourself."
        >
            {may.then(new_button)}
            <A href=Here::path("sources") attr:class="btn btn-sm">"Go to Sources"</A>
        </Empty>
    }
    .into_any()
}

#[component]
fn Row(row: CustomerRow) -> impl IntoView {
    view! {
        <tr>
            <td class="cell-main">
                <A href=Here::path(&format!("customers/{}", row.id)) attr:data-row="" attr:class="row-link font-medium">
                    {row.title}
                </A>
            </td>
            <td data-label="Key" class="font-mono text-xs break-all">{row.key.to_string()}</td>
            <td data-label="Points" class="num">{row.points.to_string()}</td>
            <td data-label="Since"><Ago at=row.created_at/></td>
            <td data-label="Updated"><Ago at=row.updated_at/></td>
        </tr>
    }
    .into_any()
}
