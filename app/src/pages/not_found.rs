//! Addresses that lead nowhere.

use crate::components::{Empty, Glyph};
use crate::here::Here;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

/// Outside of every account.
#[component]
pub fn NotFound() -> impl IntoView {
    say_not_found();
    view! {
        <Title text="Not found · Hookloft"/>
        <main class="mx-auto grid min-h-dvh max-w-lg content-center p-6">
            <Empty glyph=Glyph::Search title="Not found" text="There is no page at this address.">
                <a class="btn btn-sm" href="/" rel="external">"Go to your account"</a>
            </Empty>
        </main>
    }
    .into_any()
}

/// In an account.
#[component]
pub fn NotFoundHere() -> impl IntoView {
    say_not_found();
    view! {
        <Title text="Not found · Hookloft"/>
        <Empty glyph=Glyph::Search title="Not found" text="There is no page at this address.">
            <A href=Here::path("") attr:class="btn btn-sm">"Go to Overview"</A>
        </Empty>
    }
    .into_any()
}

fn say_not_found() {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
}
