use super::server_fns::CreateApiKey;
use crate::components::form::{FieldFrame, FormErrors, PlainField, input_id};
use crate::components::{CopyBox, Dialog, ErrorNote, Note, Tone};
use crate::error::AppError;
use crate::here::Here;
use domain::account::Role;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

/// Name and role, then the key, shown this once. Open while the query has `create`.
#[component]
pub fn CreateDialog(
    /// What is done when one was made.
    #[prop(into)]
    on_created: Callback<()>,
) -> impl IntoView {
    let query = use_query_map();
    let is_wanted = Memo::new(move |_| query.with(|query| query.get_str("create").is_some()));
    let action = ServerAction::<CreateApiKey>::new();
    let secret = Signal::derive(move || action.value().with(|value| value.as_ref()?.as_ref().ok().cloned()));
    let error = Signal::derive(move || action.value().with(|value| value.as_ref()?.as_ref().err().cloned()));
    let navigate = use_navigate();
    Effect::new(move || {
        if secret.with(Option::is_some) {
            on_created.run(());
        }
    });
    let close = Callback::new(move |()| {
        action.clear();
        navigate(
            &Here::path("settings/api-keys"),
            NavigateOptions { scroll: false, ..NavigateOptions::default() },
        );
    });
    view! {
        <Dialog open=is_wanted on_close=close title="New API key">
            {move || match secret.get() {
                Some(secret) => view! { <KeyOnce secret close/> }.into_any(),
                None => view! { <CreateForm action error/> }.into_any(),
            }}
        </Dialog>
    }
    .into_any()
}

#[component]
fn CreateForm(action: ServerAction<CreateApiKey>, error: Signal<Option<AppError>>) -> impl IntoView {
    FormErrors::provide(Signal::derive(move || error.get().map(|error| error.fields()).unwrap_or_default()));
    let other = Signal::derive(move || error.get().filter(|error| !matches!(error, AppError::Invalid(_))));
    let own = Here::get().role;
    let roles = Role::ALL.into_iter().filter(move |role| *role >= own);
    view! {
        <ActionForm action>
            <div class="grid gap-4">
                <ErrorNote error=other/>
                <input type="hidden" name="slug" value=Here::slug()/>
                <PlainField name="name" label="Name" placeholder="Shop backend" autofocus=true/>
                <FieldFrame
                    name="role"
                    label="Role"
                    error=FormErrors::at("role".to_owned())
                    hint=Some("Admin configures; operator publishes events and retries; viewer reads.".to_owned())
                >
                    <select id=input_id("role") name="role" class="select w-full">
                        {roles.map(|role| view! {
                            <option value=role.as_str() selected=role == Role::Operator>{role.as_str()}</option>
                        }).collect_view()}
                    </select>
                </FieldFrame>
                <button type="submit" class="btn btn-primary" disabled=move || action.pending().get()>
                    {move || if action.pending().get() { "Creating…" } else { "Create key" }}
                </button>
            </div>
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
