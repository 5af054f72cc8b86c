use super::server_fns::send_test;
use crate::components::json::BodyView;
use crate::components::{Chip, Dialog, ErrorNote, Glyph, Icon, Note, StatusCode, Tone, duration, failure};
use crate::here::Here;
use crate::pages::activity::deliveries::attempts::error_words;
use domain::account::Permission;
use domain::activity::TestReport;
use domain::ids::IntegrationId;
use leptos::prelude::*;

/// "Test": sends the example now and shows what was answered.
#[component]
pub fn TestButton(
    /// The integration.
    id: IntegrationId,
    /// Whether something is typed that is not saved: it is not tested.
    is_dirty: Signal<bool>,
    /// What is done when the receiver accepted it.
    #[prop(into)]
    on_accepted: Callback<()>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let slug = StoredValue::new(Here::slug());
    let sending = Action::new(move |(): &()| send_test(slug.get_value(), id));
    Effect::new(move || {
        if let Some(Ok(report)) = sending.value().get()
            && report.accepted
        {
            on_accepted.run(());
        }
    });
    let error = failure(sending);
    let send = move |_| {
        sending.dispatch(());
        open.set(true);
    };
    Here::may(Permission::PublishEvents).then(|| view! {
        <button type="button" class="btn btn-sm" on:click=send><Icon glyph=Glyph::Send/> "Test"</button>
        <Dialog open on_close=move |()| open.set(false) title="Test" wide=true>
            <Show when=move || is_dirty.get()>
                <div class="mb-3"><Note tone=Tone::Warning>"This tests what is saved, without your unsaved changes."</Note></div>
            </Show>
            <ErrorNote error=Signal::derive(move || error.get().filter(|_| !sending.pending().get()))/>
            {move || match sending.value().get() {
                _ if sending.pending().get() => view! {
                    <p class="muted" role="status">"Sending, and waiting for the answer…"</p>
                }.into_any(),
                Some(Ok(report)) => view! { <Report report/> }.into_any(),
                _ => ().into_any(),
            }}
        </Dialog>
    })
}

/// What the receiver of a test answered.
#[component]
pub fn Report(
    /// What it answered.
    report: TestReport,
) -> impl IntoView {
    let verdict = if report.accepted {
        view! { <Chip tone=Tone::Good glyph=Glyph::CircleCheck>"Accepted"</Chip> }.into_any()
    } else {
        view! { <Chip tone=Tone::Bad glyph=Glyph::CircleX>"Not accepted"</Chip> }.into_any()
    };
    view! {
        <div class="grid min-w-0 gap-3">
            <p class="flex flex-wrap items-center gap-3">
                {verdict}
                {report.status_code.map(|code| view! { <StatusCode code/> })}
                {report.error.map(|error| view! { <span>{error_words(error)}</span> })}
                <span class="muted tabular-nums">{duration(i64::from(report.duration_ms))}</span>
            </p>
            {report.error_detail.map(|detail| view! { <p class="font-mono text-xs break-words">{detail}</p> })}
            <div class="grid min-w-0 gap-1">
                <span class="field-label">"Response"</span>
                <BodyView body=Some(report.response_body) what="response"/>
            </div>
        </div>
    }
    .into_any()
}
