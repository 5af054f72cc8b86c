use super::server_fns::RenameAccount;
use crate::browser;
use crate::clock;
use crate::components::form::{FormBody, PlainField};
use crate::components::{CopyBox, Glyph, Icon, PageHead, Panel, role_name};
use crate::here::Here;
use domain::account::{Permission, Role};
use leptos::form::ActionForm;
use leptos::prelude::*;

/// `/a/{slug}/settings/account`.
#[component]
pub fn AccountPage() -> impl IntoView {
    let here = Here::get();
    let may_rename = Here::may(Permission::EditAccount);
    view! {
        <PageHead title="Account"/>
        <div class="grid max-w-4xl min-w-0 gap-4">
            <Panel title="This account">
                {may_rename.then(|| view! { <Rename/> })}
                <dl class="facts mb-0">
                    {(!may_rename).then(|| view! { <div><dt>"Name"</dt><dd>{here.account.name.clone()}</dd></div> })}
                    <div><dt>"Address"</dt><dd class="font-mono text-xs">"/a/" {here.account.slug.clone()}</dd></div>
                    <div><dt>"Since"</dt><dd>{clock::utc(here.account.created_at)[..10].to_owned()}</dd></div>
                    <div><dt>"Your role"</dt><dd>{role_name(here.role)}</dd></div>
                </dl>
                <div class="mt-4 grid gap-1">
                    <span class="field-label">"Account id (part of every inbound URL)"</span>
                    <CopyBox text=here.account.id.to_string() what="account id"/>
                </div>
            </Panel>
            <Panel
                title="Who may do what"
                about="What each role may do in this account."
            >
                <Roles own=here.role/>
            </Panel>
        </div>
    }
    .into_any()
}

/// What people call the account; its address stays.
#[component]
fn Rename() -> impl IntoView {
    let here = Here::get();
    let action = ServerAction::<RenameAccount>::new();
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
                    <input type="hidden" name="slug" value=here.account.slug/>
                    <PlainField
                        name="name"
                        label="Name"
                        value=here.account.name
                        hint="Its address and its inbound URLs stay as they are."
                    />
                </FormBody>
            </div>
        </ActionForm>
    }
    .into_any()
}

#[component]
fn Roles(own: Role) -> impl IntoView {
    view! {
        <div class="overflow-x-auto">
            <table class="matrix">
                <thead>
                    <tr>
                        <th class="text-left">"May"</th>
                        {Role::ALL.into_iter().map(|role| view! {
                            <th>{role_name(role)} {(role == own).then_some(" (you)")}</th>
                        }).collect_view()}
                    </tr>
                </thead>
                <tbody>
                    {Permission::ALL.into_iter().map(|permission| view! {
                        <tr>
                            <th scope="row" class="text-left font-normal">{permission.words()}</th>
                            {Role::ALL.into_iter().map(|role| view! {
                                <td>
                                    {if role.allows(permission) {
                                        view! { <Icon glyph=Glyph::Check class="size-4 inline"/> <span class="sr-only">"yes"</span> }.into_any()
                                    } else {
                                        view! { <span class="muted" aria-hidden="true">"–"</span> <span class="sr-only">"no"</span> }.into_any()
                                    }}
                                </td>
                            }).collect_view()}
                        </tr>
                    }).collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}
