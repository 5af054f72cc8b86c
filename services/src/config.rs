use ipnet::IpNet;
use url::Url;

/// What the use cases need to know of the installation.
#[derive(Debug, Clone)]
pub struct ServicesConfig {
    /// Where people and senders reach it; begins every inbound URL.
    pub public_url: Url,
    /// Private networks that deliveries may reach.
    pub allow_networks: Vec<IpNet>,
    /// Who may sign up.
    pub sign_up: SignUpPolicy,
    /// Whether this process sends deliveries.
    pub workers: Workers,
    /// How long things are kept.
    pub retention: Retention,
}

/// Who may sign up (D27).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SignUpPolicy {
    /// Whoever comes first, until there is an account.
    #[default]
    FirstAccountOnly,
    /// Everybody, always.
    Open,
}

/// Where deliveries are sent from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Workers {
    /// From this process.
    #[default]
    Here,
    /// From other processes on the same database.
    Elsewhere,
}

/// How long things are kept, per installation (D17).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Bodies of requests and events, in days.
    pub body_days: u32,
    /// Rows of the logs, in days.
    pub log_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { body_days: 30, log_days: 90 }
    }
}
