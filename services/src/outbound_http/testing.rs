//! Receivers made by hand, for the tests of this folder and of `delivery::send`: they misbehave in ways that no
//! server library allows.

use super::{AddressPolicy, OutboundHttp, OutboundRequest};
use bytes::Bytes;
use domain::time::Timestamp;
use http::{HeaderMap, Method};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use url::Url;

/// One request as a [`Receiver`] saw it.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// Request line and headers.
    pub(crate) head: String,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// The value of header `name` (lower case), if it came.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// What a [`Receiver`] writes back: parts, each after a pause.
pub(crate) type Script = Vec<(Duration, Vec<u8>)>;

/// A listener on 127.0.0.1 that answers each request by a script and closes the connection.
pub(crate) struct Receiver {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    /// Answers every request with what `script` makes of it.
    pub(crate) async fn scripted(script: impl Fn(&Received) -> Script + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let received = Arc::new(Mutex::new(Vec::new()));
        let (log, script) = (Arc::clone(&received), Arc::new(script));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&log), Arc::clone(&script)));
            }
        });
        Self { address, received }
    }

    /// Answers every request with the same text at once.
    pub(crate) async fn saying(text: impl Into<Vec<u8>>) -> Self {
        let text = text.into();
        Self::scripted(move |_| at_once(text.clone())).await
    }

    /// The URL of `path` on this receiver.
    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).expect("a URL")
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Everything it got so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().expect("no test panicked inside").clone()
    }
}

async fn answer<F: Fn(&Received) -> Script>(
    mut stream: TcpStream,
    log: Arc<Mutex<Vec<Received>>>,
    script: Arc<F>,
) -> Option<()> {
    let received = read_request(&mut stream).await?;
    log.lock().expect("no test panicked inside").push(received.clone());
    for (pause, part) in script(&received) {
        tokio::time::sleep(pause).await;
        stream.write_all(&part).await.ok()?;
        stream.flush().await.ok()?;
    }
    stream.shutdown().await.ok()
}

async fn read_request(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let mut received = Received { head, body: bytes.split_off(head_end) };
    let length = received.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    while received.body.len() < length {
        if stream.read_buf(&mut received.body).await.ok()? == 0 {
            return None;
        }
    }
    Some(received)
}

/// The whole text without a pause.
pub(crate) fn at_once(text: impl Into<Vec<u8>>) -> Script {
    vec![(Duration::ZERO, text.into())]
}

/// An answer of `status` with `body`, after which the connection closes.
pub(crate) fn http(status: u16, body: &str) -> String {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\n");
    format!("{head}content-length: {length}\r\n\r\n{body}")
}

/// A client that may call 127.0.0.0/8 besides the public Internet.
pub(crate) fn loopback_http() -> OutboundHttp {
    OutboundHttp::new(loopback_policy()).expect("a client")
}

/// The policy of [`loopback_http`].
pub(crate) fn loopback_policy() -> AddressPolicy {
    AddressPolicy::new(vec!["127.0.0.0/8".parse().expect("a network")], None)
}

/// A POST of `{}` to `url` with five seconds to go.
pub(crate) fn post(url: Url) -> OutboundRequest {
    OutboundRequest {
        method: Method::POST,
        url,
        headers: HeaderMap::new(),
        body: Bytes::from_static(b"{}"),
        deadline: Instant::now() + Duration::from_secs(5),
        sent_at: Timestamp(1_790_000_000_000),
        max_body_bytes: domain::limits::MAX_STORED_RESPONSE_BYTES,
    }
}
