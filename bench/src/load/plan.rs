//! What a load is to be.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{receiver::Inbox, signer::Signer};

/// What to send where.
#[derive(Debug, Clone)]
pub struct LoadPlan {
    /// Servers; the connections are spread over them evenly.
    pub addresses: Vec<SocketAddr>,
    /// Request paths; sequence `s` goes to path `s % paths.len()`.
    pub paths: Vec<String>,
    /// How many connections send at once.
    pub connections: usize,
    /// How fast.
    pub pace: Pace,
    /// What signs each body; `None` where the sources ask for no proof.
    pub signer: Option<Signer>,
}

/// How fast to send.
#[derive(Debug, Clone)]
pub enum Pace {
    /// Each connection sends as soon as its last request was answered.
    AsFastAsAnswered,
    /// So many requests a second in all.
    PerSecond(u32),
    /// As fast as answered, while fewer than `events` accepted ones have still to reach all lanes of the
    /// inbox.
    WhileBacklogBelow {
        /// The most events under way.
        events: u64,
        /// Where they arrive.
        inbox: Arc<Inbox>,
    },
}

/// The numbers of a whole run, shared by its phases: no number is ever sent twice.
#[derive(Debug, Clone, Default)]
pub struct Sequences(Arc<AtomicU64>);

impl Sequences {
    pub(super) fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }

    /// How many were handed out.
    pub fn handed_out(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
