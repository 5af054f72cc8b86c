//! The headers of a request, as they are read and as they are stored.

use bytes::Bytes;
use domain::header::{MASK, is_secret};

pub(super) fn pairs(headers: &[(String, String)]) -> impl Iterator<Item = (&str, &[u8])> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
}

/// The headers as a JSON array of pairs, with those masked that are secrets by nature or one of `masked`.
pub(super) fn stored_headers(headers: &[(String, String)], masked: &[&str]) -> Bytes {
    let pairs: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| {
            let is_masked = is_secret(name) || masked.iter().any(|masked| masked.eq_ignore_ascii_case(name));
            (name.as_str(), if is_masked { MASK } else { value.as_str() })
        })
        .collect();
    serde_json::to_vec(&pairs).unwrap_or_default().into()
}
