//! Who is in an account.

use super::OwnerWas;
use super::sign_up::{SignUp, checked};
use crate::{Clock, Error, Result, Services};
use domain::account::{Permission, Role};
use domain::ids::UserId;
use domain::member::Member;
use domain::secret::SecretText;
use storage::{AccountScope, StorageError, unscoped};

impl Services {
    /// Everybody in the account, by e-mail address.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn list_members(&self, scope: &AccountScope) -> Result<Vec<Member>> {
        self.require(scope, Permission::ReadMembers)?;
        Ok(self.db().account(scope).members().await?)
    }

    /// Lets somebody who can sign in here already into the account.
    ///
    /// # Errors
    /// [`Error::Forbidden`], also for the role owner where one is none; [`Error::Invalid`] when nobody has that address or
    /// they are a member already.
    pub async fn admit_member(&self, scope: &AccountScope, email: &str, role: Role) -> Result<Member> {
        self.require(scope, to_change(role))?;
        let email = email.trim().to_lowercase();
        let user = unscoped::user_by_email(self.db(), &email).await?.ok_or_else(|| {
            Error::invalid(
                "email",
                "nobody signs in here with this address; whoever runs Hookloft can add them with `hookloft member add`",
            )
        })?;
        let account = self.db().account(scope);
        match account.add_member(user.id, role, self.now()).await {
            Ok(()) => Ok(account.member(user.id).await?),
            Err(StorageError::Taken) => {
                Err(Error::invalid("email", "they are a member of this account already"))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Changes what a member may do.
    ///
    /// # Errors
    /// [`Error::Forbidden`], also where an owner is made or unmade by somebody who is none; [`Error::NotFound`];
    /// [`Error::InUse`] when the account would be left without an owner.
    pub async fn change_role(&self, scope: &AccountScope, id: UserId, role: Role) -> Result<Member> {
        self.require(scope, to_change(role))?;
        let account = self.db().account(scope);
        let check = |now| self.require(scope, to_change(now));
        account.change_role(id, role, self.now(), check).await.map_err(needs_an_owner)?;
        Ok(account.member(id).await?)
    }

    /// Takes a member out of the account. What they made stays, API keys too.
    ///
    /// # Errors
    /// As [`Services::change_role`].
    pub async fn remove_member(&self, scope: &AccountScope, id: UserId) -> Result<()> {
        self.require(scope, Permission::ManageMembers)?;
        let check = |now| self.require(scope, to_change(now));
        self.db().account(scope).remove_member(id, self.now(), check).await.map_err(needs_an_owner)
    }

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

/// What it takes to give somebody that role, or to take it from them.
const fn to_change(role: Role) -> Permission {
    match role {
        Role::Owner => Permission::ChangeOwners,
        Role::Admin | Role::Operator | Role::Viewer => Permission::ManageMembers,
    }
}

fn needs_an_owner(error: Error) -> Error {
    match error {
        Error::InUse(_) => {
            Error::InUse("an account needs an owner; make somebody else an owner first".into())
        }
        error => error,
    }
}
