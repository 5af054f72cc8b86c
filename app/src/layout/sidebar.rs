use super::account_switcher::AccountSwitcher;
use crate::components::{ErrorNote, Glyph, Icon, ThemeSwitch, failure, role_name};
use crate::here::Here;
use crate::pages::sign_in::SignOut;
use crate::routes::{Page, SITE_MAP};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::components::A;

/// The account on top, the pages below, the person at the bottom.
#[component]
pub fn Sidebar(palette: RwSignal<bool>, help: RwSignal<bool>) -> impl IntoView {
    let role = Here::get().role;
    let pages: Vec<_> = SITE_MAP.iter().filter(|page| role.allows(page.permission)).collect();
    let groups = pages.chunk_by(|one, next| one.group == next.group).map(<[_]>::to_vec).collect::<Vec<_>>();
    view! {
        <div class="sidebar">
            <AccountSwitcher/>
            <button type="button" class="palette-button" on:click=move |_| palette.set(true)>
                <Icon glyph=Glyph::Search/>
                <span class="grow text-left">"Go to…"</span>
                <kbd class="kbd kbd-xs">"Ctrl K"</kbd>
            </button>
            <nav class="sidebar-nav" aria-label="Pages">
                {groups.into_iter().map(|pages| view! { <Group pages/> }).collect_view()}
            </nav>
            <Person help/>
        </div>
    }
    .into_any()
}

#[component]
fn Group(pages: Vec<&'static Page>) -> impl IntoView {
    let name = pages.first().map_or("", |page| page.group);
    view! {
        <div class="sidebar-group">
            {(!name.is_empty()).then(|| view! { <h2 class="sidebar-heading">{name}</h2> })}
            <ul>
                {pages.into_iter().map(|page| view! {
                    <li>
                        <A href=Here::path(page.path) exact=page.path.is_empty() attr:class="sidebar-link">
                            <Icon glyph=page.glyph/>
                            {page.label}
                        </A>
                    </li>
                }).collect_view()}
            </ul>
        </div>
    }
    .into_any()
}

#[component]
fn Person(help: RwSignal<bool>) -> impl IntoView {
    let here = Here::get();
    let sign_out = ServerAction::<SignOut>::new();
    view! {
        <div class="sidebar-person">
            <div class="flex items-center justify-between gap-2">
                <ThemeSwitch/>
                <button
                    type="button"
                    class="btn btn-ghost btn-sm btn-square"
                    aria-label="Keyboard shortcuts"
                    title="Keyboard shortcuts"
                    on:click=move |_| help.set(true)
                >
                    <Icon glyph=Glyph::Keyboard/>
                </button>
            </div>
            <div>
                <ErrorNote error=failure(*sign_out)/>
                <div class="flex items-center gap-2">
                    <span class="avatar-letter" aria-hidden="true">{initial(&here.user.name)}</span>
                    <A href=Here::path("settings/profile") attr:class="min-w-0 grow hover:underline">
                        <span class="block truncate">
                            <span class="font-medium">{here.user.name.clone()}</span>
                            <span class="muted text-xs">" · " {role_name(here.role)}</span>
                        </span>
                        <span class="muted block truncate text-xs" title=here.user.email.clone()>{here.user.email.clone()}</span>
                    </A>
                    <ActionForm action=sign_out>
                        <button type="submit" class="btn btn-ghost btn-sm btn-square" aria-label="Sign out" title="Sign out">
                            <Icon glyph=Glyph::LogOut/>
                        </button>
                    </ActionForm>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// The letter that stands for a name.
pub fn initial(name: &str) -> String {
    name.chars().next().map(|first| first.to_uppercase().to_string()).unwrap_or_default()
}
