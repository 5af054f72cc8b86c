//! What an integration's messages look like, for the console's "Example" (K14) and its Test button (K15).

use super::prepared::{Prepared, WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP, method_of};
use super::{Message, RenderError};
use domain::activity::ExampleMessage;
use domain::event::{Event, EventType};
use domain::header::MASK;
use domain::hops::Hops;
use domain::ids::{AccountId, DeliveryId, EventId, IntegrationId};
use domain::integration::{Auth, IntegrationConfig, IntegrationState, Signing, Target};
use domain::time::Timestamp;
use http::header;
use serde_json::value::RawValue;
use std::sync::Arc;

/// The facts of the sample event.
const SAMPLE_DATA: &str = concat!(
    r#"{"id":"ord_1001","first_name":"Ada","last_name":"Lovelace","email":"ada@example.com","#,
    r#""total":"129.90","currency":"EUR","items":[{"sku":"SKU-1","quantity":2}]}"#
);

/// The event of examples and of the Test button: type `example.event` and a few fields.
#[must_use]
pub fn sample_event(id: EventId, account_id: AccountId, occurred_at: Timestamp) -> Event {
    Event {
        id,
        account_id,
        event_type: EventType::new("example.event").expect("letters and a dot"),
        occurred_at,
        data: RawValue::from_string(SAMPLE_DATA.to_owned()).expect("the sample is JSON"),
        hops: Hops::default(),
    }
}

/// The message that an integration set up like `config` would send about the sample event. Needs no secret and no URL.
///
/// # Errors
/// [`RenderError`] when the configuration allows no message.
pub fn example(
    config: &IntegrationConfig,
    account_id: AccountId,
    now: Timestamp,
) -> Result<ExampleMessage, RenderError> {
    example_of(config, sample_event(EventId::new(now, &[0; 10]), account_id, now), now)
}

/// The message that it would send about `event`.
///
/// # Errors
/// [`RenderError`] when the configuration allows no message.
pub fn example_of(
    config: &IntegrationConfig,
    event: Event,
    now: Timestamp,
) -> Result<ExampleMessage, RenderError> {
    let target = Arc::new(without_secrets(config));
    let message = Message {
        delivery_id: DeliveryId::new(now, &[0; 10]),
        attempt: 1,
        account_id: event.account_id,
        event: Arc::new(event),
        target: Arc::clone(&target),
        now,
    };
    let rendered = Prepared::of(Arc::clone(&target))?.render(&message)?;
    let made = rendered
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    Ok(ExampleMessage {
        method: method_of(&target).to_string(),
        url: config.target_url.clone(),
        headers: made
            .chain(masked_auth(&config.auth))
            .chain(masked_signature(config.signing, &message))
            .collect(),
        body: String::from_utf8_lossy(&rendered.body).into_owned(),
    })
}

/// A target that renders without secrets: what proves the sender is put in afterwards, masked.
pub fn without_secrets(config: &IntegrationConfig) -> Target {
    let config = IntegrationConfig { auth: Auth::None, signing: Signing::Off, ..config.clone() };
    Target {
        id: IntegrationId(uuid::Uuid::nil()),
        state: IntegrationState::Inactive,
        config,
        signing_secrets: Vec::new(),
    }
}

fn masked_auth(auth: &Auth) -> Option<(String, String)> {
    let authorization = || header::AUTHORIZATION.to_string();
    match auth {
        Auth::None => None,
        Auth::Basic { .. } => Some((authorization(), format!("Basic {MASK}"))),
        Auth::ApiKey { header, .. } => Some((header.to_ascii_lowercase(), MASK.to_owned())),
        Auth::OAuth2 { .. } => Some((authorization(), format!("Bearer {MASK}"))),
    }
}

fn masked_signature(signing: Signing, message: &Message) -> Vec<(String, String)> {
    match signing {
        Signing::Off => Vec::new(),
        Signing::StandardWebhooks => vec![
            (WEBHOOK_ID.to_string(), message.delivery_id.to_string()),
            (WEBHOOK_TIMESTAMP.to_string(), message.now.seconds().to_string()),
            (WEBHOOK_SIGNATURE.to_string(), format!("v1,{MASK}")),
        ],
    }
}
