use super::server_fns::{AddNote, NotesPage, delete_note, list_notes};
use crate::components::form::{FieldFrame, FormBody, FormErrors, described_by, input_id};
use crate::components::{
    Confirm, Empty, ErrorNote, Exact, Glyph, Icon, LoadedLater, Pager, Toasts, failure, page_in,
};
use crate::error::AppError;
use crate::here::Here;
use crate::pages::records::{MadeBy, Makers};
use domain::account::Permission;
use domain::activity::PageRequest;
use domain::customer::Note;
use domain::ids::NoteId;
use leptos::form::ActionForm;
use leptos::html::Textarea;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Texts that people and machines left on a customer (O7).
#[component]
pub fn NotesTab(
    /// Their id, as the address has it.
    id: Memo<String>,
) -> impl IntoView {
    let query = use_query_map();
    let slug = StoredValue::new(Here::slug());
    let wanted = Memo::new(move |_| query.with(|query| (id.get(), page_in(query))));
    let load = Action::new(move |(id, page): &(String, PageRequest)| {
        let (slug, id, page) = (slug.get_value(), id.parse(), *page);
        async move { list_notes(slug, id.map_err(|_| AppError::NotFound)?, page).await }
    });
    let again = move || {
        load.dispatch(wanted.get_untracked());
    };
    let asked = RwSignal::new(None::<NoteId>);
    let deleting = Action::new(move |note: &NoteId| {
        let (id, note) = (id.get_untracked().parse(), *note);
        async move { delete_note(slug.get_value(), id.map_err(|_| AppError::NotFound)?, note).await }
    });
    let toasts = Toasts::get();
    Effect::new(move || {
        if let Some(Ok(())) = deleting.value().get() {
            toasts.say("The note is deleted.");
            again();
        }
    });
    view! {
        <div class="grid max-w-3xl min-w-0 gap-4">
            {Here::may(Permission::EditRecords).then(|| view! { <Add id on_added=move |()| again()/> })}
            <ErrorNote error=failure(deleting)/>
            <LoadedLater wanted load view=move |found| view! { <Notes found asked/> }/>
        </div>
        <Delete asked on_delete=move |note| { deleting.dispatch(note); }/>
    }
    .into_any()
}

#[component]
fn Add(id: Memo<String>, #[prop(into)] on_added: Callback<()>) -> impl IntoView {
    let action = ServerAction::<AddNote>::new();
    let input = NodeRef::<Textarea>::new();
    Effect::new(move || {
        if let Some(Ok(())) = action.value().get() {
            if let Some(input) = input.get_untracked() {
                input.set_value("");
            }
            on_added.run(());
        }
    });
    view! {
        <ActionForm action>
            <FormBody action=*action submit="Add note" submitting="Adding…" button="btn btn-sm btn-primary w-fit">
                <input type="hidden" name="slug" value=Here::slug()/>
                <input type="hidden" name="id" value=move || id.get()/>
                <FieldFrame name="text" label="New note" error=FormErrors::at("text".to_owned())>
                    <textarea
                        node_ref=input
                        id=input_id("text")
                        name="text"
                        class="textarea w-full"
                        rows="3"
                        aria-describedby=described_by("text")
                    ></textarea>
                </FieldFrame>
            </FormBody>
        </ActionForm>
    }
    .into_any()
}

#[component]
fn Notes(found: NotesPage, asked: RwSignal<Option<NoteId>>) -> impl IntoView {
    let NotesPage { page, makers } = found;
    if page.data.is_empty() {
        return view! {
            <Empty glyph=Glyph::StickyNote title="No notes yet" text="What your team should know of this customer, for everybody in the account."/>
        }
        .into_any();
    }
    let (first, next) = (page.data.first().map(|note| note.id.0), page.next);
    let makers = StoredValue::new(makers);
    view! {
        <ul class="grid gap-2">
            {page.data.into_iter().map(|note| view! { <OneNote note makers asked/> }).collect_view()}
        </ul>
        <Pager first next/>
    }
    .into_any()
}

#[component]
fn OneNote(note: Note, makers: StoredValue<Makers>, asked: RwSignal<Option<NoteId>>) -> impl IntoView {
    let id = note.id;
    view! {
        <li class="panel flex items-start gap-2 p-3">
            <div class="min-w-0 grow">
                <p class="break-words whitespace-pre-wrap">{note.text}</p>
                <p class="muted mt-1 text-xs"><MadeBy by=note.by makers/> " · " <Exact at=note.created_at/></p>
            </div>
            {Here::may(Permission::EditRecords).then(|| view! {
                <button
                    type="button"
                    class="btn btn-ghost btn-sm btn-square"
                    aria-label="Delete this note"
                    title="Delete this note"
                    on:click=move |_| asked.set(Some(id))
                >
                    <Icon glyph=Glyph::Trash/>
                </button>
            })}
        </li>
    }
    .into_any()
}

#[component]
fn Delete(asked: RwSignal<Option<NoteId>>, #[prop(into)] on_delete: Callback<NoteId>) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move || {
        if asked.with(Option::is_some) {
            open.set(true);
        }
    });
    let confirm = move |()| asked.get_untracked().into_iter().for_each(|note| on_delete.run(note));
    view! {
        <Confirm open title="Delete this note?" action="Delete" dangerous=true on_confirm=confirm>
            <p>"It is gone for everybody in the account."</p>
        </Confirm>
    }
    .into_any()
}
