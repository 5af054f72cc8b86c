use super::admit_member::AdmitDialog;
use super::role_field::role_options;
use super::server_fns::{change_role, list_members, remove_member};
use crate::components::{Ago, Confirm, CreateLink, ErrorNote, Loaded, PageHead, Toasts, failure, role_name};
use crate::here::Here;
use domain::account::{Permission, Role};
use domain::ids::UserId;
use domain::member::Member;
use leptos::prelude::*;

/// What a line of the list can ask for.
#[derive(Clone, Copy)]
struct Asks {
    change: Action<(UserId, Role), Result<Member, crate::AppError>>,
    to_remove: RwSignal<Option<Member>>,
}

/// `/a/{slug}/settings/team`.
#[component]
pub fn Team() -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let members = Resource::new(|| (), move |()| list_members(slug.get_value()));
    let change = Action::new(move |(id, role): &(UserId, Role)| change_role(slug.get_value(), *id, *role));
    let remove = Action::new(move |id: &UserId| remove_member(slug.get_value(), *id));
    let asks = Asks { change, to_remove: RwSignal::new(None) };
    let toasts = Toasts::get();
    Effect::new(move || {
        if let Some(outcome) = change.value().get() {
            if let Ok(member) = outcome {
                toasts.say(format!("{} is {} now.", member.name, member.role.as_str()));
            }
            members.refetch();
        }
    });
    Effect::new(move || {
        if let Some(Ok(())) = remove.value().get() {
            toasts.say("They are removed.");
            members.refetch();
        }
    });
    let may = Here::may(Permission::ManageMembers);
    view! {
        <PageHead title="Team" about="Who works in this account. The Account page says what each role may do.">
            {may.then(|| view! {
                <CreateLink words="Add a member"/>
            })}
        </PageHead>
        {may.then(|| view! { <AdmitDialog on_admitted=move |()| members.refetch()/> })}
        <ErrorNote error=failure(change)/>
        <ErrorNote error=failure(remove)/>
        <Loaded resource=members view=move |members| view! { <Members members asks/> }/>
        <Remove asked=asks.to_remove on_remove=move |id| { remove.dispatch(id); }/>
    }
    .into_any()
}

#[component]
fn Members(members: Vec<Member>, asks: Asks) -> impl IntoView {
    view! {
        <table class="list">
            <thead><tr><th>"Name"</th><th>"Role"</th><th>"Member since"</th><th><span class="sr-only">"Remove"</span></th></tr></thead>
            <tbody>{members.into_iter().map(|member| view! { <Line member asks/> }).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Line(member: Member, asks: Asks) -> impl IntoView {
    let is_self = member.id == Here::get().user.id;
    let needed =
        if member.role == Role::Owner { Permission::ChangeOwners } else { Permission::ManageMembers };
    // Who takes rights from themselves by mistake could not take it back.
    let may = Here::may(needed) && !is_self;
    let stored = StoredValue::new(member.clone());
    view! {
        <tr>
            <td class="cell-main">
                <p class="font-medium">{member.name} {is_self.then_some(" (you)")}</p>
                <p class="muted break-all text-xs">{member.email}</p>
            </td>
            <td data-label="Role">
                {if may {
                    view! { <RoleMenu member=stored.get_value() asks/> }.into_any()
                } else {
                    view! { {role_name(member.role)} }.into_any()
                }}
            </td>
            <td data-label="Member since"><Ago at=member.created_at/></td>
            <td class="cell-control">
                {may.then(|| view! {
                    <button
                        type="button"
                        class="btn btn-xs"
                        on:click=move
                        |_|
                        asks.to_remove.set(Some(stored.get_value()))
                    >
                        "Remove"
                    </button>
                })}
            </td>
        </tr>
    }
    .into_any()
}

/// The role of a member, changed as soon as another is chosen.
#[component]
fn RoleMenu(member: Member, asks: Asks) -> impl IntoView {
    let (id, current) = (member.id, member.role);
    let choose = move |event| {
        if let Ok(role) = event_target_value(&event).parse() {
            asks.change.dispatch((id, role));
        }
    };
    view! {
        <select
            class="select select-sm w-32"
            aria-label=format!("Role of {}", member.name)
            disabled=move || asks.change.pending().get()
            prop:value=current.as_str()
            on:change=choose
        >
            {role_options(grantable(), current)}
        </select>
    }
    .into_any()
}

/// The roles that the caller may give.
pub fn grantable() -> impl Iterator<Item = Role> {
    let may_make_owners = Here::may(Permission::ChangeOwners);
    Role::ALL.into_iter().filter(move |role| *role != Role::Owner || may_make_owners)
}

#[component]
fn Remove(asked: RwSignal<Option<Member>>, #[prop(into)] on_remove: Callback<UserId>) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move || {
        if asked.with(Option::is_some) {
            open.set(true);
        }
    });
    let name =
        move || asked.with(|member| member.as_ref().map(|member| member.name.clone()).unwrap_or_default());
    let confirm = move |()| {
        let id = asked.with_untracked(|member| member.as_ref().map(|member| member.id));
        id.into_iter().for_each(|id| on_remove.run(id));
    };
    view! {
        <Confirm open title="Remove this member?" action="Remove" dangerous=true on_confirm=confirm>
            <p><strong>{name}</strong> " loses access at once. What they made stays, API keys too: revoke those they know."</p>
        </Confirm>
    }
    .into_any()
}
