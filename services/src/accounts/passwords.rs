//! Hashing and checking passwords with Argon2id, a few at a time: each takes 19 MiB and a core.

use crate::{Error, Result};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use domain::error::FieldErrors;
use domain::limits::MIN_PASSWORD_CHARS;
use domain::secret::SecretText;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

const LONGEST_PASSWORD: usize = 1024;
/// Hashes computed at once.
const AT_ONCE: usize = 2;
/// Longest wait for a turn; beyond it people are told to come back.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Checked in place of the hash of somebody who does not exist, so that it takes as long. No password has it.
const NOBODYS_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$aG9va2xvZnQtbm9ib2R5IQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What a password that somebody chooses has to be.
pub(super) fn check_password(password: &SecretText, field: &str, errors: &mut FieldErrors) {
    if password.reveal().chars().count() < MIN_PASSWORD_CHARS {
        errors.add(field, format!("use at least {MIN_PASSWORD_CHARS} characters"));
    } else if password.reveal().len() > LONGEST_PASSWORD {
        errors.add(field, format!("use at most {LONGEST_PASSWORD} bytes"));
    }
}

/// The turns.
pub(super) struct Passwords(Arc<Semaphore>);

impl Passwords {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }

    /// The password's hash, as PHC text.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when too many wait already.
    pub(super) async fn hash(&self, password: SecretText) -> Result<SecretText> {
        let turn = self.turn().await?;
        blocking(turn, move || {
            let hash: PasswordHash = Argon2::default()
                .hash_password(password.reveal().as_bytes())
                .map_err(|error| Error::Internal(format!("hashing a password: {error}")))?;
            Ok(SecretText::new(hash.to_string()))
        })
        .await
    }

    /// Whether the password has this hash. Without a hash, it takes as long to say no.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when too many wait already, [`Error::Internal`] when the hash is not one.
    pub(super) async fn verify(&self, password: SecretText, hash: Option<SecretText>) -> Result<bool> {
        let turn = self.turn().await?;
        blocking(turn, move || {
            let hash = hash.as_ref().map_or(NOBODYS_HASH, |hash| hash.reveal());
            let hash = PasswordHash::new(hash)
                .map_err(|error| Error::Internal(format!("reading a password's hash: {error}")))?;
            Ok(Argon2::default().verify_password(password.reveal().as_bytes(), &hash).is_ok())
        })
        .await
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        let turn = Arc::clone(&self.0).acquire_owned();
        match tokio::time::timeout(LONGEST_WAIT, turn).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(_)) | Err(_) => Err(Error::Unavailable),
        }
    }
}

/// Keeps the turn until the work is done, even when nobody waits for it any more.
async fn blocking<T: Send + 'static>(
    turn: OwnedSemaphorePermit,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(move || {
        let outcome = work();
        drop(turn);
        outcome
    });
    done.await.map_err(|error| Error::Internal(format!("hashing a password: {error}")))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_itself_has_its_hash() {
        let passwords = Passwords::new();
        let hash = passwords.hash(SecretText::new("correct horse")).await.expect("it hashes");
        assert!(hash.reveal().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.reveal());
        let is = async |password: &str, hash: &SecretText| {
            passwords.verify(SecretText::new(password), Some(hash.clone())).await.expect("it verifies")
        };
        assert!(is("correct horse", &hash).await);
        assert!(!is("correct horse ", &hash).await);
        let again = passwords.hash(SecretText::new("correct horse")).await.expect("it hashes");
        assert_ne!(again.reveal(), hash.reveal());
    }

    #[tokio::test]
    async fn nobody_is_checked_with_the_same_parameters_and_always_refused() {
        let passwords = Passwords::new();
        let hash = passwords.hash(SecretText::new("any")).await.expect("it hashes");
        let parameters = |hash: &str| hash.splitn(5, '$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(parameters(NOBODYS_HASH), parameters(hash.reveal()));
        assert_eq!(NOBODYS_HASH.len(), hash.reveal().len());
        assert!(!passwords.verify(SecretText::new(""), None).await.expect("it verifies"));
    }
}
