use super::sidebar::initial;
use crate::components::{Glyph, Icon, role_name};
use crate::here::Here;
use leptos::html::Details;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Node;

/// Which account this is, and a menu of the others. Opens and closes without wasm.
#[component]
pub fn AccountSwitcher() -> impl IntoView {
    let here = Here::get();
    let current = here.account.id;
    let others = here.user.accounts.clone();
    let menu = NodeRef::<Details>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    Effect::new(move || {
        let clicking = window_event_listener(leptos::ev::click, move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
            if menu.get_untracked().is_some_and(|menu| !menu.contains(target.as_ref())) {
                close();
            }
        });
        on_cleanup(move || clicking.remove());
    });
    view! {
        <details
            class="switcher"
            node_ref=menu
            on:keydown=move |event| if event.key() == "Escape" { close() }
        >
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
                                    <span class="muted block text-xs">{role_name(membership.role)}</span>
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
