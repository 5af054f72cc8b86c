//! A request that the database refused to store: its sender is answered as after any other refusal of its source, and
//! its owner sees that it came, in a row without what may be at fault.

use super::{InboundAnswer, Stored, of_decision};
use crate::Services;
use domain::fan_out::Routing;
use domain::ids::{AccountId, RequestId};
use domain::inbound::{Decision, Outcome, refuse};
use domain::record::HeldRecords;
use domain::source::RoutedSource;
use std::any::Any;
use std::sync::Arc;
use std::time::Instant;
use storage::{Decide, IntakeDraft, RequestRecord};

/// What is known of an arrival while the journal has it.
pub(super) struct Remembered {
    pub id: RequestId,
    pub source: Option<Arc<RoutedSource>>,
    pub method: String,
    pub body_bytes: i32,
}

/// What is answered where nothing could be stored; `source` as in [`refuse`].
pub(super) fn store_failed(source: Option<&RoutedSource>) -> Decision {
    refuse(source, Outcome::StoreFailed, "The request could not be stored and was not accepted.")
}

impl Services {
    /// Puts a request that was refused by the database into the log by name alone. Where that is refused, too, its
    /// sender is answered all the same.
    pub(super) async fn log_unstored(
        &self,
        routing: &Routing,
        remembered: Remembered,
        begun: Instant,
    ) -> (&'static str, InboundAnswer) {
        let decision = store_failed(remembered.source.as_deref());
        let unstored = Unstored {
            services: self.clone(),
            account_id: routing.account_id,
            routing_version: routing.version,
            draft: draft(routing.account_id, remembered, &decision, begun),
            begun,
        };
        if let Err(error) = self.inner.journal.commit(Box::new(unstored)).await {
            tracing::warn!(%error, "A request that could not be stored has no row in the log either");
        }
        of_decision(&decision)
    }
}

/// Its path is made anew from what is configured.
fn draft(account: AccountId, remembered: Remembered, decision: &Decision, begun: Instant) -> IntakeDraft {
    let Remembered { id, source, method, body_bytes } = remembered;
    let endpoint = source.as_ref().map_or("", |source| source.config.endpoint.as_str());
    let record = RequestRecord {
        source_id: decision.source_id,
        method,
        path: format!("/in/{account}/{endpoint}"),
        status: decision.response.status,
        outcome: decision.outcome,
        explanation: decision.explanation.clone(),
        duration_us: i32::try_from(begun.elapsed().as_micros()).unwrap_or(i32::MAX),
        body_bytes,
        response: decision.response.body.clone(),
        replay_of: None,
        replay_id: None,
    };
    IntakeDraft { request: Some(record), ..IntakeDraft::new(id.0) }
}

struct Unstored {
    services: Services,
    account_id: AccountId,
    routing_version: i64,
    draft: IntakeDraft,
    begun: Instant,
}

impl Decide for Unstored {
    fn account_id(&self) -> AccountId {
        self.account_id
    }

    fn routing_version(&self) -> i64 {
        self.routing_version
    }

    /// Whatever the routing says, it was not stored.
    fn decide(&mut self, routing: &Arc<Routing>) {
        self.routing_version = routing.version;
    }

    fn settle(&mut self, _: &mut HeldRecords, _: &[usize]) {}

    fn draft(&self) -> &IntakeDraft {
        &self.draft
    }

    fn into_stored(self: Box<Self>) -> Box<dyn Any + Send> {
        let Self { services, account_id, draft, begun, .. } = *self;
        Box::new(Stored::new(&services, account_id, draft, Vec::new(), Some(begun)))
    }
}
