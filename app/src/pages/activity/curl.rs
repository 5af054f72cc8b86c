//! Requests as `curl` lines.

/// Headers that curl makes itself, or that a proxy added.
const NOT_COPIED: [&str; 5] =
    ["host", "content-length", "connection", "accept-encoding", "transfer-encoding"];

/// A `curl` line that sends the same again; masked values stay masked.
pub fn line(method: &str, url: &str, headers: &[(String, String)], body: &str) -> String {
    let mut parts = vec![format!("curl -X {method} {}", quoted(url))];
    let copied = headers.iter().filter(|(name, _)| !NOT_COPIED.contains(&name.to_ascii_lowercase().as_str()));
    parts.extend(copied.map(|(name, value)| format!("-H {}", quoted(&format!("{name}: {value}")))));
    if !body.is_empty() {
        parts.push(format!("--data-binary {}", quoted(body)));
    }
    parts.join(" \\\n  ")
}

/// `text` as one word of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a24_requests_are_copied_as_curl() {
        let headers = [("Host".to_owned(), "x".to_owned()), ("x-a".to_owned(), "it's".to_owned())];
        assert_eq!(
            line("POST", "http://h/in/1/e", &headers, "{}"),
            "curl -X POST 'http://h/in/1/e' \\\n  -H 'x-a: it'\\''s' \\\n  --data-binary '{}'"
        );
    }
}
