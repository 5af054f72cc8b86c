use crate::time::Timestamp;

/// What a request brings to prove who it is from.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The full public URL as the sender called it, query included: some sign it.
    pub url: &'a str,
    /// Names in any case, repeats kept.
    pub headers: &'a [(String, String)],
    /// The bytes as sent: signatures are over these.
    pub raw_body: &'a [u8],
    /// When its body was complete.
    pub received_at: Timestamp,
}
