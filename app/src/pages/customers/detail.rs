use super::create::CRUMBS;
use super::delete::Delete;
use super::edit::EditForm;
use super::editor::Editor;
use super::events::EventsTab;
use super::notes::NotesTab;
use super::overview::Overview;
use super::server_fns::{CustomerView, get_customer};
use crate::components::{Chip, DirtyBar, Glyph, Loaded, PageHead, Skeleton, Tabs, Tone, current_tab};
use crate::error::AppError;
use crate::here::Here;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

const TABS: &[(&str, &str)] =
    &[("overview", "Overview"), ("events", "Events"), ("notes", "Notes"), ("edit", "Edit")];

/// `/a/{slug}/customers/{id}`.
#[component]
pub fn Detail() -> impl IntoView {
    let params = use_params_map();
    let slug = StoredValue::new(Here::slug());
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let customer = Resource::new(
        move || id.get(),
        move |id| async move { get_customer(slug.get_value(), id.parse().map_err(|_| AppError::NotFound)?).await },
    );
    let tab = current_tab(TABS);
    view! {
        <Loaded resource=customer skeleton=Skeleton::Panels view=move |found| view! { <CustomerPage found tab/> }/>
        {move || match tab.get() {
            "events" => view! { <EventsTab id/> }.into_any(),
            "notes" => view! { <NotesTab id/> }.into_any(),
            _ => ().into_any(),
        }}
    }
    .into_any()
}

#[component]
fn CustomerPage(found: CustomerView, tab: Memo<&'static str>) -> impl IntoView {
    let CustomerView { customer, form } = found;
    let (id, key) = (customer.id, customer.customer.key.to_string());
    let editor = Editor::new(Some(customer), form, Callback::new(|_| ()));
    let stored = editor.stored;
    let title = Memo::new(move |_| {
        stored.with(|stored| stored.as_ref().map(|stored| stored.customer.title()).unwrap_or_default())
    });
    view! {
        {move || {
            let key_ = key.clone();
            view! {
                <PageHead title=title.get() crumbs=CRUMBS beside=move || view! { <Beside editor/> }>
                    {editor.may_edit.then(|| view! { <Delete id key_/> })}
                </PageHead>
            }
        }}
        <Tabs tabs=TABS/>
        {move || match tab.get() {
            "overview" => view! { <Overview editor/> }.into_any(),
            "edit" => view! { <EditForm editor/> }.into_any(),
            _ => ().into_any(),
        }}
        <DirtyBar saving=editor.saving/>
    }
    .into_any()
}

/// Whether they take part.
#[component]
fn Beside(editor: Editor) -> impl IntoView {
    let opted_in = move || editor.stored.with(|stored| stored.as_ref()?.customer.opted_in);
    move || match opted_in() {
        Some(true) => view! { <Chip tone=Tone::Good glyph=Glyph::CircleCheck>"Opted in"</Chip> }.into_any(),
        Some(false) => view! { <Chip tone=Tone::Neutral glyph=Glyph::Ban>"Opted out"</Chip> }.into_any(),
        None => ().into_any(),
    }
}
