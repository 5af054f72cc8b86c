use super::server_fns::AdmitMember;
use super::team::grantable;
use crate::components::form::{FieldFrame, FormErrors, PlainField, input_id};
use crate::components::{Dialog, ErrorNote, Toasts};
use crate::error::AppError;
use crate::here::Here;
use domain::account::Role;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

/// E-mail and role of somebody to be let in. Open while the query has `create`.
#[component]
pub fn AdmitDialog(
    /// What is done when somebody was let in.
    #[prop(into)]
    on_admitted: Callback<()>,
) -> impl IntoView {
    let query = use_query_map();
    let is_wanted = Memo::new(move |_| query.with(|query| query.get_str("create").is_some()));
    let action = ServerAction::<AdmitMember>::new();
    let navigate = use_navigate();
    let close = Callback::new(move |()| {
        action.clear();
        navigate(
            &Here::path("settings/team"),
            NavigateOptions { scroll: false, ..NavigateOptions::default() },
        );
    });
    let toasts = Toasts::get();
    Effect::new(move || {
        if let Some(Ok(member)) = action.value().get() {
            toasts.say(format!("{} is {} of this account.", member.name, member.role.as_str()));
            on_admitted.run(());
            close.run(());
        }
    });
    let error = Signal::derive(move || action.value().with(|value| value.as_ref()?.as_ref().err().cloned()));
    view! {
        <Dialog open=is_wanted on_close=close title="Add a member"><AdmitForm action error/></Dialog>
    }
    .into_any()
}

#[component]
fn AdmitForm(action: ServerAction<AdmitMember>, error: Signal<Option<AppError>>) -> impl IntoView {
    FormErrors::provide(Signal::derive(move || error.get().map(|error| error.fields()).unwrap_or_default()));
    let other = Signal::derive(move || error.get().filter(|error| !matches!(error, AppError::Invalid(_))));
    view! {
        <ActionForm action>
            <div class="grid gap-4">
                <ErrorNote error=other/>
                <input type="hidden" name="slug" value=Here::slug()/>
                <PlainField
                    name="email"
                    label="E-mail"
                    kind="email"
                    placeholder="ada@example.com"
                    autofocus=true
                    hint="The address they sign in to this installation with."
                />
                <FieldFrame
                    name="role"
                    label="Role"
                    error=FormErrors::at("role".to_owned())
                    hint=Some("Admin configures; operator publishes events and retries; viewer reads.".to_owned())
                >
                    <select id=input_id("role") name="role" class="select w-full">
                        {grantable().map(|role| view! {
                            <option value=role.as_str() selected=role == Role::Operator>{role.as_str()}</option>
                        }).collect_view()}
                    </select>
                </FieldFrame>
                <button type="submit" class="btn btn-primary" disabled=move || action.pending().get()>
                    {move || if action.pending().get() { "Adding…" } else { "Add member" }}
                </button>
            </div>
        </ActionForm>
    }
    .into_any()
}
