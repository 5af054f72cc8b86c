//! Flow 1: an inbound webhook, from the complete body to the answer.
//!
//! The request is decided by `domain` under the account's routing in memory, its deliveries get slots, and all of it
//! goes to the journal, which decides it again if the routing moved. Only after the commit is the sender answered and
//! are the tickets let out.

mod admission;
mod arrival;
mod decided;

pub(crate) use admission::Admission;
pub(crate) use decided::{Departures, fan_out};

use crate::Services;
use arrival::Arrival;
use bytes::Bytes;
use domain::activity::{Subject, Success};
use domain::fan_out::Routing;
use domain::ids::{AccountId, RequestId};
use domain::inbound::{Decision, InboundRequest, Outcome, admit, refuse};
use domain::time::Timestamp;
use std::sync::Arc;
use storage::{Committed, IntakeDraft, StorageError};

/// One inbound HTTP call, its body read.
#[derive(Debug)]
pub struct InboundCall {
    /// When its body was complete.
    pub received_at: Timestamp,
    /// `POST`, `PUT`, …
    pub method: String,
    /// Path of the URL.
    pub path: String,
    /// Last part of the path.
    pub endpoint: String,
    /// Names in lower case, in the order sent.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: InboundBody,
}

/// What came of reading an inbound body.
#[derive(Debug)]
pub enum InboundBody {
    /// All of it.
    Complete {
        /// The bytes as sent.
        raw: Bytes,
        /// The bytes after decompression; the same where nothing was compressed.
        decoded: Bytes,
    },
    /// More than 1 MiB, before or after decompression.
    TooLarge,
    /// Compressed in a way that is not gzip, or not at all what it says.
    BadEncoding,
}

/// What an inbound call is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundAnswer {
    /// HTTP status.
    pub status: u16,
    /// JSON.
    pub body: Bytes,
    /// When to try again, where that helps.
    pub retry_after_s: Option<u32>,
}

impl InboundAnswer {
    /// Whether the sender learns that nothing came of it. A filtered request may be answered like a success.
    const fn is_refusal(&self) -> bool {
        self.status >= 400
    }
}

/// What the caller found before the pipeline, which the pipeline then leaves alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finding {
    TooLarge,
    BadEncoding,
    TooFast,
}

impl Services {
    /// Takes an inbound call and answers it; a 2xx means that its events are on disk.
    pub async fn receive(&self, account: AccountId, call: InboundCall) -> InboundAnswer {
        let routing = match self.inner.routings.get(account).await {
            Ok(Some(routing)) => routing,
            Ok(None) => return answer(&refuse(None, Outcome::UnknownEndpoint, "there is no such account")),
            Err(error) => return unavailable(&error),
        };
        let finding = self.find(&routing, &call);
        let arrival = Arrival::new(self.clone(), &routing, call, finding);
        let outcome = arrival.outcome();
        let Some(_room) = self.inner.admission.room(arrival.bytes()) else {
            return busy("too much is waiting to be stored");
        };
        if outcome.is_before_authentication() && !self.inner.admission.may_log_refusal(account) {
            let now = self.now();
            self.inner.tallies.add(account, Subject::UnloggedRefusals, now, Success::No, 0);
            return arrival.into_answer();
        }
        let refusal =
            (outcome != Outcome::Accepted).then(|| arrival.answer()).filter(InboundAnswer::is_refusal);
        match self.inner.journal.commit(Box::new(arrival)).await {
            Ok(committed) => self.after_commit(account, committed),
            // What is refused stays refused, stored or not.
            Err(error) => refusal.unwrap_or_else(|| not_stored(&error)),
        }
    }

    fn find(&self, routing: &Routing, call: &InboundCall) -> Option<Finding> {
        match call.body {
            InboundBody::TooLarge => return Some(Finding::TooLarge),
            InboundBody::BadEncoding => return Some(Finding::BadEncoding),
            InboundBody::Complete { .. } => {}
        }
        let source = admit(routing, &call.method, &call.endpoint).ok()?;
        (!self.inner.admission.may_take(&source)).then_some(Finding::TooFast)
    }

    fn after_commit(&self, account: AccountId, committed: Committed) -> InboundAnswer {
        metrics::counter!("hookloft_requests_total").increment(1);
        match committed {
            Committed::Duplicate { status, response, .. } => {
                InboundAnswer { status, body: response, retry_after_s: None }
            }
            Committed::Stored { draft, baggage } => {
                let departures = baggage.downcast::<Departures>().unwrap_or_default();
                self.count_request(account, &draft);
                self.depart(account, &draft, *departures);
                let request = draft.request.expect("an arrival always has a request row");
                InboundAnswer {
                    status: request.status,
                    retry_after_s: (request.outcome == Outcome::RateLimited).then_some(1),
                    body: request.response,
                }
            }
        }
    }

    fn count_request(&self, account: AccountId, draft: &IntakeDraft) {
        let Some(request) = &draft.request else { return };
        let at = RequestId(draft.id).timestamp();
        let success = if request.outcome == Outcome::Accepted { Success::Yes } else { Success::No };
        let duration_ms = i64::from(request.duration_us / 1000);
        self.inner.tallies.add(account, Subject::AllRequests, at, success, duration_ms);
        if let Some(source) = request.source_id {
            self.inner.tallies.add(account, Subject::Source(source), at, success, duration_ms);
        }
    }
}

/// What domain decides about `request`, unless something was found before it came to that.
fn decide(
    routing: &Arc<Routing>,
    request: &InboundRequest,
    finding: Option<Finding>,
    random: &mut dyn FnMut() -> [u8; 10],
) -> Decision {
    if finding == Some(Finding::TooLarge) {
        return refuse(None, Outcome::TooLarge, "The body is larger than 1 MiB.");
    }
    let source = match admit(routing, &request.method, &request.endpoint) {
        Ok(source) => source,
        Err(refusal) => return *refusal,
    };
    match finding {
        Some(Finding::TooFast) => {
            refuse(Some(&source), Outcome::RateLimited, "More requests than this address takes a second.")
        }
        Some(Finding::BadEncoding) => refuse(
            Some(&source),
            Outcome::WrongContentType,
            "The content-encoding is neither gzip nor identity.",
        ),
        _ => domain::inbound::process(&source, routing.account_id, request, random),
    }
}

fn answer(decision: &Decision) -> InboundAnswer {
    InboundAnswer {
        status: decision.response.status,
        body: decision.response.body.clone(),
        retry_after_s: None,
    }
}

fn not_stored(error: &StorageError) -> InboundAnswer {
    if error.is_unavailable() {
        return unavailable(error);
    }
    answer(&refuse(None, Outcome::StoreFailed, "The request could not be stored and was not accepted."))
}

fn unavailable(error: &StorageError) -> InboundAnswer {
    tracing::warn!(%error, "An inbound request was refused because the database is away");
    busy("the database does not answer")
}

fn busy(why: &str) -> InboundAnswer {
    let body = serde_json::json!({"error": {"code": "unavailable", "message": format!("Try again in a moment: {why}.")}});
    InboundAnswer { status: 503, body: body.to_string().into(), retry_after_s: Some(1) }
}
