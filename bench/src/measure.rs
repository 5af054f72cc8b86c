//! One phase of load, measured until everything accepted has arrived or the patience is over.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde_json::{Value, json};

use crate::{
    clock,
    counts::Counts,
    load::{Load, LoadPlan, Sequences},
    receiver::{Inbox, Receiver},
    report::{self, rounded},
};

/// How long to wait after a load for what was accepted.
pub const DRAIN_PATIENCE: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(10);

/// What a phase gave.
#[derive(Debug)]
pub struct Phase {
    /// Answers.
    pub counts: Counts,
    /// From first send to the end of sending.
    pub window: Duration,
    /// From the last answer until nothing was missing.
    pub drain: Duration,
    /// From first send to the last first arrival.
    pub until_last_delivered: Duration,
    /// 2xx within the window.
    pub accepted_in_window: u64,
    /// First arrivals within the window.
    pub delivered_in_window: u64,
    /// First arrivals, all lanes.
    pub delivered: u64,
    /// Arrivals after the first.
    pub duplicates: u64,
    /// Accepted and not arrived, all lanes.
    pub lost: u64,
    /// From send to first arrival in microseconds, all lanes.
    pub latency: Histogram<u64>,
}

/// Sends by `plan` for `window` and waits until each lane of `receiver` has each accepted sequence.
pub async fn measure(plan: &LoadPlan, window: Duration, receiver: &Receiver, sequences: &Sequences) -> Phase {
    let inbox = &receiver.inbox;
    inbox.begin();
    let (started, started_micros) = (Instant::now(), clock::now_micros());
    let load = Load::start(plan, sequences);
    tokio::time::sleep(window).await;
    let window = started.elapsed();
    let (accepted_in_window, delivered_in_window) = (load.counts().accepted.len(), inbox.delivered());
    let counts = load.stop().await;
    let drain_started = Instant::now();
    let lost = drain(inbox, &counts, DRAIN_PATIENCE).await;
    let lanes = 0..inbox.lanes();
    let last_arrival = lanes.clone().map(|lane| inbox.lane(lane).last_arrival).max().unwrap_or_default();
    let mut latency = report::micros_histogram();
    for lane in lanes.clone() {
        latency.add(&inbox.lane(lane).latency).expect("both have the same bounds");
    }
    Phase {
        counts,
        window,
        drain: drain_started.elapsed(),
        until_last_delivered: Duration::from_micros(last_arrival.saturating_sub(started_micros)),
        accepted_in_window,
        delivered_in_window,
        delivered: inbox.delivered(),
        duplicates: lanes.map(|lane| inbox.lane(lane).duplicates).sum(),
        lost,
        latency,
    }
}

/// Waits until nothing accepted is missing or the patience is over; how many are missing then.
pub async fn drain(inbox: &Inbox, counts: &Counts, patience: Duration) -> u64 {
    let until = Instant::now() + patience;
    loop {
        let missing = inbox.missing(&counts.accepted);
        if missing == 0 || Instant::now() >= until {
            return missing;
        }
        tokio::time::sleep(POLL).await;
    }
}

impl Phase {
    /// This phase and a later one of the same sender as one.
    pub fn followed_by(mut self, later: &Self) -> Self {
        self.counts.add(&later.counts);
        self.window += later.window;
        self.drain += later.drain;
        self.until_last_delivered += later.until_last_delivered;
        self.accepted_in_window += later.accepted_in_window;
        self.delivered_in_window += later.delivered_in_window;
        self.delivered += later.delivered;
        self.duplicates += later.duplicates;
        self.lost += later.lost;
        self.latency.add(&later.latency).expect("both have the same bounds");
        self
    }

    /// 2xx a second.
    pub fn ingest_per_second(&self) -> f64 {
        per_second(self.accepted_in_window, self.window)
    }

    /// First arrivals a second, from the first send until the last arrival.
    pub fn delivered_per_second(&self) -> f64 {
        per_second(self.delivered, self.until_last_delivered)
    }

    /// The figures.
    pub fn json(&self) -> Value {
        json!({
            "ingest_per_second": rounded(self.ingest_per_second()),
            "delivered_per_second": rounded(self.delivered_per_second()),
            "delivered_in_window_per_second": rounded(per_second(self.delivered_in_window, self.window)),
            "end_to_end_ms": report::latency(&self.latency),
            "answered_ms": report::latency(&self.counts.answered_after),
            "window_seconds": rounded(self.window.as_secs_f64()),
            "drain_seconds": rounded(self.drain.as_secs_f64()),
            "accepted": self.counts.accepted.len(),
            "delivered": self.delivered,
            "lost": self.lost,
            "duplicates": self.duplicates,
            "statuses": report::by_status(&self.counts.statuses),
            "non_2xx": self.counts.refused(),
            "broken_connections": self.counts.broken,
            "unanswered": self.counts.unanswered,
        })
    }
}

/// `count` a second; 0 when no time passed.
pub fn per_second(count: u64, time: Duration) -> f64 {
    let seconds = time.as_secs_f64();
    if seconds > 0.0 { report::float(count) / seconds } else { 0.0 }
}
