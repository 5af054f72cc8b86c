//! `hookloft demo`: the server with a demo account, and a receiver page that shows what was delivered.
//!
//! Who makes what: [`seed`] makes the account, an integration that points at the receiver, a source, and a subscription
//! between them; [`receiver`] keeps what arrives in memory and answers as it is told to.

mod receiver;
mod seed;

use crate::commands::{CommandError, Running, install_metrics, listen, lock, open, state};
use crate::config::Settings;
use crate::web;
use services::Workers;

/// Runs the demo until the process is asked to end.
///
/// # Errors
/// [`CommandError`], to be printed.
pub async fn run(mut settings: Settings) -> Result<(), CommandError> {
    for loopback in ["127.0.0.0/8", "::1/128"] {
        settings.deliveries.allow_networks.push(loopback.parse().expect("a network"));
    }
    let lock = lock(&settings)?;
    let (listener, public_url) = listen(&settings.web).await?;
    let address = listener
        .local_addr()
        .map_err(|reason| CommandError::Listen { address: settings.web.listen, reason })?;
    let metrics = install_metrics();
    let (db, services) = open(&settings, public_url.clone(), Workers::Here).await?;
    let running = Running::start(db.clone(), &services, lock);
    let demo = seed::find_or_make(&settings, &db, &services, address).await?;
    let state = state(&settings, services, public_url.clone(), metrics, running.closing());
    let router = web::router(state).merge(receiver::router());
    println!("{}", demo.welcome(&public_url));
    tracing::info!(url = %public_url, "Hookloft answers at {public_url}");
    running.serve(listener, router).await;
    Ok(())
}
