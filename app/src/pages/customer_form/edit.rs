use super::lists::ListsTab;
use super::server_fns::{FormView, get_customer_form, save_customer_form};
use super::typed::{Typed, TypedField, TypedSection};
use crate::components::form::{
    FieldError, FormErrors, RowCheck, RowError, RowSelect, RowText, RowTools, Rows,
};
use crate::components::{
    Begin, Calls, DirtyBar, Editing, Glyph, Icon, Loaded, Note, Over, PageHead, Rules, Skeleton, Tabs, Tone,
    current_tab,
};
use crate::here::Here;
use crate::pages::records::{type_choices, type_word};
use domain::account::Permission;
use domain::form::{FieldType, Form, StoredForm};
use domain::ids::LookupListId;
use leptos::prelude::*;

const TABS: &[(&str, &str)] = &[("form", "Form"), ("lists", "Lookup lists")];

type Lists = StoredValue<Vec<(LookupListId, String)>>;
type Sections = Rows<Typed, TypedSection>;
type Fields = Rows<Typed, TypedField>;

/// `/a/{slug}/customer-form`.
#[component]
pub fn FormPage() -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let form = Resource::new(|| (), move |()| get_customer_form(slug.get_value()));
    let tab = current_tab(TABS);
    view! {
        <PageHead title="Customers’ form" about="What is asked for of each customer, and in which types. Profile events set these fields, too."/>
        <Tabs tabs=TABS/>
        <Loaded resource=form skeleton=Skeleton::Panels view=move |found| view! { <Editor found tab/> }/>
        {move || (tab.get() == "lists").then(|| view! { <ListsTab/> })}
    }
    .into_any()
}

#[component]
fn Editor(found: FormView, tab: Memo<&'static str>) -> impl IntoView {
    let FormView { stored, lookups } = found;
    let may_edit = Here::may(Permission::EditCatalogue);
    let editing = edit(stored);
    let lookups = StoredValue::new(lookups.0);
    let sections: Sections =
        Rows { form: editing.typed, list: |typed| &typed.sections, list_mut: |typed| &mut typed.sections };
    let numbers = move || sections.numbers(|_| true);
    view! {
        {move || (tab.get() == "form").then(|| view! {
            {(!may_edit).then(|| view! {
                <div class="mb-4">
                    <Note tone=Tone::Neutral glyph=Glyph::Eye>"Your role may look at this, not change it. Admins and owners can."</Note>
                </div>
            })}
            <fieldset class="grid min-w-0 max-w-5xl gap-4" disabled=!may_edit>
                <For each=numbers key=|row| *row let:row><OneSection sections row lookups/></For>
                <FieldError error=FormErrors::at("sections".to_owned())/>
                <div>
                    <button type="button" class="btn btn-sm" on:click=move |_| sections.add(TypedSection::default())>
                        <Icon glyph=Glyph::Plus/> "Add section"
                    </button>
                </div>
            </fieldset>
        })}
        <DirtyBar saving=editing.saving/>
    }
    .into_any()
}

fn edit(form: StoredForm) -> Editing<StoredForm, Typed> {
    let slug = StoredValue::new(Here::slug());
    let stored = RwSignal::new(form);
    let save = Action::new(move |(over, form): &(Over, Form)| {
        let version = (*over == Over::Opened).then(|| stored.with_untracked(|stored| stored.version));
        save_customer_form(slug.get_value(), version, form.clone())
    });
    let reload = Action::new(move |(): &()| async move {
        get_customer_form(slug.get_value()).await.map(|found| found.stored)
    });
    let rules = Rules {
        as_typed: |stored: &StoredForm| Typed::of(&stored.form),
        read: |_: &StoredForm, typed: &Typed| typed.read(),
    };
    Editing::begin(stored, Begin::Stored, rules, Calls { save, reload, on_saved: Callback::new(|_| ()) })
}

#[component]
fn OneSection(sections: Sections, row: u32, lookups: Lists) -> impl IntoView {
    let form = sections.form;
    let fields: Fields = Rows { form, list: |typed| &typed.fields, list_mut: |typed| &mut typed.fields };
    let numbers = move || fields.numbers(|own| own.section == row);
    let add = move |_| {
        let field_type = type_word(FieldType::String);
        fields.add(TypedField { section: row, field_type, ..TypedField::default() });
    };
    let title = Signal::derive(move || {
        form.with(|typed| typed.path_of_section(row).map(|path| format!("{path}.title")))
    });
    view! {
        <section class="panel">
            <header class="panel-head">
                <div class="min-w-0 max-w-sm grow">
                    <RowText label="Section" placeholder="Contact" bound=sections.bound(row, |own| own.title.clone(), |own, text| own.title = text)/>
                </div>
                <RowTools
                    what="section"
                    on_move=move |direction| sections.shift(row, direction, |_| true)
                    on_remove=move |()| form.update(|typed| typed.remove_section(row))
                />
                <RowError path=title/>
            </header>
            <div class="panel-body grid gap-3">
                <div class="rows">
                    <For each=numbers key=|row| *row let:field><OneField fields section=row row=field lookups/></For>
                </div>
                <div><button type="button" class="btn btn-sm" on:click=add><Icon glyph=Glyph::Plus/> "Add field"</button></div>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn OneField(fields: Fields, section: u32, row: u32, lookups: Lists) -> impl IntoView {
    let field_type = fields.bound(row, |own| own.field_type.clone(), |own, word| own.field_type = word);
    let choices = Signal::derive(move || lookups.with_value(|lists| type_choices(lists, &field_type.get())));
    let path = Signal::derive(move || fields.form.with(|typed| typed.path_of_field(row)));
    view! {
        <div class="row row-of-field">
            <RowText label="Label" placeholder="City" bound=fields.bound(row, |own| own.label.clone(), |own, text| own.label = text)/>
            <RowText label="Key" placeholder="city" mono=true bound=fields.bound(row, |own| own.key.clone(), |own, text| own.key = text)/>
            <RowSelect label="Type" bound=field_type choices/>
            <RowText label="Hint" placeholder="none" bound=fields.bound(row, |own| own.notes.clone(), |own, text| own.notes = text)/>
            <RowCheck label="Required" bound=fields.bound(row, |own| own.required, |own, is_required| own.required = is_required)/>
            <RowTools
                what="field"
                on_move=move |direction| fields.shift(row, direction, |own| own.section == section)
                on_remove=move |()| fields.remove(row)
            />
            <RowError path/>
        </div>
    }
    .into_any()
}
