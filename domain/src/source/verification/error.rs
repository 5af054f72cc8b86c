/// Why an inbound request was refused. Shown to the source's owner, never to the sender.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// A header that must be there is not.
    #[error("header `{0}` is missing")]
    MissingHeader(String),
    /// A header came twice.
    #[error("header `{0}` came more than once")]
    DuplicatedHeader(String),
    /// The token is not where it should be.
    #[error("`{0}` is missing in the body")]
    MissingField(String),
    /// Something that must be in the URL's query once is not.
    #[error("`{0}` is missing in the URL, or there more than once")]
    MissingParameter(&'static str),
    /// The time in the signature is too far off.
    #[error("timestamp is {off_s} s off, more than the {allowed_s} s allowed")]
    Stale {
        /// Seconds; negative when it is in the future.
        off_s: i64,
        /// Seconds either way.
        allowed_s: u32,
    },
    /// The value is there and wrong.
    #[error("the {0} does not match the secret of this source")]
    Mismatch(&'static str),
    /// The source says how to verify, but its secret was never set.
    #[error("this source has no secret to verify with; set one")]
    NoSecret,
}
