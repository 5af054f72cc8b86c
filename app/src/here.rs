//! Who looks at the console, and in which account.

use crate::error::AppError;
use domain::account::{Account, Permission, Role};
use domain::member::CurrentUser;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Somebody in an account: in the context of every page below `/a/{slug}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Here {
    /// Who.
    pub user: CurrentUser,
    /// Where.
    pub account: Account,
    /// As what.
    pub role: Role,
}

impl Here {
    /// The one in the context.
    #[must_use]
    pub fn get() -> Self {
        expect_context::<StoredValue<Self>>().get_value()
    }

    /// Puts it into the context.
    pub fn provide(self) {
        provide_context(StoredValue::new(self));
    }

    /// Whether the console offers what needs `permission`. The server decides for itself.
    #[must_use]
    pub fn may(permission: Permission) -> bool {
        expect_context::<StoredValue<Self>>().with_value(|here| here.role.allows(permission))
    }

    /// The account's part of URLs and of every server function's arguments.
    #[must_use]
    pub fn slug() -> String {
        expect_context::<StoredValue<Self>>().with_value(|here| here.account.slug.clone())
    }

    /// The URL of a page of this account: `Here::path("integrations")` is `/a/{slug}/integrations`.
    #[must_use]
    pub fn path(page: &str) -> String {
        let slug = Self::slug();
        if page.is_empty() { format!("/a/{slug}") } else { format!("/a/{slug}/{page}") }
    }
}

/// Who is signed in and what they are in the account of `slug`; sends strangers to the sign-in page.
///
/// # Errors
/// `Unauthorized` without a session, `NotFound` where the account is none of theirs.
#[server]
pub async fn enter_account(slug: String) -> Result<Here, AppError> {
    let user = crate::enter::user_or_sign_in()?;
    let entered = crate::enter::services()?.enter(&user, &slug, Permission::ReadActivity).await?;
    let role = user
        .accounts
        .iter()
        .find(|membership| membership.account.id == entered.account.id)
        .map(|found| found.role);
    Ok(Here { user, account: entered.account, role: role.ok_or(AppError::NotFound)? })
}
