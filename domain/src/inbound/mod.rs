//! The inbound pipeline of one request, in the order that decides who learns what: route, state, method, (rate,)
//! handshake, content type, header authentication, parse, body authentication, challenge, filter, map. Size and rate are
//! checked by the caller, who has the socket and the counters; whether a request is a repeat is decided by the journal,
//! which can tell across processes: a mapping that failed hands on the key, so that a repeat is answered like the first
//! all the same.

mod answer;
mod element;
mod element_results;
mod facts;
mod handshake;
mod kept;
mod outcome;
mod pasted;
mod pipeline;
mod review;
mod settle;

use crate::event::Event;
use crate::hops::Hops;
use crate::ids::{EventId, RequestId, SourceId};
use crate::record::Intent;
use crate::source::Evidence;
use crate::time::Timestamp;
use bytes::Bytes;

pub use answer::{Ending, Previewed, preview, refuse};
pub use element::{Element, Made};
pub use facts::InboundFacts;
pub use kept::{BodyError, kept_body, masked_headers, parse_body};
pub use outcome::Outcome;
pub use pasted::{PastedSample, pasted_sample};
pub use pipeline::{admit, process};
pub use review::{ElementReview, Review, review};
pub use settle::{Settled, settle};

/// One inbound HTTP call as it came.
#[derive(Debug, Clone)]
pub struct InboundRequest {
    /// Its id; its events share its millisecond.
    pub id: RequestId,
    /// When its body was complete.
    pub received_at: Timestamp,
    /// `POST`, `PUT`, …
    pub method: String,
    /// The full public URL as the sender called it, query included: some senders sign it.
    pub url: String,
    /// Last part of the URL's path.
    pub endpoint: String,
    /// Names in lower case, in the order sent, repeats kept.
    pub headers: Vec<(String, String)>,
    /// How far it is from the event that came from outside; more than none where one of our own deliveries made it.
    pub hops: Hops,
    /// The bytes as sent: signatures are over these.
    pub raw_body: Bytes,
    /// The bytes after decompression: what is parsed. The same bytes where nothing was compressed.
    pub body: Bytes,
    /// Whether its sender has to prove who it is.
    pub proof: Proof,
}

/// Whether the sender of a request has to prove who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// As the source says.
    Asked,
    /// No more: it did when the request came, and what proved it is not kept. Only replays are believed so.
    Given,
}

impl InboundRequest {
    /// What it brings to prove who it is from.
    #[must_use]
    pub fn evidence(&self) -> Evidence<'_> {
        Evidence {
            url: &self.url,
            headers: &self.headers,
            raw_body: &self.raw_body,
            received_at: self.received_at,
        }
    }
}

/// What the sender is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// JSON, or nothing.
    pub body: Bytes,
}

/// What becomes of a request.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The source it was for, if there is one.
    pub source_id: Option<SourceId>,
    /// What happened, for lists.
    pub outcome: Outcome,
    /// More for the source's owner: which criterion failed, which header was missing.
    pub explanation: Option<String>,
    /// What the sender is answered.
    pub response: Response,
    /// The events it makes: none unless accepted.
    pub events: Vec<Event>,
    /// What it wants of records. Only once that was tried is it decided what comes of the request: see [`settle()`].
    pub wanted: Vec<Wanted>,
    /// What became of each element, where the body is an array that its source takes (D12).
    pub elements: Vec<Element>,
    /// The sender's own key of this request, where the source says how to find it and it passed the filter. A repeat is
    /// answered like the first even where it would be refused by now.
    pub idempotency_key: Option<String>,
}

/// What a request, or an element of it, wants of a record.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Which element of the body, where that is an array; else 0.
    pub element: usize,
    /// Id of the event, if it comes to one.
    pub event_id: EventId,
    /// What is wanted.
    pub intent: Intent,
    /// The sender's own key of the element, where the body is an array.
    pub idempotency_key: Option<String>,
}
