use super::editor::Editor;
use super::server_fns::move_source;
use crate::components::{Confirm, ErrorNote, Glyph, Icon, Toasts, failure};
use crate::error::AppError;
use crate::here::Here;
use domain::account::Permission;
use domain::source::{Source, SourceState};
use leptos::prelude::*;

type Moving = Action<SourceState, Result<Source, AppError>>;

/// Moves the source to another state; what is typed stays as it is.
fn moving(editor: Editor) -> Moving {
    let slug = StoredValue::new(Here::slug());
    let id = editor.stored.with_untracked(|stored| stored.id);
    let moving = Action::new(move |state: &SourceState| move_source(slug.get_value(), id, *state));
    let toasts = Toasts::get();
    Effect::new(move || {
        if let Some(Ok(source)) = moving.value().get() {
            toasts.say(match source.state {
                SourceState::Active => "The source is active.",
                SourceState::Inactive => "The source is inactive.",
                SourceState::Archived => "The source is archived.",
            });
            editor.stored.update(|stored| (stored.state, stored.version) = (source.state, source.version));
        }
    });
    moving
}

/// "Set active" and "Set inactive", each asked about first (A15).
#[component]
pub fn SetState(
    /// What is edited.
    editor: Editor,
    /// Where the source is.
    state: Signal<SourceState>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let moving = moving(editor);
    let is_active = move || state.get() == SourceState::Active;
    let may = Here::may(Permission::EditSources);
    let go = move |()| {
        moving.dispatch(if state.get_untracked() == SourceState::Active {
            SourceState::Inactive
        } else {
            SourceState::Active
        });
    };
    view! {
        <Show when=move || may && state.get() != SourceState::Archived>
            <button
                type="button"
                class="btn btn-sm"
                class:btn-primary=move || !is_active()
                disabled=move || moving.pending().get()
                on:click=move |_| open.set(true)
            >
                <Icon glyph=Glyph::Power/>
                {move || if is_active() { "Set inactive" } else { "Set active" }}
            </button>
        </Show>
        {move || if is_active() {
            view! {
                <Confirm open title="Set this source inactive?" action="Set inactive" on_confirm=go>
                    <p>"Its URL answers 404 to everybody until it is active again. Senders may give up meanwhile."</p>
                </Confirm>
            }.into_any()
        } else {
            view! {
                <Confirm open title="Set this source active?" action="Set active" on_confirm=go>
                    <p>"Its URL takes requests at once, and each one that passes makes an event."</p>
                </Confirm>
            }.into_any()
        }}
        <ErrorNote error=failure(moving)/>
    }
    .into_any()
}

/// "Archive": only inactive ones, for good (A17).
#[component]
pub fn Archive(
    /// What is edited.
    editor: Editor,
    /// Where the source is.
    state: Signal<SourceState>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let moving = moving(editor);
    let may = Here::may(Permission::EditSources);
    let name = Signal::derive(move || editor.stored.with(|stored| stored.config.name.clone()));
    let archive = move |()| {
        moving.dispatch(SourceState::Archived);
    };
    view! {
        <Show when=move || may && state.get() == SourceState::Inactive>
            <button type="button" class="btn btn-sm" disabled=move || moving.pending().get() on:click=move |_| open.set(true)>
                <Icon glyph=Glyph::Archive/> "Archive"
            </button>
        </Show>
        <Confirm open title="Archive this source?" action="Archive for good" dangerous=true type_to_confirm=name on_confirm=archive>
            <p>"This cannot be undone. Its URL stops for good and its endpoint stays taken. Past requests stay in the log."</p>
        </Confirm>
        <ErrorNote error=failure(moving)/>
    }
    .into_any()
}
