//! The frame around the pages of an account: sidebar, palette, shortcuts.

mod account_switcher;
mod sidebar;

use crate::browser;
use crate::components::{Destination, Failed, Glyph, Icon, Palette, Shortcuts};
use crate::error::AppError;
use crate::here::{Here, enter_account};
use crate::pages::activity::{PaletteNames, names_for_palette};
use leptos::prelude::*;
use leptos_router::components::{A, Outlet};
use leptos_router::hooks::{use_location, use_params_map};
use sidebar::Sidebar;
use web_sys::MouseEvent;

/// Everything below `/a/{slug}`: enters the account, then shows the page in its frame.
#[component]
pub fn Console() -> impl IntoView {
    let params = use_params_map();
    let slug = Memo::new(move |_| params.with(|params| params.get("slug").unwrap_or_default()));
    let entered = Resource::new_blocking(move || slug.get(), enter_account);
    view! {
        <Transition fallback=|| view! { <p class="p-6 muted" role="status">"Loading…"</p> }>
            {move || Suspend::new(async move {
                match entered.await {
                    Ok(here) => view! { <Frame here/> }.into_any(),
                    Err(error) => view! { <Outside error/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Frame(here: Here) -> impl IntoView {
    here.provide();
    let palette = RwSignal::new(false);
    let help = RwSignal::new(false);
    let drawer = RwSignal::new(false);
    let destinations = destinations(palette);
    let location = use_location();
    Effect::new(move || {
        location.pathname.track();
        drawer.set(false);
    });
    let keep_unsaved = |event: MouseEvent| {
        if !browser::may_follow(&event) {
            event.prevent_default();
            event.stop_propagation();
        }
    };
    view! {
        <a href="#main" class="skip-link">"Skip to the page"</a>
        <div class="frame" class:frame-drawer-open=move || drawer.get() on:click:capture=keep_unsaved>
            <TopBar drawer palette/>
            <Sidebar palette help/>
            <button
                type="button"
                class="frame-shade"
                aria-label="Close the menu"
                tabindex="-1"
                on:click=move |_| drawer.set(false)
            ></button>
            <main id="main" class="frame-main" tabindex="-1"><div class="frame-page"><Outlet/></div></main>
        </div>
        <Palette open=palette destinations/>
        <Shortcuts palette help/>
    }
    .into_any()
}

/// The account's integrations and sources, looked up each time the palette opens.
fn destinations(palette: RwSignal<bool>) -> Signal<Vec<Destination>> {
    let slug = StoredValue::new(Here::slug());
    let looking = Action::new(move |(): &()| names_for_palette(slug.get_value()));
    Effect::new(move || {
        if palette.get() {
            looking.dispatch(());
        }
    });
    // Computed where the palette is: the account is known there.
    let path = StoredValue::new(Here::path(""));
    let to = move |glyph, page: &str, id: String, name| Destination {
        glyph,
        name,
        url: format!("{}/{page}/{id}", path.get_value()),
    };
    Signal::derive(move || {
        let Some(Ok(PaletteNames { integrations, sources })) = looking.value().get() else {
            return Vec::new();
        };
        let integrations = integrations.choices().into_iter();
        let integrations = integrations.map(|(id, name)| to(Glyph::Webhook, "integrations", id, name));
        let sources = sources.choices().into_iter();
        integrations
            .chain(sources.map(|(id, name)| to(Glyph::ArrowDownToLine, "sources", id, name)))
            .collect()
    })
}

/// On narrow screens: the menu button and where one is.
#[component]
fn TopBar(drawer: RwSignal<bool>, palette: RwSignal<bool>) -> impl IntoView {
    view! {
        <div class="top-bar">
            <button
                type="button"
                class="btn btn-ghost btn-sm btn-square"
                aria-label="Menu"
                aria-expanded=move || if drawer.get() { "true" } else { "false" }
                on:click=move |_| drawer.update(|is_open| *is_open = !*is_open)
            >
                <Icon glyph=Glyph::Menu/>
            </button>
            <A href=Here::path("") exact=true attr:class="truncate font-semibold">{Here::get().account.name}</A>
            <button
                type="button"
                class="btn btn-ghost btn-sm btn-square"
                aria-label="Go to a page or do something"
                on:click=move |_| palette.set(true)
            >
                <Icon glyph=Glyph::Search/>
            </button>
        </div>
    }
    .into_any()
}

/// For those who are not in the account: strangers, and members of others.
#[component]
fn Outside(error: AppError) -> impl IntoView {
    view! {
        <main class="mx-auto grid min-h-dvh max-w-lg content-center p-6">
            <Failed error/>
            <p class="mt-4 text-center"><a class="link" href="/" rel="external">"Go to your own account"</a></p>
        </main>
    }
    .into_any()
}
