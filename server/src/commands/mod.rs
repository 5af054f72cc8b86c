//! The command line: what can be run, and how each command begins and ends.

mod account;
mod member;
mod migrate;
mod open;
mod running;
mod serve;
mod work;

pub use account::{AccountCommand, CreateAccount};
pub use member::{AddMember, MemberCommand};
pub use migrate::MigrateDirection;

use crate::config::Settings;
use clap::{Parser, Subcommand};

/// A hub for webhooks: receives them, keeps them, and delivers them until they arrive.
///
/// Every setting is a flag or an environment variable; see `hookloft help serve`. Without any, `hookloft serve` keeps
/// everything in `./data/hookloft.db` and answers at http://127.0.0.1:3000.
#[derive(Debug, Parser)]
#[command(name = "hookloft", version, max_term_width = 100)]
pub struct CommandLine {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How.
    #[command(flatten)]
    pub settings: Settings,
}

/// What can be run.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server: inbound URLs, REST, console, and the workers that deliver.
    Serve {
        /// Leave delivering to `hookloft work` processes on the same PostgreSQL.
        #[arg(long)]
        no_workers: bool,
    },
    /// Run only the workers that deliver. Such a process answers `/healthz`, `/readyz` and `/metrics` at its
    /// `--work-listen`, and nothing else. With the settings of `hookloft serve --no-workers` it may run beside it.
    Work,
    /// Bring the database's tables up to date, take them away, or say how far they are. `serve` and `work` bring them up
    /// by themselves.
    Migrate {
        /// Which way.
        #[arg(value_enum, default_value = "up")]
        direction: MigrateDirection,
        /// Yes, `down` may delete everything.
        #[arg(long)]
        yes: bool,
    },
    /// Manage accounts.
    Account {
        /// What to do with them.
        #[command(subcommand)]
        command: AccountCommand,
    },
    /// Manage who is in an account.
    Member {
        /// What to do with them.
        #[command(subcommand)]
        command: MemberCommand,
    },
    /// Run the server with a demo account, and a receiver page that shows what was delivered.
    Demo,
}

/// Why a command could not do its work, as it is printed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The log filter cannot be read.
    #[error("the log filter cannot be read: {0}")]
    LogFilter(#[from] tracing_subscriber::filter::ParseError),
    /// There is no master key.
    #[error(transparent)]
    Key(#[from] crate::config::KeyError),
    /// The database URL has to be written otherwise.
    #[error(transparent)]
    Url(#[from] crate::config::MisreadUrl),
    /// The database did not do what was asked.
    #[error("the database {url} cannot be used: {reason}")]
    Database {
        /// Which, without what is secret in its URL.
        url: String,
        /// Why.
        reason: storage::StorageError,
    },
    /// Another server process works on the same SQLite file.
    #[error("another Hookloft process is using {0}; stop it first, or use PostgreSQL to run several")]
    InUse(String),
    /// A server that leaves delivering to others, where there can be no others.
    #[error(
        "`--no-workers` leaves delivering to `hookloft work` processes, and {0} has one process only: nothing would be \
         delivered. Leave it out, or use PostgreSQL"
    )]
    NobodyDelivers(String),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// Which.
        address: std::net::SocketAddr,
        /// Why.
        reason: std::io::Error,
    },
    /// A use case refused.
    #[error("{0}")]
    Refused(services::Error),
    /// A form was wrong.
    #[error("{}", .0.0.iter().map(|error| format!("{}: {}", error.field, error.message)).collect::<Vec<_>>().join("\n"))]
    Invalid(domain::error::FieldErrors),
    /// Something broke; whoever runs the command may see what.
    #[error("{0}")]
    Internal(String),
    /// A file or a stream could not be read or written.
    #[error("{what}: {reason}")]
    File {
        /// Which, and what was tried.
        what: String,
        /// Why.
        reason: std::io::Error,
    },
    /// `migrate down` without `--yes`.
    #[error("`migrate down` deletes everything in the database; say --yes if that is meant")]
    NotConfirmed,
}

impl From<services::Error> for CommandError {
    fn from(error: services::Error) -> Self {
        match error {
            services::Error::Invalid(errors) => Self::Invalid(errors),
            services::Error::Internal(reason) => Self::Internal(reason),
            error => Self::Refused(error),
        }
    }
}

/// Runs what the command line says, to its end.
///
/// # Errors
/// [`CommandError`], to be printed.
pub async fn run(command_line: CommandLine) -> Result<(), CommandError> {
    let CommandLine { command, settings } = command_line;
    settings.log.install()?;
    match command {
        Command::Serve { no_workers } => {
            let workers = if no_workers { services::Workers::Elsewhere } else { services::Workers::Here };
            if no_workers && !settings.database.is_shared() {
                return Err(CommandError::NobodyDelivers(settings.database.shown_url()));
            }
            serve::run(&settings, workers).await
        }
        Command::Work => work::run(&settings).await,
        Command::Migrate { direction, yes } => migrate::run(&settings, direction, yes).await,
        Command::Account { command: AccountCommand::Create(create) } => {
            account::create(&settings, create).await
        }
        Command::Member { command: MemberCommand::Add(add) } => member::add(&settings, add).await,
        Command::Demo => crate::demo::run(settings).await,
    }
}

pub(crate) use account::random_password;
pub(crate) use open::{lock, open, refused};
pub(crate) use running::Running;
pub(crate) use serve::{install_metrics, listen, state};
