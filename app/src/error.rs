//! What can go wrong between page and server, as the page has to react to it.

use domain::account::Permission;
use domain::error::FieldErrors;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// Why a server function did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum AppError {
    /// There is no such thing in this account, or the account is none of the caller's.
    #[error("This does not exist, or you have no access to it.")]
    NotFound,
    /// The caller's role does not allow it.
    #[error("Your role may not {}. Ask someone with the role {} or above.", .0.words(), .0.least_role().as_str())]
    Forbidden(Permission),
    /// Fields of the form are wrong; nothing was saved.
    #[error("Nothing was saved: {}", first_message(.0))]
    Invalid(FieldErrors),
    /// The server could not read the call; a page from before an update makes such calls.
    #[error("The server could not read this call: something in it is missing or malformed. Reload the page.")]
    Malformed,
    /// Somebody else saved a newer version meanwhile.
    #[error("Somebody else has changed this since you opened it.")]
    Stale,
    /// Something else still needs it.
    #[error("{0}")]
    InUse(String),
    /// The caller is not signed in, or e-mail and password do not fit.
    #[error("You are not signed in.")]
    Unauthorized,
    /// Too many wrong passwords.
    #[error("Too many attempts. Try again in {0} seconds.")]
    TooManyAttempts(u64),
    /// The server or its database cannot be reached.
    #[error("Hookloft cannot be reached right now. Nothing was changed.")]
    Unavailable,
    /// The server gave the call up while it was at work; it may have done it.
    #[error("This took too long and was given up. Look whether it happened before you try again.")]
    TimedOut,
    /// A fault of ours; the log has more.
    #[error("Something went wrong on our side. It has been logged.")]
    Internal,
}

fn first_message(errors: &FieldErrors) -> &str {
    errors.0.first().map_or("see the fields below.", |error| error.message.as_str())
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unavailable,
            // In the browser these are about an answer.
            #[cfg(feature = "ssr")]
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => Self::malformed(),
            _ => Self::Internal,
        }
    }
}

impl AppError {
    /// The field errors in it; none for other kinds.
    #[must_use]
    pub fn fields(&self) -> FieldErrors {
        match self {
            Self::Invalid(errors) => errors.clone(),
            _ => FieldErrors::default(),
        }
    }
}

#[cfg(feature = "ssr")]
mod on_the_server {
    use super::AppError;
    use http::{Method, StatusCode, request::Parts};
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;

    impl AppError {
        /// The HTTP status that says the same.
        #[must_use]
        pub const fn status(&self) -> StatusCode {
            match self {
                Self::NotFound => StatusCode::NOT_FOUND,
                Self::Forbidden(_) => StatusCode::FORBIDDEN,
                Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
                Self::Malformed => StatusCode::BAD_REQUEST,
                Self::Stale | Self::InUse(_) => StatusCode::CONFLICT,
                Self::Unauthorized => StatusCode::UNAUTHORIZED,
                Self::TooManyAttempts(_) => StatusCode::TOO_MANY_REQUESTS,
                Self::Unavailable | Self::TimedOut => StatusCode::SERVICE_UNAVAILABLE,
                Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            }
        }

        /// Answers the current request so. What exactly is wrong may quote what was sent, and is told nobody.
        pub(super) fn malformed() -> Self {
            Self::Malformed.set_status();
            Self::Malformed
        }

        /// Answers the current request with this error's status. A form posted without wasm is redirected back to its
        /// page instead, and a status of our own would undo that.
        pub(super) fn set_status(&self) {
            let is_plain_form = use_context::<Parts>()
                .is_some_and(|parts| parts.method == Method::POST && crate::enter::accepts_html(&parts));
            if let Some(response) = use_context::<ResponseOptions>().filter(|_| !is_plain_form) {
                response.set_status(self.status());
            }
        }
    }

    impl From<services::Error> for AppError {
        fn from(error: services::Error) -> Self {
            let error = match error {
                services::Error::NotFound => Self::NotFound,
                services::Error::Forbidden(permission) => Self::Forbidden(permission),
                services::Error::Invalid(errors) => Self::Invalid(errors),
                services::Error::Stale => Self::Stale,
                services::Error::InUse(why) => Self::InUse(why),
                services::Error::Unauthorized => Self::Unauthorized,
                services::Error::TooManyAttempts { retry_after_s } => Self::TooManyAttempts(retry_after_s),
                // Only publishing ends loops, and the console publishes nothing.
                services::Error::LoopEnded | services::Error::Unavailable => Self::Unavailable,
                services::Error::Internal(why) => {
                    tracing::error!(error = %why, "A console request failed: {why}");
                    Self::Internal
                }
            };
            error.set_status();
            error
        }
    }
}
