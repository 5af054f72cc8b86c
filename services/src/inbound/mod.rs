//! Flow 1: an inbound webhook, from the complete body to the answer.
//!
//! The request is decided by `domain` under the account's routing in memory, its deliveries get slots, and all of it
//! goes to the journal, which decides it again if the routing moved. Only after the commit is the sender answered and
//! are the tickets let out.

mod admission;
mod arrival;
mod decided;
mod headers;
mod pasted;
mod replay;
mod unstored;

pub(crate) use admission::Admission;
pub use admission::BodyRoom;
pub(crate) use decided::{Departures, Stored, fan_out};
pub(crate) use replay::{ReplayOf, Replayed};

use crate::Services;
use arrival::Arrival;
use bytes::Bytes;
use domain::activity::{Subject, Success};
use domain::fan_out::Routing;
use domain::ids::AccountId;
use domain::inbound::{Decision, InboundRequest, Outcome, admit, refuse};
use domain::time::Timestamp;
use std::sync::Arc;
use std::time::Instant;
use storage::{Committed, StorageError};
use unstored::{Remembered, store_failed};

/// One inbound HTTP call, its body read.
#[derive(Debug)]
pub struct InboundCall {
    /// When its body was complete.
    pub received_at: Timestamp,
    /// `POST`, `PUT`, …
    pub method: String,
    /// Path of the URL.
    pub path: String,
    /// Path and query exactly as called: some senders sign them.
    pub path_and_query: String,
    /// Last part of the path.
    pub endpoint: String,
    /// Names in lower case, in the order sent.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: InboundBody,
    /// What its body has of the memory that all bodies share, until it is answered.
    pub room: BodyRoom,
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
    /// Not all of it.
    Unread(Unread),
    /// Compressed in a way that is not gzip, or not at all what it says.
    BadEncoding,
}

/// Why a body was not read to its end. It is answered before anything else is looked at, and whatever the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// More than 1 MiB, before or after decompression.
    TooLarge,
    /// The connection ended inside it.
    BrokenOff,
    /// It did not come in time.
    TooSlow,
    /// Too many bodies are in memory already.
    NoRoom,
}

impl Unread {
    fn refusal(self) -> Decision {
        match self {
            Self::TooLarge => refuse(None, Outcome::TooLarge, "The body is larger than 1 MiB."),
            Self::BrokenOff => refuse(None, Outcome::BrokenBody, "The body broke off."),
            Self::TooSlow => refuse(None, Outcome::Timeout, "The body took too long."),
            Self::NoRoom => {
                refuse(None, Outcome::Overloaded, "Too much is under way; try again in a moment.")
            }
        }
    }
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
    Unread(Unread),
    BadEncoding,
    TooFast,
}

impl Services {
    /// Room for a body that begins to come.
    #[must_use]
    pub fn body_room(&self) -> BodyRoom {
        self.inner.admission.no_room()
    }

    /// Takes an inbound call and answers it; a 2xx means that its events are on disk. `None` is an account that cannot be.
    pub async fn receive(&self, account: Option<AccountId>, call: InboundCall) -> InboundAnswer {
        let begun = Instant::now();
        let (outcome, answer) = self.decide_and_store(account, call, begun).await;
        self.inner.metered.answered(outcome, begun.elapsed());
        answer
    }

    /// What became of the call, in a word for metrics, and what its sender is answered.
    async fn decide_and_store(
        &self,
        account: Option<AccountId>,
        call: InboundCall,
        begun: Instant,
    ) -> (&'static str, InboundAnswer) {
        let routing = match account {
            Some(account) => self.inner.routings.get(account).await,
            None => Ok(None),
        };
        let routing = match routing {
            Ok(Some(routing)) => routing,
            Ok(None) => return of_decision(&refuse_stranger(&call)),
            Err(error) if error.is_unavailable() => return unavailable(&error),
            Err(_) => return of_decision(&store_failed(None)),
        };
        let finding = self.find(&routing, &call);
        let arrival = Arrival::new(self.clone(), &routing, call, finding, begun);
        let outcome = arrival.outcome();
        let account = routing.account_id;
        if outcome == Outcome::Loop {
            tracing::warn!(account.id = %account, path = arrival.path(), "A loop of calls to ourselves was ended");
        }
        if arrival.is_before_authentication() && !self.inner.admission.may_log_refusal(account) {
            // Handshakes ask for no proof, so they are limited like refusals, but they are none.
            if outcome != Outcome::Handshake {
                self.inner.tallies.add(account, Subject::UnloggedRefusals, self.now(), Success::No, 0);
            }
            return (outcome.as_str(), arrival.into_answer());
        }
        let refusal =
            (outcome != Outcome::Accepted).then(|| arrival.answer()).filter(InboundAnswer::is_refusal);
        let remembered = arrival.remembered();
        match (self.inner.journal.commit(Box::new(arrival)).await, refusal) {
            (Ok(committed), _) => self.after_commit(account, &remembered, begun, committed),
            // What is refused stays refused, stored or not.
            (Err(_), Some(refusal)) => (outcome.as_str(), refusal),
            (Err(error), None) if error.is_unavailable() => unavailable(&error),
            (Err(_), None) => self.log_unstored(&routing, remembered, begun).await,
        }
    }

    /// A repeat is counted here, because the journal answers it with what the first came to.
    fn after_commit(
        &self,
        account: AccountId,
        remembered: &Remembered,
        begun: Instant,
        committed: Committed,
    ) -> (&'static str, InboundAnswer) {
        match committed {
            Committed::Duplicate { status, response, .. } => {
                let source = remembered.source.as_ref().map(|source| source.id);
                let at = remembered.id.timestamp();
                self.count_request(account, source, Outcome::Duplicate, at, begun.elapsed());
                let answer = InboundAnswer { status, body: response, retry_after_s: None };
                (Outcome::Duplicate.as_str(), answer)
            }
            Committed::Stored(stored) => {
                let stored = stored.downcast::<Stored>().expect("an arrival makes it");
                let request = stored.draft.request.as_ref().expect("an arrival always has a request row");
                let answer = InboundAnswer {
                    status: request.status,
                    body: request.response.clone(),
                    retry_after_s: request.outcome.retry_after_s(),
                };
                (request.outcome.as_str(), answer)
            }
        }
    }

    fn find(&self, routing: &Routing, call: &InboundCall) -> Option<Finding> {
        match call.body {
            InboundBody::Unread(why) => return Some(Finding::Unread(why)),
            InboundBody::BadEncoding => return Some(Finding::BadEncoding),
            InboundBody::Complete { .. } => {}
        }
        let source = admit(routing, &call.method, &call.endpoint).ok()?;
        (!self.inner.admission.may_take(&source)).then_some(Finding::TooFast)
    }
}

/// What domain decides about `request`, unless something was found before it came to that.
fn decide(
    routing: &Arc<Routing>,
    request: &InboundRequest,
    finding: Option<Finding>,
    random: &mut dyn FnMut() -> [u8; 10],
) -> Decision {
    if let Some(Finding::Unread(why)) = finding {
        return why.refusal();
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
        _ => domain::inbound::process(&source, routing, request, random),
    }
}

/// What an account that is not there answers: the same as an endpoint that is unknown, inactive or archived (D4).
fn refuse_stranger(call: &InboundCall) -> Decision {
    match call.body {
        InboundBody::Unread(why) => why.refusal(),
        InboundBody::Complete { .. } | InboundBody::BadEncoding => {
            refuse(None, Outcome::UnknownEndpoint, "there is no such account")
        }
    }
}

fn of_decision(decision: &Decision) -> (&'static str, InboundAnswer) {
    let answer = InboundAnswer {
        status: decision.response.status,
        body: decision.response.body.clone(),
        retry_after_s: decision.outcome.retry_after_s(),
    };
    (decision.outcome.as_str(), answer)
}

fn unavailable(error: &StorageError) -> (&'static str, InboundAnswer) {
    const CODE: &str = "unavailable";
    tracing::warn!(%error, "An inbound request was refused because the database is away");
    let message = "Try again in a moment: the database does not answer.";
    let body = serde_json::json!({"error": {"code": CODE, "message": message}}).to_string();
    (CODE, InboundAnswer { status: 503, body: body.into(), retry_after_s: Some(1) })
}
