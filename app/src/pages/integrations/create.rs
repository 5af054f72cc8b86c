use super::server_fns::{CreateIntegration, Created};
use crate::components::form::{FormBody, PlainField};
use crate::components::{CopyBox, Dialog, Note, Tone, go_quietly, is_creating};
use crate::here::Here;
use leptos::form::ActionForm;
use leptos::prelude::*;

/// Name and type, then the signing secret, then the configuration page (T3). Open while the query has `create`.
#[component]
pub fn CreateDialog() -> impl IntoView {
    let action = ServerAction::<CreateIntegration>::new();
    let created = Signal::derive(move || action.value().with(|value| value.as_ref()?.as_ref().ok().cloned()));
    let go = go_quietly();
    let close = Callback::new(move |()| match created.get_untracked() {
        Some(made) => go(&format!("integrations/{}", made.id)),
        None => go("integrations"),
    });
    view! {
        <Dialog open=is_creating() on_close=close title="Add a webhook">
            {move || match created.get() {
                Some(made) => view! { <SecretOnce made close/> }.into_any(),
                None => view! { <NameForm action/> }.into_any(),
            }}
        </Dialog>
    }
    .into_any()
}

#[component]
fn NameForm(action: ServerAction<CreateIntegration>) -> impl IntoView {
    view! {
        <ActionForm action>
            <FormBody action=*action submit="Add webhook" submitting="Adding…" answers_once=true>
                <input type="hidden" name="slug" value=Here::slug()/>
                <PlainField name="name" label="Name" placeholder="Order desk" autofocus=true/>
                <p><span class="field-label">"Type: "</span> "Webhook"</p>
                <p class="muted text-xs">"It starts inactive: nothing is sent to it until you set it active."</p>
            </FormBody>
        </ActionForm>
    }
    .into_any()
}

/// The signing secret, shown this once.
#[component]
fn SecretOnce(made: Created, close: Callback<()>) -> impl IntoView {
    view! {
        <div class="grid gap-4">
            <p>"It is there, inactive still. Receivers check its messages with this signing secret:"</p>
            <CopyBox text=made.signing_secret what="signing secret"/>
            <Note tone=Tone::Warning>"It is shown this once. If you lose it, rotate it."</Note>
            <button type="button" class="btn btn-primary" on:click=move |_| close.run(())>"Go to its configuration"</button>
        </div>
    }
    .into_any()
}
