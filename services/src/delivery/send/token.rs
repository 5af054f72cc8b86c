//! Tokens by OAuth 2.0 client credentials. Source: RFC 6749, sections 2.3.1 and 4.4.
//!
//! A token is fetched through the same guarded client as messages, kept until shortly before it expires, and shared by
//! all sends of its integration. Whoever finds none fetches one; whoever comes meanwhile waits for that fetch and takes
//! its outcome, good or bad. A token that a receiver answers with 401 is forgotten, unless it was replaced already.

use super::mask::Masks;
use super::{RenderError, auth};
use crate::outbound_http::{Exchange, OutboundHttp, OutboundRequest};
use bytes::Bytes;
use domain::delivery::{Answer, SendError};
use domain::integration::Auth;
use domain::secret::SecretText;
use domain::time::Timestamp;
use form_urlencoded::{Serializer, byte_serialize};
use http::{HeaderMap, HeaderValue, Method, header};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};
use url::Url;

/// Largest answer of a token endpoint that is read.
const MAX_TOKEN_ANSWER_BYTES: usize = 64 * 1024;
/// How long before its end a token is no longer used; half its life at most.
const EXPIRY_MARGIN: Duration = Duration::from_secs(30);
/// How long a token lives whose endpoint does not say.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(300);
/// How long a token is kept at most, whatever its endpoint says.
const MAX_LIFETIME: Duration = Duration::from_secs(24 * 3600);
/// The errors of RFC 6749, section 5.2. No other text of a token endpoint is shown: it may echo what it was sent.
const KNOWN_ERRORS: [&str; 6] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
];

/// Why no token could be had. Holds neither secrets nor anything that the endpoint wrote freely.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The endpoint was not reached, or gave no answer.
    #[error("token endpoint: {detail} ({})", .error.as_str())]
    NoAnswer {
        /// What happened.
        error: SendError,
        /// More about it.
        detail: String,
    },
    /// The endpoint answered something else than 2xx.
    #[error("token endpoint answered {status}{}", .code.map(|code| format!(" ({code})")).unwrap_or_default())]
    Refused {
        /// Its status.
        status: u16,
        /// Its error, if it is one that RFC 6749 knows.
        code: Option<&'static str>,
    },
    /// It answered 2xx, but without a bearer token that can stand in a header.
    #[error("token endpoint answered without a usable bearer token")]
    NoToken,
    /// It wrote more than 64 KiB.
    #[error("token endpoint answered more than 64 KiB")]
    TooLarge,
}

/// A token as it is sent. Prints nothing of itself.
pub(super) struct Token {
    /// `Bearer …`, marked sensitive.
    pub(super) authorization: HeaderValue,
    /// Finds it in what comes back.
    pub(super) masks: Masks,
    usable_until: Instant,
}

/// What decides about an integration's tokens, as one number: a changed secret must not use an old token.
pub(super) type Fingerprint = [u8; 32];

/// Where one integration's tokens come from, and the current one.
pub(super) struct TokenSource {
    url: Url,
    headers: HeaderMap,
    body: Bytes,
    current: RwLock<Option<Arc<Token>>>,
    /// Held by whoever fetches; the last failure and when it was known.
    fetching: Mutex<Option<(Instant, TokenError)>>,
}

impl TokenSource {
    /// The source that `auth` describes, `None` if it is not OAuth 2.0.
    pub(super) fn of(auth: &Auth) -> Result<Option<Self>, RenderError> {
        let Auth::OAuth2 { client_id, client_secret, token_url, scope } = auth else { return Ok(None) };
        let secret = client_secret.as_ref().ok_or(RenderError::MissingSecret("client secret"))?;
        let url = Url::parse(token_url).map_err(|_| RenderError::InvalidUrl("token URL"))?;
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        if !scope.is_empty() {
            form.append_pair("scope", scope);
        }
        Ok(Some(Self {
            url,
            headers: request_headers(client_id, secret),
            body: form.finish().into(),
            current: RwLock::default(),
            fetching: Mutex::default(),
        }))
    }

    /// Differs when the URL, the credentials or the scope differ.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        let authorization = self.headers.get(header::AUTHORIZATION).map_or(&[][..], HeaderValue::as_bytes);
        let mut hash = Sha256::new();
        for part in [self.url.as_str().as_bytes(), authorization, &self.body] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().into()
    }

    /// The current token, fetched if there is none.
    pub(super) async fn token(
        &self,
        http: &OutboundHttp,
        deadline: Instant,
        now: Timestamp,
    ) -> Result<Arc<Token>, TokenError> {
        if let Some(token) = self.usable() {
            return Ok(token);
        }
        let asked_at = Instant::now();
        let mut last_failure = timeout_at(deadline, self.fetching.lock()).await.map_err(|_| timed_out())?;
        if let Some(token) = self.usable() {
            return Ok(token);
        }
        if let Some((known_at, failure)) = &*last_failure
            && *known_at >= asked_at
        {
            return Err(failure.clone());
        }
        match self.fetch(http, deadline, now).await {
            Ok(token) => {
                let token = Arc::new(token);
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&token));
                Ok(token)
            }
            Err(failure) => {
                // A timeout says that this caller's time was up, not that those who still have time will fail.
                let is_shared = !matches!(failure, TokenError::NoAnswer { error: SendError::Timeout, .. });
                *last_failure = is_shared.then(|| (Instant::now(), failure.clone()));
                Err(failure)
            }
        }
    }

    /// Drops `refused`, so that the next caller fetches anew; nothing if it is no longer the current one.
    pub(super) fn forget(&self, refused: &Arc<Token>) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        current.take_if(|token| Arc::ptr_eq(token, refused));
    }

    fn usable(&self) -> Option<Arc<Token>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().filter(|token| Instant::now() < token.usable_until).cloned()
    }

    async fn fetch(
        &self,
        http: &OutboundHttp,
        deadline: Instant,
        now: Timestamp,
    ) -> Result<Token, TokenError> {
        let request = OutboundRequest {
            method: Method::POST,
            url: self.url.clone(),
            headers: self.headers.clone(),
            body: self.body.clone(),
            deadline,
            sent_at: now,
            max_body_bytes: MAX_TOKEN_ANSWER_BYTES,
        };
        token_in(http.exchange(request).await)
    }
}

fn timed_out() -> TokenError {
    TokenError::NoAnswer { error: SendError::Timeout, detail: "no answer in time".into() }
}

/// Id and secret are form-encoded before they are joined (section 2.3.1), so a colon in either does no harm.
pub(super) fn client_credentials(client_id: &str, secret: &SecretText) -> String {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    auth::basic(&encoded(client_id), &encoded(secret.reveal()))
}

fn request_headers(client_id: &str, secret: &SecretText) -> HeaderMap {
    let credentials = client_credentials(client_id, secret);
    let mut authorization =
        HeaderValue::try_from(format!("Basic {credentials}")).expect("base64 is visible ASCII");
    authorization.set_sensitive(true);
    HeaderMap::from_iter([
        (header::AUTHORIZATION, authorization),
        (header::ACCEPT, HeaderValue::from_static("application/json")),
        (header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded")),
        (header::USER_AGENT, super::user_agent()),
    ])
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: SecretText,
    #[serde(default)]
    token_type: Option<String>,
    /// A number; some servers send it as a string.
    #[serde(default)]
    expires_in: Option<Value>,
}

fn token_in(exchange: Exchange) -> Result<Token, TokenError> {
    match exchange.answer {
        Answer::Error(error) => {
            Err(TokenError::NoAnswer { error, detail: exchange.detail.unwrap_or_default() })
        }
        Answer::Http { .. } if exchange.truncated => Err(TokenError::TooLarge),
        Answer::Http { status: 200..=299, .. } => token_of(&exchange.body).ok_or(TokenError::NoToken),
        Answer::Http { status, .. } => Err(TokenError::Refused { status, code: known_error(&exchange.body) }),
    }
}

fn token_of(body: &[u8]) -> Option<Token> {
    let answer: TokenAnswer = serde_json::from_slice(body).ok()?;
    let is_bearer = answer.token_type.is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
    if !is_bearer || answer.access_token.reveal().is_empty() {
        return None;
    }
    let mut authorization = HeaderValue::try_from(format!("Bearer {}", answer.access_token.reveal())).ok()?;
    authorization.set_sensitive(true);
    let lifetime = answer.expires_in.as_ref().map_or(DEFAULT_LIFETIME, lifetime_of).min(MAX_LIFETIME);
    let margin = EXPIRY_MARGIN.min(lifetime / 2);
    let masks = Masks::of_token(answer.access_token.reveal());
    Some(Token { authorization, masks, usable_until: Instant::now() + (lifetime - margin) })
}

fn lifetime_of(expires_in: &Value) -> Duration {
    let text = expires_in.as_str().map_or_else(|| expires_in.to_string(), str::to_owned);
    // `as` saturates: what is negative has ended, what is huge is cut by the caller.
    text.trim().parse::<f64>().map_or(DEFAULT_LIFETIME, |seconds| Duration::from_secs(seconds as u64))
}

fn known_error(body: &[u8]) -> Option<&'static str> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let code = answer.get("error")?.as_str()?;
    KNOWN_ERRORS.into_iter().find(|known| *known == code)
}
