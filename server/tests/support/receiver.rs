//! A receiver of deliveries on a port of its own.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// One message as it came.
#[derive(Debug, Clone)]
pub struct Received {
    pub method: Method,
    pub headers: HeaderMap,
    pub body: Bytes,
}

#[derive(Default)]
struct Shared {
    received: Mutex<Vec<Received>>,
    /// Statuses of the next answers; 200 when they are used up. 0 is no answer ever.
    answers: Mutex<VecDeque<u16>>,
}

/// Takes messages on 127.0.0.1 until the test ends.
#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    shared: Arc<Shared>,
}

impl Receiver {
    /// A receiver that answers `answers` first, then 200; 0 is a message that is never answered.
    pub async fn start(answers: &[u16]) -> Self {
        let shared = Arc::new(Shared::default());
        shared.answers.lock().expect("no test panics in it").extend(answers);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hook", listener.local_addr().expect("it is bound"));
        let router = Router::new().fallback(take).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, shared }
    }

    /// Everything that came so far.
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().expect("no test panics in it").clone()
    }
}

async fn take(
    State(shared): State<Arc<Shared>>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, &'static str) {
    shared.received.lock().expect("no test panics in it").push(Received { method, headers, body });
    let next = shared.answers.lock().expect("no test panics in it").pop_front().unwrap_or(200);
    if next == 0 {
        std::future::pending::<()>().await;
    }
    (StatusCode::from_u16(next).expect("tests use real statuses"), "noted")
}
