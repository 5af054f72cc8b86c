use super::server_fns::{RevokeOtherSessions, RevokeSession, list_sessions};
use crate::components::{Ago, Chip, ErrorNote, Glyph, Icon, Loaded, PageHead, Toasts, Tone, failure};
use domain::member::Session;
use leptos::form::ActionForm;
use leptos::prelude::*;

/// `/a/{slug}/settings/sessions`.
#[component]
pub fn Sessions() -> impl IntoView {
    let sessions = Resource::new(|| (), |()| list_sessions());
    let revoke = ServerAction::<RevokeSession>::new();
    let revoke_others = ServerAction::<RevokeOtherSessions>::new();
    Effect::new(move || {
        if let Some(Ok(())) = revoke.value().get() {
            sessions.refetch();
        }
    });
    let toasts = Toasts::get();
    Effect::new(move || {
        if let Some(Ok(())) = revoke_others.value().get() {
            toasts.say("All other sessions are ended.");
            sessions.refetch();
        }
    });
    let has_others = move || sessions.get().and_then(Result::ok).is_some_and(|all| all.len() > 1);
    view! {
        <PageHead title="Sessions" about="Where you are signed in. End what you do not know.">
            <Transition>
                <Show when=has_others>
                    <ActionForm action=revoke_others>
                        <button type="submit" class="btn btn-sm" disabled=move || revoke_others.pending().get()>
                            <Icon glyph=Glyph::LogOut/> "End all others"
                        </button>
                    </ActionForm>
                </Show>
            </Transition>
        </PageHead>
        <ErrorNote error=failure(*revoke)/>
        <ErrorNote error=failure(*revoke_others)/>
        <Loaded resource=sessions view=move |sessions| view! {
            <table class="list">
                <thead>
                    <tr><th>"Browser"</th><th>"Signed in"</th><th>"Last seen"</th><th><span class="sr-only">"End"</span></th></tr>
                </thead>
                <tbody>{sessions.into_iter().map(|session| view! { <Line session revoke/> }).collect_view()}</tbody>
            </table>
        }/>
    }
    .into_any()
}

#[component]
fn Line(session: Session, revoke: ServerAction<RevokeSession>) -> impl IntoView {
    view! {
        <tr>
            <td class="cell-main">
                <span class="flex flex-wrap items-center gap-2">
                    <span class="font-medium" title=session.user_agent.clone()>{browser_of(&session.user_agent)}</span>
                    {session.is_current.then(|| view! { <Chip tone=Tone::Good glyph=Glyph::CircleCheck>"This one"</Chip> })}
                </span>
            </td>
            <td data-label="Signed in"><Ago at=session.created_at/></td>
            <td data-label="Last seen"><Ago at=session.last_seen_at/></td>
            <td class="cell-control">
                {(!session.is_current).then(|| view! {
                    <ActionForm action=revoke>
                        <input type="hidden" name="id" value=session.id.to_string()/>
                        <button type="submit" class="btn btn-xs">"End"</button>
                    </ActionForm>
                })}
            </td>
        </tr>
    }
    .into_any()
}

/// The browser and system that a user agent names, as far as it is one of the usual ones.
fn browser_of(agent: &str) -> String {
    let find = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let browser = find(&[
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser_of;

    #[test]
    fn usual_browsers_are_named() {
        for (agent, expected) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130 Safari/537.36",
                "Chrome on Linux",
            ),
            ("Mozilla/5.0 (Windows NT 10.0) Gecko Firefox/130.0", "Firefox on Windows"),
            ("curl/8.0", "curl"),
            ("", "Unknown browser"),
        ] {
            assert_eq!(browser_of(agent), expected);
        }
    }
}
