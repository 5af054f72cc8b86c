//! What Hookloft does: the use cases. Owns transactions, the clock, outgoing HTTP and the workers; knows no routes and
//! no HTML.
//!
//! [`Services`] is the one value the doors (`server`, `app`) hold. Its methods stand with their noun: accounts, sources,
//! integrations, … `inbound` takes what arrives, `delivery` sends what leaves, `engine` runs both.

mod accounts;
mod activity;
mod api_keys;
mod clock;
mod config;
mod delivery;
mod engine;
mod error;
mod housekeeping;
mod inbound;
mod integrations;
mod jobs;
mod metered;
mod modules;
mod outbound_http;
mod patch;
mod publish;
mod records;
mod replays;
mod reviews;
mod samples;
pub mod sessions;
mod source_copies;
mod source_revisions;
mod sources;
mod subscriptions;
mod tallies;
#[cfg(test)]
mod tests;

pub use accounts::{CreatedAccount, Entered, OwnerWas, SignUp};
pub use clock::Clock;
pub use config::{Retention, ServicesConfig, SignUpPolicy, Workers};
pub use domain::member::CurrentUser;
pub use engine::{Engine, Health};
pub use error::Error;
pub use inbound::{BodyRoom, InboundAnswer, InboundBody, InboundCall, Unread};
pub use integrations::CreatedIntegration;
pub use metered::describe_metrics;
pub use modules::CreatedModuleWebhook;
pub use sessions::{ClientInfo, SignedIn};
pub use storage::AccountScope;

use delivery::send::Sender;
use delivery::{Claimer, Dispatcher};
use domain::hops::HopSigner;
use domain::ids::AccountId;
use domain::own_networks::OwnNetworks;
use inbound::Admission;
use metered::Metered;
use outbound_http::{AddressPolicy, OutboundHttp};
use std::sync::{Arc, Mutex};
use storage::{Committers, Db, Journal, RoutingCache};
use tallies::Tallies;

/// Result of a use case.
pub type Result<T> = std::result::Result<T, Error>;

/// All use cases. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub db: Db,
    pub clock: Clock,
    pub config: ServicesConfig,
    pub identity: accounts::Identity,
    pub routings: RoutingCache,
    pub journal: Journal,
    pub admission: Admission,
    pub dispatcher: Dispatcher,
    pub claimer: Claimer,
    pub sender: Sender,
    pub hops: HopSigner,
    pub tallies: Tallies,
    pub metered: Metered,
    committers: Mutex<Option<Committers>>,
}

impl Services {
    /// Use cases over `db`. Nothing is committed or sent before [`Services::start_engine`].
    ///
    /// # Errors
    /// [`Error::Internal`] when the HTTP client cannot be set up.
    pub fn open(db: Db, config: ServicesConfig, clock: Clock) -> Result<Self> {
        let own_origin = config
            .public_url
            .host_str()
            .map(|host| (host.to_owned(), config.public_url.port_or_known_default().unwrap_or(80)));
        let policy = AddressPolicy::new(config.allow_networks.clone(), own_origin);
        let http = OutboundHttp::new(policy).map_err(|error| Error::Internal(error.to_string()))?;
        let hops = db.hop_signer();
        let routings = RoutingCache::new(db.clone());
        let (journal, committers) = Journal::new(db.clone(), routings.clone());
        let (dispatcher, tickets) = Dispatcher::new(config.workers);
        Ok(Self {
            inner: Arc::new(Inner {
                identity: accounts::Identity::new(),
                admission: Admission::new(),
                claimer: Claimer::new(tickets),
                sender: Sender::new(http, hops.clone()),
                hops,
                tallies: Tallies::default(),
                metered: Metered::new(),
                committers: Mutex::new(Some(committers)),
                db,
                clock,
                config,
                routings,
                journal,
                dispatcher,
            }),
        })
    }

    pub(crate) fn db(&self) -> &Db {
        &self.inner.db
    }

    /// The networks that deliveries may reach although they are not public.
    #[must_use]
    pub fn own_networks(&self) -> OwnNetworks {
        OwnNetworks(self.inner.config.allow_networks.clone())
    }

    /// What time it is, for all processes on the database.
    #[must_use]
    pub fn now(&self) -> domain::time::Timestamp {
        self.inner.clock.now()
    }
}

impl Inner {
    /// Drops what is kept of the account's routing, after a write that changed it was committed. Other processes notice
    /// by the routing version.
    pub fn routing_changed(&self, account: AccountId) {
        self.routings.forget(account);
    }
}
