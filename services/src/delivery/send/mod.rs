//! Making and sending one message.
//!
//! `Prepared` is what a message needs of its integration, worked out once per version of that integration: parsed
//! URL, headers, templates, signing keys, where tokens come from. [`Sender`] keeps one per integration, renders the
//! message, adds the OAuth 2.0 token if there is one, and makes the call; a 401 to a token makes it fetch another and
//! send once more. All of that happens under the integration's one deadline. What comes back is masked before anybody
//! sees it (`mask`). What a failure means for the delivery is not decided here but by the retry policy, from the
//! [`Exchange`] in the report.

mod auth;
mod content;
mod example;
mod mask;
mod prepared;
mod token;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use example::{example, example_of, sample_event, without_secrets};
pub use prepared::Rendered;
pub use token::TokenError;

use crate::outbound_http::{Exchange, OutboundHttp, OutboundRequest};
use domain::delivery::SendError;
use domain::event::Event;
use domain::hops::{HOPS_HEADER, HopSigner, Hops};
use domain::ids::{AccountId, DeliveryId, IntegrationId};
use domain::integration::Target;
use domain::limits::MAX_STORED_RESPONSE_BYTES;
use domain::template::{RenderedTooLarge, TemplateError};
use domain::time::Timestamp;
use http::{HeaderName, HeaderValue, header};
use mask::{Masks, mask};
use moka::sync::Cache;
use prepared::Prepared;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use token::{Token, TokenSource};
use tokio::time::Instant;
use url::Url;

/// Tells our own addresses that a call comes from ourselves.
const HOPS: HeaderName = HeaderName::from_static(HOPS_HEADER);
/// Integrations whose preparation and token are kept.
const MAX_KEPT: u64 = 20_000;
/// How long an integration that sends nothing keeps them.
const KEPT_IDLE: Duration = Duration::from_secs(3600);

/// One message to one integration.
#[derive(Clone)]
pub struct Message {
    /// The delivery; the receiver sees it as `webhook-id` on every attempt.
    pub delivery_id: DeliveryId,
    /// Which attempt this is; 1 is the first.
    pub attempt: i32,
    /// What is told.
    pub event: Arc<Event>,
    /// The account that tells it.
    pub account_id: AccountId,
    /// Whom it is told.
    pub target: Arc<Target>,
    /// The wall clock's time of this attempt.
    pub now: Timestamp,
}

/// Why a message could not be made. The configuration has to be changed before trying again can help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The named URL is none.
    #[error("the {0} is not a valid URL")]
    InvalidUrl(&'static str),
    /// The named header cannot be sent.
    #[error("the header `{0}` cannot be sent")]
    InvalidHeader(String),
    /// The named secret was never set.
    #[error("the {0} is not set")]
    MissingSecret(&'static str),
    /// A signing secret is not `whsec_` + base64.
    #[error("a signing secret is malformed")]
    InvalidSigningSecret,
    /// The body's template is no template.
    #[error("the body template is malformed: {0}")]
    Template(#[from] TemplateError),
    /// The template makes too much of this event.
    #[error(transparent)]
    TooLarge(#[from] RenderedTooLarge),
    /// The event's data is nested too deeply for a template.
    #[error("the event's data cannot be read")]
    UnreadableData,
}

/// What came of sending a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendReport {
    /// The call that decided; its duration covers everything, token fetch and re-send included.
    pub exchange: Exchange,
    /// Whether the message was sent a second time, because the first token was refused.
    pub is_resent: bool,
}

/// Sends messages. Cheap to clone; clones share connections and tokens.
#[derive(Clone)]
pub struct Sender {
    http: OutboundHttp,
    hops: HopSigner,
    prepared: Cache<IntegrationId, Arc<Prepared>>,
    /// By integration and what decides about its tokens, so that they outlive changes of anything else.
    tokens: Cache<(IntegrationId, token::Fingerprint), Arc<TokenSource>>,
}

/// What stops a message before there is an exchange with its receiver.
#[derive(Debug, thiserror::Error)]
enum Unsent {
    #[error(transparent)]
    Render(#[from] RenderError),
    #[error(transparent)]
    Token(#[from] TokenError),
}

impl Sender {
    /// A sender that calls through `http` and says by `hops` how far an event has come.
    #[must_use]
    pub fn new(http: OutboundHttp, hops: HopSigner) -> Self {
        let prepared = Cache::builder().max_capacity(MAX_KEPT).time_to_idle(KEPT_IDLE).build();
        let tokens = Cache::builder().max_capacity(MAX_KEPT).time_to_idle(KEPT_IDLE).build();
        Self { http, hops, prepared, tokens }
    }

    /// Sends `message` and reads the answer, within the `timeout_ms` of its integration from now.
    pub async fn send(&self, message: &Message) -> SendReport {
        let begun = Instant::now();
        let outcome = self.send_before(message, begun + deadline_of(&message.target)).await;
        let duration = begun.elapsed();
        match outcome {
            Ok(report) => SendReport { exchange: Exchange { duration, ..report.exchange }, ..report },
            Err(unsent) => SendReport {
                exchange: Exchange::failed(unsent.class(), unsent.to_string(), duration),
                is_resent: false,
            },
        }
    }

    async fn send_before(&self, message: &Message, deadline: Instant) -> Result<SendReport, Unsent> {
        let prepared = self.prepared(&message.target)?;
        let call = Call { http: &self.http, url: prepared.url()?, masks: &prepared.masks, message, deadline };
        let mut rendered = prepared.render(message)?;
        rendered.headers.insert(HOPS, hops_value(&self.hops, message.event.hops));
        let Some(tokens) = &prepared.tokens else {
            return Ok(SendReport { exchange: call.send(rendered, None).await, is_resent: false });
        };
        let token = tokens.token(&self.http, deadline, message.now).await?;
        let exchange = call.send(rendered.clone(), Some(&token)).await;
        if exchange.status() != Some(401) {
            return Ok(SendReport { exchange, is_resent: false });
        }
        tokens.forget(&token);
        let token = tokens.token(&self.http, deadline, message.now).await?;
        Ok(SendReport { exchange: call.send(rendered, Some(&token)).await, is_resent: true })
    }

    /// Targets are replaced, never changed, so the same pointer means the same configuration.
    fn prepared(&self, target: &Arc<Target>) -> Result<Arc<Prepared>, RenderError> {
        if let Some(prepared) = self.prepared.get(&target.id)
            && Arc::ptr_eq(&prepared.target, target)
        {
            return Ok(prepared);
        }
        let mut prepared = Prepared::of(Arc::clone(target))?;
        prepared.tokens = self.token_source(target)?;
        let prepared = Arc::new(prepared);
        self.prepared.insert(target.id, Arc::clone(&prepared));
        Ok(prepared)
    }

    fn token_source(&self, target: &Target) -> Result<Option<Arc<TokenSource>>, RenderError> {
        let Some(source) = TokenSource::of(&target.config.auth)? else { return Ok(None) };
        let key = (target.id, source.fingerprint());
        Ok(Some(self.tokens.get_with(key, || Arc::new(source))))
    }
}

/// One message on its way: what both sends of it share.
struct Call<'a> {
    http: &'a OutboundHttp,
    url: &'a Url,
    masks: &'a Masks,
    message: &'a Message,
    deadline: Instant,
}

impl Call<'_> {
    async fn send(&self, rendered: Rendered, token: Option<&Token>) -> Exchange {
        let mut headers = rendered.headers;
        if let Some(token) = token {
            headers.insert(header::AUTHORIZATION, token.authorization.clone());
        }
        let request = OutboundRequest {
            method: prepared::method_of(&self.message.target),
            url: self.url.clone(),
            headers,
            body: rendered.body,
            deadline: self.deadline,
            sent_at: self.message.now,
            max_body_bytes: MAX_STORED_RESPONSE_BYTES,
        };
        let mut exchange = self.http.exchange(request).await;
        match token {
            None => mask(&mut exchange, &[self.masks]),
            Some(token) => mask(&mut exchange, &[self.masks, &token.masks]),
        }
        exchange
    }
}

/// Leaves the event's data out: payloads do not belong in logs.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("delivery_id", &self.delivery_id)
            .field("attempt", &self.attempt)
            .field("event_id", &self.event.id)
            .field("integration_id", &self.target.id)
            .finish_non_exhaustive()
    }
}

impl Unsent {
    const fn class(&self) -> SendError {
        match self {
            Self::Render(_) => SendError::InvalidRequest,
            Self::Token(_) => SendError::TokenError,
        }
    }
}

fn deadline_of(target: &Target) -> Duration {
    Duration::from_millis(target.config.timeout_ms.into())
}

fn hops_value(signer: &HopSigner, hops: Hops) -> HeaderValue {
    HeaderValue::from_str(signer.header(hops)).expect("a number and base64 are visible ASCII")
}

/// Who we say we are.
fn user_agent() -> HeaderValue {
    HeaderValue::from_static(concat!("Hookloft/", env!("CARGO_PKG_VERSION")))
}
