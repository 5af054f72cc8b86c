//! What somebody decides about themselves, in whatever accounts they are.

use super::passwords::check_password;
use crate::{Error, Result, Services};
use domain::error::FieldErrors;
use domain::json::check_name;
use domain::member::CurrentUser;
use domain::secret::SecretText;
use storage::StorageError;
use storage::unscoped::{self, NewPassword};

impl Services {
    /// Calls somebody what they want to be called, in all their accounts.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub async fn rename_user(&self, user: &CurrentUser, name: &str) -> Result<()> {
        let mut errors = FieldErrors::default();
        check_name(name, "name", &mut errors);
        errors.into_result()?;
        Ok(unscoped::rename_user(self.db(), user.id, name).await?)
    }

    /// Gives somebody who knows their password another one, and ends all of their sessions but the one that asks. Tries
    /// count like those of signing in.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `new_password`, or at `current_password` when it is not theirs;
    /// [`Error::TooManyAttempts`], [`Error::Unavailable`].
    pub async fn change_password(
        &self,
        user: &CurrentUser,
        current_password: SecretText,
        new_password: SecretText,
    ) -> Result<()> {
        let mut errors = FieldErrors::default();
        check_password(&new_password, "new_password", &mut errors);
        errors.into_result()?;
        let identity = &self.inner.identity;
        let known = unscoped::user_by_email(self.db(), &user.email).await?;
        let known = known.filter(|known| known.id == user.id).ok_or(Error::Unauthorized)?;
        let replaced_hash = known.password_hash;
        if !identity.proves(&user.email, current_password, Some(replaced_hash.clone())).await? {
            return Err(not_theirs());
        }
        let hash = identity.passwords.hash(new_password).await?;
        let new = NewPassword { user: user.id, replaced_hash, hash, kept: user.session_id };
        match unscoped::replace_password(self.db(), &new).await {
            Ok(ended) => {
                tracing::info!(user.id = %user.id, ended, "A password was replaced, and other sessions ended");
                Ok(())
            }
            // Replaced between our look at it and now, so what was proven is the current one no more.
            Err(StorageError::Stale) => Err(not_theirs()),
            Err(error) => Err(error.into()),
        }
    }
}

fn not_theirs() -> Error {
    Error::invalid("current_password", "this is not your password")
}
