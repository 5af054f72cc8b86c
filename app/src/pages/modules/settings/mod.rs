//! A module's settings: name, fields, key metrics (K8, K9); outgoing webhooks (K10); and the end of it.

mod fields;
mod metrics;
mod typed;

use super::page::{CRUMBS, id_in};
use super::server_fns::{DeleteModule, ModuleForm, get_module_form, save_module};
use super::webhooks::WebhooksTab;
use crate::bound;
use crate::components::form::TextField;
use crate::components::{
    Begin, Calls, Confirm, DirtyBar, Editing, ErrorNote, Glyph, Icon, Loaded, Note, Over, PageHead, Panel,
    Rules, Skeleton, Tabs, Tone, current_tab, failure,
};
use crate::here::Here;
use domain::account::Permission;
use domain::ids::ModuleId;
use domain::module::{Module, ModuleConfig};
use fields::Fields;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use metrics::KeyMetrics;
use typed::Typed;

const TABS: &[(&str, &str)] = &[("fields", "Fields and key metrics"), ("webhooks", "Outgoing webhooks")];

/// `/a/{slug}/modules/{id}/settings`.
#[component]
pub fn Settings() -> impl IntoView {
    let params = use_params_map();
    let slug = StoredValue::new(Here::slug());
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let module = Resource::new(
        move || id.get(),
        move |id| async move { get_module_form(slug.get_value(), id_in(&id)?).await },
    );
    let tab = current_tab(TABS);
    view! {
        <Loaded resource=module skeleton=Skeleton::Panels view=move |found| view! { <SettingsPage found tab/> }/>
        {move || (tab.get() == "webhooks").then(|| view! { <WebhooksTab id/> })}
    }
    .into_any()
}

#[component]
fn SettingsPage(found: ModuleForm, tab: Memo<&'static str>) -> impl IntoView {
    let ModuleForm { module, lookups, sample } = found;
    let (id, name) = (module.id, module.config.name.clone());
    let may_edit = Here::may(Permission::EditModules);
    let editing = edit(module);
    let (lookups, sample) = (StoredValue::new(lookups.0), StoredValue::new(sample));
    view! {
        <PageHead title="Settings" crumbs=CRUMBS under=vec![(name.clone(), format!("modules/{id}"))]>
            {may_edit.then(|| view! { <Delete id name/> })}
        </PageHead>
        <Tabs tabs=TABS/>
        {move || (tab.get() == "fields").then(|| view! {
            {(!may_edit).then(|| view! {
                <div class="mb-4">
                    <Note tone=Tone::Neutral glyph=Glyph::Eye>"Your role may look at this, not change it. Admins and owners can."</Note>
                </div>
            })}
            <fieldset class="grid min-w-0 max-w-5xl gap-4" disabled=!may_edit>
                <Name editing/>
                <Fields editing lookups sample/>
                <KeyMetrics editing/>
            </fieldset>
        })}
        <DirtyBar saving=editing.saving/>
    }
    .into_any()
}

fn edit(module: Module) -> Editing<Module, Typed> {
    let slug = StoredValue::new(Here::slug());
    let id = module.id;
    let stored = RwSignal::new(module);
    let save = Action::new(move |(over, config): &(Over, ModuleConfig)| {
        let version = (*over == Over::Opened).then(|| stored.with_untracked(|stored| stored.version));
        save_module(slug.get_value(), id, version, config.clone())
    });
    let reload = Action::new(move |(): &()| async move {
        get_module_form(slug.get_value(), id).await.map(|found| found.module)
    });
    let rules = Rules {
        as_typed: |stored: &Module| Typed::of(&stored.config),
        read: |_: &Module, typed: &Typed| typed.read(),
    };
    Editing::begin(stored, Begin::Stored, rules, Calls { save, reload, on_saved: Callback::new(|_| ()) })
}

#[component]
fn Name(editing: Editing<Module, Typed>) -> impl IntoView {
    let typed = editing.typed;
    view! {
        <Panel title="Module"><div class="form-grid"><TextField name="name" label="Name" bound=bound!(typed.name)/></div></Panel>
    }
    .into_any()
}

#[component]
fn Delete(id: ModuleId, name: String) -> impl IntoView {
    let open = RwSignal::new(false);
    let deleting = ServerAction::<DeleteModule>::new();
    view! {
        <button type="button" class="btn btn-sm" on:click=move |_| open.set(true)><Icon glyph=Glyph::Trash/> "Delete"</button>
        <Confirm
            open
            title="Delete this module?"
            action="Delete for good"
            dangerous=true
            type_to_confirm=name
            on_confirm=move |()| { deleting.dispatch(DeleteModule { slug: Here::slug(), id }); }
        >
            <p>"Its items and their change logs are gone. Sources that feed it have to be archived and its outgoing webhooks deleted first."</p>
        </Confirm>
        <ErrorNote error=failure(*deleting)/>
    }
    .into_any()
}
