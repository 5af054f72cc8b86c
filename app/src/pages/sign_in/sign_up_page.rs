use super::server_fns::{SignUp as SignUpAction, look_at_door};
use super::{Card, Heading};
use crate::components::form::{FormBody, PlainField};
use crate::components::{Loaded, Skeleton};
use domain::limits::MIN_PASSWORD_CHARS;
use leptos::form::ActionForm;
use leptos::prelude::*;

/// `/sign-up`: open until one account exists, or as the installation says (D27).
#[component]
pub fn SignUp() -> impl IntoView {
    let door = Resource::new(|| (), |()| look_at_door());
    view! {
        <Card>
            <Loaded resource=door skeleton=Skeleton::Panels view=|door| {
                if door.sign_up_is_open { view! { <Open/> }.into_any() } else { view! { <Closed/> }.into_any() }
            }/>
        </Card>
    }
    .into_any()
}

#[component]
fn Open() -> impl IntoView {
    let action = ServerAction::<SignUpAction>::new();
    view! {
        <Heading title="Create an account" about="You become its owner."/>
        <ActionForm action>
            <FormBody action=*action submit="Create account" submitting="Creating…">
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
            </FormBody>
        </ActionForm>
        <p class="mt-5 text-center">
            <span class="muted">"Already have one? "</span>
            <a class="link" href="/sign-in">"Sign in"</a>
        </p>
    }
    .into_any()
}

#[component]
fn Closed() -> impl IntoView {
    view! {
        <Heading title="By invitation only" about="This installation has its account, and strangers make no other."/>
        <div class="grid gap-3">
            <p>"Whoever runs it lets new people in with " <code>"hookloft member add"</code> "."</p>
            <p>"Whoever can sign in already is added to another account by its owner or an admin, on its page Team."</p>
            <a class="btn btn-primary mt-2" href="/sign-in">"Sign in"</a>
        </div>
    }
    .into_any()
}
