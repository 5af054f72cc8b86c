//! `hookloft serve`.

use super::open::{lock, open};
use super::{CommandError, Running};
use crate::config::{Settings, WebArguments};
use crate::state::{AppState, WebSettings};
use crate::web;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use services::{Services, Workers};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

/// Upper bounds of the bins of histograms of durations, which most are.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0];
/// Upper bounds of the bins of histograms of a batch's size.
const SIZES: [f64; 11] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0];
const SIZED: [&str; 2] = ["hookloft_commit_intakes", "hookloft_commit_outcomes"];

pub(super) async fn run(settings: &Settings, workers: Workers) -> Result<(), CommandError> {
    let lock = lock(settings)?;
    let (listener, public_url) = listen(&settings.web).await?;
    let metrics = install_metrics();
    let (db, services) = open(settings, public_url.clone(), workers).await?;
    let running = Running::start(db, &services, lock);
    let state = state(settings, services, public_url.clone(), metrics, running.closing());
    tracing::info!(url = %public_url, "Hookloft answers at {public_url}");
    running.serve(listener, web::router(state)).await;
    Ok(())
}

/// Listens, and says at which URL people and senders reach it.
pub(crate) async fn listen(web: &WebArguments) -> Result<(TcpListener, Url), CommandError> {
    let (listener, address) = bind(web.listen).await?;
    let url = WebArguments { listen: address, ..web.clone() }.public_url();
    Ok((listener, url))
}

/// Listens there; the address has the port that was free where any would do.
pub(crate) async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), CommandError> {
    let refused = |reason| CommandError::Listen { address, reason };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let bound = listener.local_addr().map_err(refused)?;
    Ok((listener, bound))
}

/// What routes need.
pub(crate) fn state(
    settings: &Settings,
    services: Services,
    public_url: Url,
    metrics: Option<PrometheusHandle>,
    closing: CancellationToken,
) -> AppState {
    let web = WebSettings { public_url, metrics, metrics_token: settings.web.metrics_token.clone() };
    AppState { services, web: Arc::new(web), closing }
}

/// Collects metrics from now on; `None` when something else does.
pub(crate) fn install_metrics() -> Option<PrometheusHandle> {
    let bins = PrometheusBuilder::new().set_buckets(&SECONDS).ok()?;
    let bins = SIZED
        .into_iter()
        .try_fold(bins, |bins, name| bins.set_buckets_for_metric(Matcher::Full(name.to_owned()), &SIZES));
    let handle = bins.ok()?.install_recorder().ok()?;
    services::describe_metrics();
    let upkeep = handle.clone();
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(Duration::from_secs(5));
        loop {
            ticks.tick().await;
            upkeep.run_upkeep();
        }
    });
    Some(handle)
}
