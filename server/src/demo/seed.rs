//! The demo account and what is in it.

use crate::commands::{CommandError, random_password, refused};
use crate::config::Settings;
use domain::ids::{AccountId, IntegrationId};
use domain::integration::IntegrationConfig;
use domain::source::SourceConfig;
use domain::subscription::SubscriptionDraft;
use serde_json::json;
use services::Services;
use std::net::SocketAddr;
use storage::{AccountScope, Db, StorageError};
use url::Url;

const NAME: &str = "Demo";
const SLUG: &str = "demo";
const OWNER: &str = "demo@hookloft.localhost";
const ENDPOINT: &str = "demo";

/// The demo account, as it is told about on the terminal.
pub(super) enum Demo {
    /// Made now.
    Made(AccountId, Secrets),
    /// Made at an earlier start.
    Found(AccountId),
    /// The database has accounts, and none of them is the demo's.
    Absent,
}

/// What is shown only when it is made.
pub(super) struct Secrets {
    password: String,
    api_key: String,
}

/// Makes the demo account where there is no account yet.
pub(super) async fn find_or_make(
    settings: &Settings,
    db: &Db,
    services: &Services,
    address: SocketAddr,
) -> Result<Demo, CommandError> {
    let refused = |reason| refused(settings, reason);
    if storage::unscoped::any_account_exists(db).await.map_err(refused)? {
        return Ok(find(db).await.map_err(refused)?.map_or(Demo::Absent, Demo::Found));
    }
    let password = random_password();
    let created = services.create_account(NAME, OWNER, password.clone()).await?;
    let scope = services.enter_with_api_key(created.api_key.reveal()).await?;
    furnish(services, &scope, address).await?;
    let secrets =
        Secrets { password: password.reveal().to_owned(), api_key: created.api_key.reveal().to_owned() };
    Ok(Demo::Made(created.account.id, secrets))
}

/// The account that an earlier start made, known by its address and its owner.
async fn find(db: &Db) -> Result<Option<AccountId>, StorageError> {
    let Some(owner) = storage::unscoped::user_by_email(db, OWNER).await? else { return Ok(None) };
    let found = storage::unscoped::scope_of_member(db, owner.id, SLUG).await?;
    Ok(found.map(|(account, _)| account.id))
}

/// An integration that points at the receiver, a source, and a subscription between them; all active.
async fn furnish(services: &Services, scope: &AccountScope, address: SocketAddr) -> Result<(), CommandError> {
    let integration = services.create_integration(scope, receiver(address.port())).await?.integration;
    services.activate_integration(scope, integration.id).await?;
    let source = services.create_source(scope, source()).await?;
    services.activate_source(scope, source.id).await?;
    services.create_subscription(scope, everything_to(integration.id)).await?;
    Ok(())
}

fn receiver(port: u16) -> IntegrationConfig {
    parsed(json!({
        "name": "Demo receiver",
        "target_url": format!("http://127.0.0.1:{port}/demo/receiver/hook"),
        "retry": { "custom": [2, 5, 10, 30, 60] },
    }))
}

fn source() -> SourceConfig {
    parsed(json!({
        "name": "Demo source",
        "endpoint": ENDPOINT,
        "filter": { "all": [{ "path": "body.n", "op": "exists" }] },
        "mapping": [
            { "from": "n", "to": "data.number" },
            { "from": "name", "to": "data.name", "default": "nobody" },
            { "from": "size", "to": "data.size",
              "replace": [{ "value": "s", "with": "small" }, { "value": "l", "with": "large" }] },
        ],
        "action": { "type": "publish_event", "event_type": "demo.received" },
    }))
}

fn everything_to(integration: IntegrationId) -> SubscriptionDraft {
    parsed(json!({
        "name": "Everything to the receiver",
        "event_types": ["demo.*"],
        "integration_id": integration,
    }))
}

fn parsed<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> T {
    serde_json::from_value(value).expect("it is written above as the type wants it; a test reads it")
}

impl Demo {
    /// What somebody who has just started the demo needs to know.
    pub(super) fn welcome(&self, public_url: &Url) -> String {
        let mut lines = vec![String::new(), format!("  Console   {public_url}")];
        lines.extend(self.sign_in());
        lines.push(format!(
            "  Receiver  {public_url}demo/receiver   shows what was delivered, and can be told to fail"
        ));
        lines.push(format!("  REST      {public_url}api"));
        lines.push("\n  Send something:\n".into());
        lines.push(match self {
            Self::Made(account_id, _) | Self::Found(account_id) => format!(
                "  curl -d '{{\"n\": 1, \"name\": \"Ada\", \"size\": \"l\"}}' -H 'Content-Type: application/json' \
                 {public_url}in/{account_id}/{ENDPOINT}"
            ),
            Self::Absent => "  The page of each source in the console has a curl line for it.".into(),
        });
        lines.push(String::new());
        lines.join("\n")
    }

    fn sign_in(&self) -> Vec<String> {
        match self {
            Self::Made(_, secrets) => vec![
                format!("  Sign in   {OWNER}"),
                format!("  Password  {}   (shown only now)", secrets.password),
                format!("  API key   {}   (shown only now)", secrets.api_key),
            ],
            Self::Found(_) => vec![
                format!("  Sign in   {OWNER}, made at an earlier start; its password was printed"),
                "            then. Delete the database to start over.".into(),
            ],
            Self::Absent => vec![
                "  Sign in   with an account of this database. It had accounts before the demo was started,"
                    .into(),
                "            so no demo account was made; with an empty database one is.".into(),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_demo_makes_is_valid() {
        receiver(3000).check().expect("a valid integration");
        source().check().expect("a valid source");
        everything_to(IntegrationId(uuid::Uuid::nil())).check().expect("a valid subscription");
    }
}
