use super::passwords::check_password;
use crate::sessions::{ClientInfo, SignedIn};
use crate::{Clock, Error, Result, Services, SignUpPolicy};
use domain::account::{Account, Actor, Role};
use domain::error::FieldErrors;
use domain::ids::{AccountId, UserId};
use domain::json::check_name;
use domain::secret::SecretText;
use serde::Deserialize;
use storage::StorageError;
use storage::unscoped::{self, NewAccount, OwnedAccount, Owner};

const LONGEST_EMAIL: usize = 254;
const LONGEST_SLUG: usize = 40;

/// What somebody fills in to get an account of their own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    /// What the account is called.
    pub account_name: String,
    /// What they are called.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// At least [`domain::limits::MIN_PASSWORD_CHARS`] characters.
    pub password: SecretText,
}

/// An account made on the command line.
#[derive(Debug, Clone)]
pub struct CreatedAccount {
    /// The account.
    pub account: Account,
    /// A key to its REST API with the role admin, shown this once.
    pub api_key: SecretText,
    /// Whether its owner was there before.
    pub owner: OwnerWas,
}

/// Whether the owner of a new account was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerWas {
    /// No: they sign in with the password that was given.
    New,
    /// Yes: they sign in as they always did, and the password that was given was ignored.
    Known,
}

impl Services {
    /// Whether strangers may sign up: until there is an account, or always if the installation says so (D27).
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn sign_up_is_open(&self) -> Result<bool> {
        match self.inner.config.sign_up {
            SignUpPolicy::Open => Ok(true),
            SignUpPolicy::FirstAccountOnly => Ok(!unscoped::any_account_exists(self.db()).await?),
        }
    }

    /// Makes an account and its owner, and signs them in.
    ///
    /// # Errors
    /// [`Error::Invalid`], also when sign-up is closed or there is a user with this address.
    pub async fn sign_up(&self, form: SignUp, client: ClientInfo) -> Result<SignedIn> {
        if !self.sign_up_is_open().await? {
            return Err(closed());
        }
        let email = checked(&form)?;
        if unscoped::user_by_email(self.db(), &email).await?.is_some() {
            return Err(address_is_known());
        }
        let hash = self.inner.identity.passwords.hash(form.password).await?;
        let owner = self.new_owner(email, form.name, hash);
        let made = match self.inner.config.sign_up {
            SignUpPolicy::Open => self.make_account(form.account_name, owner, None).await.map(Some),
            SignUpPolicy::FirstAccountOnly => {
                let account = self.new_account(form.account_name, owner, None);
                unscoped::create_first_account_with_owner(self.db(), &account, self.now()).await
            }
        };
        let owned = match made {
            Ok(owned) => owned.ok_or_else(closed)?,
            Err(StorageError::Taken) => return Err(address_is_known()),
            Err(error) => return Err(error.into()),
        };
        self.begin_session(owned.owner, client).await
    }

    /// Makes an account for whoever has that address, on the command line of the machine itself.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub async fn create_account(
        &self,
        name: &str,
        owner_email: &str,
        owner_password: SecretText,
    ) -> Result<CreatedAccount> {
        let email = owner_email.trim().to_lowercase();
        let known = unscoped::user_by_email(self.db(), &email).await?;
        let owner_was = if known.is_some() { OwnerWas::Known } else { OwnerWas::New };
        let owner = match known {
            Some(user) => {
                let mut errors = FieldErrors::default();
                check_name(name, "account_name", &mut errors);
                errors.into_result()?;
                Owner::Known(user.id)
            }
            None => self.owner_for_command_line(name, email, owner_password).await?,
        };
        let owned = self.make_account(name.to_owned(), owner, Some(Actor::CommandLine)).await?;
        let (_, api_key) = self.create_api_key(&owned.scope, "command line", Role::Admin).await?;
        Ok(CreatedAccount { account: owned.account, api_key, owner: owner_was })
    }

    async fn owner_for_command_line(
        &self,
        account_name: &str,
        email: String,
        password: SecretText,
    ) -> Result<Owner> {
        let name = email.split('@').next().unwrap_or_default().to_owned();
        let form = SignUp { account_name: account_name.to_owned(), name, email, password };
        let email = checked(&form)?;
        let hash = self.inner.identity.passwords.hash(form.password).await?;
        Ok(self.new_owner(email, form.name, hash))
    }

    fn new_owner(&self, email: String, name: String, password_hash: SecretText) -> Owner {
        Owner::New { id: UserId::new(self.now(), &Clock::random()), email, name, password_hash }
    }

    fn new_account(&self, name: String, owner: Owner, made_by: Option<Actor>) -> NewAccount {
        let id = AccountId::new(self.now(), &Clock::random());
        NewAccount { id, slug: slug_of(&name), name, owner, made_by }
    }

    /// Two accounts of the same name made at once want the same address; the later one tries again.
    async fn make_account(
        &self,
        name: String,
        owner: Owner,
        made_by: Option<Actor>,
    ) -> std::result::Result<OwnedAccount, StorageError> {
        let account = self.new_account(name, owner, made_by);
        match unscoped::create_account_with_owner(self.db(), &account, self.now()).await {
            Err(StorageError::Taken) => {
                unscoped::create_account_with_owner(self.db(), &account, self.now()).await
            }
            outcome => outcome,
        }
    }
}

fn closed() -> Error {
    Error::invalid("email", "sign-up is closed; ask an owner of your account to let you in")
}

fn address_is_known() -> Error {
    Error::invalid("email", "somebody signs in with this address already; sign in instead")
}

/// The e-mail address as it is kept.
pub(super) fn checked(form: &SignUp) -> Result<String> {
    let mut errors = FieldErrors::default();
    check_name(&form.account_name, "account_name", &mut errors);
    check_name(&form.name, "name", &mut errors);
    let email = form.email.trim().to_lowercase();
    if !is_email(&email) {
        errors.add("email", "give an address like name@example.com");
    }
    check_password(&form.password, "password", &mut errors);
    errors.into_result()?;
    Ok(email)
}

fn is_email(text: &str) -> bool {
    let has_space = text.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    match text.split_once('@') {
        Some((name, host)) => {
            !name.is_empty()
                && !host.is_empty()
                && !host.contains('@')
                && !has_space
                && text.len() <= LONGEST_EMAIL
        }
        None => false,
    }
}

/// An address made of a name: lower-case ASCII letters, digits and single hyphens.
fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() == LONGEST_SLUG {
            break;
        }
    }
    match slug.trim_end_matches('-') {
        "" => "account".to_owned(),
        slug => slug.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_made_of_names() {
        for (name, slug) in [
            ("Acme", "acme"),
            ("  Acme & Sons, Ltd. ", "acme-sons-ltd"),
            ("--", "account"),
            ("日本", "account"),
            (&"a b ".repeat(40), &"a-b-".repeat(10)[..39]),
        ] {
            assert_eq!(slug_of(name), slug, "{name}");
        }
    }

    #[test]
    fn addresses_have_one_at_sign_and_no_space() {
        for (text, is_one) in
            [("a@b", true), ("a", false), ("@b", false), ("a@", false), ("a@b@c", false), ("a b@c", false)]
        {
            assert_eq!(is_email(text), is_one, "{text}");
        }
    }
}
