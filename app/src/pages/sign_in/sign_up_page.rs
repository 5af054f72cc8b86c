use super::Card;
use super::server_fns::{SignUp as SignUpAction, look_at_door};
use crate::components::form::{FormErrors, PlainField};
use crate::components::{Empty, ErrorNote, Glyph, Loaded, Skeleton};
use crate::error::AppError;
use domain::limits::MIN_PASSWORD_CHARS;
use leptos::form::ActionForm;
use leptos::prelude::*;

/// `/sign-up`: open until one account exists, or as the installation says (D27).
#[component]
pub fn SignUp() -> impl IntoView {
    let door = Resource::new(|| (), |()| look_at_door());
    view! {
        <Card title="Create an account" about="You become its owner.">
            <Loaded resource=door skeleton=Skeleton::Panels view=|door| {
                if door.sign_up_is_open { view! { <SignUpForm/> }.into_any() } else { view! { <Closed/> }.into_any() }
            }/>
            <p class="mt-5 text-center">
                <span class="muted">"Already have one? "</span>
                <a class="link" href="/sign-in">"Sign in"</a>
            </p>
        </Card>
    }
    .into_any()
}

#[component]
fn SignUpForm() -> impl IntoView {
    let action = ServerAction::<SignUpAction>::new();
    let error = Signal::derive(move || action.value().with(|value| value.as_ref()?.as_ref().err().cloned()));
    FormErrors::provide(Signal::derive(move || error.get().map(|error| error.fields()).unwrap_or_default()));
    let other = Signal::derive(move || error.get().filter(|error| !matches!(error, AppError::Invalid(_))));
    view! {
        <ActionForm action>
            <div class="grid gap-4">
                <ErrorNote error=other/>
                <PlainField name="account_name" label="Account name" autocomplete="organization" placeholder="Acme Ltd" autofocus=true/>
                <PlainField name="name" label="Your name" autocomplete="name"/>
                <PlainField name="email" label="E-mail" kind="email" autocomplete="username"/>
                <PlainField
                    name="password"
                    label="Password"
                    kind="password"
                    autocomplete="new-password"
                    hint=format!("At least {MIN_PASSWORD_CHARS} characters. A few words are better than a few symbols.")
                />
                <button type="submit" class="btn btn-primary w-full" disabled=move || action.pending().get()>
                    {move || if action.pending().get() { "Creating…" } else { "Create account" }}
                </button>
            </div>
        </ActionForm>
    }
    .into_any()
}

#[component]
fn Closed() -> impl IntoView {
    view! {
        <Empty
            glyph=Glyph::Lock
            title="By invitation only"
            text="This installation has an account already. Ask its owner to invite you."
        />
    }
    .into_any()
}
