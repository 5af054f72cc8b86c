//! The console of Hookloft: the door for people. Rendered on the server, then alive in the browser.
//!
//! A page (`pages/`) fetches with server functions, whose first line enters the account (`enter`), and shows what it
//! got with components that know no server (`components/`). `routes` is the map of all pages.

#![recursion_limit = "256"]

mod browser;
mod clock;
mod components;
mod error;
mod here;
mod layout;
mod live;
mod pages;
mod raw_text;
mod routes;
mod shell;

#[cfg(feature = "ssr")]
mod enter;
#[cfg(feature = "ssr")]
mod session_cookie;

pub use error::AppError;
#[cfg(feature = "ssr")]
pub use session_cookie::SessionCookie;
pub use shell::{Assets, shell};

use components::{ToastRegion, Toasts};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::Router;
use raw_text::raw_text;
use routes::SiteRoutes;

/// The whole console.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    clock::Now::provide();
    Toasts::provide();
    view! {
        <Title formatter=raw_text/>
        <Router>
            <SiteRoutes/>
        </Router>
        <ToastRegion/>
    }
}
