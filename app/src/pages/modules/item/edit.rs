use super::form::Typed;
use crate::bound;
use crate::components::form::{FieldError, FormErrors, TextField};
use crate::components::{
    Begin, Bound, Calls, DirtyBar, Editing, Glyph, Loaded, Note, Over, PageHead, Panel, Rules, Saving,
    Skeleton, Tone,
};
use crate::error::AppError;
use crate::here::Here;
use crate::pages::modules::page::{CRUMBS, id_in};
use crate::pages::modules::server_fns::{ItemForm, get_item, get_item_form, save_item};
use crate::pages::records::ValueField;
use domain::account::Permission;
use domain::lookup::LookupList;
use domain::module::{ItemDraft, ItemField, Module};
use domain::record::StoredItem;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};

type Stored = Option<StoredItem>;

/// `/a/{slug}/modules/{id}/items/new`.
#[component]
pub fn NewItem() -> impl IntoView {
    let params = use_params_map();
    let slug = StoredValue::new(Here::slug());
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let form = Resource::new(
        move || id.get(),
        move |id| async move { get_item_form(slug.get_value(), id_in(&id)?).await },
    );
    view! {
        <Loaded resource=form skeleton=Skeleton::Panels view=|form: ItemForm| {
            let above = (form.module.config.name.clone(), format!("modules/{}", form.module.id));
            view! {
                <PageHead title="New item" crumbs=CRUMBS under=vec![above] about="As a message to one of the module’s sources would make it."/>
                <Form form item=None/>
            }
        }/>
    }
    .into_any()
}

/// `/a/{slug}/modules/{id}/items/{item}/edit`.
#[component]
pub fn EditItem() -> impl IntoView {
    let params = use_params_map();
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
    view! {
        <Loaded resource=item skeleton=Skeleton::Panels view=|found| {
            let (form, item) = (ItemForm { module: found.module, lookups: found.lookups }, found.item);
            let module = format!("modules/{}", form.module.id);
            let itself = (item.item.title.clone(), format!("{module}/items/{}", item.id));
            view! {
                <PageHead title="Edit" crumbs=CRUMBS under=vec![(form.module.config.name.clone(), module), itself]/>
                <Form form item=Some(item)/>
            }
        }/>
    }
    .into_any()
}

/// What stands around what is typed.
#[derive(Clone, Copy)]
struct Around {
    module: StoredValue<Module>,
    lookups: StoredValue<Vec<LookupList>>,
}

fn edit(around: Around, item: Stored) -> (RwSignal<Typed>, Saving) {
    let slug = StoredValue::new(Here::slug());
    let Around { module, lookups } = around;
    let (id, of) = (item.as_ref().map(|item| item.id), module.with_value(|module| module.id));
    let begin = match (id, Here::may(Permission::EditRecords)) {
        (Some(_), _) => Begin::Stored,
        (None, true) => Begin::New,
        (None, false) => Begin::Denied,
    };
    let stored = RwSignal::new(item);
    let save = Action::new(move |(over, draft): &(Over, ItemDraft)| {
        let version = stored.with_untracked(|stored| stored.as_ref().map(|stored| stored.item.version));
        let (version, draft) = (version.filter(|_| *over == Over::Opened), draft.clone());
        async move { save_item(slug.get_value(), of, id, version, draft).await.map(Some) }
    });
    let reload = Action::new(move |(): &()| async move {
        let Some(id) = id else { return Ok(None) };
        get_item(slug.get_value(), of, id).await.map(|found| Some(found.item))
    });
    let rules = Rules {
        as_typed: move |stored: &Stored| {
            module.with_value(|module| Typed::of(stored.as_ref(), &module.config))
        },
        read: move |stored: &Stored, typed: &Typed| {
            module.with_value(|module| {
                lookups.with_value(|lookups| typed.read(stored.as_ref(), &module.config, lookups))
            })
        },
    };
    let (navigate, items) = (use_navigate(), Here::path(&format!("modules/{of}/items")));
    let on_saved = Callback::new(move |saved: Stored| {
        if let Some(saved) = saved {
            let replace = NavigateOptions { replace: true, ..NavigateOptions::default() };
            navigate(&format!("{items}/{}", saved.id), replace);
        }
    });
    let editing = Editing::begin(stored, begin, rules, Calls { save, reload, on_saved });
    (editing.typed, editing.saving)
}

#[component]
fn Form(form: ItemForm, item: Stored) -> impl IntoView {
    let is_new = item.is_none();
    let may_edit = Here::may(Permission::EditRecords);
    let ItemForm { module, lookups } = form;
    let fields = module.config.fields.clone();
    let around = Around { module: StoredValue::new(module), lookups: StoredValue::new(lookups) };
    let (typed, saving) = edit(around, item);
    let hint = if is_new {
        "What its sender calls it, unique in the module. It cannot be changed later."
    } else {
        "What its sender calls it, for good."
    };
    view! {
        {(!may_edit).then(|| view! {
            <div class="mb-4">
                <Note tone=Tone::Neutral glyph=Glyph::Eye>"Your role may look at this, not change it. Operators, admins and owners can."</Note>
            </div>
        })}
        <fieldset class="editor" disabled=!may_edit>
            <Panel title="Item">
                <div class="form-grid">
                    <TextField name="key" label="Id" bound=bound!(typed.key) mono=true readonly=!is_new hint/>
                    <TextField name="title" label="Title" bound=bound!(typed.title) hint="What people see of it in lists."/>
                </div>
            </Panel>
            <Fields fields typed lookups=around.lookups/>
            <FieldError error=FormErrors::at("data".to_owned())/>
        </fieldset>
        <DirtyBar saving/>
    }
    .into_any()
}

/// What the module knows of each of its items.
#[component]
fn Fields(
    fields: Vec<ItemField>,
    typed: RwSignal<Typed>,
    lookups: StoredValue<Vec<LookupList>>,
) -> impl IntoView {
    let is_empty = fields.is_empty();
    let input = move |field: ItemField| {
        let bound = bound_at(typed, &field.key);
        let hint = (field.path != field.key).then(|| format!("Kept as {} of its data.", field.path));
        view! {
            <ValueField name=format!("fields.{}", field.key) label=field.label field_type=field.field_type bound hint lookups/>
        }
    };
    let inputs = fields.into_iter().map(input).collect_view();
    view! {
        <Panel title="Fields">
            {if is_empty {
                view! { <p class="muted">"The module has no fields yet. Its settings make fields of the data."</p> }.into_any()
            } else {
                view! { <div class="form-grid">{inputs}</div> }.into_any()
            }}
        </Panel>
    }
    .into_any()
}

/// Binds what is typed for the field of a key.
fn bound_at(typed: RwSignal<Typed>, key: &str) -> Bound<String> {
    let own = StoredValue::new(key.to_owned());
    let is_own = move |(other, _): &&(String, String)| own.with_value(|own| own == other);
    Bound::new(
        move || {
            typed.with(|typed| {
                typed.values.iter().find(is_own).map(|(_, text)| text.clone()).unwrap_or_default()
            })
        },
        move |text: String| {
            typed.update(|typed| {
                let found = typed.values.iter_mut().find(|(other, _)| own.with_value(|own| own == other));
                if let Some((_, typed)) = found {
                    *typed = text;
                }
            });
        },
    )
}
