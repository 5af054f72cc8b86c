use super::role_field::RoleField;
use super::server_fns::AdmitMember;
use super::team::grantable;
use crate::components::form::{FormBody, PlainField};
use crate::components::{Dialog, Toasts, go_quietly, is_creating};
use crate::here::Here;
use leptos::form::ActionForm;
use leptos::prelude::*;

/// E-mail and role of somebody to be let in. Open while the query has `create`.
#[component]
pub fn AdmitDialog(
    /// What is done when somebody was let in.
    #[prop(into)]
    on_admitted: Callback<()>,
) -> impl IntoView {
    let action = ServerAction::<AdmitMember>::new();
    let go = go_quietly();
    let close = Callback::new(move |()| {
        action.clear();
        go("settings/team");
    });
    let toasts = Toasts::get();
    Effect::new(move || {
        if let Some(Ok(member)) = action.value().get() {
            toasts.say(format!("{} is {} of this account.", member.name, member.role.as_str()));
            on_admitted.run(());
            close.run(());
        }
    });
    view! {
        <Dialog open=is_creating() on_close=close title="Add a member"><AdmitForm action/></Dialog>
    }
    .into_any()
}

#[component]
fn AdmitForm(action: ServerAction<AdmitMember>) -> impl IntoView {
    view! {
        <ActionForm action>
            <FormBody action=*action submit="Add member" submitting="Adding…">
                <input type="hidden" name="slug" value=Here::slug()/>
                <PlainField
                    name="email"
                    label="E-mail"
                    kind="email"
                    placeholder="ada@example.com"
                    autofocus=true
                    hint="The address they sign in to this installation with."
                />
                <RoleField roles=grantable()/>
            </FormBody>
        </ActionForm>
    }
    .into_any()
}
