use super::Proof;
use crate::source::Verification;
use serde::{Deserialize, Serialize};

/// How an inbound request ended. The name is the error code a sender sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Its events are on disk.
    Accepted,
    /// It did not pass the source's filter (422, D3).
    Filtered,
    /// Its idempotency key was seen before; it was answered like the first.
    Duplicate,
    /// No source has this endpoint (404).
    UnknownEndpoint,
    /// The source is inactive (404).
    SourceInactive,
    /// The source is archived (404).
    SourceArchived,
    /// The source takes another method (405).
    WrongMethod,
    /// More requests a second than the source allows (429).
    RateLimited,
    /// Not a content type the source takes (415).
    WrongContentType,
    /// More than 1 MiB (413).
    TooLarge,
    /// It did not prove who it is from (401).
    VerificationFailed,
    /// The body is no JSON (400).
    InvalidJson,
    /// The body is nested too deep (400).
    TooDeep,
    /// The mapping could not be applied (422).
    MappingFailed,
    /// It could not be stored and was not accepted (500).
    StoreFailed,
    /// The body is JSON, but no object, nor an array that the source takes (422, D12).
    NotAnObject,
    /// The connection ended inside the body (400).
    BrokenBody,
    /// The body took too long to come (408).
    Timeout,
    /// Too many bodies wait in memory (503).
    Overloaded,
    /// One of our own deliveries made it, at the end of too long a chain of them (508, D15).
    Loop,
    /// The provider asked whether somebody is there, and was answered (200, D24). It makes no event.
    Handshake,
    /// The body is no form (400, D24).
    InvalidForm,
    /// What it says does not fit the event, the customer or the item that it is about (422, A26).
    RecordRefused,
    /// Nobody sent it: a member pasted it as a sample of the source (D17). It makes no event.
    Pasted,
}

impl Outcome {
    /// All of them; new ones come last, because their places are stored.
    pub const ALL: [Self; 24] = [
        Self::Accepted,
        Self::Filtered,
        Self::Duplicate,
        Self::UnknownEndpoint,
        Self::SourceInactive,
        Self::SourceArchived,
        Self::WrongMethod,
        Self::RateLimited,
        Self::WrongContentType,
        Self::TooLarge,
        Self::VerificationFailed,
        Self::InvalidJson,
        Self::TooDeep,
        Self::MappingFailed,
        Self::StoreFailed,
        Self::NotAnObject,
        Self::BrokenBody,
        Self::Timeout,
        Self::Overloaded,
        Self::Loop,
        Self::Handshake,
        Self::InvalidForm,
        Self::RecordRefused,
        Self::Pasted,
    ];

    /// Its name in the database, in JSON and in query strings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Filtered => "filtered",
            Self::Duplicate => "duplicate",
            Self::UnknownEndpoint => "unknown_endpoint",
            Self::SourceInactive => "source_inactive",
            Self::SourceArchived => "source_archived",
            Self::WrongMethod => "wrong_method",
            Self::RateLimited => "rate_limited",
            Self::WrongContentType => "wrong_content_type",
            Self::TooLarge => "too_large",
            Self::VerificationFailed => "verification_failed",
            Self::InvalidJson => "invalid_json",
            Self::TooDeep => "too_deep",
            Self::MappingFailed => "mapping_failed",
            Self::StoreFailed => "store_failed",
            Self::NotAnObject => "not_an_object",
            Self::BrokenBody => "broken_body",
            Self::Timeout => "timeout",
            Self::Overloaded => "overloaded",
            Self::Loop => "loop",
            Self::Handshake => "handshake",
            Self::InvalidForm => "invalid_form",
            Self::RecordRefused => "record_refused",
            Self::Pasted => "pasted",
        }
    }

    /// Its number in the database: its place in [`Self::ALL`].
    #[must_use]
    pub fn code(self) -> i16 {
        let place = Self::ALL.iter().position(|outcome| *outcome == self);
        i16::try_from(place.unwrap_or(0)).unwrap_or(0)
    }

    /// The outcome of a number in the database.
    #[must_use]
    pub fn from_code(code: i16) -> Option<Self> {
        usize::try_from(code).ok().and_then(|place| Self::ALL.get(place).copied())
    }

    /// Whether nothing is wrong with what ended so: it was taken now, or before.
    #[must_use]
    pub const fn is_taken(self) -> bool {
        matches!(self, Self::Accepted | Self::Duplicate)
    }

    /// The status a sender is answered, unless the source says otherwise.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Accepted | Self::Duplicate | Self::Handshake | Self::Pasted => 200,
            Self::UnknownEndpoint | Self::SourceInactive | Self::SourceArchived => 404,
            Self::WrongMethod => 405,
            Self::RateLimited => 429,
            Self::WrongContentType => 415,
            Self::TooLarge => 413,
            Self::VerificationFailed => 401,
            Self::InvalidJson | Self::InvalidForm | Self::TooDeep | Self::BrokenBody => 400,
            Self::Timeout => 408,
            Self::Filtered | Self::MappingFailed | Self::NotAnObject | Self::RecordRefused => 422,
            Self::StoreFailed => 500,
            Self::Overloaded => 503,
            Self::Loop => 508,
        }
    }

    /// Whether it was decided before the sender proved who it is: such rows are limited (60 a minute and account).
    /// `verification` is that of the source the request was for, if there is one: where the proof is in the body, a
    /// body that cannot be parsed proves nothing. Handshakes count as such, because all but one ask for no proof.
    #[must_use]
    pub const fn is_before_authentication(self, verification: Option<&Verification>) -> bool {
        match self {
            Self::UnknownEndpoint
            | Self::SourceInactive
            | Self::SourceArchived
            | Self::WrongMethod
            | Self::RateLimited
            | Self::WrongContentType
            | Self::TooLarge
            | Self::VerificationFailed
            | Self::BrokenBody
            | Self::Timeout
            | Self::Overloaded
            | Self::Handshake => true,
            Self::InvalidJson | Self::InvalidForm | Self::TooDeep => match verification {
                Some(verification) => verification.is_in_body(),
                None => false,
            },
            Self::Accepted
            | Self::Filtered
            | Self::Duplicate
            | Self::MappingFailed
            | Self::StoreFailed
            | Self::NotAnObject
            | Self::RecordRefused
            | Self::Pasted
            | Self::Loop => false,
        }
    }

    /// What a replay of a request that ended so has to prove to a source that verifies as `verification` says: who was
    /// believed once is not asked again, and who was refused before being asked is asked now, with what is stored.
    #[must_use]
    pub const fn proof_of_replay(self, verification: &Verification) -> Proof {
        if self.is_before_authentication(Some(verification)) { Proof::Asked } else { Proof::Given }
    }

    /// When the sender may try again, in seconds, where waiting helps.
    #[must_use]
    pub const fn retry_after_s(self) -> Option<u32> {
        match self {
            Self::RateLimited | Self::Overloaded => Some(1),
            _ => None,
        }
    }
}

impl std::str::FromStr for Outcome {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_stored_and_never_move() {
        for (outcome, code) in [
            (Outcome::Accepted, 0),
            (Outcome::Filtered, 1),
            (Outcome::VerificationFailed, 10),
            (Outcome::NotAnObject, 15),
            (Outcome::Loop, 19),
            (Outcome::Handshake, 20),
            (Outcome::InvalidForm, 21),
            (Outcome::Pasted, 23),
        ] {
            assert_eq!((outcome.code(), Outcome::from_code(code)), (code, Some(outcome)));
        }
        for outcome in Outcome::ALL {
            assert_eq!(outcome.as_str().parse(), Ok(outcome));
            assert_eq!(Outcome::from_code(outcome.code()), Some(outcome));
        }
    }
}
