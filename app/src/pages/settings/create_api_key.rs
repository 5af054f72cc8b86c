use super::role_field::RoleField;
use super::server_fns::CreateApiKey;
use crate::components::form::{FormBody, PlainField};
use crate::components::{CopyBox, Dialog, Note, Tone, go_quietly, is_creating};
use crate::here::Here;
use domain::account::Role;
use leptos::form::ActionForm;
use leptos::prelude::*;

/// Name and role, then the key, shown this once. Open while the query has `create`.
#[component]
pub fn CreateDialog(
    /// What is done when one was made.
    #[prop(into)]
    on_created: Callback<()>,
) -> impl IntoView {
    let action = ServerAction::<CreateApiKey>::new();
    let secret = Signal::derive(move || action.value().with(|value| value.as_ref()?.as_ref().ok().cloned()));
    Effect::new(move || {
        if secret.with(Option::is_some) {
            on_created.run(());
        }
    });
    let go = go_quietly();
    let close = Callback::new(move |()| {
        action.clear();
        go("settings/api-keys");
    });
    view! {
        <Dialog open=is_creating() on_close=close title="New API key">
            {move || match secret.get() {
                Some(secret) => view! { <KeyOnce secret close/> }.into_any(),
                None => view! { <CreateForm action/> }.into_any(),
            }}
        </Dialog>
    }
    .into_any()
}

#[component]
fn CreateForm(action: ServerAction<CreateApiKey>) -> impl IntoView {
    let own = Here::get().role;
    let roles = Role::ALL.into_iter().filter(move |role| *role >= own);
    view! {
        <ActionForm action>
            <FormBody action=*action submit="Create key" submitting="Creating…" answers_once=true>
                <input type="hidden" name="slug" value=Here::slug()/>
                <PlainField name="name" label="Name" placeholder="Shop backend" autofocus=true/>
                <RoleField roles/>
            </FormBody>
        </ActionForm>
    }
    .into_any()
}

#[component]
fn KeyOnce(secret: String, close: Callback<()>) -> impl IntoView {
    view! {
        <div class="grid gap-4">
            <CopyBox text=secret what="API key"/>
            <Note tone=Tone::Warning>"It is shown this once. If you lose it, make another and revoke this one."</Note>
            <button type="button" class="btn btn-primary" on:click=move |_| close.run(())>"Done"</button>
        </div>
    }
    .into_any()
}
