//! `/`: leads to the first account, or to signing in; says so where there is no account.

use crate::components::{Empty, ErrorNote, Failed, Glyph, Icon, failure};
use crate::error::AppError;
use crate::pages::sign_in::SignOut;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;

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

/// Shows nothing for long, other than to members of no account.
#[component]
pub fn Home() -> impl IntoView {
    let going = Resource::new_blocking(|| (), |()| go_home());
    view! {
        <main class="mx-auto grid min-h-dvh max-w-lg content-center p-6">
            <Suspense fallback=|| ()>
                {move || Suspend::new(async move {
                    going.await.err().map(|error| match error {
                        AppError::NotFound => view! { <NoAccount/> }.into_any(),
                        _ => view! { <Failed error/> }.into_any(),
                    })
                })}
            </Suspense>
        </main>
    }
    .into_any()
}

/// For those who were taken out of their last account.
#[component]
fn NoAccount() -> impl IntoView {
    let sign_out = ServerAction::<SignOut>::new();
    view! {
        <Title text="No account · Hookloft"/>
        <Empty
            glyph=Glyph::Users
            title="You belong to no account"
            text="You are signed in, but a member of no account. An owner or an admin can add you to theirs, on its page Team, by the e-mail you sign in with."
        >
            <ActionForm action=sign_out>
                <button type="submit" class="btn btn-sm" disabled=move || sign_out.pending().get()>
                    <Icon glyph=Glyph::LogOut/> "Sign out"
                </button>
            </ActionForm>
        </Empty>
        <ErrorNote error=failure(*sign_out)/>
    }
    .into_any()
}
