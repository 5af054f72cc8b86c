use super::typed::{Typed, TypedEntry};
use crate::bound;
use crate::components::form::{FieldError, FormErrors, RowError, RowText, RowTools, Rows, TextField};
use crate::components::{
    Begin, Calls, Confirm, Crumb, DirtyBar, Editing, ErrorNote, Glyph, Icon, Loaded, Over, PageHead, Panel,
    Rules, Skeleton, failure,
};
use crate::error::AppError;
use crate::here::Here;
use crate::pages::customer_form::server_fns::{DeleteLookupList, get_lookup_list, save_lookup_list};
use domain::account::Permission;
use domain::ids::LookupListId;
use domain::lookup::{LookupList, LookupListDraft};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};

const CRUMBS: &[Crumb] = &[("Customers’ form", "customer-form"), ("Lookup lists", "customer-form?tab=lists")];

type Stored = Option<LookupList>;

/// `/a/{slug}/customer-form/lists/new`.
#[component]
pub fn NewList() -> impl IntoView {
    view! {
        <PageHead title="New lookup list" crumbs=CRUMBS about="Numbers are stored and sent; people see what they stand for."/>
        <Form list=None/>
    }
    .into_any()
}

/// `/a/{slug}/customer-form/lists/{id}`.
#[component]
pub fn EditList() -> impl IntoView {
    let params = use_params_map();
    let slug = StoredValue::new(Here::slug());
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let list = Resource::new(
        move || id.get(),
        move |id| async move {
            get_lookup_list(slug.get_value(), id.parse().map_err(|_| AppError::NotFound)?).await
        },
    );
    view! {
        <Loaded resource=list skeleton=Skeleton::Panels view=|list: LookupList| {
            let (id, title) = (list.id, list.name.clone());
            view! {
                <PageHead title crumbs=CRUMBS>
                    {Here::may(Permission::EditCatalogue).then(|| view! { <Delete id/> })}
                </PageHead>
                <Form list=Some(list)/>
            }
        }/>
    }
    .into_any()
}

fn edit(list: Stored) -> Editing<Stored, Typed> {
    let slug = StoredValue::new(Here::slug());
    let id = list.as_ref().map(|list| list.id);
    let begin = match (id, Here::may(Permission::EditCatalogue)) {
        (Some(_), _) => Begin::Stored,
        (None, true) => Begin::New,
        (None, false) => Begin::Denied,
    };
    let stored = RwSignal::new(list);
    let save = Action::new(move |(over, draft): &(Over, LookupListDraft)| {
        let version = stored.with_untracked(|stored| stored.as_ref().map(|stored| stored.version));
        let (version, draft) = (version.filter(|_| *over == Over::Opened), draft.clone());
        async move { save_lookup_list(slug.get_value(), id, version, draft).await.map(Some) }
    });
    let reload = Action::new(move |(): &()| async move {
        let Some(id) = id else { return Ok(None) };
        get_lookup_list(slug.get_value(), id).await.map(Some)
    });
    let rules = Rules {
        as_typed: |stored: &Stored| Typed::of(stored.as_ref()),
        read: |_: &Stored, typed: &Typed| typed.read(),
    };
    let (navigate, start) = (use_navigate(), Here::path("customer-form/lists"));
    let on_saved = Callback::new(move |saved: Stored| {
        if let Some(saved) = saved.filter(|_| id.is_none()) {
            let replace = NavigateOptions { replace: true, ..NavigateOptions::default() };
            navigate(&format!("{start}/{}", saved.id), replace);
        }
    });
    Editing::begin(stored, begin, rules, Calls { save, reload, on_saved })
}

#[component]
fn Form(list: Stored) -> impl IntoView {
    let editing = edit(list);
    let typed = editing.typed;
    let rows: Rows<Typed, TypedEntry> =
        Rows { form: typed, list: |typed| &typed.entries, list_mut: |typed| &mut typed.entries };
    let numbers = move || rows.numbers(|_| true);
    let add = move |_| {
        let id = typed.with_untracked(Typed::next_id);
        rows.add(TypedEntry { id, label: String::new() });
    };
    view! {
        <fieldset class="editor" disabled=!Here::may(Permission::EditCatalogue)>
            <Panel title="Lookup list">
                <div class="grid gap-4">
                    <TextField name="name" label="Name" bound=bound!(typed.name) placeholder="Parts of the day"/>
                    <div class="rows">
                        <For each=numbers key=|row| *row let:row><OneEntry rows row/></For>
                    </div>
                    <FieldError error=FormErrors::at("entries".to_owned())/>
                    <div><button type="button" class="btn btn-sm" on:click=add><Icon glyph=Glyph::Plus/> "Add entry"</button></div>
                </div>
            </Panel>
        </fieldset>
        <DirtyBar saving=editing.saving/>
    }
    .into_any()
}

#[component]
fn OneEntry(rows: Rows<Typed, TypedEntry>, row: u32) -> impl IntoView {
    let path = Signal::derive(move || rows.place(row).map(|place| format!("entries.{place}")));
    view! {
        <div class="row row-of-entry">
            <RowText label="Number" placeholder="1" bound=rows.bound(row, |own| own.id.clone(), |own, text| own.id = text)/>
            <RowText label="Stands for" placeholder="Morning" bound=rows.bound(row, |own| own.label.clone(), |own, text| own.label = text)/>
            <RowTools
                what="entry"
                on_move=move |direction| rows.shift(row, direction, |_| true)
                on_remove=move |()| rows.remove(row)
            />
            <RowError path/>
        </div>
    }
    .into_any()
}

#[component]
fn Delete(id: LookupListId) -> impl IntoView {
    let open = RwSignal::new(false);
    let deleting = ServerAction::<DeleteLookupList>::new();
    view! {
        <button type="button" class="btn btn-sm" on:click=move |_| open.set(true)><Icon glyph=Glyph::Trash/> "Delete"</button>
        <Confirm
            open
            title="Delete this lookup list?"
            action="Delete"
            dangerous=true
            on_confirm=move |()| { deleting.dispatch(DeleteLookupList { slug: Here::slug(), id }); }
        >
            <p>"Only a list that no field chooses from can be deleted."</p>
        </Confirm>
        <ErrorNote error=failure(*deleting)/>
    }
    .into_any()
}
