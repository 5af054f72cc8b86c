use super::create::CreateDialog;
use super::server_fns::{DataSourceLine, list_data_sources};
use crate::components::{
    Chip, CreateLink, Empty, Glyph, LastTime, Loaded, PageHead, StateChip, Tone, number, percent,
};
use crate::here::Here;
use domain::account::Permission;
use domain::activity::RecentActivity;
use domain::module::data_source::is_set_up;
use leptos::prelude::*;
use leptos_router::components::A;

/// `/a/{slug}/data-sources`.
#[component]
pub fn List() -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let sources = Resource::new(|| (), move |()| list_data_sources(slug.get_value()));
    let may = Here::may(Permission::EditModules);
    view! {
        <PageHead title="Data Sources" about="Where the items of your modules come from. Each message makes an item or changes one.">
            {may.then(|| view! { <CreateLink words="Add data source"/> })}
        </PageHead>
        {may.then(|| view! { <CreateDialog/> })}
        <Loaded resource=sources view=|lines| view! { <Lines lines/> }/>
    }
    .into_any()
}

#[component]
fn Lines(lines: Vec<DataSourceLine>) -> impl IntoView {
    if lines.is_empty() {
        let may = Here::may(Permission::EditModules);
        return view! {
            <Empty
                glyph=Glyph::Database
                title="No data sources yet"
                text="Choose who sends, give it a name and paste its URL there. The first message shows you what can be kept."
            >
                {may.then(|| view! { <CreateLink words="Add data source"/> })}
            </Empty>
        }
        .into_any();
    }
    view! {
        <table class="list">
            <thead>
                <tr>
                    <th>"Name"</th><th>"Module"</th><th>"State"</th><th>"Last message"</th><th class="num">"24 h"</th>
                    <th class="num">"Error rate"</th>
                </tr>
            </thead>
            <tbody>{lines.into_iter().map(|line| view! { <Line line/> }).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Line(line: DataSourceLine) -> impl IntoView {
    let DataSourceLine { source, module: (module, name), recent: RecentActivity { day, last_at } } = line;
    let is_done = is_set_up(&source.config);
    view! {
        <tr>
            <td class="cell-main">
                <A href=Here::path(&format!("data-sources/{}", source.id)) attr:data-row="" attr:class="row-link font-medium">
                    {source.config.name}
                </A>
            </td>
            <td data-label="Module" class="cell-link">
                <A href=Here::path(&format!("modules/{module}")) attr:class="link link-hover">{name}</A>
            </td>
            <td>
                {if is_done {
                    view! { <StateChip state=source.state/> }.into_any()
                } else {
                    view! { <Chip tone=Tone::Busy glyph=Glyph::Clock>"Setting up"</Chip> }.into_any()
                }}
            </td>
            <td data-label="Last message"><LastTime at=last_at/></td>
            <td data-label="24 h" class="num">{number(day.total())}</td>
            <td data-label="Error rate" class="num">
                {if is_done { percent(day.failed, day.total()) } else { "–".to_owned() }}
            </td>
        </tr>
    }
    .into_any()
}
