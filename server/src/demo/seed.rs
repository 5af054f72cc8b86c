//! The demo account and what is in it.

use crate::commands::{CommandError, random_password};
use crate::config::Settings;
use domain::ids::{AccountId, IntegrationId};
use domain::integration::IntegrationConfig;
use domain::source::SourceConfig;
use domain::subscription::SubscriptionDraft;
use serde::{Deserialize, Serialize};
use serde_json::json;
use services::Services;
use std::net::SocketAddr;
use std::path::PathBuf;
use storage::{AccountScope, Db};
use url::Url;

const OWNER: &str = "demo@hookloft.localhost";
const ENDPOINT: &str = "demo";

/// The demo account, as it is told about on the terminal.
pub(super) struct Demo {
    account_id: Option<AccountId>,
    new: Option<Secrets>,
}

/// What is shown only when it is made.
struct Secrets {
    password: String,
    api_key: String,
}

/// What is remembered beside the database, to print the `curl` line again. No secrets.
#[derive(Serialize, Deserialize)]
struct Note {
    account_id: AccountId,
}

/// Makes the demo account where there is no account yet.
pub(super) async fn find_or_make(
    settings: &Settings,
    db: &Db,
    services: &Services,
    address: SocketAddr,
) -> Result<Demo, CommandError> {
    let note = note_file(settings);
    let refused = |reason| CommandError::Database { url: settings.database.database_url.clone(), reason };
    if storage::unscoped::any_account_exists(db).await.map_err(refused)? {
        let text = note.and_then(|file| std::fs::read_to_string(file).ok());
        let account_id =
            text.and_then(|text| serde_json::from_str::<Note>(&text).ok()).map(|note| note.account_id);
        return Ok(Demo { account_id, new: None });
    }
    let password = random_password();
    let created = services.create_account("Demo", OWNER, password.clone()).await?;
    let scope = services.enter_with_api_key(created.api_key.reveal()).await?;
    furnish(services, &scope, address).await?;
    if let Some(file) = note {
        remember(&file, created.account.id)?;
    }
    let new =
        Secrets { password: password.reveal().to_owned(), api_key: created.api_key.reveal().to_owned() };
    Ok(Demo { account_id: Some(created.account.id), new: Some(new) })
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

/// Beside the SQLite file; nowhere for PostgreSQL.
fn note_file(settings: &Settings) -> Option<PathBuf> {
    settings.database.sqlite_file().map(|file| file.with_extension("demo.json"))
}

fn remember(file: &std::path::Path, account_id: AccountId) -> Result<(), CommandError> {
    let text = serde_json::to_string(&Note { account_id }).expect("an id is plain data");
    std::fs::write(file, text)
        .map_err(|reason| CommandError::File { what: format!("writing {}", file.display()), reason })
}

impl Demo {
    /// What somebody who has just started the demo needs to know.
    pub(super) fn welcome(&self, public_url: &Url) -> String {
        let mut lines = vec![String::new(), format!("  Console   {public_url}")];
        match &self.new {
            Some(secrets) => {
                lines.push(format!("  Sign in   {OWNER}"));
                lines.push(format!("  Password  {}   (shown only now)", secrets.password));
                lines.push(format!("  API key   {}   (shown only now)", secrets.api_key));
            }
            None => {
                lines.push("  Sign in   the account made at the first start is still there; its password was printed".into());
                lines.push("            then. Delete the database to start over.".into());
            }
        }
        lines.push(format!(
            "  Receiver  {public_url}demo/receiver   shows what was delivered, and can be told to fail"
        ));
        lines.push(format!("  REST      {public_url}api"));
        if let Some(account_id) = self.account_id {
            lines.push("\n  Send something:\n".into());
            lines.push(format!(
                "  curl -d '{{\"n\": 1, \"name\": \"Ada\", \"size\": \"l\"}}' -H 'Content-Type: application/json' \
                 {public_url}in/{account_id}/{ENDPOINT}"
            ));
        }
        lines.push(String::new());
        lines.join("\n")
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
