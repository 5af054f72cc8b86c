use super::create_api_key::CreateDialog;
use super::server_fns::{list_api_keys, revoke_api_key};
use crate::components::{
    Ago, Chip, Confirm, CreateLink, Empty, ErrorNote, Glyph, Icon, LastTime, Loaded, PageHead, Toasts, Tone,
    failure, role_name,
};
use crate::here::Here;
use domain::account::ApiKey;
use domain::ids::ApiKeyId;
use leptos::prelude::*;

/// `/a/{slug}/settings/api-keys`.
#[component]
pub fn ApiKeys() -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let keys = Resource::new(|| (), move |()| list_api_keys(slug.get_value()));
    let asked = RwSignal::new(None::<ApiKey>);
    let revoking = Action::new(move |id: &ApiKeyId| revoke_api_key(slug.get_value(), *id));
    let toasts = Toasts::get();
    Effect::new(move || {
        if let Some(Ok(())) = revoking.value().get() {
            toasts.say("The key is revoked.");
            keys.refetch();
        }
    });
    view! {
        <PageHead title="API keys" about="For programs that use the REST API under /api/v1. Each has one role.">
            <a class="btn btn-sm" href="/api" rel="external"><Icon glyph=Glyph::BookOpen/> "API reference"</a>
            <CreateLink words="New API key"/>
        </PageHead>
        <CreateDialog on_created=move |()| keys.refetch()/>
        <ErrorNote error=failure(revoking)/>
        <Loaded resource=keys view=move |keys| view! { <Keys keys asked/> }/>
        <Revoke asked on_revoke=move |id| { revoking.dispatch(id); }/>
    }
    .into_any()
}

#[component]
fn Keys(keys: Vec<ApiKey>, asked: RwSignal<Option<ApiKey>>) -> impl IntoView {
    if keys.is_empty() {
        return view! {
            <Empty
                glyph=Glyph::Key
                title="No API keys yet"
                text="Programs need a key to publish events or to configure this account over the REST API."
            >
                <CreateLink words="New API key"/>
            </Empty>
        }
        .into_any();
    }
    view! {
        <table class="list">
            <thead>
                <tr>
                    <th>"Name"</th><th>"Key"</th><th>"Role"</th><th>"State"</th><th>"Last used"</th>
                    <th>"Created"</th><th><span class="sr-only">"Revoke"</span></th>
                </tr>
            </thead>
            <tbody>{keys.into_iter().map(|key| view! { <Key key_=key asked/> }).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Key(key_: ApiKey, asked: RwSignal<Option<ApiKey>>) -> impl IntoView {
    let key = StoredValue::new(key_.clone());
    view! {
        <tr>
            <td class="cell-main font-medium">{key_.name}</td>
            <td><code>{key_.prefix} "…"</code></td>
            <td data-label="Role">{role_name(key_.role)}</td>
            <td>
                {match key_.revoked_at {
                    Some(_) => view! { <Chip tone=Tone::Neutral glyph=Glyph::Ban>"Revoked"</Chip> }.into_any(),
                    None => view! { <Chip tone=Tone::Good glyph=Glyph::CircleCheck>"Active"</Chip> }.into_any(),
                }}
            </td>
            <td data-label="Last used"><LastTime at=key_.last_used_at/></td>
            <td data-label="Created"><Ago at=key_.created_at/></td>
            <td class="cell-control">
                {key_.revoked_at.is_none().then(|| view! {
                    <button type="button" class="btn btn-xs" on:click=move |_| asked.set(Some(key.get_value()))>"Revoke"</button>
                })}
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn Revoke(asked: RwSignal<Option<ApiKey>>, #[prop(into)] on_revoke: Callback<ApiKeyId>) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move || {
        if asked.with(Option::is_some) {
            open.set(true);
        }
    });
    let name = move || asked.with(|key| key.as_ref().map(|key| key.name.clone()).unwrap_or_default());
    let confirm = move |()| {
        let id = asked.with_untracked(|key| key.as_ref().map(|key| key.id));
        id.into_iter().for_each(|id| on_revoke.run(id));
    };
    view! {
        <Confirm open title="Revoke this key?" action="Revoke" dangerous=true on_confirm=confirm>
            <p><strong>{name}</strong> " stops working at once and cannot be brought back. Programs that use it are refused."</p>
        </Confirm>
    }
    .into_any()
}
