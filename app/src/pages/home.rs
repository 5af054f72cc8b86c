//! `/`: leads to the first account, or to signing in.

use crate::components::Failed;
use crate::error::AppError;
use leptos::prelude::*;

/// Sends whoever is signed in to their first account, and others to the sign-in page.
///
/// # Errors
/// `Unauthorized` without a session, `NotFound` for members of no account.
#[server]
pub async fn go_home() -> Result<(), AppError> {
    let user = crate::enter::user_or_sign_in()?;
    let first = user.accounts.first().ok_or(AppError::NotFound)?;
    leptos_axum::redirect(&format!("/a/{}", first.account.slug));
    Ok(())
}

/// Shows nothing for long.
#[component]
pub fn Home() -> impl IntoView {
    let going = Resource::new_blocking(|| (), |()| go_home());
    view! {
        <main class="mx-auto grid min-h-dvh max-w-lg content-center p-6">
            <Suspense fallback=|| ()>
                {move || Suspend::new(async move {
                    going.await.err().map(|error| view! { <Failed error/> })
                })}
            </Suspense>
        </main>
    }
    .into_any()
}
