use super::server_fns::{ChangePassword, RenameMe};
use crate::browser;
use crate::components::form::{FormBody, PlainField};
use crate::components::{PageHead, Panel, Toasts};
use crate::here::Here;
use domain::limits::MIN_PASSWORD_CHARS;
use leptos::form::ActionForm;
use leptos::html::Form;
use leptos::prelude::*;

/// `/a/{slug}/settings/profile`.
#[component]
pub fn Profile() -> impl IntoView {
    view! {
        <PageHead title="Your profile" about="It is the same in every account you are in."/>
        <div class="grid max-w-4xl min-w-0 gap-4">
            <Panel title="Who you are">
                <Rename/>
                <dl class="facts mb-0">
                    <div><dt>"E-mail"</dt><dd>{Here::get().user.email}</dd></div>
                </dl>
            </Panel>
            <Panel title="Password" about="Changing it signs you out everywhere else.">
                <Password/>
            </Panel>
        </div>
    }
    .into_any()
}

/// What colleagues see on the team's page and on what one did.
#[component]
fn Rename() -> impl IntoView {
    let action = ServerAction::<RenameMe>::new();
    Effect::new(move || {
        // The name stands in the frame around every page, so all of it is loaded anew.
        if let Some(Ok(())) = action.value().get() {
            browser::reload();
        }
    });
    view! {
        <ActionForm action>
            <div class="mb-5 max-w-md">
                <FormBody action=*action submit="Rename" submitting="Renaming…" button="btn btn-sm w-fit">
                    <PlainField name="name" label="Name" autocomplete="name" value=Here::get().user.name/>
                </FormBody>
            </div>
        </ActionForm>
    }
    .into_any()
}

#[component]
fn Password() -> impl IntoView {
    let action = ServerAction::<ChangePassword>::new();
    let form = NodeRef::<Form>::new();
    let toasts = Toasts::get();
    Effect::new(move || {
        if let Some(Ok(())) = action.value().get() {
            if let Some(form) = form.get_untracked() {
                form.reset();
            }
            toasts.say("Your password is changed, and you are signed out everywhere else.");
        }
    });
    view! {
        <ActionForm action node_ref=form>
            <div class="max-w-md">
                <FormBody action=*action submit="Change password" submitting="Changing…" button="btn btn-sm w-fit">
                    <PlainField
                        name="current_password"
                        label="Current password"
                        kind="password"
                        autocomplete="current-password"
                    />
                    <PlainField
                        name="new_password"
                        label="New password"
                        kind="password"
                        autocomplete="new-password"
                        hint=format!("At least {MIN_PASSWORD_CHARS} characters. A few words are better than a few symbols.")
                    />
                </FormBody>
            </div>
        </ActionForm>
    }
    .into_any()
}
