//! Messages and receivers for the tests of this folder.

use super::prepared::Prepared;
use super::{Message, RenderError, Rendered, Sender};
use crate::outbound_http::testing::{Received, Receiver, at_once, http, loopback_http};
use domain::hops::HopSigner;
use domain::ids::{AccountId, DeliveryId, EventId, IntegrationId};
use domain::integration::{Auth, IntegrationConfig, IntegrationState, SigningSecret, Target};
use domain::secret::SecretText;
use domain::time::Timestamp;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// When the tests happen.
pub(super) const NOW: Timestamp = Timestamp(1_790_000_000_123);
/// A secret that must turn up nowhere; it holds what needs encoding.
pub(super) const CANARY: &str = "canary:s3cret/+ä";
/// A signing secret.
pub(super) const SIGNING_SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// A target that posts the signed envelope to `url`.
pub(super) fn target(url: &str) -> Target {
    let config = serde_json::from_value(json!({"name": "Shop", "target_url": url})).expect("a configuration");
    Target {
        id: IntegrationId::new(NOW, &[3; 10]),
        state: IntegrationState::Active,
        config,
        signing_secrets: vec![SigningSecret { secret: SecretText::new(SIGNING_SECRET), expires_at: None }],
    }
}

/// The same with `auth`.
pub(super) fn target_with(url: &str, auth: Auth) -> Target {
    let target = target(url);
    Target { config: IntegrationConfig { auth, ..target.config }, ..target }
}

/// OAuth 2.0 with the canary as its secret.
pub(super) fn oauth2(token_url: &str) -> Auth {
    Auth::OAuth2 {
        client_id: "hook loft".into(),
        client_secret: Some(SecretText::new(CANARY)),
        token_url: token_url.into(),
        scope: "orders write".into(),
    }
}

/// The sample event as the second attempt of a delivery to `target`.
pub(super) fn message(target: Target) -> Message {
    let account_id = AccountId::new(NOW, &[1; 10]);
    Message {
        delivery_id: DeliveryId::new(NOW, &[4; 10]),
        attempt: 2,
        event: Arc::new(super::sample_event(EventId::new(NOW, &[2; 10]), account_id, NOW)),
        account_id,
        target: Arc::new(target),
        now: NOW,
    }
}

/// The message as it would be sent.
pub(super) fn render(message: &Message) -> Result<Rendered, RenderError> {
    Prepared::of(Arc::clone(&message.target))?.render(message)
}

/// A sender that may call 127.0.0.0/8.
pub(super) fn sender() -> Sender {
    Sender::new(loopback_http(), HopSigner::new(&[7; 32]))
}

/// A token endpoint that hands out `token-1`, `token-2`, … after `pause`.
pub(super) async fn token_endpoint(pause: Duration) -> Receiver {
    let handed_out = AtomicUsize::new(0);
    Receiver::scripted(move |_| {
        let number = handed_out.fetch_add(1, Ordering::SeqCst) + 1;
        let body = format!(r#"{{"access_token":"token-{number}","token_type":"Bearer","expires_in":3600}}"#);
        vec![(pause, http(200, &body).into_bytes())]
    })
    .await
}

/// A receiver that takes only `token`.
pub(super) async fn receiver_of(token: &'static str) -> Receiver {
    Receiver::scripted(move |received: &Received| {
        let is_taken =
            received.header("authorization").and_then(|value| value.strip_prefix("Bearer ")) == Some(token);
        at_once(http(if is_taken { 200 } else { 401 }, "{}"))
    })
    .await
}
