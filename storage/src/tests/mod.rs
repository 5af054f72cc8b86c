//! Configuration and identity on both databases.

mod accounts;
mod activity;
mod cancelling;
mod claims;
mod configuration;
mod connections;
mod customers;
mod decisions;
mod isolation;
mod items;
mod job_queue;
mod journal;
mod metrics;
mod migrating;
mod modules;
mod outcomes;
mod records;
mod removals;
mod repeats;
mod samples;
mod secrets;
mod sending_processes;
mod source_revisions;

use crate::account_db::new_uuid;
use crate::testing::NOW;
use crate::{AccountScope, Db, StorageError};
use domain::ids::{IntegrationId, SourceId, SubscriptionId};
use domain::integration::{Integration, IntegrationConfig};
use domain::secret::SecretText;
use domain::source::{Source, SourceConfig};
use domain::subscription::{Subscription, SubscriptionDraft};
use serde_json::{Value, json};

fn integration_config(auth: Value) -> IntegrationConfig {
    let value = json!({"name": "Orders", "target_url": "https://example.com/hook", "auth": auth});
    serde_json::from_value(value).expect("an integration")
}

fn source_config(endpoint: &str, verification: Value) -> SourceConfig {
    let value = json!({
        "name": endpoint,
        "endpoint": endpoint,
        "verification": verification,
        "action": {"type": "publish_event", "event_type": "order.created"},
    });
    serde_json::from_value(value).expect("a source")
}

fn draft(integration: IntegrationId) -> SubscriptionDraft {
    let value = json!({"name": "All orders", "event_types": ["order.*"], "integration_id": integration});
    serde_json::from_value(value).expect("a subscription")
}

/// What an account with one of each has.
struct Configured {
    source: Source,
    integration: Integration,
    subscription: Subscription,
}

async fn configure(db: &Db, scope: &AccountScope) -> Configured {
    let account = db.account(scope);
    let source = add_source(db, scope, "orders", json!({"type": "none"})).await.expect("a source");
    let integration = add_integration(db, scope, json!({"type": "none"})).await;
    let id = SubscriptionId(new_uuid(NOW));
    let subscription =
        account.create_subscription(id, &draft(integration.id), NOW).await.expect("a subscription");
    Configured { source, integration, subscription }
}

async fn add_source(
    db: &Db,
    scope: &AccountScope,
    endpoint: &str,
    verification: Value,
) -> Result<Source, StorageError> {
    let config = source_config(endpoint, verification);
    db.account(scope).create_source(SourceId(new_uuid(NOW)), &config, NOW).await
}

async fn add_integration(db: &Db, scope: &AccountScope, auth: Value) -> Integration {
    let config = integration_config(auth);
    let id = IntegrationId(new_uuid(NOW));
    let signing = SecretText::new("whsec_first");
    db.account(scope).create_integration(id, &config, &signing, NOW).await.expect("an integration")
}
