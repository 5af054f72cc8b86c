use super::editor::Editor;
use crate::components::{Glyph, Note, Tone};
use crate::here::Here;
use domain::account::Permission;
use domain::source::{SourceAction, SourceState};
use domain::subscription::EventPattern;
use leptos::prelude::*;
use leptos_router::components::A;

/// Says that nothing takes what an active source publishes, and leads to where that is changed.
#[component]
pub fn Untaken(
    /// What is edited.
    editor: Editor,
    /// The event types that subscriptions take.
    taken: Vec<EventPattern>,
) -> impl IntoView {
    let taken = StoredValue::new(taken);
    let start = StoredValue::new(Here::path("subscriptions/new"));
    let may = Here::may(Permission::EditSubscriptions);
    let untaken = Memo::new(move |_| {
        editor.stored.with(|stored| {
            // What records something did what it is for, whoever else is told.
            let SourceAction::PublishEvent { event_type } = &stored.config.action else { return None };
            let is_taken = taken.with_value(|taken| taken.iter().any(|pattern| pattern.matches(event_type)));
            (stored.state == SourceState::Active && !is_taken).then(|| event_type.to_string())
        })
    });
    move || {
        untaken.get().map(|event_type| {
            let subscribe = format!("{}?type={event_type}", start.get_value());
            view! {
                <Note tone=Tone::Warning glyph=Glyph::Route>
                    "No subscription takes " <code>{event_type}</code> " yet: its events are stored and go nowhere. "
                    {may.then(|| view! { <A href=subscribe attr:class="link">"Subscribe an integration to it"</A> "." })}
                </Note>
            }
        })
    }
}
