//! Who is in an account.

use super::OwnerWas;
use super::sign_up::{SignUp, checked};
use crate::{Clock, Error, Result, Services};
use domain::account::Role;
use domain::ids::UserId;
use domain::secret::SecretText;
use storage::{StorageError, unscoped};

impl Services {
    /// Lets whoever has that e-mail address into an account, on the command line of the machine itself. Somebody new gets
    /// `password`; somebody who signs in here already keeps their own.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no account has that address; [`Error::InUse`] when they are in it already;
    /// [`Error::Invalid`].
    pub async fn add_member(
        &self,
        slug: &str,
        email: &str,
        password: SecretText,
        role: Role,
    ) -> Result<OwnerWas> {
        let scope = unscoped::scope_of_command_line(self.db(), slug).await?.ok_or(Error::NotFound)?;
        let email = email.trim().to_lowercase();
        let (user, was) = match unscoped::user_by_email(self.db(), &email).await? {
            Some(user) => (user.id, OwnerWas::Known),
            None => (self.create_user(slug, email, password).await?, OwnerWas::New),
        };
        match self.db().account(&scope).add_member(user, role, self.now()).await {
            Err(StorageError::Taken) => Err(Error::InUse("they are a member of this account already".into())),
            other => Ok(other.map(|()| was)?),
        }
    }

    async fn create_user(&self, account_name: &str, email: String, password: SecretText) -> Result<UserId> {
        let name = email.split('@').next().unwrap_or_default().to_owned();
        let form = SignUp { account_name: account_name.to_owned(), name, email, password };
        let email = checked(&form)?;
        let hash = self.inner.identity.passwords.hash(form.password).await?;
        let id = UserId::new(self.now(), &Clock::random());
        unscoped::create_user(self.db(), id, &email, &form.name, &hash, self.now()).await?;
        Ok(id)
    }
}
