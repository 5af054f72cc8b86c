use super::server_fns::{get_replay, list_replays, stop_replay};
use crate::components::{ErrorNote, Glyph, Icon, failure, number};
use crate::here::Here;
use domain::account::Permission;
use domain::activity::{Replay, ReplayState};
use domain::ids::ReplayId;
use leptos::prelude::*;
use leptos_router::components::A;
use std::time::Duration;

/// How often a replay that runs is looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The bulk replay that the page shows: one that runs, whoever began it, and then its end.
#[derive(Clone, Copy)]
pub struct Replaying {
    shown: RwSignal<Option<Replay>>,
    /// What is done when it ends.
    on_end: Callback<()>,
}

impl Replaying {
    /// None yet. `on_end` is called when one ends that was seen running.
    #[must_use]
    pub fn new(on_end: Callback<()>) -> Self {
        Self { shown: RwSignal::new(None), on_end }
    }

    /// Shows `replay` as it is now.
    pub fn show(self, replay: Replay) {
        let was_running = self.shown.with_untracked(is_running);
        let has_ended = was_running && replay.state != ReplayState::Running;
        self.shown.set(Some(replay));
        if has_ended {
            self.on_end.run(());
        }
    }

    /// Whether it runs.
    #[must_use]
    pub fn is_running(self) -> bool {
        self.shown.with(is_running)
    }
}

fn is_running(replay: &Option<Replay>) -> bool {
    replay.as_ref().is_some_and(|replay| replay.state == ReplayState::Running)
}

/// How far the bulk replay is, looked at each second while it runs.
#[component]
pub fn ReplayProgress(
    /// Which.
    replaying: Replaying,
) -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let finding = Action::new(move |(): &()| list_replays(slug.get_value()));
    let looking = Action::new(move |id: &ReplayId| get_replay(slug.get_value(), *id));
    let stopping = Action::new(move |id: &ReplayId| stop_replay(slug.get_value(), *id));
    Effect::new(move || {
        finding.dispatch(());
    });
    Effect::new(move || {
        let Some(Ok(found)) = finding.value().get() else { return };
        if let Some(running) = found.into_iter().find(|replay| replay.state == ReplayState::Running) {
            replaying.show(running);
        }
    });
    Effect::new(move || match looking.value().get() {
        Some(Ok(found)) => replaying.show(found),
        // It is looked for again all the same.
        Some(Err(_)) => replaying.shown.notify(),
        None => {}
    });
    Effect::new(move || {
        if let Some(Ok(stopped)) = stopping.value().get() {
            replaying.show(stopped);
        }
    });
    Effect::new(move || {
        let running = replaying
            .shown
            .with(|replay| replay.as_ref().filter(|_| is_running(replay)).map(|replay| replay.id));
        let Some(id) = running else { return };
        let look = move || {
            looking.dispatch(id);
        };
        if let Ok(waiting) = set_timeout_with_handle(look, LOOK_AGAIN) {
            on_cleanup(move || waiting.clear());
        }
    });
    let panel = move || {
        let replay = replaying.shown.get()?;
        Some(view! { <Progress replay stopping shown=replaying.shown/> })
    };
    view! {
        <div aria-live="polite" class="empty:hidden">{panel}</div>
        <ErrorNote error=failure(stopping)/>
    }
    .into_any()
}

#[component]
fn Progress(
    replay: Replay,
    stopping: Action<ReplayId, Result<Replay, crate::error::AppError>>,
    shown: RwSignal<Option<Replay>>,
) -> impl IntoView {
    let (id, is_running) = (replay.id, replay.state == ReplayState::Running);
    let may_stop = is_running && Here::may(Permission::ReplayRequests);
    let made = Here::path(&format!("activity/requests?replay={id}"));
    view! {
        <section class="panel mb-4" aria-label="Replay">
            <div class="panel-body grid gap-2">
                <div class="flex flex-wrap items-center justify-between gap-2">
                    <strong>{headline(&replay)}</strong>
                    <div class="flex flex-wrap gap-2">
                        <A href=made attr:class="btn btn-sm">"Show what it made"</A>
                        {may_stop.then(|| view! {
                            <button
                                type="button"
                                class="btn btn-sm"
                                disabled=move || stopping.pending().get()
                                on:click=move |_| { stopping.dispatch(id); }
                            >
                                "Stop"
                            </button>
                        })}
                        {(!is_running).then(|| view! {
                            <button
                                type="button"
                                class="btn btn-sm btn-ghost btn-square"
                                aria-label="Close"
                                on:click=move |_| shown.set(None)
                            >
                                <Icon glyph=Glyph::X/>
                            </button>
                        })}
                    </div>
                </div>
                <progress
                    class="progress progress-primary w-full"
                    aria-label="Replayed"
                    value=replay.done.to_string()
                    max=replay.total.to_string()
                ></progress>
                <p class="muted text-xs">{counts(&replay)}</p>
            </div>
        </section>
    }
    .into_any()
}

fn headline(replay: &Replay) -> String {
    let done = format!("{} of {}", number(replay.done), number(replay.total));
    match replay.state {
        ReplayState::Running => format!("Replaying: {done}"),
        ReplayState::Finished => format!("Replay finished: {done}"),
        ReplayState::Stopped => format!("Replay stopped: {done}"),
        ReplayState::Failed => format!("Replay failed: {done}"),
    }
}

fn counts(replay: &Replay) -> String {
    let mut text = format!("{} accepted, {} refused", number(replay.accepted), number(replay.refused));
    if replay.not_replayed > 0 {
        text.push_str(&format!(
            ", {} could not be replayed: the source is inactive, the body is not kept, or the sender proved nothing",
            number(replay.not_replayed)
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::activity::RequestFilter;
    use domain::change::ChangedBy;
    use domain::time::Timestamp;

    #[test]
    fn a24_a_replay_says_how_far_it_is_and_what_came_of_it() {
        let replay = Replay {
            id: ReplayId::new(Timestamp(0), &[0; 10]),
            filter: RequestFilter::default(),
            by: ChangedBy::Engine,
            state: ReplayState::Running,
            total: 1_200,
            done: 1_003,
            accepted: 1_000,
            refused: 3,
            not_replayed: 0,
            created_at: Timestamp(0),
            finished_at: None,
        };
        assert_eq!(headline(&replay), "Replaying: 1,003 of 1,200");
        assert_eq!(counts(&replay), "1,000 accepted, 3 refused");
        let stopped = Replay { state: ReplayState::Stopped, not_replayed: 2, ..replay };
        assert_eq!(headline(&stopped), "Replay stopped: 1,003 of 1,200");
        assert!(counts(&stopped).starts_with("1,000 accepted, 3 refused, 2 could not be replayed"));
    }
}
