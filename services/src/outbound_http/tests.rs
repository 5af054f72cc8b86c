//! The security cases of `requirements.md` (S) that concern outgoing calls, and the limits of D17.

use super::resolver::Lookup;
use super::testing::{Receiver, at_once, http, loopback_http, loopback_policy, post};
use super::*;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

fn strict_http() -> OutboundHttp {
    OutboundHttp::new(AddressPolicy::new(Vec::new(), None)).expect("a client")
}

fn scripted_http(
    policy: AddressPolicy,
    answer: impl Fn(&str) -> Vec<SocketAddr> + Send + Sync + 'static,
) -> OutboundHttp {
    OutboundHttp::with_lookup(policy, Lookup::Scripted(Arc::new(answer))).expect("a client")
}

fn url(text: &str) -> Url {
    Url::parse(text).expect("a URL")
}

async fn outcome(http: &OutboundHttp, target: &str) -> Answer {
    http.exchange(post(url(target))).await.answer
}

const BLOCKED: Answer = Answer::Error(SendError::BlockedAddress);

/// Short, decimal, hexadecimal, octal, dotted, full-width and percent-encoded spellings; metadata, private, CGNAT; IPv6
/// and what hides IPv4 in it.
const LITERAL_HOSTS: &str = "
    127.0.0.1 127.1 0 2130706433 0x7f000001 0x7f.1 017700000001 0177.0.0.1 127.0.0.1. １２７.0.0.1 %31%32%37.0.0.1
    169.254.169.254 10.0.0.1 192.168.0.1 100.64.0.1 [::1] [::] [fe80::1] [fd00:ec2::254]
    [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::] [2001:0:4136:e378::1]";

#[tokio::test]
async fn s_literal_hosts_are_blocked_in_every_spelling() {
    let http = strict_http();
    for host in LITERAL_HOSTS.split_whitespace() {
        assert_eq!(outcome(&http, &format!("http://{host}/")).await, BLOCKED, "{host}");
        assert_eq!(outcome(&http, &format!("https://{host}:8443/a")).await, BLOCKED, "{host}");
    }
}

#[tokio::test]
async fn s_names_of_private_addresses_are_blocked() {
    for address in ["127.0.0.1:0", "[::1]:0", "[::ffff:10.0.0.1]:0", "[64:ff9b::a00:1]:0", "100.64.0.1:0"] {
        let answer: SocketAddr = address.parse().expect("an address");
        let http = scripted_http(AddressPolicy::new(Vec::new(), None), move |_| vec![answer]);
        let exchange = http.exchange(post(url("https://inside.example/"))).await;
        assert_eq!(exchange.answer, BLOCKED, "{address}");
        assert!(
            !exchange.detail.expect("a reason").contains(&answer.ip().to_string()),
            "must not tell our DNS"
        );
    }
    assert_eq!(outcome(&strict_http(), "http://localhost/").await, BLOCKED);
}

#[tokio::test]
async fn s_only_admitted_addresses_of_a_name_are_called() {
    let receiver = Receiver::saying(http(204, "")).await;
    let port = receiver.address().port();
    let http = scripted_http(loopback_policy(), |_| {
        ["10.0.0.1:0", "[::1]:0", "127.0.0.1:0"].map(|address| address.parse().expect("an address")).to_vec()
    });
    let exchange = http.exchange(post(url(&format!("http://mixed.example:{port}/")))).await;
    assert_eq!(exchange.status(), Some(204));
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test]
async fn s_rebinding_is_caught_at_the_second_connection() {
    let receiver = Receiver::saying(http(200, "")).await;
    let lookups = AtomicUsize::new(0);
    let http = scripted_http(loopback_policy(), move |_| {
        let address =
            if lookups.fetch_add(1, Ordering::SeqCst) == 0 { "127.0.0.1:0" } else { "169.254.169.254:0" };
        vec![address.parse().expect("an address")]
    });
    let target = format!("http://rebound.example:{}/", receiver.address().port());
    assert_eq!(http.exchange(post(url(&target))).await.status(), Some(200));
    assert_eq!(outcome(&http, &target).await, BLOCKED);
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test]
async fn s_redirects_are_not_followed() {
    let inside = Receiver::saying(http(200, "secret")).await;
    let location = inside.url("/admin");
    let outside =
        Receiver::saying(format!("HTTP/1.1 307 X\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n"))
            .await;
    let exchange = loopback_http().exchange(post(outside.url("/"))).await;
    assert_eq!(exchange.status(), Some(307));
    assert!(exchange.headers.contains(&("location".into(), location.to_string())));
    assert!(exchange.detail.expect("where it points").ends_with(location.as_str()));
    assert!(inside.received().is_empty());
}

#[tokio::test]
async fn s_own_origin_is_let_through_and_its_other_ports_are_not() {
    let own = Receiver::saying(http(200, "own")).await;
    let other = Receiver::saying(http(200, "database")).await;
    for host in ["127.0.0.1", "own.example"] {
        let policy = AddressPolicy::new(Vec::new(), Some((host.into(), own.address().port())));
        let client = scripted_http(policy, |_| vec!["127.0.0.1:0".parse().expect("an address")]);
        let at_port = |port: u16| format!("http://{host}:{port}/");
        assert_eq!(client.exchange(post(url(&at_port(own.address().port())))).await.body, b"own");
        assert_eq!(outcome(&client, &at_port(other.address().port())).await, BLOCKED, "{host}");
    }
    assert!(other.received().is_empty());
}

#[tokio::test]
async fn unknown_names_are_a_dns_error() {
    let http = scripted_http(AddressPolicy::new(Vec::new(), None), |_| Vec::new());
    assert_eq!(outcome(&http, "http://nowhere.example/").await, Answer::Error(SendError::DnsError));
    assert_eq!(
        outcome(&strict_http(), "http://no-such-host.invalid/").await,
        Answer::Error(SendError::DnsError)
    );
}

#[tokio::test]
async fn odd_urls_are_invalid_requests() {
    for target in
        ["ftp://example.com/", "file:///etc/passwd", "http://user@example.com/", "http://:pw@example.com/"]
    {
        assert_eq!(
            outcome(&strict_http(), target).await,
            Answer::Error(SendError::InvalidRequest),
            "{target}"
        );
    }
}

/// A server that talks first, as none of HTTP does.
async fn greeter(greeting: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("its address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(greeting).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    address
}

#[tokio::test]
async fn failures_are_told_apart() {
    let closed = Receiver::saying("").await;
    let garbage = Receiver::saying("SSH-2.0-OpenSSH_9.6\r\n\r\n").await;
    let cut_short = Receiver::saying("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf").await;
    let bad_gzip =
        Receiver::saying("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nnope").await;
    let plain = format!("https://{}/", greeter(b"220 mail.example ESMTP\r\n").await);
    let unused = {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        format!("http://{}/", listener.local_addr().expect("its address"))
    };
    let http = loopback_http();
    for (target, expected) in [
        (unused.as_str(), SendError::ConnectionRefused),
        (closed.url("/").as_str(), SendError::ConnectionReset),
        (cut_short.url("/").as_str(), SendError::ConnectionReset),
        (garbage.url("/").as_str(), SendError::ProtocolError),
        (bad_gzip.url("/").as_str(), SendError::ProtocolError),
        (plain.as_str(), SendError::TlsError),
    ] {
        let exchange = http.exchange(post(url(target))).await;
        assert_eq!(exchange.answer, Answer::Error(expected), "{target}: {:?}", exchange.detail);
        assert!(!exchange.detail.expect("a reason").is_empty());
    }
}

#[tokio::test]
async fn one_deadline_covers_slow_headers_and_dripping_bodies() {
    let drip = |head: &'static str| {
        move |_: &testing::Received| {
            let mut parts = at_once(head);
            parts.extend((0..50).map(|_| (Duration::from_millis(50), b"x".to_vec())));
            parts
        }
    };
    let slow_head = Receiver::scripted(drip("HTTP/1.1 200 OK\r\nx: ")).await;
    let slow_body = Receiver::scripted(drip("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")).await;
    let http = loopback_http();
    for receiver in [slow_head, slow_body] {
        let deadline = Instant::now() + Duration::from_millis(300);
        let exchange = http.exchange(OutboundRequest { deadline, ..post(receiver.url("/")) }).await;
        assert_eq!(exchange.answer, Answer::Error(SendError::Timeout));
        assert!((250..2_000).contains(&exchange.duration.as_millis()), "{:?}", exchange.duration);
    }
}

#[tokio::test]
async fn d17_bodies_are_cut_at_the_cap_and_their_connection_dropped() {
    let cap = domain::limits::MAX_STORED_RESPONSE_BYTES;
    for (sent, truncated) in [(cap, false), (cap + 1, true), (20 * cap, true)] {
        let receiver = Receiver::saying(http(200, &"a".repeat(sent))).await;
        let exchange = loopback_http().exchange(post(receiver.url("/"))).await;
        assert_eq!((exchange.status(), exchange.body.len(), exchange.truncated), (Some(200), cap, truncated));
    }
    let endless = Receiver::scripted(|_| {
        let mut parts = at_once("HTTP/1.1 200 OK\r\n\r\n");
        parts.extend((0..100_000).map(|_| (Duration::ZERO, vec![b'a'; 4096])));
        parts
    })
    .await;
    let exchange = loopback_http().exchange(post(endless.url("/"))).await;
    assert!(exchange.truncated && exchange.duration < Duration::from_secs(4));
}

#[tokio::test]
async fn s_gzip_bombs_are_cut_at_the_cap() {
    use axum::{Router, body::Body, routing::post as on_post};
    let bomb = || async {
        let zeros = Bytes::from(vec![0_u8; 1024 * 1024]);
        let chunks = futures::stream::iter((0..8).map(move |_| Ok::<_, std::io::Error>(zeros.clone())));
        Body::from_stream(chunks)
    };
    let app = Router::new()
        .route("/", on_post(bomb))
        .layer(tower_http::compression::CompressionLayer::new().gzip(true));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let target = format!("http://{}/", listener.local_addr().expect("its address"));
    tokio::spawn(async move { axum::serve(listener, app).await });

    let exchange = loopback_http().exchange(post(url(&target))).await;
    assert_eq!(exchange.status(), Some(200));
    assert_eq!(exchange.body, vec![0; domain::limits::MAX_STORED_RESPONSE_BYTES]);
    assert!(exchange.truncated);
}

#[tokio::test]
async fn retry_after_is_read() {
    let receiver = Receiver::saying("HTTP/1.1 429 X\r\nretry-after: 120\r\ncontent-length: 0\r\n\r\n").await;
    let exchange = loopback_http().exchange(post(receiver.url("/"))).await;
    assert_eq!(exchange.answer, Answer::Http { status: 429, retry_after_ms: Some(120_000) });
    assert_eq!(exchange.headers, [("retry-after".to_owned(), "120".to_owned())]);
}

#[tokio::test]
async fn debug_output_leaves_the_body_out() {
    let receiver = Receiver::saying(http(200, "canary-token")).await;
    let exchange = loopback_http().exchange(post(receiver.url("/"))).await;
    assert_eq!(exchange.body, b"canary-token");
    assert!(!format!("{exchange:?}").contains("canary"));
}
