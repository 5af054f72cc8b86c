//! Accounts: how they come to be, and how people and machines enter them.
//!
//! A person signs in to a [session](crate::sessions), which says who they are. Each call then *enters* one account:
//! it turns who they are and the account's address into an [`AccountScope`], from the membership as it is in the
//! database at that moment. A machine's API key is such a scope by itself.

mod members;
mod passwords;
mod profile;
mod sign_up;
mod throttle;

use crate::{Error, Result, Services};
use domain::account::{Account, Permission};
use domain::error::FieldErrors;
use domain::json::check_name;
use domain::member::CurrentUser;
use domain::secret::SecretText;
use domain::time::Timestamp;
use passwords::Passwords;
use sha2::{Digest, Sha256};
use storage::{AccountScope, unscoped};
use throttle::SignInThrottle;

pub use sign_up::{CreatedAccount, OwnerWas, SignUp};

/// How often "last used" and "last seen" are written, per key and session.
pub(crate) const TOUCH_EVERY_MS: i64 = 60_000;

/// What proving who somebody is needs in memory.
pub(crate) struct Identity {
    passwords: Passwords,
    sign_in_throttle: SignInThrottle,
}

impl Identity {
    pub(crate) fn new() -> Self {
        Self { passwords: Passwords::new(), sign_in_throttle: SignInThrottle::new() }
    }

    /// Whether the password has this hash; counts against the address it is tried for, and takes as long without a
    /// hash.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`], [`Error::Unavailable`].
    pub(crate) async fn proves(
        &self,
        email: &str,
        password: SecretText,
        hash: Option<SecretText>,
    ) -> Result<bool> {
        self.sign_in_throttle.check(email)?;
        self.passwords.verify(password, hash).await
    }
}

/// Somebody in an account.
#[derive(Debug, Clone)]
pub struct Entered {
    /// The account.
    pub account: Account,
    /// What lets them act in it.
    pub scope: AccountScope,
}

impl Services {
    /// Enters the account of that address, for a purpose.
    ///
    /// # Errors
    /// [`Error::NotFound`] for anybody but members, [`Error::Forbidden`] for members whose role lacks `permission`.
    pub async fn enter(&self, user: &CurrentUser, slug: &str, permission: Permission) -> Result<Entered> {
        let found = unscoped::scope_of_member(self.db(), user.id, slug).await?;
        let (account, scope) = found.ok_or(Error::NotFound)?;
        self.require(&scope, permission)?;
        Ok(Entered { account, scope })
    }

    /// Enters the account of an API key.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] for what is no key, or a revoked one.
    pub async fn enter_with_api_key(&self, key: &str) -> Result<AccountScope> {
        let found = unscoped::scope_of_api_key(self.db(), Sha256::digest(key.as_bytes()).into()).await?;
        let known = found.ok_or(Error::Unauthorized)?;
        let now = self.now();
        if is_due(known.last_used_at, now) {
            let touched = self.db().account(&known.scope).touch_api_key(known.id, now).await;
            if let Err(error) = touched {
                tracing::warn!(%error, "Noting that an API key was used failed");
            }
        }
        Ok(known.scope)
    }

    /// The account of a scope.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`] when it was deleted meanwhile.
    pub async fn account(&self, scope: &AccountScope) -> Result<Account> {
        self.require(scope, Permission::ReadConfiguration)?;
        Ok(self.db().account(scope).account().await?)
    }

    /// Calls the account something else. Its address stays.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Invalid`].
    pub async fn rename_account(&self, scope: &AccountScope, name: &str) -> Result<Account> {
        self.require(scope, Permission::EditAccount)?;
        let mut errors = FieldErrors::default();
        check_name(name, "name", &mut errors);
        errors.into_result()?;
        Ok(self.db().account(scope).rename_account(name, self.now()).await?)
    }

    /// # Errors
    /// [`Error::Forbidden`] when the scope's role lacks `permission`.
    pub(crate) fn require(&self, scope: &AccountScope, permission: Permission) -> Result<()> {
        if scope.allows(permission) { Ok(()) } else { Err(Error::Forbidden(permission)) }
    }
}

/// Whether a time that is kept to the minute is to be written again.
pub(crate) fn is_due(last: Option<Timestamp>, now: Timestamp) -> bool {
    last.is_none_or(|last| now.since_ms(last) >= TOUCH_EVERY_MS)
}
