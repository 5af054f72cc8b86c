use crate::components::{CopyBox, Exact, PageHead, Panel};
use crate::here::Here;
use domain::account::{Permission, Role};
use leptos::prelude::*;

/// `/a/{slug}/settings/account`.
#[component]
pub fn AccountPage() -> impl IntoView {
    let here = Here::get();
    view! {
        <PageHead title="Account"/>
        <div class="grid max-w-4xl min-w-0 gap-4">
            <Panel title="This account">
                <dl class="facts mb-0">
                    <div><dt>"Name"</dt><dd>{here.account.name.clone()}</dd></div>
                    <div><dt>"Address"</dt><dd class="font-mono text-xs">"/a/" {here.account.slug.clone()}</dd></div>
                    <div><dt>"Since"</dt><dd><Exact at=here.account.created_at/></dd></div>
                    <div><dt>"Your role"</dt><dd>{here.role.as_str()}</dd></div>
                </dl>
                <div class="mt-4 grid gap-1">
                    <span class="field-label">"Account id (part of every inbound URL)"</span>
                    <CopyBox text=here.account.id.to_string() what="account id"/>
                </div>
            </Panel>
            <Panel title="Who may do what" about="The server enforces this table; the console only mirrors it."><Roles own=here.role/></Panel>
        </div>
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
                            <th>{role.as_str()} {(role == own).then_some(" (you)")}</th>
                        }).collect_view()}
                    </tr>
                </thead>
                <tbody>
                    {Permission::ALL.into_iter().map(|permission| view! {
                        <tr>
                            <th scope="row" class="text-left font-normal">{permission.words()}</th>
                            {Role::ALL.into_iter().map(|role| view! {
                                <td>{if role.allows(permission) { "yes" } else { "–" }}</td>
                            }).collect_view()}
                        </tr>
                    }).collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}
