use super::list::Origin;
use super::server_fns::{DefinitionForm, forget_definition, get_definition, save_definition};
use super::typed::{Typed, TypedAttribute};
use crate::bound;
use crate::components::form::{
    FieldError, FormErrors, RowCheck, RowError, RowSelect, RowText, RowTools, Rows, Select, TextField,
};
use crate::components::{
    Begin, Calls, Confirm, Crumb, DirtyBar, Editing, ErrorNote, Glyph, Icon, Loaded, Note, Over, PageHead,
    Panel, Rules, Skeleton, Tone, failure,
};
use crate::error::AppError;
use crate::here::Here;
use crate::pages::records::type_choices;
use domain::account::Permission;
use domain::catalogue::{CatalogueEntry, Effect, EventDefinition};
use domain::event::EventType;
use domain::form::FieldType;
use domain::ids::LookupListId;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};

const CRUMBS: &[Crumb] = &[("Event catalogue", "catalogue")];

type Stored = Option<CatalogueEntry>;
type Lists = StoredValue<Vec<(LookupListId, String)>>;

/// `/a/{slug}/catalogue/new`.
#[component]
pub fn Create() -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let form = Resource::new(|| (), move |()| get_definition(slug.get_value(), None));
    view! {
        <PageHead title="New event" crumbs=CRUMBS about="Something of your own that sources can record on customers."/>
        <Loaded resource=form skeleton=Skeleton::Panels view=|form| view! { <Form form/> }/>
    }
    .into_any()
}

/// `/a/{slug}/catalogue/events/{type}`.
#[component]
pub fn Edit() -> impl IntoView {
    let params = use_params_map();
    let slug = StoredValue::new(Here::slug());
    let event_type = Memo::new(move |_| params.with(|params| params.get("type").unwrap_or_default()));
    let form = Resource::new(
        move || event_type.get(),
        move |event_type| async move {
            let event_type = EventType::new(event_type).map_err(|_| AppError::NotFound)?;
            get_definition(slug.get_value(), Some(event_type)).await
        },
    );
    view! {
        <Loaded resource=form skeleton=Skeleton::Panels view=|form: DefinitionForm| {
            let entry = form.entry.clone();
            let title = entry.as_ref().map(|entry| entry.definition.name.clone()).unwrap_or_default();
            let about = entry.as_ref().map(|entry| entry.definition.description.clone()).unwrap_or_default();
            let origin = entry.clone();
            view! {
                <PageHead title crumbs=CRUMBS about beside=move || origin.clone().map(|entry| view! { <Origin entry/> })>
                    {entry.filter(|entry| entry.own).map(|entry| view! { <Forget entry/> })}
                </PageHead>
                <Form form/>
            }
        }/>
    }
    .into_any()
}

fn edit(entry: Stored) -> Editing<Stored, Typed> {
    let slug = StoredValue::new(Here::slug());
    let own = StoredValue::new(entry.as_ref().map(|entry| entry.definition.event_type.clone()));
    let is_new = entry.is_none();
    let begin = match (is_new, Here::may(Permission::EditCatalogue)) {
        (false, _) => Begin::Stored,
        (true, true) => Begin::New,
        (true, false) => Begin::Denied,
    };
    let stored = RwSignal::new(entry);
    let save = Action::new(move |(over, definition): &(Over, EventDefinition)| {
        // A new event is to be nobody's yet.
        let version = stored.with_untracked(|stored| stored.as_ref().map_or(0, |stored| stored.version));
        let (version, definition) = ((*over == Over::Opened).then_some(version), definition.clone());
        async move { save_definition(slug.get_value(), version, definition).await.map(Some) }
    });
    let reload = Action::new(move |(): &()| async move {
        get_definition(slug.get_value(), own.get_value()).await.map(|form| form.entry)
    });
    let rules = Rules {
        as_typed: |stored: &Stored| Typed::of(stored.as_ref()),
        read: |_: &Stored, typed: &Typed| typed.read(),
    };
    let (navigate, start) = (use_navigate(), Here::path("catalogue"));
    let on_saved = Callback::new(move |saved: Stored| {
        if let Some(saved) = saved.filter(|_| is_new) {
            let replace = NavigateOptions { replace: true, ..NavigateOptions::default() };
            navigate(&format!("{start}/events/{}", saved.definition.event_type), replace);
        }
    });
    Editing::begin(stored, begin, rules, Calls { save, reload, on_saved })
}

#[component]
fn Form(form: DefinitionForm) -> impl IntoView {
    let DefinitionForm { entry, lookups } = form;
    let is_new = entry.is_none();
    let may_edit = Here::may(Permission::EditCatalogue);
    let editing = edit(entry);
    let typed = editing.typed;
    let effects: Vec<_> =
        Effect::ALL.iter().map(|effect| (effect.as_str().to_owned(), effect.label().to_owned())).collect();
    view! {
        {(!may_edit).then(|| view! {
            <div class="mb-4">
                <Note tone=Tone::Neutral glyph=Glyph::Eye>"Your role may look at this, not change it. Admins and owners can."</Note>
            </div>
        })}
        <fieldset class="editor" disabled=!may_edit>
            <Panel title="Event">
                <div class="form-grid">
                    <TextField
                        name="event_type"
                        label="Type"
                        bound=bound!(typed.event_type)
                        mono=true
                        readonly=!is_new
                        placeholder="store_visit"
                        hint="Its name for machines, for good."
                    />
                    <TextField name="name" label="Name" bound=bound!(typed.name) placeholder="Store visit"/>
                    <TextField name="description" label="Description" bound=bound!(typed.description) hint="When it is used."/>
                    <Select name="effect" label="Effect on the customer" bound=bound!(typed.effect) choices=effects/>
                </div>
            </Panel>
            <Attributes editing lookups=StoredValue::new(lookups.0)/>
        </fieldset>
        <DirtyBar saving=editing.saving/>
    }
    .into_any()
}

/// What the event says (A8).
#[component]
fn Attributes(editing: Editing<Stored, Typed>, lookups: Lists) -> impl IntoView {
    let rows: Rows<Typed, TypedAttribute> = Rows {
        form: editing.typed,
        list: |typed| &typed.attributes,
        list_mut: |typed| &mut typed.attributes,
    };
    let numbers = move || rows.numbers(|_| true);
    let blank = crate::pages::records::type_word(FieldType::String);
    let add = move |_| rows.add(TypedAttribute { field_type: blank.clone(), ..TypedAttribute::default() });
    view! {
        <Panel
            title="Attributes"
            about="What the event says beside whom it is about. What is sent and not listed is kept as it is sent."
        >
            <div class="grid gap-3">
                <div class="rows">
                    <For each=numbers key=|row| *row let:row><OneAttribute rows row lookups/></For>
                </div>
                <FieldError error=FormErrors::at("attributes".to_owned())/>
                <div><button type="button" class="btn btn-sm" on:click=add><Icon glyph=Glyph::Plus/> "Add attribute"</button></div>
            </div>
        </Panel>
    }
    .into_any()
}

#[component]
fn OneAttribute(rows: Rows<Typed, TypedAttribute>, row: u32, lookups: Lists) -> impl IntoView {
    let field_type = rows.bound(row, |own| own.field_type.clone(), |own, word| own.field_type = word);
    let choices = Signal::derive(move || lookups.with_value(|lists| type_choices(lists, &field_type.get())));
    let path = Signal::derive(move || rows.place(row).map(|place| format!("attributes.{place}")));
    view! {
        <div class="row row-of-attribute">
            <RowText label="Label" placeholder="Points" bound=rows.bound(row, |own| own.label.clone(), |own, text| own.label = text)/>
            <RowText label="Key" placeholder="points" mono=true bound=rows.bound(row, |own| own.key.clone(), |own, text| own.key = text)/>
            <RowSelect label="Type" bound=field_type choices/>
            <RowCheck label="Required" bound=rows.bound(row, |own| own.required, |own, is_required| own.required = is_required)/>
            <RowTools
                what="attribute"
                on_move=move |direction| rows.shift(row, direction, |_| true)
                on_remove=move |()| rows.remove(row)
            />
            <RowError path/>
        </div>
    }
    .into_any()
}

/// Back to the shipped definition, or away with the event.
#[component]
fn Forget(entry: CatalogueEntry) -> impl IntoView {
    let open = RwSignal::new(false);
    let slug = StoredValue::new(Here::slug());
    let event_type = StoredValue::new(entry.definition.event_type);
    let forgetting = Action::new(move |(): &()| forget_definition(slug.get_value(), event_type.get_value()));
    let (button, glyph, title, action, text) = if entry.shipped {
        (
            "Back to shipped",
            Glyph::RotateCcw,
            "Go back to the shipped definition?",
            "Go back",
            "Your changes to this event are dropped. What it recorded stays.",
        )
    } else {
        (
            "Delete",
            Glyph::Trash,
            "Delete this event?",
            "Delete",
            "Sources that record it refuse what is sent to them until they record another. What it recorded stays.",
        )
    };
    Here::may(Permission::EditCatalogue).then(|| {
        view! {
            <button type="button" class="btn btn-sm" on:click=move |_| open.set(true)><Icon glyph/> {button}</button>
            <Confirm open title action dangerous=true on_confirm=move |()| { forgetting.dispatch(()); }><p>{text}</p></Confirm>
            <ErrorNote error=failure(forgetting)/>
        }
    })
}
