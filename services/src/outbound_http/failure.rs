//! From the errors of reqwest and what lies below it to the classes that people and retry rules know.

use super::resolver::Blocked;
use super::shortened;
use domain::delivery::SendError;
use std::error::Error;
use std::io;

/// Why a call got no answer.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: SendError,
    pub(super) detail: String,
}

impl Failure {
    pub(super) fn new(error: SendError, detail: impl Into<String>) -> Self {
        Self { error, detail: detail.into() }
    }

    /// The address is refused by policy.
    pub(super) fn blocked() -> Self {
        Self::new(SendError::BlockedAddress, Blocked.to_string())
    }

    /// The class of `error` by the types in its chain of sources, and the text of the deepest one. reqwest's own text
    /// is left out: it repeats the whole URL.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        let class = class_of(error);
        let detail = match class {
            SendError::Timeout if error.is_connect() => "no connection in time".to_owned(),
            _ => causes(error).last().map(ToString::to_string).unwrap_or_default(),
        };
        Self::new(class, shortened(detail))
    }

    /// The same, but after the head of an answer had come.
    pub(super) fn after_status(mut self, status: u16) -> Self {
        self.detail = format!("answered {status}, but its body could not be read: {}", self.detail);
        self
    }
}

fn class_of(error: &reqwest::Error) -> SendError {
    if error.is_builder() {
        SendError::InvalidRequest
    } else if error.is_timeout() {
        SendError::Timeout
    } else if causes(error).any(|cause| cause.is::<Blocked>()) {
        SendError::BlockedAddress
    } else if error.is_dns() {
        SendError::DnsError
    } else {
        let otherwise =
            if error.is_connect() { SendError::ConnectionRefused } else { SendError::ProtocolError };
        causes(error).find_map(class_of_cause).unwrap_or(otherwise)
    }
}

fn class_of_cause(cause: &(dyn Error + 'static)) -> Option<SendError> {
    if cause.is::<rustls::Error>() {
        return Some(SendError::TlsError);
    }
    if let Some(hyper) = cause.downcast_ref::<hyper::Error>() {
        let is_broken = hyper.is_incomplete_message() || hyper.is_closed() || hyper.is_canceled();
        return is_broken.then_some(SendError::ConnectionReset);
    }
    match cause.downcast_ref::<io::Error>()?.kind() {
        io::ErrorKind::ConnectionRefused
        | io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::AddrNotAvailable => Some(SendError::ConnectionRefused),
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::NotConnected
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::UnexpectedEof => Some(SendError::ConnectionReset),
        io::ErrorKind::TimedOut => Some(SendError::Timeout),
        _ => None,
    }
}

/// `error` and everything below it. [`io::Error::source`] skips the error it was made from, so that is looked up.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&cause| {
        match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => cause.source(),
        }
    })
}
