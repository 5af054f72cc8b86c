use super::sidebar::initial;
use crate::components::{Glyph, Icon};
use crate::here::Here;
use leptos::prelude::*;

/// Which account this is, and a menu of the others. Opens and closes without wasm.
#[component]
pub fn AccountSwitcher() -> impl IntoView {
    let here = Here::get();
    let current = here.account.id;
    let others = here.user.accounts.clone();
    view! {
        <details class="switcher">
            <summary class="switcher-button">
                <span class="account-letter" aria-hidden="true">{initial(&here.account.name)}</span>
                <span class="min-w-0 grow truncate font-semibold">{here.account.name.clone()}</span>
                <Icon glyph=Glyph::ChevronsUpDown class="size-4 muted"/>
                <span class="sr-only">"Switch account"</span>
            </summary>
            <ul class="switcher-menu">
                {others.into_iter().map(|membership| {
                    let is_current = membership.account.id == current;
                    view! {
                        <li>
                            <a
                                class="switcher-account"
                                href=format!("/a/{}", membership.account.slug)
                                rel="external"
                                aria-current=is_current.then_some("true")
                            >
                                <span class="account-letter" aria-hidden="true">{initial(&membership.account.name)}</span>
                                <span class="min-w-0 grow">
                                    <span class="block truncate">{membership.account.name.clone()}</span>
                                    <span class="muted block text-xs">{membership.role.as_str()}</span>
                                </span>
                                {is_current.then(|| view! { <Icon glyph=Glyph::Check/> })}
                            </a>
                        </li>
                    }
                }).collect_view()}
            </ul>
        </details>
    }
    .into_any()
}
