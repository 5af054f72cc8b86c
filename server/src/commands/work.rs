//! `hookloft work`.

use super::open::{lock, open};
use super::{CommandError, Running};
use crate::config::Settings;
use services::Workers;

pub(super) async fn run(settings: &Settings) -> Result<(), CommandError> {
    let lock = lock(settings)?;
    let (db, services) = open(settings, settings.web.public_url(), Workers::Here).await?;
    let running = Running::start(db, &services, lock);
    tracing::info!("Hookloft delivers; it answers no requests");
    running.work().await;
    Ok(())
}
