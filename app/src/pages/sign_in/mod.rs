//! Signing in, up and out. All three work before wasm has loaded.

mod server_fns;
mod sign_in_page;
mod sign_up_page;

pub use server_fns::SignOut;
pub use sign_in_page::SignIn;
pub use sign_up_page::SignUp;

use crate::components::{Glyph, Icon};
use leptos::prelude::*;
use leptos_meta::Title;

/// The card that both pages are.
#[component]
fn Card(
    /// Its heading and what stands below.
    children: Children,
) -> impl IntoView {
    view! {
        <main class="sign-in">
            <div class="sign-in-card">
                <p class="flex items-center gap-2 text-lg font-semibold">
                    <span class="account-letter"><Icon glyph=Glyph::Webhook/></span> "Hookloft"
                </p>
                {children()}
            </div>
        </main>
    }
    .into_any()
}

/// What the page is for, and a sentence about it.
#[component]
fn Heading(title: &'static str, about: &'static str) -> impl IntoView {
    view! {
        <Title text=format!("{title} · Hookloft")/>
        <h1 class="mt-6 text-xl">{title}</h1>
        <p class="muted mt-1 mb-5">{about}</p>
    }
    .into_any()
}
