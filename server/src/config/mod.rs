//! Settings: flags and `HOOKLOFT_…` variables, one struct a concern. `--help` is their documentation.

mod accounts;
mod database;
mod deliveries;
mod log;
mod retention;
mod web;

pub use accounts::{AccountSettings, SignUp};
pub use database::{DatabaseSettings, KeyError, MisreadUrl};
pub use deliveries::DeliverySettings;
pub use log::{LogFormat, LogSettings};
pub use retention::RetentionSettings;
pub use web::WebArguments;

use clap::Args;

/// Every setting. Each command takes all of them, so that one environment fits all.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Where things are kept.
    #[command(flatten, next_help_heading = "Storage")]
    pub database: DatabaseSettings,
    /// How long things are kept.
    #[command(flatten, next_help_heading = "Storage")]
    pub retention: RetentionSettings,
    /// How people and machines reach it.
    #[command(flatten, next_help_heading = "Web")]
    pub web: WebArguments,
    /// What deliveries may reach.
    #[command(flatten, next_help_heading = "Deliveries")]
    pub deliveries: DeliverySettings,
    /// Who may sign up.
    #[command(flatten, next_help_heading = "Accounts")]
    pub accounts: AccountSettings,
    /// What is logged.
    #[command(flatten, next_help_heading = "Log")]
    pub log: LogSettings,
}
