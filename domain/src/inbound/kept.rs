use super::InboundRequest;
use crate::fan_out::Routing;
use crate::json::{self, JsonError, Path};
use crate::source::{ContentType, Verification};
use crate::urlencoded::{self, FormError};
use bytes::Bytes;
use serde_json::Value;

/// Why a body could not be read as what it is said to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// It is said to be JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// It is said to be a form.
    #[error(transparent)]
    Form(#[from] FormError),
}

/// Reads `body` as `content_type` says: filters and mappings see the same object, however it was written.
///
/// # Errors
/// What is wrong with it.
pub fn parse_body(content_type: ContentType, body: &[u8]) -> Result<Value, BodyError> {
    match content_type {
        ContentType::Json => Ok(json::parse(body)?),
        ContentType::Form => Ok(urlencoded::parse(body)?),
    }
}

/// The headers of `request` that hold the secret of its source, to be masked where it is kept. Where no source has its
/// endpoint, those that hold the secret of any: one may have had it until now, and its sender sends there still.
#[must_use]
pub fn masked_headers<'a>(routing: &'a Routing, request: &InboundRequest) -> Vec<&'a str> {
    if let Some(source) = routing.sources.get(&request.endpoint) {
        return source.config.verification.masked_header().into_iter().collect();
    }
    let mut masked: Vec<&str> = Vec::new();
    let of_all = routing.sources.values().filter_map(|source| source.config.verification.masked_header());
    for header in of_all {
        let is_known = masked.iter().any(|known| known.eq_ignore_ascii_case(header));
        if !is_known && request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(header)) {
            masked.push(header);
        }
    }
    masked
}

/// The body of `request` as it may be kept: decompressed, with `***` in place of the token if that is in it. Nothing of
/// a body that may hold a token and cannot be read, because what cannot be read cannot be masked; nothing of what comes
/// to a source that takes nothing and waits for no samples (D4); and nothing of what comes to no source, where any is
/// proven to by a token in the body.
#[must_use]
pub fn kept_body(routing: &Routing, request: &InboundRequest) -> Bytes {
    let Some(source) = routing.sources.get(&request.endpoint) else {
        let may_hold_token = routing.sources.values().any(|any| any.config.verification.is_in_body());
        return if may_hold_token { Bytes::new() } else { request.body.clone() };
    };
    if !source.keeps_bodies(request.received_at) {
        return Bytes::new();
    }
    let verification = &source.config.verification;
    if !matches!(verification, Verification::BodyToken { .. }) {
        return request.body.clone();
    }
    let content_type = ContentType::declared(&request.headers).unwrap_or_default();
    let Ok(body) = parse_body(content_type, &request.body) else { return Bytes::new() };
    masked(verification, content_type, body, &request.body).map_or_else(|| request.body.clone(), Bytes::from)
}

/// `raw`, which was read as `body`, with `***` in place of the token; `None` where it has none.
pub(super) fn masked(
    verification: &Verification,
    content_type: ContentType,
    mut body: Value,
    raw: &[u8],
) -> Option<Vec<u8>> {
    let Verification::BodyToken { path, .. } = verification else { return None };
    match content_type {
        ContentType::Json => verification.mask_body(&mut body).then(|| body.to_string().into_bytes()),
        ContentType::Form => urlencoded::mask(raw, &path.parse::<Path>().ok()?),
    }
}
