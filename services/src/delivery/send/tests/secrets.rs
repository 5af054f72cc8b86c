//! What proves the sender, and that it shows nowhere else.

use crate::delivery::send::testing::{
    CANARY, message, oauth2, render, sender, target, target_with, token_endpoint,
};
use crate::outbound_http::testing::{Receiver, at_once, http};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::delivery::{Answer, SendError};
use domain::integration::{Auth, BodyFormat, Header, IntegrationConfig};
use domain::limits::MAX_STORED_RESPONSE_BYTES;
use domain::secret::SecretText;
use std::time::Duration;

#[tokio::test]
async fn s_basic_passwords_may_hold_colons() {
    let receiver = Receiver::saying(http(200, "")).await;
    let auth = Auth::Basic { username: "ada".into(), password: Some(SecretText::new("a:b:c")) };
    sender().send(&message(target_with(receiver.url("/").as_str(), auth))).await;
    let expected = format!("Basic {}", STANDARD.encode("ada:a:b:c"));
    assert_eq!(receiver.received()[0].header("authorization"), Some(&*expected));
}

#[tokio::test]
async fn d10_api_keys_are_a_header() {
    let receiver = Receiver::saying(http(200, "")).await;
    let auth = Auth::ApiKey { header: "X-Api-Key".into(), value: Some(SecretText::new("k-1")) };
    sender().send(&message(target_with(receiver.url("/").as_str(), auth))).await;
    assert_eq!(receiver.received()[0].header("x-api-key"), Some("k-1"));
}

#[tokio::test]
async fn s_token_urls_are_guarded() {
    let tokens = token_endpoint(Duration::ZERO).await;
    let receiver = Receiver::saying(http(200, "")).await;
    let blocked = format!("http://[::ffff:10.0.0.1]:{}/", tokens.address().port());
    let message = message(target_with(receiver.url("/").as_str(), oauth2(&blocked)));
    let exchange = sender().send(&message).await.exchange;
    assert_eq!(exchange.answer, Answer::Error(SendError::TokenError));
    assert!(exchange.detail.expect("a reason").contains("blocked_address"));
    assert!(receiver.received().is_empty(), "no message without a token");
}

#[tokio::test]
async fn s_canary_secrets_show_nowhere() {
    let echo = |status: u16| {
        Receiver::scripted(move |received| {
            let body = format!(r#"{{"error":"{CANARY}","access_token":7,"saw":{:?}}}"#, received.head);
            at_once(http(status, &body))
        })
    };
    let (refusing, confused) = (echo(400).await, echo(200).await);
    let huge = Receiver::saying(http(200, &CANARY.repeat(8_000))).await;
    for (url, expected) in [
        (refusing.url("/"), "token endpoint answered 400"),
        (confused.url("/"), "token endpoint answered without a usable bearer token"),
        (huge.url("/"), "token endpoint answered more than 64 KiB"),
    ] {
        let message = message(target_with("http://127.0.0.1:1/", oauth2(url.as_str())));
        let report = sender().send(&message).await;
        assert_eq!(report.exchange.detail.as_deref(), Some(expected));
        assert_eq!(report.exchange.body, b"");
        assert!(!format!("{report:?}{message:?}{:?}", message.target).contains("canary"));
    }
    let secret = || Some(SecretText::new("canary"));
    let basic = Auth::Basic { username: "ada".into(), password: secret() };
    let api_key = Auth::ApiKey { header: "x-api-key".into(), value: secret() };
    for auth in [basic, api_key] {
        let message = message(target_with("https://example.com/", auth));
        let shown = format!("{message:?}{:?}{:?}", message.target, render(&message).expect("a message"));
        assert!(!shown.contains("canary") && !shown.contains(&STANDARD.encode("ada:canary")), "{shown}");
    }
}

#[tokio::test]
async fn s_what_a_receiver_echoes_is_masked() {
    // All headers, and once more what proves us, of which four bytes come before the end of what is kept.
    let echo = Receiver::scripted(|received| {
        let head = serde_json::Value::from(received.head.as_str()).to_string();
        let proof = received.header("authorization").or(received.header("x-api-key")).unwrap_or_default();
        let secret = proof.rsplit(' ').next().unwrap_or_default();
        let filler = "x".repeat(MAX_STORED_RESPONSE_BYTES - 4 - head.len());
        at_once(http(200, &format!("{head}{filler}{secret}")))
    })
    .await;
    let redirecting = Receiver::scripted(|received| {
        let key = received.header("x-api-key").unwrap_or_default();
        at_once(format!(
            "HTTP/1.1 302 Found\r\nlocation: http://u:{key}@x.example/\r\ncontent-length: 0\r\n\r\n"
        ))
    })
    .await;
    let tokens = token_endpoint(Duration::ZERO).await;
    let basic = Auth::Basic { username: "ada".into(), password: Some(SecretText::new(CANARY)) };
    let api_key = Auth::ApiKey { header: "x-api-key".into(), value: Some(SecretText::new(CANARY)) };
    for (auth, masked) in [
        (basic, "authorization: Basic ***"),
        (api_key, "x-api-key: ***"),
        (oauth2(tokens.url("/").as_str()), "authorization: Bearer ***"),
    ] {
        let exchange = sender().send(&message(target_with(echo.url("/").as_str(), auth))).await.exchange;
        let body = String::from_utf8_lossy(&exchange.body);
        assert!(exchange.truncated);
        assert!(body.contains(masked) && body.ends_with("x***"), "{body}");
        for secret in ["cana", "token-", &STANDARD.encode(format!("ada:{CANARY}"))[..8]] {
            assert!(!body.contains(secret), "{secret} in {body}");
        }
    }
    let api_key = Auth::ApiKey { header: "x-api-key".into(), value: Some(SecretText::new("canary-key")) };
    let message = message(target_with(redirecting.url("/").as_str(), api_key));
    let exchange = sender().send(&message).await.exchange;
    let detail = exchange.detail.expect("where it points to");
    assert!(detail.ends_with("http://u:***@x.example/"), "{detail}");
    assert!(!format!("{:?}", exchange.headers).contains("canary"));
}

#[tokio::test]
async fn broken_configurations_are_invalid_requests() {
    let line_break = Header { name: "x-a".into(), value: "a\r\nb: c".into() };
    let template = BodyFormat::JsonTemplate { template: "{".into() };
    let missing = Auth::Basic { username: "ada".into(), password: None };
    let canary_key = Auth::ApiKey { header: "x-api-key".into(), value: Some(SecretText::new("canary\n")) };
    let with = |change: &dyn Fn(&mut IntegrationConfig)| {
        let mut target = target("https://example.com/");
        change(&mut target.config);
        target
    };
    let sender = sender();
    for target in [
        target(""),
        target("not a url"),
        with(&|config| config.headers = vec![line_break.clone()]),
        with(&|config| config.body = template.clone()),
        with(&|config| config.auth = missing.clone()),
        with(&|config| config.auth = canary_key.clone()),
        with(&|config| config.auth = oauth2("nowhere")),
    ] {
        let exchange = sender.send(&message(target)).await.exchange;
        assert_eq!(exchange.answer, Answer::Error(SendError::InvalidRequest), "{exchange:?}");
        assert!(exchange.detail.is_some_and(|detail| !detail.contains("canary")));
    }
}
