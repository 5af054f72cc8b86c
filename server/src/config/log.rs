use clap::{Args, ValueEnum};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// What is logged, to standard error.
#[derive(Debug, Clone, Args)]
pub struct LogSettings {
    /// Lines for people, or one JSON object a line.
    #[arg(long, env = "HOOKLOFT_LOG_FORMAT", global = true, value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    /// Which lines: a level, or levels of modules (`info,services=debug`).
    #[arg(
        long,
        env = "RUST_LOG",
        global = true,
        value_name = "FILTER",
        default_value = "info,sea_orm_migration=warn,apalis_core=warn"
    )]
    pub log: String,
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl LogSettings {
    /// Sends the log to standard error from now on. The second call in a process does nothing.
    ///
    /// # Errors
    /// When the filter cannot be read.
    pub fn install(&self) -> Result<(), tracing_subscriber::filter::ParseError> {
        let filter = EnvFilter::builder().parse(&self.log)?;
        let registry = tracing_subscriber::registry().with(filter);
        let to = std::io::stderr;
        let installed = match self.log_format {
            LogFormat::Json => {
                let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(to);
                registry.with(lines).try_init()
            }
            LogFormat::Text => {
                let lines = tracing_subscriber::fmt::layer().with_ansi(to().is_terminal()).with_writer(to);
                registry.with(lines).try_init()
            }
        };
        if installed.is_err() {
            tracing::debug!("The log goes where it went before");
        }
        Ok(())
    }
}
