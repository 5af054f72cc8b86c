//! In which order deliveries reach a receiver that is slower than they come.

use crate::support::{eventually, on_each_server};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::sync::Semaphore;

/// Answers as many messages as it is told to, and remembers `data.n` of each as it comes.
#[derive(Clone)]
struct SlowReceiver {
    url: String,
    shared: Arc<Shared>,
}

struct Shared {
    arrived: Mutex<Vec<usize>>,
    answers: Semaphore,
}

impl SlowReceiver {
    async fn start() -> Self {
        let shared = Arc::new(Shared { arrived: Mutex::default(), answers: Semaphore::new(0) });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hook", listener.local_addr().expect("it is bound"));
        let router = Router::new().fallback(take).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, shared }
    }

    fn arrived(&self) -> Vec<usize> {
        self.shared.arrived.lock().expect("no test panics in it").clone()
    }
}

async fn take(State(shared): State<Arc<Shared>>, body: Bytes) -> StatusCode {
    let envelope: Value = serde_json::from_slice(&body).expect("JSON");
    let number = envelope["data"]["n"].as_u64().and_then(|n| usize::try_from(n).ok()).expect("a number");
    shared.arrived.lock().expect("no test panics in it").push(number);
    shared.answers.acquire().await.expect("it is never closed").forget();
    StatusCode::OK
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_waited_longest_goes_first_when_more_comes_than_goes_out() {
    const EVENTS: usize = 120;
    on_each_server(async |server| {
        let receiver = SlowReceiver::start().await;
        let tenant = server.tenant("Acme").await;
        let integration = server.integration(&tenant, &receiver.url).await;
        let path = format!("/integrations/{}", integration["id"].as_str().expect("an id"));
        let one_at_a_time = Some(json!({"max_in_flight": 1}));
        assert_eq!(server.call(tenant.admin(), "PATCH", &path, one_at_a_time).await.status, StatusCode::OK);

        for number in 0..EVENTS {
            let event = json!({"type": "order.created", "data": {"n": number}});
            let answer = server.call(tenant.admin(), "POST", "/events", Some(event)).await;
            assert!(answer.status.is_success(), "{answer:?}");
            if number % 2 == 1 {
                // Two come for each that goes out.
                let arrived = receiver.arrived().len();
                receiver.shared.answers.add_permits(1);
                eventually("the next one goes out", async || receiver.arrived().len() > arrived).await;
            }
        }
        receiver.shared.answers.add_permits(EVENTS);
        eventually("all have arrived", async || receiver.arrived().len() >= EVENTS).await;

        let arrived = receiver.arrived();
        let place = |number: usize| arrived.iter().position(|n| *n == number).expect("each arrives");
        let last_of_older_half = (0..EVENTS / 2).map(place).max();
        let first_of_newest_quarter = (EVENTS * 3 / 4..EVENTS).map(place).min();
        assert!(last_of_older_half < first_of_newest_quarter, "{arrived:?}");
    })
    .await;
}
