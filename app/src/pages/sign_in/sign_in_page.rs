use super::server_fns::{Door, SignIn as SignInAction, look_at_door};
use super::{Card, Heading};
use crate::components::form::{FormErrors, PlainField};
use crate::components::{ErrorNote, Glyph, Icon, Note, Tone, failure};
use crate::error::AppError;
use domain::error::FieldErrors;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/sign-in`.
#[component]
pub fn SignIn() -> impl IntoView {
    let action = ServerAction::<SignInAction>::new();
    let next = use_query_map().with_untracked(|query| query.get("next").unwrap_or_default());
    let door = Resource::new(|| (), |()| look_at_door());
    let error = failure(*action);
    FormErrors::provide(Signal::derive(FieldErrors::default));
    view! {
        <Card>
            <Heading title="Sign in" about="Webhooks in, webhooks out, nothing lost."/>
            <ActionForm action>
                <div class="grid gap-4">
                    <SignInError error/>
                    <PlainField name="email" label="E-mail" kind="email" autocomplete="username" autofocus=true/>
                    <PlainField name="password" label="Password" kind="password" autocomplete="current-password"/>
                    <input type="hidden" name="next" value=next/>
                    <button type="submit" class="btn btn-primary w-full" disabled=move || action.pending().get()>
                        {move || if action.pending().get() { "Signing in…" } else { "Sign in" }}
                    </button>
                </div>
            </ActionForm>
            <Suspense fallback=|| ()>
                {move || Suspend::new(async move { door.await.ok().map(|door| view! { <AtTheDoor door/> }) })}
            </Suspense>
        </Card>
    }
    .into_any()
}

/// The words for a wrong password are not those for a page that asks to sign in.
#[component]
fn SignInError(error: Signal<Option<AppError>>) -> impl IntoView {
    let is_wrong = move || error.with(|error| *error == Some(AppError::Unauthorized));
    let other = Signal::derive(move || error.get().filter(|error| *error != AppError::Unauthorized));
    view! {
        <div aria-live="assertive">
            {move || is_wrong().then(|| view! {
                <p class="note tone-bad"><Icon glyph=Glyph::CircleAlert/> "E-mail or password is wrong."</p>
            })}
        </div>
        <ErrorNote error=other/>
    }
    .into_any()
}

#[component]
fn AtTheDoor(door: Door) -> impl IntoView {
    view! {
        {door.sign_up_is_open.then(|| view! {
            <p class="mt-5 text-center">
                <span class="muted">"No account yet? "</span>
                <a class="link" href="/sign-up">"Sign up"</a>
            </p>
        })}
        {(!door.cookie_is_secure).then(|| view! {
            <div class="mt-5">
                <Note tone=Tone::Warning glyph=Glyph::TriangleAlert>
                    "This connection is not encrypted: others on the network can read your password and take over your session. Use https."
                </Note>
            </div>
        })}
    }
    .into_any()
}
