use super::server_fns::{CreateIntegration, Created};
use crate::components::form::{FieldFrame, FormErrors, PlainField, input_id};
use crate::components::{CopyBox, Dialog, ErrorNote, Note, Tone};
use crate::error::AppError;
use crate::here::Here;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

/// Name and type, then the signing secret, then the configuration page (T3). Open while the query has `create`.
#[component]
pub fn CreateDialog() -> impl IntoView {
    let query = use_query_map();
    let is_wanted = Memo::new(move |_| query.with(|query| query.get_str("create").is_some()));
    let action = ServerAction::<CreateIntegration>::new();
    let created = Signal::derive(move || action.value().with(|value| value.as_ref()?.as_ref().ok().cloned()));
    let error = Signal::derive(move || action.value().with(|value| value.as_ref()?.as_ref().err().cloned()));
    let navigate = use_navigate();
    let close = Callback::new(move |()| {
        let to = match created.get_untracked() {
            Some(made) => Here::path(&format!("integrations/{}", made.id)),
            None => Here::path("integrations"),
        };
        navigate(&to, NavigateOptions { scroll: false, ..NavigateOptions::default() });
    });
    view! {
        <Dialog open=is_wanted on_close=close title="Add a webhook">
            {move || match created.get() {
                Some(made) => view! { <SecretOnce made close/> }.into_any(),
                None => view! { <NameForm action error/> }.into_any(),
            }}
        </Dialog>
    }
    .into_any()
}

#[component]
fn NameForm(action: ServerAction<CreateIntegration>, error: Signal<Option<AppError>>) -> impl IntoView {
    FormErrors::provide(Signal::derive(move || error.get().map(|error| error.fields()).unwrap_or_default()));
    let other = Signal::derive(move || error.get().filter(|error| !matches!(error, AppError::Invalid(_))));
    view! {
        <ActionForm action>
            <div class="grid gap-4">
                <ErrorNote error=other/>
                <input type="hidden" name="slug" value=Here::slug()/>
                <PlainField name="name" label="Name" placeholder="Order desk" autofocus=true/>
                <FieldFrame
                    name="type"
                    label="Type"
                    error=Signal::derive(|| None::<String>)
                    hint=Some("Webhooks are the one type there is.".to_owned())
                >
                    <select id=input_id("type") class="select w-full"><option selected>"Webhook"</option></select>
                </FieldFrame>
                <button type="submit" class="btn btn-primary" disabled=move || action.pending().get()>
                    {move || if action.pending().get() { "Saving…" } else { "Save" }}
                </button>
            </div>
        </ActionForm>
    }
    .into_any()
}

/// The signing secret, shown this once.
#[component]
fn SecretOnce(made: Created, close: Callback<()>) -> impl IntoView {
    view! {
        <div class="grid gap-4">
            <p>"Created, inactive. Receivers check its messages with this signing secret:"</p>
            <CopyBox text=made.signing_secret what="signing secret"/>
            <Note tone=Tone::Warning>"It is shown this once. If you lose it, rotate it."</Note>
            <button type="button" class="btn btn-primary" on:click=move |_| close.run(())>"Go to its configuration"</button>
        </div>
    }
    .into_any()
}
