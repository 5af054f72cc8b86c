use super::editor::Editor;
use super::form::Fields;
use crate::bound;
use crate::components::form::{FieldError, FormErrors, Select, TextField, owned};
use crate::components::json::JsonEditor;
use crate::components::{Bound, Glyph, Icon, Note, Panel, Tone};
use crate::pages::records::ValueField;
use domain::form::{Field, Section};
use leptos::prelude::*;

/// What can be said of a customer, as the account's form asks for it (T27).
#[component]
pub fn EditForm(
    /// Who is edited.
    editor: Editor,
) -> impl IntoView {
    let sections = editor.form.with_value(|form| form.sections.clone());
    view! {
        {(!editor.may_edit).then(|| view! {
            <div class="mb-4">
                <Note tone=Tone::Neutral glyph=Glyph::Eye>"Your role may look at this, not change it. Operators, admins and owners can."</Note>
            </div>
        })}
        <fieldset class="editor" disabled=!editor.may_edit>
            <Own editor/>
            {sections.into_iter().map(|section| view! { <FormSection editor section/> }).collect_view()}
            <Others editor/>
            <FieldError error=FormErrors::at("fields".to_owned())/>
        </fieldset>
    }
    .into_any()
}

/// What every customer has.
#[component]
fn Own(editor: Editor) -> impl IntoView {
    let fields = editor.fields;
    let is_new = editor.stored.with_untracked(Option::is_none);
    let hint = if is_new {
        "What your systems call this customer. It cannot be changed later."
    } else {
        "What your systems call this customer, for good."
    };
    let opted = [("", "Nobody said"), ("true", "Opted in"), ("false", "Opted out")];
    view! {
        <Panel title="Customer">
            <div class="form-grid">
                <TextField name="key" label="Key" bound=bound!(fields.key) mono=true readonly=!is_new hint/>
                <Select name="opted_in" label="Opted in" bound=bound!(fields.opted_in) choices=owned(&opted)/>
                <TextField name="labels" label="Labels" bound=bound!(fields.labels) placeholder="vip, newsletter" hint="Separate several with commas."/>
                <TextField
                    name="external_account_numbers"
                    label="External account numbers"
                    bound=bound!(fields.external_account_numbers)
                    hint="What other systems call their account. Separate several with commas."
                />
            </div>
        </Panel>
    }
    .into_any()
}

/// Binds what is typed for a key: of the form, or beside it.
fn bound_at(
    fields: RwSignal<Fields>,
    key: &str,
    among: fn(&mut Fields) -> &mut Vec<(String, String)>,
) -> Bound<String> {
    let own = StoredValue::new(key.to_owned());
    let find = move |fields: &mut Fields| {
        let found = among(fields).iter_mut().find(|(other, _)| own.with_value(|own| own == other));
        found.map(|(_, text)| std::mem::take(text))
    };
    Bound::new(
        move || find(&mut fields.get()).unwrap_or_default(),
        move |text: String| {
            fields.update(|fields| {
                let found = among(fields).iter_mut().find(|(other, _)| own.with_value(|own| own == other));
                if let Some((_, typed)) = found {
                    *typed = text;
                }
            });
        },
    )
}

#[component]
fn FormSection(editor: Editor, section: Section) -> impl IntoView {
    let input = move |field: Field| {
        let bound = bound_at(editor.fields, &field.key, |fields| &mut fields.values);
        let label = if field.required { format!("{} (required)", field.label) } else { field.label };
        view! {
            <ValueField
                name=format!("fields.{}", field.key)
                label
                field_type=field.field_type
                bound
                hint=Some(field.notes)
                lookups=editor.lookups
            />
        }
    };
    view! {
        <Panel title=section.title>
            <div class="form-grid">{section.fields.into_iter().map(input).collect_view()}</div>
        </Panel>
    }
    .into_any()
}

/// What events set beside the form: it may be changed and taken out.
#[component]
fn Others(editor: Editor) -> impl IntoView {
    let fields = editor.fields;
    let keys =
        move || fields.with(|fields| fields.others.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>());
    let is_any = Memo::new(move |_| fields.with(|fields| !fields.others.is_empty()));
    view! {
        <Show when=move || is_any.get()>
            <Panel title="Beside the form" about="What events set that the customers’ form does not ask for, as JSON.">
                <div class="grid gap-4">
                    <For each=keys key=Clone::clone let:key>
                        <Other editor key_=key/>
                    </For>
                </div>
            </Panel>
        </Show>
    }
    .into_any()
}

#[component]
fn Other(editor: Editor, key_: String) -> impl IntoView {
    let fields = editor.fields;
    let bound = bound_at(fields, &key_, |fields| &mut fields.others);
    let own = key_.clone();
    view! {
        <div class="flex items-start gap-2">
            <div class="min-w-0 grow"><JsonEditor name=format!("fields.{key_}") label=key_.clone() bound rows=2/></div>
            <button
                type="button"
                class="btn btn-ghost btn-sm btn-square mt-5"
                aria-label=format!("Take out {key_}")
                title="Take it out"
                on:click=move |_| fields.update(|fields| fields.others.retain(|(other, _)| *other != own))
            >
                <Icon glyph=Glyph::X/>
            </button>
        </div>
    }
    .into_any()
}
