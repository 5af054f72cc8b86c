//! The four worded states of every list and page: loading, never any, no match, failed; and denied.

use super::icons::{Glyph, Icon};
use crate::error::AppError;
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What stands in for content that is still loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Skeleton {
    /// Rows of a list.
    #[default]
    Rows,
    /// A form or a detail page.
    Panels,
    /// Charts.
    Charts,
    /// Filters above a list.
    Filters,
}

/// Shows what `resource` brings: its skeleton while it loads, its error with "Try again", or `view` of it.
#[component]
pub fn Loaded<T, F, V>(
    /// What is loaded.
    resource: Resource<Result<T, AppError>>,
    /// What stands in meanwhile.
    #[prop(optional)]
    skeleton: Skeleton,
    /// What it looks like.
    view: F,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Fn(T) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    view! {
        <Transition fallback=move || view! { <SkeletonView skeleton/> }>
            {move || {
                let view = view.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(value) => view(value).into_any(),
                        Err(error) => view! { <Failed error retry=Callback::new(move |()| resource.refetch())/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}

/// As [`Loaded`], for a part of a page that is there only after the page's own data: what is `wanted` is loaded by the
/// browser, and again when it changes. A resource could not do that: made inside what another resource brought, it is
/// made anew each time the server looks whether something still loads, so the browser would not find its data and give
/// up on the page.
#[component]
pub fn LoadedLater<K, T, F, V>(
    /// What is to be loaded.
    #[prop(into)]
    wanted: Signal<K>,
    /// What loads it.
    load: Action<K, Result<T, AppError>>,
    /// What stands in meanwhile.
    #[prop(optional)]
    skeleton: Skeleton,
    /// What it looks like.
    view: F,
) -> impl IntoView
where
    K: Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
    F: Fn(T) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let again = Callback::new(move |()| {
        load.dispatch(wanted.get_untracked());
    });
    Effect::new(move || {
        load.dispatch(wanted.get());
    });
    view! {
        {move || match load.value().get() {
            None => view! { <SkeletonView skeleton/> }.into_any(),
            Some(Ok(value)) => view(value).into_any(),
            Some(Err(error)) => view! { <Failed error retry=again/> }.into_any(),
        }}
    }
    .into_any()
}

#[component]
fn SkeletonView(skeleton: Skeleton) -> impl IntoView {
    let (height, count) = match skeleton {
        Skeleton::Rows => ("h-9", 8),
        Skeleton::Panels => ("h-40", 3),
        Skeleton::Charts => ("h-56", 2),
        Skeleton::Filters => ("mb-3 h-8", 1),
    };
    view! {
        <div class="grid gap-2" role="status" aria-busy="true">
            <span class="sr-only">"Loading…"</span>
            {(0..count).map(|_| view! { <div class=format!("skeleton rounded-field {height}")></div> }).collect_view()}
        </div>
    }
    .into_any()
}

/// "Never any" or "no match": what this is for and what to do about it.
#[component]
pub fn Empty(
    /// Its icon.
    glyph: Glyph,
    /// What there is none of.
    #[prop(into)]
    title: String,
    /// What it is for, or why nothing matches.
    #[prop(into)]
    text: String,
    /// Buttons and links.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-icon"><Icon glyph class="size-5"/></span>
            <h2 class="text-base">{title}</h2>
            <p class="muted max-w-md">{text}</p>
            {children.map(|children| view! { <div class="mt-2 flex flex-wrap justify-center gap-2">{children()}</div> })}
        </div>
    }
    .into_any()
}

/// A page or list that could not be shown, or may not be.
#[component]
pub fn Failed(
    /// Why.
    error: AppError,
    /// What "Try again" does.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let (glyph, title) = match &error {
        AppError::NotFound => (Glyph::Search, "Not found"),
        AppError::Forbidden(_) => (Glyph::Lock, "Your role does not include this"),
        AppError::Unauthorized => (Glyph::Lock, "Signed out"),
        AppError::Unavailable => (Glyph::Unplug, "Hookloft cannot be reached"),
        _ => (Glyph::TriangleAlert, "This could not be loaded"),
    };
    let may_help = !matches!(error, AppError::NotFound | AppError::Forbidden(_) | AppError::Unauthorized);
    let retry = retry.filter(|_| may_help);
    let sign_in = matches!(error, AppError::Unauthorized);
    view! {
        <div role="alert">
            <Empty glyph title text=error.to_string()>
                {retry.map(|retry| view! {
                    <button type="button" class="btn btn-sm" on:click=move |_| retry.run(())>
                        <Icon glyph=Glyph::RotateCcw/> "Try again"
                    </button>
                })}
                {sign_in.then(|| view! { <a class="btn btn-sm btn-primary" href="/sign-in">"Sign in"</a> })}
            </Empty>
        </div>
    }
    .into_any()
}

/// Why the last try of `action` failed, if it did.
#[must_use]
pub fn failure<I, T>(action: Action<I, Result<T, AppError>>) -> Signal<Option<AppError>>
where
    I: Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    Signal::derive(move || action.value().with(|value| value.as_ref()?.as_ref().err().cloned()))
}

/// An error beside its cause, above the buttons of a form.
#[component]
pub fn ErrorNote(
    /// What went wrong, if anything.
    #[prop(into)]
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    view! {
        <div aria-live="polite">
            {move || error.get().map(|error| view! {
                <p class="note tone-bad"><Icon glyph=Glyph::CircleAlert/><span>{error.to_string()}</span></p>
            })}
        </div>
    }
    .into_any()
}

/// A remark with an icon.
#[component]
pub fn Note(
    /// How good or bad it is.
    tone: super::chip::Tone,
    /// Its icon.
    #[prop(default = Glyph::Info)]
    glyph: Glyph,
    /// What it says.
    children: Children,
) -> impl IntoView {
    view! {
        <div class=format!("note {}", tone.class())>
            <Icon glyph class="mt-0.5 size-4"/>
            <div class="min-w-0">{children()}</div>
        </div>
    }
    .into_any()
}
