use super::server_fns::list_module_webhooks;
use super::typed::activity_words;
use crate::components::{Empty, Glyph, Icon, LoadedLater, StateChip};
use crate::here::Here;
use crate::pages::modules::page::id_in;
use crate::pages::modules::server_fns::get_module;
use domain::account::Permission;
use domain::ids::ModuleId;
use domain::module::{ModuleConfig, ModuleWebhook};
use leptos::prelude::*;
use leptos_router::components::A;

/// What is told of a module's items, and to whom.
#[component]
pub fn WebhooksTab(
    /// The module's id, as the address has it.
    id: Memo<String>,
) -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let load = Action::new(move |id: &String| {
        // Read before anything is waited for: by then the page may be gone.
        let (slug, id) = (slug.get_value(), id_in(id));
        async move {
            let module = get_module(slug.clone(), id?).await?.module;
            let webhooks = list_module_webhooks(slug, module.id).await?;
            Ok((module.id, module.config, webhooks))
        }
    });
    let webhooks = |(id, config, webhooks)| view! { <Webhooks id config webhooks/> };
    view! { <LoadedLater wanted=id load view=webhooks/> }.into_any()
}

#[component]
fn Webhooks(id: ModuleId, config: ModuleConfig, webhooks: Vec<ModuleWebhook>) -> impl IntoView {
    let new = Here::path(&format!("modules/{id}/webhooks/new"));
    let button = move || {
        Here::may(Permission::EditModules).then(|| {
            view! { <A href=new.clone() attr:class="btn btn-sm btn-primary"><Icon glyph=Glyph::Plus/> "Create webhook"</A> }
        })
    };
    if webhooks.is_empty() {
        return view! {
            <Empty
                glyph=Glyph::Webhook
                title="No outgoing webhooks yet"
                text="Tell another system when items come, change or go. Each message carries the item and what changed."
            >
                {button()}
            </Empty>
        }
        .into_any();
    }
    view! {
        <div class="mb-3 flex justify-end">{button()}</div>
        <table class="list">
            <thead><tr><th>"Name"</th><th>"Activities"</th><th>"State"</th></tr></thead>
            <tbody>
                {webhooks.into_iter().map(|webhook| view! { <Line id webhook config=config.clone()/> }).collect_view()}
            </tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Line(id: ModuleId, webhook: ModuleWebhook, config: ModuleConfig) -> impl IntoView {
    let href = Here::path(&format!("modules/{id}/webhooks/{}", webhook.subscription_id));
    view! {
        <tr>
            <td class="cell-main">
                <A href attr:data-row="" attr:class="row-link font-medium">{webhook.name}</A>
                <p class="muted truncate font-mono text-xs min-[700px]:max-w-56 lg:max-w-96">{webhook.integration.config.target_url}</p>
            </td>
            <td class="cell-block">
                <span class="flex flex-wrap gap-1">
                    {webhook.activities.0.iter().map(|activity| view! {
                        <span class="token">{activity_words(activity, &config)}</span>
                    }).collect_view()}
                </span>
            </td>
            <td><StateChip state=webhook.integration.state/></td>
        </tr>
    }
    .into_any()
}
