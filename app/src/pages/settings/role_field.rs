use crate::components::form::{FieldFrame, FormErrors, input_id};
use crate::components::role_name;
use domain::account::Role;
use leptos::prelude::*;

/// Roles to choose from, in a form that also works before the page is alive.
#[component]
pub fn RoleField(
    /// Those that the caller may give.
    roles: impl Iterator<Item = Role> + Send + 'static,
) -> impl IntoView {
    view! {
        <FieldFrame
            name="role"
            label="Role"
            error=FormErrors::at("role".to_owned())
            hint=Some("Admin configures; operator publishes events and retries; viewer reads.".to_owned())
        >
            <select id=input_id("role") name="role" class="select w-full">{role_options(roles, Role::Operator)}</select>
        </FieldFrame>
    }
    .into_any()
}

/// The options of a menu of roles.
pub fn role_options(roles: impl Iterator<Item = Role>, chosen: Role) -> impl IntoView {
    roles
        .map(|role| {
            view! { <option value=role.as_str() selected=role == chosen>{role_name(role)}</option> }
        })
        .collect_view()
}
