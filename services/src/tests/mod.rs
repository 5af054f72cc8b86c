//! Identity and configuration, as the doors call them.

mod accounts;
mod charts;
mod clock;
mod customers;
mod data_sources;
mod deliveries;
mod integrations;
mod items;
mod jobs;
mod members;
mod module_webhooks;
mod modules;
mod permissions;
mod profile;
mod publishing;
mod records;
mod replays;
mod sessions;
mod source_revisions;
mod sources;
mod subscriptions;
mod unknown_endpoints;

use crate::accounts::{Entered, SignUp};
use crate::sessions::{ClientInfo, SignedIn};
use crate::{
    BodyRoom, Clock, Error, InboundBody, InboundCall, Result, Retention, Services, ServicesConfig,
    SignUpPolicy, Workers,
};
use bytes::Bytes;
use domain::account::{Permission, Role};
use domain::integration::IntegrationConfig;
use domain::secret::SecretText;
use domain::source::SourceConfig;
use domain::subscription::SubscriptionDraft;
use serde_json::{Value, json};
use storage::testing::{NOW, on_each_backend};

const PASSWORD: &str = "correct horse";

/// Runs `test` on each kind of database, with the clock standing at [`NOW`].
async fn on_each(sign_up: SignUpPolicy, test: impl AsyncFn(Services, Clock)) {
    on_each_backend(async |db| {
        let clock = Clock::fixed(NOW);
        let services = open(db, sign_up, clock.clone());
        test(services, clock).await;
    })
    .await;
}

/// Services over one database.
pub fn open(db: storage::Db, sign_up: SignUpPolicy, clock: Clock) -> Services {
    let config = ServicesConfig {
        public_url: "https://hooks.example.com/".parse().expect("a URL"),
        allow_networks: Vec::new(),
        sign_up,
        workers: Workers::Elsewhere,
        retention: Retention::default(),
    };
    Services::open(db, config, clock).expect("it opens")
}

fn form(account: &str, email: &str) -> SignUp {
    SignUp {
        account_name: account.into(),
        name: "Ada".into(),
        email: email.into(),
        password: SecretText::new(PASSWORD),
    }
}

async fn sign_up(services: &Services, account: &str, email: &str) -> SignedIn {
    let client = ClientInfo { user_agent: "Firefox".into() };
    services.sign_up(form(account, email), client).await.expect("signed up")
}

/// Signs somebody up and enters their account.
async fn owner(services: &Services, account: &str) -> Entered {
    let signed_in = sign_up(services, account, &format!("{account}@example.com")).await;
    let slug = signed_in.user.accounts[0].account.slug.clone();
    services.enter(&signed_in.user, &slug, Permission::EditAccount).await.expect("entered")
}

/// Sends JSON to an endpoint of an account, in a millisecond of its own, and answers the status.
async fn send_to(
    services: &Services,
    scope: &storage::AccountScope,
    endpoint: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> u16 {
    services.inner.clock.advance_ms(1);
    let path = format!("/in/{}/{endpoint}", scope.account_id());
    let own = [("content-type", "application/json")];
    let headers = own.iter().chain(headers).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let bytes = Bytes::from(body.to_owned());
    let call = InboundCall {
        received_at: services.now(),
        method: "POST".into(),
        path_and_query: path.clone(),
        path,
        endpoint: endpoint.to_owned(),
        headers: headers.collect(),
        body: InboundBody::Complete { raw: bytes.clone(), decoded: bytes },
        room: BodyRoom::unshared(),
    };
    let status = services.receive(Some(scope.account_id()), call).await.status;
    services.inner.clock.advance_ms(1);
    status
}

/// A scope of that role in the account, by an API key.
async fn scope_of(services: &Services, owner: &Entered, role: Role) -> storage::AccountScope {
    let (_, key) = services.create_api_key(&owner.scope, role.as_str(), role).await.expect("a key");
    services.enter_with_api_key(key.reveal()).await.expect("it opens")
}

fn integration_config(name: &str, auth: Value) -> IntegrationConfig {
    let value = json!({"name": name, "target_url": "https://example.com/hook", "auth": auth});
    serde_json::from_value(value).expect("an integration")
}

fn source_config(endpoint: &str) -> SourceConfig {
    let value = json!({
        "name": endpoint,
        "endpoint": endpoint,
        "action": {"type": "publish_event", "event_type": "order.created"},
    });
    serde_json::from_value(value).expect("a source")
}

fn draft(integration: domain::ids::IntegrationId) -> SubscriptionDraft {
    let value = json!({"event_types": ["order.*"], "integration_id": integration});
    serde_json::from_value(value).expect("a subscription")
}

/// The fields that were refused.
fn fields<T: std::fmt::Debug>(outcome: Result<T>) -> Vec<String> {
    match outcome {
        Err(Error::Invalid(errors)) => errors.0.into_iter().map(|error| error.field).collect(),
        other => panic!("not refused for its fields: {other:?}"),
    }
}
