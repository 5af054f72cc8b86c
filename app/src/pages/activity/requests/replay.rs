use super::server_fns::replay_request;
use crate::components::{ErrorNote, Glyph, Icon, Toasts, failure, number, outcome_words};
use crate::here::Here;
use domain::account::Permission;
use domain::activity::{Count, RequestRow};
use domain::ids::RequestId;
use domain::inbound::Outcome;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

/// Sends a request through the pipeline as it is set up now, and goes to the request that this makes.
#[component]
pub fn Replay(
    /// The request.
    request: RequestRow,
) -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let pages = StoredValue::new(Here::path("activity/requests"));
    let replay = Action::new(move |id: &RequestId| replay_request(slug.get_value(), *id));
    let (toasts, navigate) = (Toasts::get(), use_navigate());
    Effect::new(move || {
        if let Some(Ok(made)) = replay.value().get() {
            toasts.say("It was replayed: this is what came of it.".to_owned());
            navigate(&format!("{}/{made}", pages.get_value()), leptos_router::NavigateOptions::default());
        }
    });
    let id = request.id;
    let why_not = why_not(&request);
    let is_possible = why_not.is_none();
    Here::may(Permission::ReplayRequests)
        .then(|| {
            view! {
                <button
                    type="button"
                    class="btn btn-sm"
                    title=why_not
                    disabled=move || !is_possible || replay.pending().get()
                    on:click=move |_| { replay.dispatch(id); }
                >
                    <Icon glyph=Glyph::RotateCcw/> "Replay"
                </button>
                <ErrorNote error=failure(replay)/>
            }
        })
        .into_any()
}

/// Why it can never be replayed, for what its row says.
fn why_not(request: &RequestRow) -> Option<String> {
    match request.outcome {
        Outcome::VerificationFailed => Some("Its sender did not prove who it is.".to_owned()),
        outcome if request.source_id.is_none() => {
            Some(format!("It came to no source: {}.", outcome_words(outcome).to_lowercase()))
        }
        _ => None,
    }
}

/// What it is a replay of, and its own replays.
#[component]
pub fn ReplayFacts(
    /// The request.
    request: RequestRow,
    /// How often it was replayed.
    replays: Count,
) -> impl IntoView {
    let requests = Here::path("activity/requests");
    let original = request.replay_of.map(|id| format!("{requests}/{id}"));
    let own = (replays.count > 0).then(|| format!("{requests}?replay_of={}", request.id));
    let count = number(i64::from(replays.count));
    view! {
        {original.map(|href| view! {
            <div><dt>"Replay of"</dt><dd><A href attr:class="link">"the original request"</A></dd></div>
        })}
        {own.map(|href| view! {
            <div><dt>"Replayed"</dt><dd><A href attr:class="link">{if replays.count == 1 { "once".to_owned() } else { format!("{count} times") }}</A></dd></div>
        })}
    }
    .into_any()
}
