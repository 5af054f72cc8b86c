use crate::error::FieldErrors;
use crate::header;
use crate::json::Path;
use crate::limits::MAX_INDEXED_BYTES;
use crate::signature::SigningKey;
use crate::source::{HmacScheme, SignedTimestamp, Verification};

const MAX_SECRET_BYTES: usize = 4096;
/// The longest that a signed request may be on its way.
const MAX_TOLERANCE_S: u32 = 24 * 3_600;

pub(super) fn check(verification: &Verification, errors: &mut FieldErrors) {
    match verification {
        Verification::None | Verification::Twilio { .. } => {}
        Verification::HeaderToken { header, .. } => check_header(header, "verification.header", errors),
        Verification::BodyToken { path, .. } => {
            if path.len() > MAX_INDEXED_BYTES {
                errors.add("verification.path", format!("use at most {MAX_INDEXED_BYTES} bytes"));
            } else if let Err(error) = path.parse::<Path>() {
                errors.add("verification.path", error.to_string());
            }
        }
        Verification::Basic { username, .. } => {
            if username.is_empty() || username.contains(':') || username.chars().any(char::is_control) {
                errors.add("verification.username", "give a user name without colon or control characters");
            }
        }
        Verification::StandardWebhooks { secret } => {
            if let Some(Err(error)) = secret.as_ref().map(SigningKey::new) {
                return errors.add("verification.secret", error.to_string());
            }
        }
        Verification::Hmac(scheme) => check_hmac(scheme, errors),
        Verification::Stripe { tolerance_s, .. } => {
            check_tolerance(*tolerance_s, "verification.tolerance_s", errors);
        }
    }
    check_secret(verification, errors);
}

fn check_header(name: &str, field: &str, errors: &mut FieldErrors) {
    if !header::is_name(name) {
        errors.add(field, "a header's name has letters, digits and hyphens");
    }
}

fn check_hmac(scheme: &HmacScheme, errors: &mut FieldErrors) {
    check_header(&scheme.header, "verification.header", errors);
    // It may end in a space, as after the scheme in `authorization`.
    if scheme.prefix.len() > 100 || !header::is_value(scheme.prefix.trim_end_matches(' ')) {
        errors.add("verification.prefix", "use at most 100 visible ASCII characters");
    }
    match (&scheme.timestamp, scheme.signed.has_timestamp()) {
        (Some(SignedTimestamp { header, tolerance_s }), true) => {
            check_header(header, "verification.timestamp.header", errors);
            check_tolerance(*tolerance_s, "verification.timestamp.tolerance_s", errors);
        }
        (None, true) => errors.add("verification.timestamp", "name the header of the time that is signed"),
        (Some(_), false) => {
            errors.add(
                "verification.signed",
                "a time that is not signed proves nothing; sign it or leave it out",
            );
        }
        (None, false) => {}
    }
}

fn check_tolerance(seconds: u32, field: &str, errors: &mut FieldErrors) {
    if !(1..=MAX_TOLERANCE_S).contains(&seconds) {
        errors.add(field, format!("use 1 to {MAX_TOLERANCE_S} seconds"));
    }
}

fn check_secret(verification: &Verification, errors: &mut FieldErrors) {
    let (Some(field), Some(secret)) = (verification.secret_field(), verification.secret()) else { return };
    let field = format!("verification.{field}");
    let secret = secret.reveal();
    if secret.is_empty() {
        errors.add(field, "it is empty; leave it out to keep the stored one");
    } else if secret.len() > MAX_SECRET_BYTES {
        errors.add(field, format!("use at most {MAX_SECRET_BYTES} bytes"));
    } else if secret.chars().any(char::is_control) {
        errors.add(field, "control characters are not allowed");
    } else if matches!(verification, Verification::HeaderToken { .. }) && !header::is_value(secret) {
        errors.add(field, "a header holds visible ASCII characters only");
    }
}
