//! The sender: keep-alive connections that each send the next numbered body as soon as the last was answered,
//! or at a given pace.

mod plan;
mod sender;

use std::{
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{task::JoinSet, time::Instant};

use self::sender::Sender;
use crate::{counts::Counts, receiver::Inbox};

pub use plan::{LoadPlan, Pace, Sequences};

/// A load under way; ends at once when dropped, gracefully by [`Load::stop`].
#[derive(Debug)]
pub struct Load {
    shared: Arc<Shared>,
    connections: JoinSet<()>,
}

#[derive(Debug)]
struct Shared {
    pace: Pace,
    sequences: Sequences,
    started: Instant,
    turns: AtomicU64,
    is_stopping: AtomicBool,
    is_outage: AtomicBool,
    counts: Mutex<Counts>,
}

impl Load {
    /// Starts to send.
    pub fn start(plan: &LoadPlan, sequences: &Sequences) -> Self {
        let shared = Arc::new(Shared::new(plan.pace.clone(), sequences.clone()));
        let mut connections = JoinSet::new();
        for index in 0..plan.connections {
            connections.spawn(Sender::new(plan, index, Arc::clone(&shared)).run());
        }
        Self { shared, connections }
    }

    /// What was answered so far; short looks only.
    pub fn counts(&self) -> MutexGuard<'_, Counts> {
        self.shared.counts()
    }

    /// From now on answers count as given during an outage.
    pub fn begin_outage(&self) {
        self.shared.is_outage.store(true, Ordering::Relaxed);
    }

    /// The outage is over.
    pub fn end_outage(&self) {
        self.shared.is_outage.store(false, Ordering::Relaxed);
    }

    /// Sends nothing new and waits for the answers that are due; what was answered.
    pub async fn stop(mut self) -> Counts {
        self.shared.is_stopping.store(true, Ordering::Relaxed);
        while self.connections.join_next().await.is_some() {}
        self.shared.counts().clone()
    }
}

impl Shared {
    fn new(pace: Pace, sequences: Sequences) -> Self {
        Self {
            pace,
            sequences,
            started: Instant::now(),
            turns: AtomicU64::new(0),
            is_stopping: AtomicBool::new(false),
            is_outage: AtomicBool::new(false),
            counts: Mutex::new(Counts::default()),
        }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().expect("no holder panics")
    }

    fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Relaxed)
    }

    fn is_outage(&self) -> bool {
        self.is_outage.load(Ordering::Relaxed)
    }

    /// Waits until the pace allows one more request; `None` when there is to be no more.
    async fn next_sequence(&self) -> Option<u64> {
        match &self.pace {
            Pace::AsFastAsAnswered => {}
            Pace::PerSecond(rate) => {
                let turn = u32::try_from(self.turns.fetch_add(1, Ordering::Relaxed))
                    .expect("a paced phase is short");
                tokio::time::sleep_until(self.started + Duration::from_secs(1) / *rate * turn).await;
            }
            Pace::WhileBacklogBelow { events, inbox } => {
                while self.backlog(inbox) >= *events && !self.is_stopping() {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
        }
        (!self.is_stopping()).then(|| self.sequences.next())
    }

    fn backlog(&self, inbox: &Inbox) -> u64 {
        let lanes = u64::try_from(inbox.lanes()).expect("lanes are few");
        self.counts().accepted.len().saturating_sub(inbox.delivered() / lanes)
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;
    use crate::receiver::Receiver;

    fn plan(address: SocketAddr, pace: Pace) -> LoadPlan {
        LoadPlan { addresses: vec![address], paths: vec!["/0".into()], connections: 4, pace, signer: None }
    }

    #[tokio::test]
    async fn every_accepted_sequence_is_in_the_inbox() {
        let receiver = Receiver::start(1).await.unwrap();
        let sequences = Sequences::default();
        let load = Load::start(&plan(receiver.address, Pace::AsFastAsAnswered), &sequences);
        tokio::time::sleep(Duration::from_millis(200)).await;
        let counts = load.stop().await;
        assert!(counts.accepted.len() > 100);
        assert_eq!(counts.accepted.len(), sequences.handed_out());
        assert_eq!(receiver.inbox.missing(&counts.accepted), 0);
        assert_eq!((counts.refused(), counts.broken), (0, 0));
    }

    #[tokio::test]
    async fn paced_load_is_never_ahead_of_its_pace() {
        let receiver = Receiver::start(1).await.unwrap();
        let started = Instant::now();
        let load = Load::start(&plan(receiver.address, Pace::PerSecond(200)), &Sequences::default());
        tokio::time::sleep(Duration::from_millis(500)).await;
        let accepted = load.stop().await.accepted.len();
        assert!(accepted > 1 && u128::from(accepted) <= started.elapsed().as_millis() / 5 + 1, "{accepted}");
    }

    /// Answers each connection's first request with `answer`, then hangs up.
    async fn stand_in(answer: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut buffer = vec![0; 4096];
                let _ = stream.read(&mut buffer).await;
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        address
    }

    async fn counts_against(answer: &'static str) -> Counts {
        let address = stand_in(answer).await;
        let load = Load::start(&plan(address, Pace::AsFastAsAnswered), &Sequences::default());
        load.begin_outage();
        tokio::time::sleep(Duration::from_millis(100)).await;
        load.stop().await
    }

    #[tokio::test]
    async fn refusal_is_counted_by_status_and_not_accepted() {
        let counts = counts_against(
            "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",
        )
        .await;
        assert_eq!(counts.accepted.len(), 0);
        assert!(counts.statuses[&503] > 0);
        assert_eq!(counts.statuses.keys().collect::<Vec<_>>(), [&503]);
        assert!(counts.outage_statuses[&503] > 0);
    }

    #[tokio::test]
    async fn success_that_was_not_read_whole_is_not_accepted() {
        let counts = counts_against("HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{}").await;
        assert_eq!(counts.accepted.len(), 0);
        assert!(counts.broken > 0);
        assert!(counts.statuses.is_empty());
    }
}
