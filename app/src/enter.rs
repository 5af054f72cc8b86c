//! The first line of every server function: who asks, in which account, and may they?

use crate::error::AppError;
use crate::session_cookie::SessionCookie;
use domain::account::{Account, Permission};
use domain::member::CurrentUser;
use http::header::{ACCEPT, USER_AGENT};
use http::request::Parts;
use leptos::prelude::use_context;
use services::{AccountScope, ClientInfo, Services, SignedIn};

/// An account that somebody who may be there has entered.
pub struct Entered {
    /// The account.
    pub account: Account,
    /// The proof that every service asks for.
    pub scope: AccountScope,
    /// What to ask.
    pub services: Services,
}

/// The use cases, put into the context by the server.
pub fn services() -> Result<Services, AppError> {
    use_context::<Services>().ok_or(AppError::Internal)
}

/// Who is signed in, as the server's middleware found out from the session cookie.
pub fn current_user() -> Result<CurrentUser, AppError> {
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<CurrentUser>().cloned())
        .ok_or_else(|| AppError::from(services::Error::Unauthorized))
}

/// Who is signed in; sends strangers to the sign-in page, and from there back.
pub fn user_or_sign_in() -> Result<CurrentUser, AppError> {
    current_user().inspect_err(|_| {
        let page = use_context::<Parts>().filter(|parts| parts.method == http::Method::GET);
        let next = page.and_then(|parts| parts.uri.path_and_query().map(ToString::to_string));
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(next.map(|next| ("next", next)))
            .finish();
        leptos_axum::redirect(&format!("/sign-in?{query}"));
    })
}

/// Enters the account of `slug` to do what needs `permission`.
pub async fn enter(slug: &str, permission: Permission) -> Result<Entered, AppError> {
    let services = services()?;
    let entered = services.enter(&current_user()?, slug, permission).await?;
    Ok(Entered { account: entered.account, scope: entered.scope, services })
}

/// What the browser says of itself.
pub fn client() -> ClientInfo {
    let parts = use_context::<Parts>();
    let agent =
        parts.as_ref().and_then(|parts| parts.headers.get(USER_AGENT)).and_then(|value| value.to_str().ok());
    ClientInfo { user_agent: agent.unwrap_or_default().chars().take(300).collect() }
}

/// Hands the session to the browser and sends it to `next`, if that is a path of this console, or to the first account.
pub fn welcome(signed_in: &SignedIn, next: Option<&str>) {
    SessionCookie::send(&SessionCookie::of_installation().set(signed_in.token.reveal()));
    let first = signed_in
        .user
        .accounts
        .first()
        .map_or_else(|| "/".to_owned(), |first| format!("/a/{}", first.account.slug));
    let next = next.filter(|next| is_own_path(next));
    leptos_axum::redirect(next.unwrap_or(&first));
}

/// Takes the session from the browser and sends it to the sign-in page.
pub fn farewell() {
    SessionCookie::send(&SessionCookie::of_installation().clear());
    leptos_axum::redirect("/sign-in");
}

/// Goes to `path` after a form that was posted without wasm; with wasm the page decides where to go.
pub fn after_plain_form(path: &str) {
    if use_context::<Parts>().is_some_and(|parts| accepts_html(&parts)) {
        leptos_axum::redirect(path);
    }
}

/// Whether the browser itself asks, not our code in it.
pub fn accepts_html(parts: &Parts) -> bool {
    let accepts = parts.headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accepts.is_some_and(|value| value.contains("text/html"))
}

/// Whether `path` stays on this console: no other host, however it is disguised.
fn is_own_path(path: &str) -> bool {
    path.starts_with("/a/") && !path.contains(['\\', '\r', '\n']) && http::HeaderValue::from_str(path).is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_own_path;

    #[test]
    fn signing_in_leads_nowhere_else() {
        for (path, expected) in [
            ("/a/acme?tab=x", true),
            ("//evil.example/a/", false),
            ("https://evil.example", false),
            ("/a/\\evil", false),
            ("", false),
        ] {
            assert_eq!(is_own_path(path), expected, "{path}");
        }
    }
}
