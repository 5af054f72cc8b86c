//! What a source was: who changed what, and how it becomes so again (A16).

mod server_fns;
mod words;

use super::tabs::SourceTabs;
use crate::components::{
    Confirm, Crumb, Empty, Exact, Glyph, Icon, Loaded, PageHead, Pager, Prose, StateChip, Toasts, failure,
    page_in,
};
use crate::error::AppError;
use crate::here::Here;
use crate::pages::activity::Names;
use crate::pages::records::{MadeBy, Makers};
use domain::account::Permission;
use domain::change::Change;
use domain::ids::{ModuleId, SourceId};
use domain::source::{Revision, RevisionCause, Source, SourceState};
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_params_map, use_query_map};
use server_fns::{SourceHistory, list_source_revisions, restore_source};
use words::{cause_words, label, value_words};

const CRUMBS: &[Crumb] = &[("Sources", "sources")];

/// A revision that is to be restored, and the version of the source that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ask {
    source: SourceId,
    number: i64,
    version: i64,
}

/// `/a/{slug}/sources/{id}/history`.
#[component]
pub fn History() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let slug = StoredValue::new(Here::slug());
    let wanted = Memo::new(move |_| {
        let id = params.with(|params| params.get("id").unwrap_or_default());
        (id, query.with(page_in))
    });
    let history = Resource::new(
        move || wanted.get(),
        move |(id, page)| async move {
            list_source_revisions(slug.get_value(), id.parse().map_err(|_| AppError::NotFound)?, page).await
        },
    );
    let asked = RwSignal::new(None::<Ask>);
    let restoring = Action::new(move |ask: &Ask| {
        restore_source(slug.get_value(), ask.source, ask.number, Some(ask.version))
    });
    let toasts = Toasts::get();
    Effect::new(move || {
        if let Some(Ok(source)) = restoring.value().get() {
            toasts.say(if lacks_secret(&source) {
                "Restored. Its secret was not kept: set it anew."
            } else {
                "Restored."
            });
            history.refetch();
        }
    });
    let refused = failure(restoring);
    view! {
        <Loaded resource=history view=move |found| view! { <HistoryPage found asked refused/> }/>
        <Restore asked on_restore=move |ask| { restoring.dispatch(ask); }/>
    }
    .into_any()
}

fn lacks_secret(source: &Source) -> bool {
    source.config.verification.secret_field().is_some() && !source.verification_secret_set
}

#[component]
fn HistoryPage(
    found: SourceHistory,
    asked: RwSignal<Option<Ask>>,
    refused: Signal<Option<AppError>>,
) -> impl IntoView {
    let SourceHistory { source, page, makers, modules } = found;
    let (first, next) = (page.data.first().map(|revision| revision.id.0), page.next);
    let (makers, modules) = (StoredValue::new(makers), StoredValue::new(modules));
    let may_restore = Here::may(Permission::EditSources) && source.state != SourceState::Archived;
    let (title, state) = (source.config.name, source.state);
    let (source, version) = (source.id, source.version);
    // The newest one is what the source is already.
    let ask =
        move |number: i64| (may_restore && number != version).then_some(Ask { source, number, version });
    view! {
        <PageHead title crumbs=CRUMBS beside=move || view! { <StateChip state/> }/>
        <SourceTabs id=source chosen="/history"/>
        <p class="muted mb-3 text-sm">"Who changed what. The last 100 revisions are kept, without secrets."</p>
        <Refused error=refused/>
        {if page.data.is_empty() {
            view! {
                <Empty glyph=Glyph::History title="No revisions here" text="Each change of the source is a revision. There is none in this part of the list."/>
            }.into_any()
        } else {
            view! {
                <table class="list list-top">
                    <thead>
                        <tr>
                            <th>"Revision"</th><th>"When"</th><th>"By"</th><th>"What changed"</th>
                            <th><span class="sr-only">"Restore"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        {page.data.into_iter().map(|revision| {
                            let ask = ask(revision.number);
                            view! { <Line revision ask asked makers modules/> }
                        }).collect_view()}
                    </tbody>
                </table>
            }.into_any()
        }}
        <Pager first next/>
    }
    .into_any()
}

#[component]
fn Line(
    revision: Revision,
    ask: Option<Ask>,
    asked: RwSignal<Option<Ask>>,
    makers: StoredValue<Makers>,
    modules: StoredValue<Names<ModuleId>>,
) -> impl IntoView {
    let Revision { number, made_at, by, cause, changes, .. } = revision;
    view! {
        <tr>
            <td class="cell-main">
                <p class="font-medium">{cause_words(cause)}</p>
                <p class="muted text-xs">"Revision " {number}</p>
            </td>
            <td data-label="When"><Exact at=made_at/></td>
            <td data-label="By"><MadeBy by makers/></td>
            <td class="cell-block"><Changes cause changes makers modules/></td>
            <td class="cell-control">
                {ask.map(|ask| view! {
                    <button
                        type="button"
                        class="btn btn-xs"
                        aria-label=format!("Restore revision {number}")
                        on:click=move |_| asked.set(Some(ask))
                    >
                        <Icon glyph=Glyph::RotateCcw class="size-3"/> "Restore"
                    </button>
                })}
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn Changes(
    cause: RevisionCause,
    changes: Vec<Change>,
    makers: StoredValue<Makers>,
    modules: StoredValue<Names<ModuleId>>,
) -> impl IntoView {
    if let RevisionCause::Duplicated(original) = cause {
        let name = makers.with_value(|makers| makers.sources.of(original));
        let href = Here::path(&format!("sources/{original}"));
        return view! { <span class="muted">"Copy of "</span> <A href attr:class="link link-hover">{name}</A> }
            .into_any();
    }
    if changes.is_empty() {
        return view! { <span class="muted" aria-label="Nothing">"—"</span> }.into_any();
    }
    view! {
        <ul class="grid gap-0.5">
            {changes.into_iter().map(|change| view! { <OneChange change modules/> }).collect_view()}
        </ul>
    }
    .into_any()
}

#[component]
fn OneChange(change: Change, modules: StoredValue<Names<ModuleId>>) -> impl IntoView {
    let Change { field, from, to } = change;
    let words = |value| modules.with_value(|modules| value_words(&field, value, modules));
    // Only a secret is the same before and after.
    let (was, is) = if from == to {
        (None, "replaced".to_owned())
    } else {
        (words(&from), words(&to).unwrap_or_else(|| "none".to_owned()))
    };
    view! {
        <li class="min-w-0 break-words [overflow-wrap:anywhere]">
            <span class="muted">{label(&field)}</span> " "
            {was.map(|was| view! {
                <span>{was}</span> " "
                <Icon glyph=Glyph::ArrowRight class="inline size-3 muted"/><span class="sr-only">"to"</span> " "
            })}
            <strong class="font-medium">{is}</strong>
        </li>
    }
    .into_any()
}

/// Why the source cannot be so again: each reason with the part that it is about, as no field here shows it.
#[component]
fn Refused(error: Signal<Option<AppError>>) -> impl IntoView {
    let reasons = |error: &AppError| {
        let fields = error.fields().0;
        let of_fields = fields.iter().map(|error| format!("{}: {}", label(&error.field), error.message));
        if fields.is_empty() { vec![error.to_string()] } else { of_fields.collect() }
    };
    view! {
        <div aria-live="polite">
            {move || error.get().map(|error| view! {
                <div class="note tone-bad mb-3">
                    <Icon glyph=Glyph::CircleAlert/>
                    <div class="min-w-0">
                        <p>"Nothing was restored."</p>
                        {reasons(&error).into_iter().map(|text| view! { <p><Prose text/></p> }).collect_view()}
                    </div>
                </div>
            })}
        </div>
    }
    .into_any()
}

#[component]
fn Restore(asked: RwSignal<Option<Ask>>, #[prop(into)] on_restore: Callback<Ask>) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move || {
        if asked.with(Option::is_some) {
            open.set(true);
        }
    });
    let number = move || asked.get().map(|ask| ask.number);
    let confirm = move |()| asked.get_untracked().into_iter().for_each(|ask| on_restore.run(ask));
    view! {
        <Confirm open title="Restore this revision?" action="Restore" on_confirm=confirm>
            <p>"What was set in revision " {number} " is set again, as a revision of its own: what is set now can be restored, too."</p>
            <p class="muted text-sm">"Active stays active. The secret stays as it is now, unless the kind of verification changes: then it has to be set anew."</p>
        </Confirm>
    }
    .into_any()
}
