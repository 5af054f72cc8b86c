use super::create::CreateDialog;
use super::server_fns::list_modules;
use crate::components::{Ago, CreateLink, Empty, Glyph, Loaded, PageHead, counted};
use crate::here::Here;
use domain::account::Permission;
use domain::module::Module;
use leptos::prelude::*;
use leptos_router::components::A;

/// `/a/{slug}/modules`.
#[component]
pub fn List() -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let modules = Resource::new(|| (), move |()| list_modules(slug.get_value()));
    let may = Here::may(Permission::EditModules);
    view! {
        <PageHead title="Modules" about="Your own kinds of record: subscribers, tickets, projects. Their items come from data sources.">
            {may.then(|| view! { <CreateLink words="New module"/> })}
        </PageHead>
        {may.then(|| view! { <CreateDialog/> })}
        <Loaded resource=modules view=|modules| view! { <Modules modules/> }/>
    }
    .into_any()
}

#[component]
fn Modules(modules: Vec<Module>) -> impl IntoView {
    if modules.is_empty() {
        let may = Here::may(Permission::EditModules);
        return view! {
            <Empty
                glyph=Glyph::Boxes
                title="No modules yet"
                text="Connect a data source, and its messages become the items of a module: searched, counted, and told of to others."
            >
                {may.then(|| view! {
                    <A href=Here::path("data-sources?create") attr:class="btn btn-sm btn-primary">"Add a data source"</A>
                    <a href="?create" data-noscroll="" class="btn btn-sm">"New module"</a>
                })}
            </Empty>
        }
        .into_any();
    }
    view! {
        <table class="list">
            <thead><tr><th>"Name"</th><th>"Fields"</th><th>"Key metrics"</th><th>"Created"</th><th>"Changed"</th></tr></thead>
            <tbody>{modules.into_iter().map(|module| view! { <Line module/> }).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Line(module: Module) -> impl IntoView {
    let Module { id, config, .. } = module;
    view! {
        <tr>
            <td class="cell-main">
                <A href=Here::path(&format!("modules/{id}")) attr:data-row="" attr:class="row-link font-medium">{config.name}</A>
            </td>
            <td class="muted">{counted(config.fields.len(), "field")}</td>
            <td class="muted">{counted(config.metrics.len(), "metric")}</td>
            <td data-label="Created"><Ago at=module.created_at/></td>
            <td data-label="Changed"><Ago at=module.updated_at/></td>
        </tr>
    }
    .into_any()
}
