//! What a receiver says, without the secrets that it was sent: some answer with every header they got, and an account's
//! viewers read what they answer.

use crate::outbound_http::Exchange;
use domain::header::MASK;
use domain::integration::Auth;
use domain::secret::SecretText;
use memchr::memmem::Finder;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

/// Shorter secrets are common words: with them masked, nothing of an answer could be read.
const MIN_SECRET_BYTES: usize = 6;
/// The part of a secret that may be left where an answer is cut off.
const MIN_PART_BYTES: usize = 4;

/// The secrets of an integration in the spellings in which they may come back. Prints nothing of itself.
#[derive(Default)]
pub(super) struct Masks(Vec<Finder<'static>>);

impl Masks {
    /// What `auth` keeps secret.
    pub(super) fn of(auth: &Auth) -> Self {
        let (secret, credentials) = match auth {
            Auth::None => return Self::default(),
            Auth::Basic { username, password } => {
                (password, password.as_ref().map(|password| super::auth::basic(username, password.reveal())))
            }
            Auth::ApiKey { value, .. } => (value, None),
            Auth::OAuth2 { client_id, client_secret, .. } => {
                let credentials = |secret| super::token::client_credentials(client_id, secret);
                (client_secret, client_secret.as_ref().map(credentials))
            }
        };
        let secret = secret.as_ref().map(SecretText::reveal).and_then(long_enough);
        Self::of_texts(secret.into_iter().chain(credentials.as_deref()))
    }

    /// An access token.
    pub(super) fn of_token(token: &str) -> Self {
        Self::of_texts(long_enough(token))
    }

    fn of_texts<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let spellings: BTreeSet<String> = secrets.into_iter().flat_map(spellings).collect();
        Self(spellings.iter().map(|spelling| Finder::new(spelling).into_owned()).collect())
    }
}

/// Masks what `exchange` tells of the secrets.
pub(super) fn mask(exchange: &mut Exchange, secrets: &[&Masks]) {
    if secrets.iter().all(|masks| masks.0.is_empty()) {
        return;
    }
    if let Some(body) = masked(&exchange.body, exchange.truncated, secrets) {
        exchange.body = body;
    }
    let texts = exchange.headers.iter_mut().map(|(_, value)| value);
    for text in texts.chain(exchange.detail.as_mut()) {
        // A shortened text says so by its end.
        let whole = text.strip_suffix('…');
        if let Some(masked) = masked(whole.unwrap_or(text).as_bytes(), whole.is_some(), secrets) {
            let end = whole.map_or("", |_| "…");
            *text = format!("{}{end}", String::from_utf8_lossy(&masked));
        }
    }
}

/// `text` with secrets masked; `None` where there are none in it. Secrets that overlap are masked as one.
fn masked(text: &[u8], is_cut: bool, secrets: &[&Masks]) -> Option<Vec<u8>> {
    let finders = || secrets.iter().flat_map(|masks| &masks.0);
    let mut found: Vec<Range<usize>> = finders()
        .flat_map(|finder| finder.find_iter(text).map(|start| start..start + finder.needle().len()))
        .collect();
    if is_cut {
        found.extend(finders().filter_map(|finder| cut_off(text, finder.needle())));
    }
    if found.is_empty() {
        return None;
    }
    found.sort_unstable_by_key(|range| range.start);
    let mut masked = Vec::with_capacity(text.len());
    let mut told = 0;
    for Range { start, end } in found {
        if start >= told {
            masked.extend_from_slice(&text[told..start]);
            masked.extend_from_slice(MASK.as_bytes());
        }
        told = told.max(end);
    }
    masked.extend_from_slice(&text[told..]);
    Some(masked)
}

/// Where the end of `text` is the beginning of `secret`.
fn cut_off(text: &[u8], secret: &[u8]) -> Option<Range<usize>> {
    let longest = secret.len().min(text.len() + 1);
    let part = (MIN_PART_BYTES..longest).rev().find(|part| text.ends_with(&secret[..*part]))?;
    Some(text.len() - part..text.len())
}

/// A secret as it arrives: header values lose the blanks around them.
fn long_enough(secret: &str) -> Option<&str> {
    Some(secret.trim()).filter(|secret| secret.len() >= MIN_SECRET_BYTES)
}

/// `secret` as text, in JSON with and without escapes that are a matter of taste, and in a URL or a form; also as read
/// by those who take headers for Latin-1.
fn spellings(secret: &str) -> Vec<String> {
    let latin_1: String = secret.bytes().map(char::from).collect();
    let of_text = |text: &str| {
        let quoted = serde_json::Value::from(text).to_string();
        let json = quoted[1..quoted.len() - 1].to_owned();
        let ascii = ascii_json(&json);
        let slashed = |json: &str| json.replace('/', "\\/");
        let url = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        [text.to_owned(), slashed(&json), slashed(&ascii), json, ascii, url]
    };
    of_text(secret).into_iter().chain(of_text(&latin_1)).collect()
}

fn ascii_json(json: &str) -> String {
    let mut ascii = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() {
            ascii.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            write!(ascii, "\\u{unit:04x}").expect("a string takes all");
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(text: &str, is_cut: bool, secrets: &[&str]) -> String {
        let masks = Masks::of_texts(secrets.iter().copied());
        let masked = masked(text.as_bytes(), is_cut, &[&masks]);
        masked.map_or_else(|| text.to_owned(), |masked| String::from_utf8(masked).expect("text"))
    }

    #[test]
    fn secrets_are_masked_however_they_are_spelt() {
        for (text, expected) in [
            ("a p/\"ä-secret z", "a *** z"),
            (r#"{"a":"p/\"ä-secret"}"#, r#"{"a":"***"}"#),
            (r#"{"a":"p\/\"ä-secret"}"#, r#"{"a":"***"}"#),
            (r#"{"a":"p/\"\u00e4-secret"}"#, r#"{"a":"***"}"#),
            (r#"{"a":"p\/\"\u00c3\u00a4-secret"}"#, r#"{"a":"***"}"#),
            ("?a=p%2F%22%C3%A4-secret&b", "?a=***&b"),
            ("a p/\"Ã¤-secret z", "a *** z"),
            ("p/\"ä-secre t", "p/\"ä-secre t"),
        ] {
            assert_eq!(text_of(text, false, &["p/\"ä-secret"]), expected);
        }
    }

    #[test]
    fn secrets_that_overlap_leave_nothing_of_each_other() {
        assert_eq!(text_of("<abcdefghijkl>", false, &["abcdefgh", "efghijkl"]), "<***>");
        assert_eq!(text_of("<abcdefghijkl>", false, &["abcdefghijkl", "cdefgh"]), "<***>");
        assert_eq!(text_of("<abcdefabcdef>", false, &["abcdef"]), "<******>");
    }

    #[test]
    fn what_is_cut_off_of_a_secret_is_masked_where_the_text_was_cut() {
        assert_eq!(text_of("got abcdefg", true, &["abcdefgh"]), "got ***");
        assert_eq!(text_of("got abcd", true, &["abcdefgh"]), "got ***");
        assert_eq!(text_of("got abc", true, &["abcdefgh"]), "got abc");
        assert_eq!(text_of("got abcdefg", false, &["abcdefgh"]), "got abcdefg");
    }

    #[test]
    fn of_a_short_password_only_the_credentials_are_masked() {
        let masks =
            Masks::of(&Auth::Basic { username: "ada".into(), password: Some(SecretText::new("data")) });
        let said = masked(b"no data for Basic YWRhOmRhdGE=", false, &[&masks]);
        assert_eq!(said.as_deref(), Some(&b"no data for Basic ***"[..]));
        let key = Auth::ApiKey { header: "x-key".into(), value: Some(SecretText::new(" key-1 ")) };
        assert!(Masks::of(&key).0.is_empty());
        assert!(Masks::of(&Auth::None).0.is_empty());
    }
}
