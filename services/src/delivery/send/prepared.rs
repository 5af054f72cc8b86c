//! What a message needs of its integration, and the message made from it.

use super::content::Content;
use super::mask::Masks;
use super::token::TokenSource;
use super::{Message, RenderError, auth, user_agent};
use bytes::Bytes;
use domain::integration::{Header, Method, Signing, Target};
use domain::signature::SigningKey;
use domain::time::Timestamp;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use std::fmt;
use std::sync::Arc;
use url::Url;

pub(super) const WEBHOOK_ID: HeaderName = HeaderName::from_static("webhook-id");
pub(super) const WEBHOOK_TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
pub(super) const WEBHOOK_SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");
const ATTEMPT: HeaderName = HeaderName::from_static("x-hookloft-attempt");

/// Headers that are made per message: those above, and the token.
const VARYING_HEADERS: usize = 5;

/// A message as it leaves, an OAuth 2.0 token apart.
#[derive(Clone)]
pub struct Rendered {
    /// All headers that we make ourselves.
    pub headers: HeaderMap,
    /// The exact bytes that are signed and sent.
    pub body: Bytes,
    /// Also in `headers`.
    pub content_type: &'static str,
}

/// What all messages to one version of an integration have in common.
pub(super) struct Prepared {
    /// That version.
    pub(super) target: Arc<Target>,
    /// Where tokens come from; the sender fills it in.
    pub(super) tokens: Option<Arc<TokenSource>>,
    /// Finds its secrets in what comes back.
    pub(super) masks: Masks,
    url: Option<Url>,
    headers: Vec<(HeaderName, HeaderValue)>,
    content: Content,
    signing_keys: Vec<(SigningKey, Option<Timestamp>)>,
}

impl Prepared {
    /// Works out what messages to `target` have in common. A missing URL is told when it is asked for, so that an
    /// example can be shown before there is one.
    pub(super) fn of(target: Arc<Target>) -> Result<Self, RenderError> {
        let config = &target.config;
        let content = Content::of(config)?;
        let mut headers = vec![
            (header::USER_AGENT, user_agent()),
            (header::CONTENT_TYPE, HeaderValue::from_static(content.content_type())),
        ];
        for header in &config.headers {
            headers.push(custom_header(header)?);
        }
        headers.extend(auth::fixed_header(&config.auth)?);
        let signing_keys = signing_keys(&target)?;
        let url = Url::parse(&config.target_url).ok();
        let masks = Masks::of(&config.auth);
        Ok(Self { target, tokens: None, masks, url, headers, content, signing_keys })
    }

    /// Where messages go.
    pub(super) fn url(&self) -> Result<&Url, RenderError> {
        self.url.as_ref().ok_or(RenderError::InvalidUrl("target URL"))
    }

    /// The message itself.
    pub(super) fn render(&self, message: &Message) -> Result<Rendered, RenderError> {
        let body = Bytes::from(self.content.body(message)?);
        let mut headers = HeaderMap::with_capacity(self.headers.len() + VARYING_HEADERS);
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        headers.insert(ATTEMPT, HeaderValue::from(message.attempt));
        if !self.signing_keys.is_empty() {
            self.sign(message, &body, &mut headers);
        }
        Ok(Rendered { headers, body, content_type: self.content.content_type() })
    }

    /// Adds the headers of Standard Webhooks: one signature per secret that has not expired, current first.
    fn sign(&self, message: &Message, body: &[u8], headers: &mut HeaderMap) {
        let id = message.delivery_id.to_string();
        let timestamp = message.now.seconds();
        let mut signatures = String::new();
        for (key, expires_at) in &self.signing_keys {
            if expires_at.is_none_or(|at| message.now < at) {
                if !signatures.is_empty() {
                    signatures.push(' ');
                }
                signatures.push_str(&key.sign(&id, timestamp, body));
            }
        }
        headers.insert(WEBHOOK_TIMESTAMP, HeaderValue::from(timestamp));
        headers.insert(WEBHOOK_ID, HeaderValue::try_from(id).expect("a UUID is visible ASCII"));
        headers
            .insert(WEBHOOK_SIGNATURE, HeaderValue::try_from(signatures).expect("base64 is visible ASCII"));
    }
}

/// The method of messages to `target`.
pub(super) const fn method_of(target: &Target) -> http::Method {
    match target.config.method {
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
    }
}

fn custom_header(header: &Header) -> Result<(HeaderName, HeaderValue), RenderError> {
    let invalid = || RenderError::InvalidHeader(header.name.clone());
    let name = HeaderName::from_bytes(header.name.as_bytes()).map_err(|_| invalid())?;
    let value = HeaderValue::from_str(&header.value).map_err(|_| invalid())?;
    Ok((name, value))
}

fn signing_keys(target: &Target) -> Result<Vec<(SigningKey, Option<Timestamp>)>, RenderError> {
    if target.config.signing == Signing::Off {
        return Ok(Vec::new());
    }
    if target.signing_secrets.is_empty() {
        return Err(RenderError::MissingSecret("signing secret"));
    }
    let keyed = target.signing_secrets.iter().map(|signing| {
        let key = SigningKey::new(&signing.secret).map_err(|_| RenderError::InvalidSigningSecret)?;
        Ok((key, signing.expires_at))
    });
    keyed.collect()
}

/// Leaves the body out: payloads do not belong in logs.
impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { headers, body, content_type } = self;
        f.debug_struct("Rendered")
            .field("headers", headers)
            .field("body_bytes", &body.len())
            .field("content_type", content_type)
            .finish()
    }
}
