//! What the sign-in pages ask of the server.

use crate::error::AppError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the sign-in pages need to know of the installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    /// Whether strangers may make an account (D27).
    pub sign_up_is_open: bool,
    /// Whether the session cookie is protected on its way.
    pub cookie_is_secure: bool,
}

/// What the installation lets strangers do.
///
/// # Errors
/// When the database cannot be reached.
#[server]
pub async fn look_at_door() -> Result<Door, AppError> {
    let sign_up_is_open = crate::enter::services()?.sign_up_is_open().await?;
    let cookie_is_secure = crate::session_cookie::SessionCookie::of_installation().is_secure();
    Ok(Door { sign_up_is_open, cookie_is_secure })
}

/// Signs in, and goes on to `next`, a path of this console, or to the first account.
///
/// # Errors
/// `Unauthorized` when e-mail and password do not fit, `TooManyAttempts` after many wrong ones.
#[server]
pub async fn sign_in(email: String, password: String, next: Option<String>) -> Result<(), AppError> {
    let password = domain::secret::SecretText::new(password);
    let signed_in = crate::enter::services()?.sign_in(&email, password, crate::enter::client()).await?;
    crate::enter::welcome(&signed_in, next.as_deref());
    Ok(())
}

/// Makes an account and its owner, and signs them in.
///
/// # Errors
/// What is wrong with the form; `Forbidden` where sign-up is closed.
#[server]
pub async fn sign_up(
    account_name: String,
    name: String,
    email: String,
    password: String,
) -> Result<(), AppError> {
    let password = domain::secret::SecretText::new(password);
    let form = services::SignUp { account_name, name, email, password };
    let signed_in = crate::enter::services()?.sign_up(form, crate::enter::client()).await?;
    crate::enter::welcome(&signed_in, None);
    Ok(())
}

/// Ends the session and goes to the sign-in page.
///
/// # Errors
/// When the database cannot be reached; the session then goes on.
#[server]
pub async fn sign_out() -> Result<(), AppError> {
    if let Ok(user) = crate::enter::current_user() {
        crate::enter::services()?.sign_out(&user).await?;
    }
    crate::enter::farewell();
    Ok(())
}
