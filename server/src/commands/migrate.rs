//! `hookloft migrate`.

use super::CommandError;
use super::open::{connect, refused};
use crate::config::Settings;
use clap::ValueEnum;

/// Which way to migrate, if any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MigrateDirection {
    /// Make what is missing.
    Up,
    /// Take every table away, with all data.
    Down,
    /// Say what each migration is: applied or pending.
    Status,
}

pub(super) async fn run(
    settings: &Settings,
    direction: MigrateDirection,
    yes: bool,
) -> Result<(), CommandError> {
    if direction == MigrateDirection::Down && !yes {
        return Err(CommandError::NotConfirmed);
    }
    let db = connect(settings).await?;
    let refused = |reason| refused(settings, reason);
    match direction {
        MigrateDirection::Up => {
            db.migrate().await.map_err(refused)?;
            println!("The tables are up to date.");
        }
        MigrateDirection::Down => {
            db.migrate_down().await.map_err(refused)?;
            println!("Every table was taken away.");
        }
        MigrateDirection::Status => {
            for migration in db.migration_status().await.map_err(refused)? {
                println!("{:8} {}", if migration.is_applied { "applied" } else { "pending" }, migration.name);
            }
        }
    }
    db.close().await;
    Ok(())
}
