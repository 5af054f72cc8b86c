//! From settings to open services.

use super::CommandError;
use crate::config::{Settings, SignUp};
use services::{Clock, Retention, Services, ServicesConfig, SignUpPolicy, Workers};
use storage::{Db, FileLock, StorageError, make_private_files};
use url::Url;

/// Connects, brings the tables up to date, and checks that the master key is the one that sealed what is there.
pub(crate) async fn database(settings: &Settings) -> Result<Db, CommandError> {
    let db = connect(settings).await?;
    db.migrate().await.map_err(|reason| refused(settings, reason))?;
    db.check_master_key().await.map_err(|reason| refused(settings, reason))?;
    Ok(db)
}

/// Connects, and nothing more.
pub(crate) async fn connect(settings: &Settings) -> Result<Db, CommandError> {
    let url = &settings.database.database_url;
    settings.database.check_url()?;
    let key = settings.database.master_key()?;
    make_private_files(url).map_err(|reason| refused(settings, reason))?;
    Db::connect(url, key).await.map_err(|reason| refused(settings, reason))
}

/// What to print when the database did not do what was asked.
pub(crate) fn refused(settings: &Settings, reason: StorageError) -> CommandError {
    CommandError::Database { url: settings.database.shown_url(), reason }
}

/// Keeps other server processes away from the SQLite file for as long as the lock lives.
pub(crate) fn lock(settings: &Settings) -> Result<Option<FileLock>, CommandError> {
    let url = &settings.database.database_url;
    make_private_files(url).and_then(|()| FileLock::take(url)).map_err(|reason| match reason {
        StorageError::InUse => CommandError::InUse(settings.database.shown_url()),
        reason => refused(settings, reason),
    })
}

/// The use cases over the database.
pub(crate) async fn open(
    settings: &Settings,
    public_url: Url,
    workers: Workers,
) -> Result<(Db, Services), CommandError> {
    let db = database(settings).await?;
    let config = ServicesConfig {
        public_url,
        allow_networks: settings.deliveries.allow_networks.clone(),
        sign_up: match settings.accounts.sign_up {
            SignUp::First => SignUpPolicy::FirstAccountOnly,
            SignUp::Open => SignUpPolicy::Open,
        },
        workers,
        retention: Retention {
            body_days: settings.retention.keep_bodies_days,
            log_days: settings.retention.keep_logs_days,
        },
    };
    let services = Services::open(db.clone(), config, Clock::of_database())?;
    services.prepare().await?;
    Ok((db, services))
}
