//! The target of the integrations: answers 200 to every numbered body and remembers what arrived.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result};
use bytes::{Buf, BytesMut};
use hdrhistogram::Histogram;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

use crate::{
    bitmap::Bitmap,
    clock,
    connection::{content_length, header},
    message::Stamp,
    report,
};

const READ_BUFFER_BYTES: usize = 16 * 1024;
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
const REFUSAL: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// A listening receiver; ends with all its connections when dropped.
#[derive(Debug)]
pub struct Receiver {
    /// Where it listens.
    pub address: SocketAddr,
    /// What arrived.
    pub inbox: Arc<Inbox>,
    accepting: JoinHandle<()>,
}

impl Receiver {
    /// Listens on a free port of 127.0.0.1 for bodies to `/0` … `/{lanes - 1}`.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn start(lanes: usize) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("cannot listen on 127.0.0.1")?;
        let address = listener.local_addr()?;
        let inbox = Arc::new(Inbox::new(lanes));
        let accepting = tokio::spawn(accept(listener, Arc::clone(&inbox)));
        Ok(Self { address, inbox, accepting })
    }

    /// The URL of one lane.
    pub fn url(&self, lane: usize) -> String {
        format!("http://{}/{lane}", self.address)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Everything that arrived, by lane (one lane per integration).
#[derive(Debug)]
pub struct Inbox {
    lanes: Vec<Mutex<Lane>>,
    hang_ms: AtomicU64,
    malformed: AtomicU64,
}

/// What arrived for one integration.
#[derive(Debug, Clone)]
pub struct Lane {
    /// The sequences that arrived, since the receiver's start.
    pub received: Bitmap,
    /// First arrivals since [`Inbox::begin`].
    pub delivered: u64,
    /// Arrivals of a sequence that had arrived before, since [`Inbox::begin`].
    pub duplicates: u64,
    /// From send to first arrival in microseconds, since [`Inbox::begin`].
    pub latency: Histogram<u64>,
    /// When the last first arrival was, in microseconds of [`clock::now_micros`].
    pub last_arrival: u64,
}

impl Inbox {
    fn new(lanes: usize) -> Self {
        let lanes = (0..lanes).map(|_| Mutex::new(Lane::new())).collect();
        Self { lanes, hang_ms: AtomicU64::new(0), malformed: AtomicU64::new(0) }
    }

    /// Starts counting and timing from zero; what was received stays known.
    pub fn begin(&self) {
        for lane in 0..self.lanes.len() {
            let mut lane = self.lane(lane);
            let received = std::mem::take(&mut lane.received);
            *lane = Lane { received, ..Lane::new() };
        }
    }

    /// From now on every request waits this long for its answer.
    pub fn hang(&self, per_request: Duration) {
        self.hang_ms
            .store(u64::try_from(per_request.as_millis()).expect("a hang is short"), Ordering::Relaxed);
    }

    /// How many lanes there are.
    pub fn lanes(&self) -> usize {
        self.lanes.len()
    }

    /// What arrived on one lane; short looks only, one at a time, the receiver waits meanwhile.
    pub fn lane(&self, lane: usize) -> MutexGuard<'_, Lane> {
        self.lanes[lane].lock().expect("no holder panics")
    }

    /// First arrivals over all lanes since [`Inbox::begin`].
    pub fn delivered(&self) -> u64 {
        (0..self.lanes.len()).map(|lane| self.lane(lane).delivered).sum()
    }

    /// How many of `accepted` have not arrived, summed over the lanes: each lane is to get each.
    pub fn missing(&self, accepted: &Bitmap) -> u64 {
        (0..self.lanes.len()).map(|lane| accepted.missing_from(&self.lane(lane).received)).sum()
    }

    /// Requests that were refused because they were not a numbered body for a lane.
    pub fn malformed(&self) -> u64 {
        self.malformed.load(Ordering::Relaxed)
    }

    fn record(&self, lane: usize, stamp: Stamp) {
        let now = clock::now_micros();
        let mut lane = self.lane(lane);
        if lane.received.insert(stamp.sequence) {
            lane.delivered += 1;
            lane.last_arrival = now;
            lane.latency.saturating_record(now.saturating_sub(stamp.sent_at));
        } else {
            lane.duplicates += 1;
        }
    }
}

impl Lane {
    fn new() -> Self {
        Self {
            received: Bitmap::default(),
            delivered: 0,
            duplicates: 0,
            latency: report::micros_histogram(),
            last_arrival: 0,
        }
    }
}

async fn accept(listener: TcpListener, inbox: Arc<Inbox>) {
    let mut connections = JoinSet::new();
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            connections.spawn(serve(stream, Arc::clone(&inbox)));
        }
        while connections.try_join_next().is_some() {}
    }
}

/// A connection lives until its client leaves or sends something that is no numbered body.
async fn serve(mut stream: TcpStream, inbox: Arc<Inbox>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut unread = BytesMut::with_capacity(READ_BUFFER_BYTES);
    loop {
        match take_message(&mut unread, inbox.lanes.len()) {
            Some(Ok((lane, stamp))) => {
                inbox.record(lane, stamp);
                let hang_ms = inbox.hang_ms.load(Ordering::Relaxed);
                if hang_ms > 0 {
                    tokio::time::sleep(Duration::from_millis(hang_ms)).await;
                }
                stream.write_all(ANSWER).await?;
            }
            Some(Err(Malformed)) => {
                inbox.malformed.fetch_add(1, Ordering::Relaxed);
                return stream.write_all(REFUSAL).await;
            }
            None => {
                unread.reserve(READ_BUFFER_BYTES);
                if stream.read_buf(&mut unread).await? == 0 {
                    return Ok(());
                }
            }
        }
    }
}

struct Malformed;

/// Takes one whole request off the buffer; `None` while it is incomplete.
fn take_message(unread: &mut BytesMut, lanes: usize) -> Option<Result<(usize, Stamp), Malformed>> {
    let mut headers = [httparse::EMPTY_HEADER; 48];
    let mut request = httparse::Request::new(&mut headers);
    let head_bytes = match request.parse(unread) {
        Ok(httparse::Status::Complete(head_bytes)) => head_bytes,
        Ok(httparse::Status::Partial) => return None,
        Err(_) => return Some(Err(Malformed)),
    };
    let lane = request
        .path
        .and_then(|path| path.strip_prefix('/')?.parse::<usize>().ok())
        .filter(|lane| *lane < lanes);
    let is_json =
        header(request.headers, "content-type").is_some_and(|value| value.starts_with(b"application/json"));
    let (Some(lane), Ok(Some(body_bytes)), true) = (lane, content_length(request.headers), is_json) else {
        return Some(Err(Malformed));
    };
    let total = head_bytes + body_bytes;
    if unread.len() < total {
        return None;
    }
    let stamp = Stamp::find(&unread[head_bytes..total]);
    unread.advance(total);
    Some(stamp.map(|stamp| (lane, stamp)).ok_or(Malformed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{connection::Connection, message::RequestTemplate};

    #[tokio::test]
    async fn first_arrivals_and_duplicates_are_counted_per_lane() {
        let receiver = Receiver::start(2).await.unwrap();
        let mut connection = Connection::open(receiver.address).await.unwrap();
        let mut template = RequestTemplate::post(receiver.address, "/1", None);
        for sequence in [0, 1, 1, 2] {
            let request = template.stamp(sequence, clock::now_micros()).to_vec();
            assert_eq!(connection.exchange(&request).await.unwrap(), 200);
        }
        let lane = receiver.inbox.lane(1).clone();
        assert_eq!((lane.delivered, lane.duplicates, lane.latency.len()), (3, 1, 3));
        assert_eq!(receiver.inbox.lane(0).delivered, 0);
        receiver.inbox.begin();
        assert_eq!((receiver.inbox.delivered(), receiver.inbox.lane(1).received.len()), (0, 3));
    }

    #[tokio::test]
    async fn body_without_a_number_is_refused_and_counted() {
        let receiver = Receiver::start(1).await.unwrap();
        let mut connection = Connection::open(receiver.address).await.unwrap();
        let request = b"POST /0 HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
        assert_eq!(connection.exchange(request).await.unwrap(), 400);
        assert_eq!(receiver.inbox.malformed(), 1);
    }
}
