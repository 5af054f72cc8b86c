//! From start to the end of a process: what runs, and in which order it stops.

use axum::Router;
use services::{Engine, Services};
use std::time::Duration;
use storage::{Db, FileLock};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// How long requests that were begun may take to end.
const HTTP_PATIENCE: Duration = Duration::from_secs(10);
/// How long deliveries in flight may take to end: as long as one may take at all.
const ENGINE_PATIENCE: Duration = Duration::from_secs(35);

/// A running server or worker.
pub(crate) struct Running {
    db: Db,
    engine: Engine,
    closing: CancellationToken,
    _lock: Option<FileLock>,
}

impl Running {
    /// Starts the engine.
    pub(crate) fn start(db: Db, services: &Services, lock: Option<FileLock>) -> Self {
        Self { db, engine: services.start_engine(), closing: CancellationToken::new(), _lock: lock }
    }

    /// Ends when the process was asked to.
    pub(crate) fn closing(&self) -> CancellationToken {
        self.closing.clone()
    }

    /// Answers until the process is asked to end; then stops accepting, lets requests and deliveries end, and closes
    /// the database.
    pub(crate) async fn serve(self, listener: TcpListener, router: Router) {
        watch_signals(self.closing.clone());
        crate::listen::serve(listener, router, self.closing.clone(), HTTP_PATIENCE).await;
        self.stop().await;
    }

    async fn stop(self) {
        tracing::info!("Letting deliveries in flight end");
        self.engine.shutdown(ENGINE_PATIENCE).await;
        self.db.close().await;
        tracing::info!("Stopped");
    }
}

/// SIGTERM and SIGINT end the process gently; a second one ends it at once.
fn watch_signals(closing: CancellationToken) {
    let mut terminate = signal(SignalKind::terminate()).expect("a signal handler can be installed");
    let mut interrupt = signal(SignalKind::interrupt()).expect("a signal handler can be installed");
    tokio::spawn(async move {
        either(&mut terminate, &mut interrupt).await;
        tracing::info!("Stopping: no new requests are taken");
        closing.cancel();
        either(&mut terminate, &mut interrupt).await;
        tracing::warn!("Asked twice: ending at once");
        std::process::exit(1);
    });
}

async fn either(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
