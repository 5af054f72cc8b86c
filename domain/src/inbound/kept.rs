use super::InboundRequest;
use crate::json::{self, JsonError, Path};
use crate::source::{ContentType, RoutedSource, Verification};
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

/// The body of `request` as it may be kept: decompressed, with `***` in place of the token if that is in it. Nothing of
/// a body that may hold a token and cannot be read, because what cannot be read cannot be masked; and nothing of what
/// comes to a source that takes nothing and waits for no samples (D4).
#[must_use]
pub fn kept_body(source: Option<&RoutedSource>, request: &InboundRequest) -> Bytes {
    let Some(source) = source else { return request.body.clone() };
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
