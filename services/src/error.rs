use domain::account::Permission;
use domain::error::FieldErrors;
use storage::StorageError;

/// Why a use case did not happen; each variant is something the caller can act on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is none, or it is not the caller's to know of.
    #[error("not found")]
    NotFound,
    /// The caller's role lacks this.
    #[error("you may not {}: it takes the role {} or above", .0.words(), .0.least_role().as_str())]
    Forbidden(Permission),
    /// Something is wrong with what was given.
    #[error("some fields are wrong")]
    Invalid(FieldErrors),
    /// It was changed since the caller read it.
    #[error("it was changed by somebody else meanwhile")]
    Stale,
    /// Something else stands in the way; the text says what, for a person.
    #[error("{0}")]
    InUse(String),
    /// Nobody is signed in with this, or the password or key is wrong.
    #[error("sign in first")]
    Unauthorized,
    /// Tried too often.
    #[error("too many attempts; try again in {retry_after_s} s")]
    TooManyAttempts {
        /// When to try again, in seconds from now.
        retry_after_s: u64,
    },
    /// The call came from ourselves, by way of so many others that it must be a loop.
    #[error("a loop of calls was ended")]
    LoopEnded,
    /// Not now; the same call may succeed later.
    #[error("not available now; try again in a moment")]
    Unavailable,
    /// A fault of ours. The text is for the log and shown to nobody.
    #[error("something went wrong on our side")]
    Internal(String),
}

impl Error {
    /// One wrong field.
    #[must_use]
    pub fn invalid(field: &str, message: &str) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(field, message);
        Self::Invalid(errors)
    }
}

impl From<FieldErrors> for Error {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NotFound => Self::NotFound,
            StorageError::Stale => Self::Stale,
            StorageError::Taken => Self::InUse("it is already taken".into()),
            StorageError::InUse => Self::InUse("it is still in use".into()),
            StorageError::Unavailable(reason) => {
                tracing::warn!(%reason, "The database is unavailable");
                Self::Unavailable
            }
            error @ (StorageError::Corrupt(_) | StorageError::Refused(_)) => {
                tracing::error!(%error, "The database did not do what it should");
                Self::Internal(error.to_string())
            }
        }
    }
}
