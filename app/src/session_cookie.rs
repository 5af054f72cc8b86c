//! The session cookie: its name, how it is set and cleared, and how it is found in a request.

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use services::sessions::LIFETIME_MS;
use url::{Host, Url};

/// How long browsers keep it: as long as the session behind it, with which it is renewed.
const MAX_AGE_S: i64 = LIFETIME_MS / 1000;

/// The session cookie as this installation sets it (D27).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionCookie {
    is_secure: bool,
}

impl SessionCookie {
    /// `__Host-` and `Secure` where the console is reached over https or on this very machine, plain elsewhere.
    #[must_use]
    pub fn for_public_url(public_url: &Url) -> Self {
        let is_loopback = match public_url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        Self { is_secure: public_url.scheme() == "https" || is_loopback }
    }

    /// Whether browsers protect it from being read on the way; if not, the sign-in page warns.
    #[must_use]
    pub const fn is_secure(self) -> bool {
        self.is_secure
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        if self.is_secure { "__Host-hookloft" } else { "hookloft" }
    }

    /// The session token a request came with.
    #[must_use]
    pub fn read(self, headers: &HeaderMap) -> Option<&str> {
        headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == self.name())
            .map(|(_, token)| token)
    }

    /// The `Set-Cookie` value that hands `token` to the browser.
    #[must_use]
    pub fn set(self, token: &str) -> String {
        self.line(token, MAX_AGE_S)
    }

    /// The `Set-Cookie` value that takes it away.
    #[must_use]
    pub fn clear(self) -> String {
        self.line("", 0)
    }

    fn line(self, token: &str, max_age_s: i64) -> String {
        let secure = if self.is_secure { "; Secure" } else { "" };
        format!("{}={token}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}", self.name())
    }

    /// The one the server put into the context.
    pub(crate) fn of_installation() -> Self {
        use_context().unwrap_or(Self { is_secure: true })
    }

    /// Puts `line`, made by [`Self::set`] or [`Self::clear`], into the answer to the current request.
    pub(crate) fn send(line: &str) {
        if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(line)) {
            response.append_header(SET_COOKIE, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> SessionCookie {
        SessionCookie::for_public_url(&Url::parse(url).expect("a URL"))
    }

    #[test]
    fn d27_host_prefix_on_https_and_loopback_only() {
        for (url, name) in [
            ("https://hooks.example.com", "__Host-hookloft"),
            ("http://127.0.0.1:3000", "__Host-hookloft"),
            ("http://localhost:3000", "__Host-hookloft"),
            ("http://[::1]:3000", "__Host-hookloft"),
            ("http://hooks.internal", "hookloft"),
        ] {
            assert_eq!(of(url).name(), name, "{url}");
        }
        assert!(of("https://a.example").set("t").ends_with("HttpOnly; SameSite=Lax; Secure"));
        assert!(!of("http://a.example").set("t").contains("Secure"));
    }

    #[test]
    fn token_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("a=1; __Host-hookloft=tok; b=2"));
        assert_eq!(of("https://a.example").read(&headers), Some("tok"));
        assert_eq!(of("http://a.example").read(&headers), None);
    }
}
