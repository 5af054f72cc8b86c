//! A pasted sample on its way into the journal: a row of the request log that nobody sent.

use super::Stored;
use super::headers::stored_headers;
use crate::sources::check_not_archived;
use crate::{Error, Result, Services};
use bytes::Bytes;
use domain::account::Permission;
use domain::fan_out::Routing;
use domain::ids::{AccountId, RequestId, SourceId};
use domain::inbound::{Outcome, PastedSample, pasted_sample};
use domain::record::HeldRecords;
use domain::source::Source;
use std::any::Any;
use std::sync::Arc;
use storage::{AccountScope, Decide, IntakeDraft, RequestRecord};

impl Services {
    /// Keeps a body that somebody pasted, and headers for criteria that look at them, as the last sample of a source;
    /// answers the request that it stands in the log as. It makes no event, and is counted nowhere.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Unavailable`]; [`Error::Invalid`] as
    /// [`pasted_sample`] says, and by `state` when the source is archived.
    pub async fn paste_sample(
        &self,
        scope: &AccountScope,
        id: SourceId,
        body: &str,
        headers: Vec<(String, String)>,
    ) -> Result<RequestId> {
        self.require(scope, Permission::EditSources)?;
        let account = scope.account_id();
        let source = self.db().account(scope).source(id).await?;
        check_not_archived(&source)?;
        let sample = pasted_sample(&source.config, body, headers)?;
        let Some(_room) = self.inner.admission.room(sample.body.len()) else {
            return Err(Error::Unavailable);
        };
        let routing = self.inner.routings.get(account).await?.ok_or(Error::NotFound)?;
        let pasting = Pasting::new(self.clone(), &routing, &source, sample);
        let request = RequestId(pasting.draft.id);
        self.inner.journal.commit(Box::new(pasting)).await?;
        Ok(request)
    }
}

struct Pasting {
    services: Services,
    account_id: AccountId,
    routing_version: i64,
    draft: IntakeDraft,
}

impl Pasting {
    fn new(services: Services, routing: &Routing, source: &Source, sample: PastedSample) -> Self {
        let account_id = routing.account_id;
        let record = RequestRecord {
            source_id: Some(source.id),
            method: source.config.method.as_str().to_owned(),
            path: format!("/in/{account_id}/{}", source.config.endpoint),
            status: Outcome::Pasted.status(),
            outcome: Outcome::Pasted,
            explanation: None,
            duration_us: 0,
            body_bytes: i32::try_from(sample.body.len()).unwrap_or(i32::MAX),
            response: Bytes::new(),
            replay_of: None,
            replay_id: None,
        };
        let draft = IntakeDraft {
            request: Some(record),
            headers: stored_headers(&sample.headers, source.config.verification.masked_header().as_slice()),
            body: sample.body.into(),
            ..IntakeDraft::new(RequestId::new(services.now(), &rand::random()).0)
        };
        Self { services, account_id, routing_version: routing.version, draft }
    }
}

impl Decide for Pasting {
    fn account_id(&self) -> AccountId {
        self.account_id
    }

    fn routing_version(&self) -> i64 {
        self.routing_version
    }

    /// Whatever the routing says, it stays what it is.
    fn decide(&mut self, routing: &Arc<Routing>) {
        self.routing_version = routing.version;
    }

    fn settle(&mut self, _: &mut HeldRecords, _: &[usize]) {}

    fn draft(&self) -> &IntakeDraft {
        &self.draft
    }

    fn into_stored(self: Box<Self>) -> Box<dyn Any + Send> {
        Box::new(Stored::new(&self.services, self.account_id, self.draft, Vec::new(), None))
    }
}
