use crate::error::AppError;
#[cfg(feature = "ssr")]
use domain::account::Permission;
use domain::account::{ApiKey, Role};
use domain::ids::{ApiKeyId, SessionId, UserId};
use domain::member::{Member, Session};
#[cfg(feature = "ssr")]
use domain::secret::SecretText;
use leptos::prelude::*;

/// The account's API keys, revoked ones too.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn list_api_keys(slug: String) -> Result<Vec<ApiKey>, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ManageApiKeys).await?;
    Ok(entered.services.list_api_keys(&entered.scope).await?)
}

/// Makes an API key; its secret is answered this once.
///
/// # Errors
/// As [`crate::enter::enter`]; `Forbidden` for a role above one's own.
#[server]
pub async fn create_api_key(slug: String, name: String, role: Role) -> Result<String, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ManageApiKeys).await?;
    let (_, secret) = entered.services.create_api_key(&entered.scope, &name, role).await?;
    Ok(secret.reveal().to_owned())
}

/// Revokes an API key, at once and for good.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn revoke_api_key(slug: String, id: ApiKeyId) -> Result<(), AppError> {
    let entered = crate::enter::enter(&slug, Permission::ManageApiKeys).await?;
    Ok(entered.services.revoke_api_key(&entered.scope, id).await?)
}

/// Who is in the account.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn list_members(slug: String) -> Result<Vec<Member>, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadMembers).await?;
    Ok(entered.services.list_members(&entered.scope).await?)
}

/// Lets somebody into the account who can sign in here already.
///
/// # Errors
/// As [`crate::enter::enter`]; `Invalid` when nobody has that address.
#[server]
pub async fn admit_member(slug: String, email: String, role: Role) -> Result<Member, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ManageMembers).await?;
    let member = entered.services.admit_member(&entered.scope, &email, role).await?;
    crate::enter::after_plain_form(&format!("/a/{slug}/settings/team"));
    Ok(member)
}

/// Changes what a member may do.
///
/// # Errors
/// As [`crate::enter::enter`]; `InUse` for the last owner.
#[server]
pub async fn change_role(slug: String, id: UserId, role: Role) -> Result<Member, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ManageMembers).await?;
    Ok(entered.services.change_role(&entered.scope, id, role).await?)
}

/// Takes a member out of the account.
///
/// # Errors
/// As [`change_role`].
#[server]
pub async fn remove_member(slug: String, id: UserId) -> Result<(), AppError> {
    let entered = crate::enter::enter(&slug, Permission::ManageMembers).await?;
    Ok(entered.services.remove_member(&entered.scope, id).await?)
}

/// Calls the account something else.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn rename_account(slug: String, name: String) -> Result<(), AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditAccount).await?;
    entered.services.rename_account(&entered.scope, &name).await?;
    crate::enter::after_plain_form(&format!("/a/{slug}/settings/account"));
    Ok(())
}

/// Where the caller is signed in.
///
/// # Errors
/// `Unauthorized` without a session.
#[server]
pub async fn list_sessions() -> Result<Vec<Session>, AppError> {
    let user = crate::enter::current_user()?;
    Ok(crate::enter::services()?.sessions(&user).await?)
}

/// Ends one of the caller's sessions.
///
/// # Errors
/// `Unauthorized` without a session, `NotFound` for somebody else's.
#[server]
pub async fn revoke_session(id: SessionId) -> Result<(), AppError> {
    let user = crate::enter::current_user()?;
    Ok(crate::enter::services()?.revoke_session(&user, id).await?)
}

/// Ends all of the caller's sessions but this one.
///
/// # Errors
/// `Unauthorized` without a session.
#[server]
pub async fn revoke_other_sessions() -> Result<(), AppError> {
    let user = crate::enter::current_user()?;
    crate::enter::services()?.revoke_other_sessions(&user).await?;
    Ok(())
}

/// Calls the caller what they want to be called, in all their accounts.
///
/// # Errors
/// `Unauthorized` without a session.
#[server]
pub async fn rename_me(name: String) -> Result<(), AppError> {
    let user = crate::enter::current_user()?;
    Ok(crate::enter::services()?.rename_user(&user, &name).await?)
}

/// Gives the caller another password, and ends all of their sessions but this one.
///
/// # Errors
/// `Unauthorized` without a session; `Invalid` when the current password is wrong, `TooManyAttempts` after many of them.
#[server]
pub async fn change_password(current_password: String, new_password: String) -> Result<(), AppError> {
    let user = crate::enter::current_user()?;
    let (current, new) = (SecretText::new(current_password), SecretText::new(new_password));
    Ok(crate::enter::services()?.change_password(&user, current, new).await?)
}
