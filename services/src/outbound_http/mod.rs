//! Outgoing HTTP: the only `reqwest` of the project.
//!
//! Whoever has something to send makes an [`OutboundRequest`] and gets an [`Exchange`] back, always: what went wrong is
//! part of the answer, because it is shown to the account's people and decides about the next attempt. Three rules hold
//! for every call and cannot be switched off by a tenant: only addresses that [`AddressPolicy`] admits are reached
//! (checked here for literal hosts and in the resolver for names), one deadline covers connect, headers and body, and
//! never more of a body is read than the caller asked for. Redirects are answers, not instructions.

mod body;
mod failure;
mod guard;
mod resolver;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use domain::delivery::{Answer, SendError};
use domain::limits::CONNECT_TIMEOUT_MS;
use domain::retry::parse_retry_after;
use domain::time::Timestamp;
use failure::Failure;
pub use guard::AddressPolicy;
use http::{HeaderMap, Method, header};
use reqwest::Client;
use resolver::{GuardedResolver, Lookup};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use url::{Host, Url};

/// Idle connections kept per host: a busy relay talks to one host only, and one connection carries one request.
const IDLE_CONNECTIONS_PER_HOST: usize = 512;
/// Shorter than the keep-alive of common servers and balancers, so that we close first.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// How often an HTTP/2 connection in use is asked whether it still lives.
const HTTP2_PING_INTERVAL: Duration = Duration::from_secs(10);
/// Longest text of an error or a `Location` that is kept.
const MAX_DETAIL_CHARS: usize = 300;
/// Headers of an answer that are worth keeping.
const KEPT_HEADERS: [header::HeaderName; 4] =
    [header::CONTENT_TYPE, header::LOCATION, header::RETRY_AFTER, header::WWW_AUTHENTICATE];

/// Why the HTTP client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum OutboundHttpError {
    /// No trusted certificates on this machine, mostly.
    #[error("could not set up outgoing HTTP; are CA certificates installed (SSL_CERT_FILE)?")]
    Client(#[source] reqwest::Error),
}

/// One call to make.
pub struct OutboundRequest {
    /// Its method.
    pub method: Method,
    /// Where it goes: `http` or `https`, without user name or password.
    pub url: Url,
    /// All its headers but `host`, `content-length`, `accept` and `accept-encoding`.
    pub headers: HeaderMap,
    /// Its body, exactly as sent.
    pub body: Bytes,
    /// When to give up, whatever has happened by then.
    pub deadline: Instant,
    /// The wall clock's time now, to which a date in `retry-after` relates.
    pub sent_at: Timestamp,
    /// Most bytes to read of the answer's body, counted after decompression.
    pub max_body_bytes: usize,
}

/// What came of a call.
#[derive(Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The answer, or why there is none.
    pub answer: Answer,
    /// More about a failure or a redirect, for a person. Holds nothing of the request but its host.
    pub detail: Option<String>,
    /// `content-type`, `location`, `retry-after` and `www-authenticate` of the answer, as far as they came.
    pub headers: Vec<(String, String)>,
    /// The body after decompression, at most as long as asked for.
    pub body: Vec<u8>,
    /// Whether the body went on after that.
    pub truncated: bool,
    /// From the call to the end of the body.
    pub duration: Duration,
}

/// Makes outgoing calls. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct OutboundHttp {
    inner: Arc<Clients>,
}

struct Clients {
    policy: Arc<AddressPolicy>,
    guarded: Client,
    /// For the installation's own origin only, which may have a private address. A client of its own, because a
    /// resolver sees names but not ports, and connections to our own host must not be shared with its other ports.
    own_origin: Option<Client>,
}

impl OutboundHttp {
    /// A client that reaches what `policy` admits. TLS is rustls with ring and trusts the certificates of the operating
    /// system (or `SSL_CERT_FILE`, `SSL_CERT_DIR`).
    ///
    /// # Errors
    /// [`OutboundHttpError`] when TLS cannot be set up.
    pub fn new(policy: AddressPolicy) -> Result<Self, OutboundHttpError> {
        Self::with_lookup(policy, Lookup::System)
    }

    fn with_lookup(policy: AddressPolicy, lookup: Lookup) -> Result<Self, OutboundHttpError> {
        let policy = Arc::new(policy);
        let guard = GuardedResolver { policy: Some(Arc::clone(&policy)), lookup: lookup.clone() };
        let guarded = client(guard)?;
        let own_origin = match policy.has_own_origin() {
            true => Some(client(GuardedResolver { policy: None, lookup })?),
            false => None,
        };
        Ok(Self { inner: Arc::new(Clients { policy, guarded, own_origin }) })
    }

    /// Sends `request` once and reads the answer. Follows no redirect and retries nothing.
    pub async fn exchange(&self, request: OutboundRequest) -> Exchange {
        let begun = Instant::now();
        let outcome = match self.inner.client_for(&request.url) {
            Ok(client) => converse(client, request).await,
            Err(failure) => Err(failure),
        };
        let duration = begun.elapsed();
        match outcome {
            Ok(exchange) => Exchange { duration, ..exchange },
            Err(failure) => Exchange::failed(failure.error, failure.detail, duration),
        }
    }
}

impl Clients {
    /// The client that may call `url`. Literal hosts never reach the resolver, so they are judged here.
    fn client_for(&self, url: &Url) -> Result<&Client, Failure> {
        if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some()
        {
            return Err(Failure::new(SendError::InvalidRequest, "the URL is not plain http or https"));
        }
        if let Some(client) = &self.own_origin
            && self.policy.is_own_origin(url)
        {
            return Ok(client);
        }
        let is_admitted = match url.host() {
            Some(Host::Ipv4(address)) => self.policy.admits(address.into()),
            Some(Host::Ipv6(address)) => self.policy.admits(address.into()),
            Some(Host::Domain(_)) => true,
            None => return Err(Failure::new(SendError::InvalidRequest, "the URL has no host")),
        };
        if is_admitted { Ok(&self.guarded) } else { Err(Failure::blocked()) }
    }
}

fn client(resolver: GuardedResolver) -> Result<Client, OutboundHttpError> {
    // Fails only when a provider is installed already, and then that one serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .dns_resolver(resolver)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .retry(reqwest::retry::never())
        .connect_timeout(Duration::from_millis(CONNECT_TIMEOUT_MS.into()))
        .pool_max_idle_per_host(IDLE_CONNECTIONS_PER_HOST)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .tcp_nodelay(true)
        .gzip(true)
        .http2_keep_alive_interval(HTTP2_PING_INTERVAL)
        .http2_keep_alive_timeout(HTTP2_PING_INTERVAL)
        .build()
        .map_err(OutboundHttpError::Client)
}

/// Sends, then reads, under the one deadline. The duration is the caller's to fill in.
async fn converse(client: &Client, request: OutboundRequest) -> Result<Exchange, Failure> {
    let OutboundRequest { method, url, headers, body, deadline, sent_at, max_body_bytes } = request;
    let begun = Instant::now();
    let mut call = reqwest::Request::new(method, url);
    *call.headers_mut() = headers;
    *call.body_mut() = Some(body.into());

    let mut response = timeout_at(deadline, client.execute(call))
        .await
        .map_err(|_| Failure::new(SendError::Timeout, "no answer in time"))?
        .map_err(|error| Failure::of(&error))?;
    let status = response.status().as_u16();
    let answered_at = sent_at.plus_ms(i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX));
    let retry_after_ms = text_of(response.headers(), &header::RETRY_AFTER)
        .and_then(|value| parse_retry_after(value, answered_at));
    let detail = redirect_detail(&response);
    let headers = kept_headers(response.headers());

    let (body, truncated) = timeout_at(deadline, body::read_capped(&mut response, max_body_bytes))
        .await
        .map_err(|_| {
            Failure::new(SendError::Timeout, format!("answered {status}, but its body did not end in time"))
        })?
        .map_err(|error| Failure::of(&error).after_status(status))?;
    let answer = Answer::Http { status, retry_after_ms };
    Ok(Exchange { answer, detail, headers, body, truncated, duration: Duration::ZERO })
}

fn text_of<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn kept_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    KEPT_HEADERS
        .iter()
        .filter_map(|name| Some((name.as_str().to_owned(), text_of(headers, name)?.to_owned())))
        .collect()
}

fn redirect_detail(response: &reqwest::Response) -> Option<String> {
    if !response.status().is_redirection() {
        return None;
    }
    let location = text_of(response.headers(), &header::LOCATION)?;
    Some(shortened(format!("redirects are not followed; it points to {location}")))
}

fn shortened(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MAX_DETAIL_CHARS) {
        text.truncate(end);
        text.push('…');
    }
    text
}

impl Exchange {
    /// A call that got no answer, because of `error`.
    #[must_use]
    pub fn failed(error: SendError, detail: String, duration: Duration) -> Self {
        Self {
            answer: Answer::Error(error),
            detail: Some(detail),
            headers: Vec::new(),
            body: Vec::new(),
            truncated: false,
            duration,
        }
    }

    /// The status of the answer, if there was one.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        match self.answer {
            Answer::Http { status, .. } => Some(status),
            Answer::Error(_) => None,
        }
    }
}

/// Leaves the body out: an OAuth 2.0 endpoint's holds a token.
impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("answer", &self.answer)
            .field("detail", &self.detail)
            .field("body_bytes", &self.body.len())
            .field("truncated", &self.truncated)
            .field("duration", &self.duration)
            .finish_non_exhaustive()
    }
}
