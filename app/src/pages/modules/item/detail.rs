use crate::browser;
use crate::components::json::JsonTree;
use crate::components::{
    Ago, Confirm, CopyButton, ErrorNote, Glyph, Icon, Loaded, PageHead, Panel, Skeleton, Toasts, failure,
    page_in,
};
use crate::error::AppError;
use crate::here::Here;
use crate::pages::modules::items::labels;
use crate::pages::modules::page::{CRUMBS, id_in};
use crate::pages::modules::server_fns::{ItemView, delete_item, get_item, get_item_history};
use crate::pages::records::{Fact, History, ShownValue};
use domain::account::Permission;
use domain::ids::{ItemId, ModuleId};
use domain::module::{Item, ModuleConfig};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use leptos_router::hooks::{use_params_map, use_query_map};
use serde_json::{Map, Value};

/// `/a/{slug}/modules/{id}/items/{item}`.
#[component]
pub fn ItemDetail() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let slug = StoredValue::new(Here::slug());
    let ids = Memo::new(move |_| {
        params.with(|params| (params.get("id").unwrap_or_default(), params.get("item").unwrap_or_default()))
    });
    let item = Resource::new(
        move || ids.get(),
        move |(id, item)| async move {
            get_item(slug.get_value(), id_in(&id)?, item.parse().map_err(|_| AppError::NotFound)?).await
        },
    );
    let wanted = Memo::new(move |_| query.with(|query| (ids.get(), page_in(query))));
    let history = Resource::new(
        move || wanted.get(),
        move |((id, item), page)| async move {
            let item = item.parse().map_err(|_| AppError::NotFound)?;
            get_item_history(slug.get_value(), id_in(&id)?, item, page).await
        },
    );
    let nothing = StoredValue::new(Vec::new());
    view! {
        <Loaded resource=item skeleton=Skeleton::Panels view=move |found: ItemView| {
            let names = StoredValue::new(labels(&found.module.config));
            view! {
                <Head module=(found.module.id, found.module.config.name.clone()) title=found.item.item.title.clone() item=found.item.id/>
                <Facts item=found.item.item.clone()/>
                <div class="grid min-w-0 items-start gap-4 lg:grid-cols-2">
                    <Fields config=found.module.config item=found.item.item.clone() lookups=StoredValue::new(found.lookups)/>
                    <Data data=found.item.item.data/>
                </div>
                <h2 class="section-title mt-6 mb-2"><Icon glyph=Glyph::History/> "Change log"</h2>
                <Loaded resource=history view=move |found| view! { <History found is_filtered=false names=nothing labels=names/> }/>
            }
        }/>
    }
    .into_any()
}

#[component]
fn Head(module: (ModuleId, String), title: String, item: ItemId) -> impl IntoView {
    let (id, name) = module;
    view! {
        <PageHead title crumbs=CRUMBS under=vec![(name, format!("modules/{id}"))]>
            {Here::may(Permission::EditRecords).then(|| view! {
                <Delete id item/>
                <A href=Here::path(&format!("modules/{id}/items/{item}/edit")) attr:class="btn btn-sm btn-primary">
                    <Icon glyph=Glyph::Pencil/> "Edit"
                </A>
            })}
        </PageHead>
    }
    .into_any()
}

#[component]
fn Facts(item: Item) -> impl IntoView {
    view! {
        <dl class="facts">
            <div><dt>"Id"</dt><dd class="font-mono text-xs">{item.key.to_string()}</dd></div>
            <div><dt>"Created"</dt><dd><Ago at=item.created_at/></dd></div>
            <div><dt>"Updated"</dt><dd><Ago at=item.updated_at/></dd></div>
            <div><dt>"Version"</dt><dd class="tabular-nums">{item.version}</dd></div>
        </dl>
    }
    .into_any()
}

/// The module's fields, as the item has them.
#[component]
fn Fields(
    config: ModuleConfig,
    item: Item,
    lookups: StoredValue<Vec<domain::lookup::LookupList>>,
) -> impl IntoView {
    let is_empty = config.fields.is_empty();
    let facts = config.fields.into_iter().map(|field| {
        let value = item.fields.get(&field.key).cloned().unwrap_or_default();
        let field_type = Some(field.field_type);
        view! { <Fact label=field.label><ShownValue value field_type lookups/></Fact> }
    });
    let facts = facts.collect_view();
    view! {
        <Panel title="Fields">
            {if is_empty {
                view! { <p class="muted">"The module has no fields yet. Its settings make fields of the data."</p> }.into_any()
            } else {
                view! { <dl class="fact-grid">{facts}</dl> }.into_any()
            }}
        </Panel>
    }
    .into_any()
}

/// All that its messages said; a click copies a value's path.
#[component]
fn Data(data: Map<String, Value>) -> impl IntoView {
    let toasts = Toasts::get();
    let copy = Callback::new(move |path: String| {
        spawn_local(async move {
            if browser::copy(&path).await {
                toasts.say(format!("Copied the path {path}."));
            }
        });
    });
    let value = Value::Object(data);
    let text = serde_json::to_string_pretty(&value).unwrap_or_default();
    view! {
        <Panel
            title="Data"
            about="All that its messages said. A click on a value copies its path."
            corner=move || view! { <CopyButton text=text.clone() what="data"/> }
        >
            <div class="max-h-[32rem] overflow-y-auto"><JsonTree value on_pick=copy verb="Copy the path"/></div>
        </Panel>
    }
    .into_any()
}

#[component]
fn Delete(id: ModuleId, item: ItemId) -> impl IntoView {
    let open = RwSignal::new(false);
    let slug = StoredValue::new(Here::slug());
    let deleting = Action::new(move |(): &()| delete_item(slug.get_value(), id, item));
    let toasts = Toasts::get();
    Effect::new(move || {
        if let Some(Ok(())) = deleting.value().get() {
            toasts.say("The item is deleted.");
        }
    });
    view! {
        <button type="button" class="btn btn-sm" on:click=move |_| open.set(true)><Icon glyph=Glyph::Trash/> "Delete"</button>
        <Confirm
            open
            title="Delete this item?"
            action="Delete"
            dangerous=true
            on_confirm=move |()| { deleting.dispatch(()); }
        >
            <p>"Its data and its change log are gone. A message of the same id makes it anew."</p>
        </Confirm>
        <ErrorNote error=failure(deleting)/>
    }
    .into_any()
}
