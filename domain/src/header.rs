//! Names and values of HTTP headers, as configurations may hold them.

/// Whether `name` is a header name: 1 to 100 token characters of RFC 9110, section 5.6.2.
#[must_use]
pub fn is_name(name: &str) -> bool {
    (1..=100).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Whether `value` can be sent as it is: visible ASCII with spaces inside, at most 4,096 bytes.
#[must_use]
pub fn is_value(value: &str) -> bool {
    value.len() <= 4096
        && value.trim_matches(' ') == value
        && value.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// Whether the values of `name` are secrets by nature, so that rows, explanations and previews show `***`.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    ["authorization", "proxy-authorization", "cookie", "set-cookie"]
        .iter()
        .any(|secret| name.eq_ignore_ascii_case(secret))
}

/// What stands where a secret was.
pub const MASK: &str = "***";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tokens() {
        for (name, expected) in
            [("x-api-key", true), ("X_Key", true), ("", false), ("a b", false), ("a:b", false), ("ä", false)]
        {
            assert_eq!(is_name(name), expected, "{name}");
        }
        assert!(!is_name(&"a".repeat(101)));
    }

    #[test]
    fn values_cannot_split_a_message() {
        for (value, expected) in
            [("a b", true), ("", true), (" a", false), ("a\r\nb: c", false), ("a\tb", false), ("ä", false)]
        {
            assert_eq!(is_value(value), expected, "{value:?}");
        }
    }

    #[test]
    fn secret_headers_are_known_in_any_case() {
        assert!(is_secret("Authorization"));
        assert!(is_secret("cookie"));
        assert!(!is_secret("x-request-id"));
    }
}
