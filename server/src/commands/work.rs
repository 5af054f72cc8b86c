//! `hookloft work`.

use super::open::{lock, open};
use super::serve::{bind, install_metrics, state};
use super::{CommandError, Running};
use crate::config::Settings;
use crate::web;
use services::Workers;

pub(super) async fn run(settings: &Settings) -> Result<(), CommandError> {
    let lock = lock(settings)?;
    let (listener, address) = bind(settings.web.work_listen()).await?;
    let public_url = settings.web.public_url();
    let metrics = install_metrics();
    let (db, services) = open(settings, public_url.clone(), Workers::Here).await?;
    let running = Running::start(db, &services, lock);
    let state = state(settings, services, public_url, metrics, running.closing());
    tracing::info!(
        url = %format_args!("http://{address}"),
        "Hookloft delivers, and answers nothing but its health and metrics"
    );
    running.serve(listener, web::worker_router(state)).await;
    Ok(())
}
