use super::editor::Editor;
use super::server_fns::duplicate_source;
use crate::components::form::{FieldError, FormBody, FormErrors, TextField};
use crate::components::{Bound, Dialog, Glyph, Icon};
use crate::here::Here;
use domain::account::Permission;
use domain::source::{CopyDraft, copied_endpoint, copied_name};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// "Duplicate": name and endpoint, then the copy's page. Archived ones, too, which have no other way back.
#[component]
pub fn Duplicate(
    /// What is edited.
    editor: Editor,
) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        {Here::may(Permission::EditSources).then(|| view! {
            <button type="button" class="btn btn-sm" on:click=move |_| open.set(true)>
                <Icon glyph=Glyph::Copy/> "Duplicate"
            </button>
        })}
        <Dialog open on_close=move |()| open.set(false) title="Duplicate this source">
            <DuplicateForm editor open/>
        </Dialog>
    }
    .into_any()
}

/// Its fields are named below `copy`, because the page around it has a name and an endpoint, too.
#[component]
fn DuplicateForm(editor: Editor, open: RwSignal<bool>) -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let (id, proposed, endpoint_hint) = editor.stored.with_untracked(|stored| {
        let endpoint = copied_endpoint(&stored.config.endpoint, &[]);
        let hint = format!("Left empty, it is {endpoint}, with a number where that was used before.");
        (stored.id, copied_name(&stored.config.name), hint)
    });
    let (name, endpoint) = (RwSignal::new(proposed), RwSignal::new(String::new()));
    let bound = |text: RwSignal<String>| Bound::new(move || text.get(), move |typed| text.set(typed));
    let duplicating =
        Action::new(move |draft: &CopyDraft| duplicate_source(slug.get_value(), id, draft.clone()));
    let navigate = use_navigate();
    Effect::new(move || {
        if let Some(Ok(id)) = duplicating.value().get() {
            // The copy's page is made of this one's elements, and an open dialog would lie over it.
            open.set(false);
            navigate(&Here::path(&format!("sources/{id}")), NavigateOptions::default());
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        duplicating.dispatch(CopyDraft { name: said(name), endpoint: said(endpoint) });
    };
    view! {
        <form on:submit=submit>
            <FormBody action=duplicating submit="Duplicate" submitting="Duplicating…">
                <TextField name="copy.name" label="Name" bound=bound(name)/>
                <TextField name="copy.endpoint" label="Endpoint" bound=bound(endpoint) mono=true hint=endpoint_hint/>
                <FieldError error=FormErrors::below("copy.action")/>
                <p class="muted text-xs">
                    "All that is stored of this source is taken over, its secret too, nothing of its requests. The copy starts inactive."
                </p>
            </FormBody>
        </form>
    }
    .into_any()
}

/// What was typed, if anything was.
fn said(text: RwSignal<String>) -> Option<String> {
    text.with_untracked(|text| Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}
