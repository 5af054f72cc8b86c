//! What a page says until something comes, and how long that is kept (D4).

use super::server_fns::capture_samples;
use crate::clock::Now;
use crate::components::{Due, ErrorNote, Glyph, Icon, failure};
use crate::here::Here;
use domain::account::Permission;
use domain::source::{Source, SourceState};
use domain::time::Timestamp;
use leptos::prelude::*;

/// Whether what is sent now is kept, so that it shows up.
fn is_kept(stored: RwSignal<Source>) -> Memo<bool> {
    let state = Memo::new(move |_| stored.with(|stored| (stored.state, stored.capture_until)));
    Memo::new(move |_| {
        let (state, until) = state.get();
        is_kept_at(Now::get(), state, until)
    })
}

/// Before the page is alive there is no clock, and nobody who waits.
fn is_kept_at(now: Option<Timestamp>, state: SourceState, until: Timestamp) -> bool {
    state == SourceState::Active || now.is_none_or(|now| now < until)
}

/// Says that nothing has come yet and that it shows up once it does, or that it would not be kept.
#[component]
pub fn Waiting(
    /// The source.
    stored: RwSignal<Source>,
    /// What comes: "request".
    what: &'static str,
    /// Whether somebody said that they sent something.
    has_tried: Signal<bool>,
) -> impl IntoView {
    let is_kept = is_kept(stored);
    let title = move || match (is_kept.get(), has_tried.get()) {
        (false, _) => format!("No longer waiting for your first {what}"),
        (true, false) => format!("Waiting for your first {what}…"),
        (true, true) => "Nothing has come yet. Still waiting…".to_owned(),
    };
    view! {
        <div
            class="note"
            class:tone-busy=move || is_kept.get()
            class:tone-warning=move || !is_kept.get()
            role="status"
        >
            {move || if is_kept.get() {
                view! { <span class="live-dot mt-1" aria-hidden="true"></span> }.into_any()
            } else {
                view! { <Icon glyph=Glyph::Clock class="mt-0.5 size-4"/> }.into_any()
            }}
            <div class="min-w-0">
                <p class="font-medium">{title}</p>
                <p class="text-xs">
                    {move || if is_kept.get() {
                        view! {
                            "It shows up here as soon as it arrives. " <Icon glyph=Glyph::Terminal class="inline size-3.5"/>
                            " Paste the curl line into a terminal to send one yourself."
                        }.into_any()
                    } else {
                        view! { "The time for samples is over: what is sent now is not kept." }.into_any()
                    }}
                </p>
            </div>
        </div>
    }
    .into_any()
}

/// Until when an inactive source keeps what it is sent, and more time for it.
#[component]
pub fn CaptureWindow(
    /// The source.
    stored: RwSignal<Source>,
) -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let id = stored.with_untracked(|stored| stored.id);
    let capture = Action::new(move |(): &()| capture_samples(slug.get_value(), id));
    Effect::new(move || {
        if let Some(Ok(source)) = capture.value().get() {
            let (until, version) = (source.capture_until, source.version);
            stored.update(|stored| (stored.capture_until, stored.version) = (until, version));
        }
    });
    let until = Memo::new(move |_| stored.with(|stored| stored.capture_until));
    let is_inactive = Memo::new(move |_| stored.with(|stored| stored.state == SourceState::Inactive));
    let is_kept = is_kept(stored);
    let may = Here::may(Permission::EditSources);
    view! {
        <Show when=move || is_inactive.get()>
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs">
                <span class="muted">
                    {move || if is_kept.get() {
                        view! { "What is sent is kept as a sample. This ends " {move || view! { <Due at=until.get()/> }} "." }.into_any()
                    } else {
                        view! { "What is sent now is not kept." }.into_any()
                    }}
                </span>
                {may.then(|| view! {
                    <button
                        type="button"
                        class="btn btn-xs"
                        disabled=move || capture.pending().get()
                        on:click=move |_| { capture.dispatch(()); }
                    >
                        <Icon glyph=Glyph::Clock class="size-3.5"/> "Ten more minutes"
                    </button>
                })}
            </div>
            <ErrorNote error=failure(capture)/>
        </Show>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d4_what_is_sent_is_kept_while_the_source_is_active_or_its_window_is_open() {
        let at = |now: i64, state| is_kept_at(Some(Timestamp(now)), state, Timestamp(10));
        assert_eq!([9, 10, 11].map(|now| at(now, SourceState::Inactive)), [true, false, false]);
        assert!(at(11, SourceState::Active));
        assert!(is_kept_at(None, SourceState::Inactive, Timestamp(10)));
    }
}
