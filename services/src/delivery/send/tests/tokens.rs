//! OAuth 2.0 tokens: fetched once, shared, replaced when refused, bounded by the deadline.

use crate::delivery::send::testing::{message, oauth2, receiver_of, sender, target_with, token_endpoint};
use crate::outbound_http::testing::{Receiver, http};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::delivery::{Answer, SendError};
use domain::secret::SecretText;
use futures::future::join_all;
use std::time::Duration;

#[tokio::test]
async fn t8_oauth2_tokens_are_fetched_once_and_sent() {
    let tokens = token_endpoint(Duration::ZERO).await;
    let receiver = receiver_of("token-1").await;
    let sender = sender();
    for _ in 0..3 {
        let auth = oauth2(tokens.url("/token").as_str());
        let report = sender.send(&message(target_with(receiver.url("/").as_str(), auth))).await;
        assert_eq!((report.exchange.status(), report.is_resent), (Some(200), false));
    }
    let [asked] = &tokens.received()[..] else { panic!("one fetch for three versions of the target") };
    assert_eq!(asked.body, b"grant_type=client_credentials&scope=orders+write");
    let credentials = STANDARD.encode("hook+loft:canary%3As3cret%2F%2B%C3%A4");
    assert_eq!(asked.header("authorization"), Some(&*format!("Basic {credentials}")));
}

#[tokio::test]
async fn fifty_sends_share_one_token_fetch() {
    let tokens = token_endpoint(Duration::from_millis(100)).await;
    let receiver = receiver_of("token-1").await;
    let sender = sender();
    let message = message(target_with(receiver.url("/").as_str(), oauth2(tokens.url("/").as_str())));
    let reports = join_all((0..50).map(|_| sender.send(&message))).await;
    assert!(reports.iter().all(|report| report.exchange.status() == Some(200)));
    assert_eq!((tokens.received().len(), receiver.received().len()), (1, 50));
}

#[tokio::test]
async fn fifty_sends_share_one_failed_token_fetch() {
    let tokens =
        Receiver::scripted(|_| vec![(Duration::from_millis(100), http(503, "{}").into_bytes())]).await;
    let sender = sender();
    let message = message(target_with("http://127.0.0.1:1/", oauth2(tokens.url("/").as_str())));
    let reports = join_all((0..50).map(|_| sender.send(&message))).await;
    assert!(reports.iter().all(|report| report.exchange.answer == Answer::Error(SendError::TokenError)));
    assert_eq!(tokens.received().len(), 1);
    sender.send(&message).await;
    assert_eq!(tokens.received().len(), 2, "a later send asks again");
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let tokens = token_endpoint(Duration::ZERO).await;
    let receiver = receiver_of("token-2").await;
    let sender = sender();
    let message = message(target_with(receiver.url("/").as_str(), oauth2(tokens.url("/").as_str())));
    let report = sender.send(&message).await;
    assert_eq!((report.exchange.status(), report.is_resent), (Some(200), true));
    let report = sender.send(&message).await;
    assert_eq!((report.exchange.status(), report.is_resent), (Some(200), false));
    assert_eq!(tokens.received().len(), 2);
}

#[tokio::test]
async fn a_second_refusal_is_the_answer() {
    let tokens = token_endpoint(Duration::ZERO).await;
    let receiver = receiver_of("none").await;
    let message = message(target_with(receiver.url("/").as_str(), oauth2(tokens.url("/").as_str())));
    let report = sender().send(&message).await;
    assert_eq!((report.exchange.status(), report.is_resent), (Some(401), true));
    assert_eq!((receiver.received().len(), tokens.received().len()), (2, 2));
}

#[tokio::test]
async fn fifty_refusals_of_one_token_cost_one_refresh() {
    let tokens = token_endpoint(Duration::from_millis(50)).await;
    let receiver = receiver_of("token-2").await;
    let sender = sender();
    let message = message(target_with(receiver.url("/").as_str(), oauth2(tokens.url("/").as_str())));
    let reports = join_all((0..50).map(|_| sender.send(&message))).await;
    assert!(reports.iter().all(|report| report.exchange.status() == Some(200)));
    assert_eq!(tokens.received().len(), 2);
}

#[tokio::test]
async fn expired_tokens_are_fetched_again() {
    let tokens =
        Receiver::saying(http(200, r#"{"access_token":"t","token_type":"bearer","expires_in":"0"}"#)).await;
    let receiver = receiver_of("t").await;
    let message = message(target_with(receiver.url("/").as_str(), oauth2(tokens.url("/").as_str())));
    let sender = sender();
    for _ in 0..2 {
        assert_eq!(sender.send(&message).await.exchange.status(), Some(200));
    }
    assert_eq!(tokens.received().len(), 2);
}

#[tokio::test]
async fn a_changed_client_secret_uses_no_old_token() {
    let tokens = token_endpoint(Duration::ZERO).await;
    let receiver = Receiver::saying(http(200, "")).await;
    let sender = sender();
    for secret in ["one", "two"] {
        let mut auth = oauth2(tokens.url("/").as_str());
        auth.set_secret(Some(SecretText::new(secret)));
        sender.send(&message(target_with(receiver.url("/").as_str(), auth))).await;
    }
    let sent: Vec<_> =
        receiver.received().iter().map(|got| got.header("authorization").map(str::to_owned)).collect();
    assert_eq!(sent, [Some("Bearer token-1".to_owned()), Some("Bearer token-2".to_owned())]);
}

#[tokio::test]
async fn d17_one_deadline_covers_token_and_message() {
    let tokens = token_endpoint(Duration::from_millis(700)).await;
    let receiver =
        Receiver::scripted(|_| vec![(Duration::from_millis(700), http(200, "").into_bytes())]).await;
    let mut target = target_with(receiver.url("/").as_str(), oauth2(tokens.url("/").as_str()));
    target.config.timeout_ms = 1_000;
    let report = sender().send(&message(target)).await;
    assert_eq!(report.exchange.answer, Answer::Error(SendError::Timeout));
    assert!((950..2_500).contains(&report.exchange.duration.as_millis()), "{report:?}");
}
