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
    /// Which lines: a level, or levels of modules (`info,services=debug`). `RUST_LOG` says so, too, when left out;
    /// without either it is `info,sea_orm_migration=warn,apalis_core=warn`.
    #[arg(long, env = "HOOKLOFT_LOG", global = true, value_name = "FILTER")]
    pub log: Option<String>,
}

const DEFAULT_FILTER: &str = "info,sea_orm_migration=warn,apalis_core=warn";

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
        #[expect(
            clippy::disallowed_methods,
            reason = "a setting that is not ours; an argument has one variable only"
        )]
        let usual = std::env::var("RUST_LOG").ok();
        let filter = EnvFilter::builder().parse(self.filter(usual.as_deref()))?;
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

    /// What was set, or else what `usual`, the variable of all programs in Rust, says. Empty text says nothing.
    fn filter<'a>(&'a self, usual: Option<&'a str>) -> &'a str {
        let set = [self.log.as_deref(), usual];
        set.into_iter().flatten().find(|filter| !filter.trim().is_empty()).unwrap_or(DEFAULT_FILTER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust_log_counts_where_nothing_else_is_set() {
        for (log, usual, expected) in [
            (None, None, DEFAULT_FILTER),
            (None, Some("warn"), "warn"),
            (Some("debug"), Some("warn"), "debug"),
            (Some(""), Some("warn"), "warn"),
            (None, Some(" "), DEFAULT_FILTER),
        ] {
            let settings = LogSettings { log_format: LogFormat::Text, log: log.map(str::to_owned) };
            assert_eq!(settings.filter(usual), expected, "{log:?} {usual:?}");
        }
    }
}
