//! The HTML document around the console: head, theme, content security policy.

use crate::App;
#[cfg(feature = "ssr")]
use leptos::nonce::Nonce;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

/// Where the built files of the console are, as paths of this server: their names carry hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assets {
    /// `/pkg/hookloft.<hash>.css`.
    pub css: String,
    /// `/pkg/hookloft.<hash>.js`.
    pub js: String,
    /// `/pkg/hookloft.<hash>.wasm`.
    pub wasm: String,
}

/// Sets the chosen theme before anything is painted; without a choice the style sheet follows the system.
const THEME_SCRIPT: &str = "try{var t=localStorage.getItem('hookloft-theme');\
if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch(e){}";

/// The whole document, as the server renders it. Sets the content security policy of the answer.
#[must_use]
pub fn shell(assets: Assets) -> impl IntoView {
    let nonce = use_nonce();
    #[cfg(feature = "ssr")]
    if let Some(nonce) = &nonce {
        set_content_security_policy(nonce);
    }
    let start = format!(
        "import {{ default as load, hydrate }} from {:?};load({{ module_or_path: {:?} }}).then(() => {{ hydrate(); \
         document.documentElement.dataset.ready = ''; }});",
        assets.js, assets.wasm
    );
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="robots" content="noindex"/>
                <script nonce=nonce.clone()>{THEME_SCRIPT}</script>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=assets.css/>
                <link rel="modulepreload" href=assets.js/>
                <link rel="preload" href=assets.wasm r#as="fetch" r#type="application/wasm" crossorigin=""/>
                <script type="module" nonce=nonce>{start}</script>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

#[cfg(feature = "ssr")]
fn set_content_security_policy(nonce: &Nonce) {
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         style-src-attr 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; \
         base-uri 'none'; form-action 'self'"
    );
    if let (Some(response), Ok(value)) =
        (use_context::<leptos_axum::ResponseOptions>(), http::HeaderValue::from_str(&policy))
    {
        response.insert_header(http::header::CONTENT_SECURITY_POLICY, value);
    }
}
