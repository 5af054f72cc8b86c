mod verification;

use super::{ContentType, Handshake, ResponsePolicy, SourceConfig, Verification};
use crate::error::FieldErrors;
use crate::filter::{INBOUND_ROOTS, check_rooted};
use crate::json::{self, Path};
use crate::limits::MAX_RESPONSE_BYTES;
use crate::mapping;
use serde_json::Value;

pub(super) const MAX_ENDPOINT_BYTES: usize = 64;
const MAX_PER_SECOND: u32 = 100_000;

/// Notes everything wrong with `config`.
pub(super) fn source(config: &SourceConfig, errors: &mut FieldErrors) {
    json::check_name(&config.name, "name", errors);
    if !is_endpoint(&config.endpoint) {
        errors.add("endpoint", format!("use 1 to {MAX_ENDPOINT_BYTES} letters, digits, `_` or `-`"));
    }
    check_content_types(&config.content_types, errors);
    if config.handshake == Some(Handshake::SlackChallenge)
        && !config.content_types.contains(&ContentType::Json)
    {
        errors.add("handshake", "its challenge comes as JSON, which this source does not take");
    }
    verification::check(&config.verification, errors);
    if let Some(filter) = &config.filter {
        filter.check(INBOUND_ROOTS, "filter", errors);
    }
    mapping::check(&config.mapping, "mapping", errors);
    check_response(&config.response, errors);
    if let Some(path) = &config.idempotency_key {
        check_idempotency_key(path, &config.verification, errors);
    }
    if config.per_second.is_some_and(|per_second| !(1..=MAX_PER_SECOND).contains(&per_second)) {
        errors.add("per_second", format!("use 1 to {MAX_PER_SECOND}"));
    }
    // Which ones there are is not asked: one that is not offered any more shows no steps, and its sources go on.
    if config.blueprint.as_deref().is_some_and(|key| !is_endpoint(key)) {
        errors.add("blueprint", "use the key of a blueprint");
    }
}

fn is_endpoint(text: &str) -> bool {
    (1..=MAX_ENDPOINT_BYTES).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

fn check_content_types(types: &[ContentType], errors: &mut FieldErrors) {
    if types.is_empty() {
        errors.add("content_types", "name at least one");
    } else if types.iter().enumerate().any(|(place, kind)| types[..place].contains(kind)) {
        errors.add("content_types", "name each once");
    }
}

/// The pipeline sees `***` in place of the token, so as a key it would make every request a repeat of the first.
fn check_idempotency_key(path: &str, verification: &Verification, errors: &mut FieldErrors) {
    if let Err(message) = check_rooted(path, INBOUND_ROOTS, json::check_one) {
        return errors.add("idempotency_key", message);
    }
    let is_token = match (path.strip_prefix("headers."), verification) {
        (Some(name), _) => verification.masked_header().is_some_and(|token| token.eq_ignore_ascii_case(name)),
        (None, Verification::BodyToken { path: token, .. }) => {
            let parse = |path: &str| path.parse::<Path>().ok();
            json::below(path, "body").and_then(parse) == parse(token)
        }
        (None, _) => false,
    };
    if is_token {
        errors.add("idempotency_key", "this holds the secret, which is the same in every request");
    }
}

fn check_response(response: &ResponsePolicy, errors: &mut FieldErrors) {
    for (field, body) in [("response.success", &response.success), ("response.error", &response.error)] {
        if let Some(Err(message)) = body.as_ref().map(check_response_body) {
            errors.add(field, message);
        }
    }
    if !(200..=299).contains(&response.success_status) {
        errors.add("response.success_status", "use 200 to 299");
    }
    if response.error_status.is_some_and(|status| !(400..=599).contains(&status)) {
        errors.add("response.error_status", "use 400 to 599");
    }
}

fn check_response_body(body: &Value) -> Result<(), String> {
    if body.to_string().len() > MAX_RESPONSE_BYTES {
        return Err(format!("use at most {MAX_RESPONSE_BYTES} bytes"));
    }
    if json::has_nul(body) { Err("NUL is not allowed".to_owned()) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
