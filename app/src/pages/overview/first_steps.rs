use super::server_fns::Setup;
use crate::components::{Glyph, Icon, Panel};
use crate::here::Here;
use leptos::prelude::*;
use leptos_router::components::A;

/// What is left to do before something arrives and leaves again.
#[component]
pub fn FirstSteps(
    /// What is done already.
    setup: Setup,
) -> impl IntoView {
    let steps = [
        (
            setup.integration,
            "integrations",
            "Add an integration and set it active",
            "Where messages go: a URL of yours, with its authentication and retries.",
        ),
        (
            setup.source,
            "sources",
            "Add a source and set it active",
            "A URL of its own that takes webhooks, checks them and makes events of them.",
        ),
        (
            setup.subscription,
            "subscriptions",
            "Subscribe the integration to events",
            "Which event types go where.",
        ),
        (
            setup.request,
            "sources",
            "Send the first request",
            "The source's page has a curl line to paste; watch it arrive live.",
        ),
    ];
    view! {
        <Panel title="First steps" about="Four steps until the first webhook is passed on.">
            <ol class="steps-list">
                {(1..).zip(steps).map(|(number, (is_done, page, title, about))| view! {
                    <li class="step" class:step-done=is_done>
                        <Icon glyph=if is_done { Glyph::CircleCheck } else { Glyph::Circle } class="mt-0.5 size-4"/>
                        <div>
                            <A href=Here::path(page) attr:class="link font-medium">{number} ". " {title}</A>
                            {is_done.then(|| view! { <span class="muted">" · done"</span> })}
                            <p class="muted text-xs">{about}</p>
                        </div>
                    </li>
                }).collect_view()}
            </ol>
        </Panel>
    }
    .into_any()
}
