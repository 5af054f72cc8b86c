use super::{Auth, BodyFormat, Header, IntegrationConfig};
use crate::error::FieldErrors;
use crate::template::{FormTemplate, JsonTemplate, MAX_TEMPLATE_BYTES};
use crate::{header, json, limits};
use std::ops::RangeInclusive;
use url::Url;

const MAX_URL_BYTES: usize = 2048;
const MAX_HEADERS: usize = 20;
const MIN_TIMEOUT_MS: u32 = 1000;
const MAX_PER_SECOND: u32 = 100_000;
/// Longest user name, client id, scope or secret.
const MAX_TEXT_BYTES: usize = 4096;

/// Headers that belong to HTTP or to Hookloft.
const RESERVED_HEADERS: [&str; 13] = [
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];
const RESERVED_PREFIXES: [&str; 3] = ["proxy-", "webhook-", "x-hookloft-"];

/// Notes everything wrong with `config`.
pub(super) fn integration(config: &IntegrationConfig, errors: &mut FieldErrors) {
    json::check_name(&config.name, "name", errors);
    if !config.target_url.is_empty() {
        check_url(&config.target_url, "target_url", errors);
    }
    check_auth(&config.auth, errors);
    check_headers(config, errors);
    check_body(&config.body, errors);
    check_range(config.timeout_ms, MIN_TIMEOUT_MS..=limits::MAX_TIMEOUT_MS, "timeout_ms", errors);
    if let Some(per_second) = config.per_second {
        check_range(per_second, 1..=MAX_PER_SECOND, "per_second", errors);
    }
    check_range(config.max_in_flight, 1..=limits::MAX_IN_FLIGHT, "max_in_flight", errors);
    config.retry.check("retry", errors);
}

fn check_range(number: u32, range: RangeInclusive<u32>, field: &str, errors: &mut FieldErrors) {
    if !range.contains(&number) {
        errors.add(field, format!("use {} to {}", range.start(), range.end()));
    }
}

fn check_url(text: &str, field: &str, errors: &mut FieldErrors) {
    if let Err(message) = read_url(text) {
        errors.add(field, message);
    }
}

fn read_url(text: &str) -> Result<(), String> {
    if text.len() > MAX_URL_BYTES {
        return Err(format!("use at most {MAX_URL_BYTES} bytes"));
    }
    // The parser drops white space silently, and what is shown should be what is called.
    if text.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
        return Err("remove the white space".to_owned());
    }
    let url = Url::parse(text).map_err(|_| "give a whole URL: https://example.com/hook")?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("start with https:// or http://".to_owned());
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err("name a host".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("put user name and password into the authentication, not into the URL".to_owned());
    }
    if url.fragment().is_some() {
        return Err("remove the part after #, which is never sent".to_owned());
    }
    Ok(())
}

fn check_auth(auth: &Auth, errors: &mut FieldErrors) {
    match auth {
        Auth::None => {}
        Auth::Basic { username, .. } => {
            check_text(username, "auth.username", errors);
            if username.contains(':') {
                errors.add("auth.username", "a user name has no colon");
            }
        }
        Auth::ApiKey { header, value } => {
            check_header_name(header, "auth.header", errors);
            if value.as_ref().is_some_and(|value| !header::is_value(value.reveal())) {
                errors.add("auth.value", "use visible ASCII characters only");
            }
        }
        Auth::OAuth2 { client_id, token_url, scope, .. } => {
            check_text(client_id, "auth.client_id", errors);
            check_url(token_url, "auth.token_url", errors);
            if !scope.is_empty() {
                check_text(scope, "auth.scope", errors);
            }
        }
    }
    check_secret(auth, errors);
}

/// An empty Basic password is fine: some receivers take a key as the user and no password.
fn check_secret(auth: &Auth, errors: &mut FieldErrors) {
    let (Some(field), Some(secret)) = (auth.secret_field(), auth.secret()) else { return };
    let field = format!("auth.{field}");
    let secret = secret.reveal();
    if secret.is_empty() && !matches!(auth, Auth::Basic { .. }) {
        errors.add(field, "it is empty; leave it out to keep the stored one");
    } else if secret.len() > MAX_TEXT_BYTES {
        errors.add(field, format!("use at most {MAX_TEXT_BYTES} bytes"));
    } else if secret.chars().any(char::is_control) {
        errors.add(field, "control characters are not allowed");
    }
}

fn check_text(text: &str, field: &str, errors: &mut FieldErrors) {
    if text.is_empty() {
        errors.add(field, "fill it in");
    } else if text.len() > MAX_TEXT_BYTES {
        errors.add(field, format!("use at most {MAX_TEXT_BYTES} bytes"));
    } else if text.chars().any(char::is_control) {
        errors.add(field, "control characters are not allowed");
    }
}

fn check_header_name(name: &str, field: &str, errors: &mut FieldErrors) {
    let lower = name.to_ascii_lowercase();
    if !header::is_name(name) {
        errors.add(field, "a header's name has letters, digits and hyphens");
    } else if RESERVED_HEADERS.contains(&lower.as_str())
        || RESERVED_PREFIXES.iter().any(|prefix| lower.starts_with(prefix))
    {
        errors.add(field, format!("`{name}` is set by Hookloft itself"));
    }
}

fn check_headers(config: &IntegrationConfig, errors: &mut FieldErrors) {
    if config.headers.len() > MAX_HEADERS {
        return errors.add("headers", format!("use at most {MAX_HEADERS} headers"));
    }
    for (place, Header { name, value }) in config.headers.iter().enumerate() {
        let field = format!("headers.{place}.name");
        check_header_name(name, &field, errors);
        if is_set_by(&config.auth, name) {
            errors.add(&field, format!("`{name}` is set by the authentication"));
        }
        if config.headers[..place].iter().any(|earlier| earlier.name.eq_ignore_ascii_case(name)) {
            errors.add(&field, format!("`{name}` is already set"));
        }
        if !header::is_value(value) {
            errors.add(format!("headers.{place}.value"), "use visible ASCII characters, at most 4,096");
        }
    }
}

fn is_set_by(auth: &Auth, name: &str) -> bool {
    match auth {
        Auth::None => false,
        Auth::Basic { .. } | Auth::OAuth2 { .. } => name.eq_ignore_ascii_case("authorization"),
        Auth::ApiKey { header, .. } => name.eq_ignore_ascii_case(header),
    }
}

fn check_body(body: &BodyFormat, errors: &mut FieldErrors) {
    let (template, parsed) = match body {
        BodyFormat::Envelope => return,
        BodyFormat::JsonTemplate { template } => (template, JsonTemplate::parse(template).map(|_| ())),
        BodyFormat::FormTemplate { template } => (template, FormTemplate::parse(template).map(|_| ())),
    };
    if template.len() > MAX_TEMPLATE_BYTES {
        errors.add("body.template", format!("use at most {MAX_TEMPLATE_BYTES} bytes"));
    } else if let Err(error) = parsed {
        errors.add("body.template", error.to_string());
    }
}

#[cfg(test)]
mod tests;
