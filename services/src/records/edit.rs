//! A change of one record by a member or a machine: it goes the way of everything that arrives, through the journal, so
//! that it is stored together with its event, what that causes, the history and what the record is found by.

use crate::inbound::{Departures, Stored, fan_out};
use crate::{Clock, Error, Result, Services};
use domain::change::ChangedBy;
use domain::customer::Customer;
use domain::fan_out::Routing;
use domain::hops::Hops;
use domain::ids::{AccountId, EventId, RequestId};
use domain::module::Item;
use domain::record::{Cause, HeldRecords, Intent, RecordAddress, Refused, carry_out};
use domain::time::Timestamp;
use std::any::Any;
use std::sync::Arc;
use storage::{AccountScope, Committed, Decide, IntakeDraft};
use uuid::Uuid;

/// What became of a record that was to be changed.
#[derive(Debug)]
pub(crate) struct Changed {
    /// The record's id.
    pub id: Uuid,
    /// What it is now; `None` where it is gone.
    pub record: Option<Record>,
}

/// A record of either kind.
#[derive(Debug)]
pub(crate) enum Record {
    Customer(Box<Customer>),
    Item(Box<Item>),
}

/// Where a change comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin {
    /// Who or what wants it.
    pub by: ChangedBy,
    /// The request that brought it.
    pub request_id: Option<RequestId>,
}

impl From<&AccountScope> for Origin {
    fn from(scope: &AccountScope) -> Self {
        Self { by: scope.actor().into(), request_id: None }
    }
}

impl Services {
    /// Does what is wanted of a record, for whoever `scope` is; returns once it is on disk.
    pub(crate) async fn change_record(&self, scope: &AccountScope, intent: Intent) -> Result<Changed> {
        self.change_record_from(scope, scope.into(), intent).await
    }

    /// The same of what comes from elsewhere than from whoever `scope` is.
    pub(crate) async fn change_record_from(
        &self,
        scope: &AccountScope,
        origin: Origin,
        intent: Intent,
    ) -> Result<Changed> {
        let routing = self.inner.routings.get(scope.account_id()).await?.ok_or(Error::NotFound)?;
        let edit = RecordEdit::new(self.clone(), &routing, intent, origin);
        match self.inner.journal.commit(Box::new(edit)).await? {
            Committed::Stored(outcome) => {
                let outcome = outcome.downcast::<std::result::Result<Changed, Refused>>();
                (*outcome.expect("an edit makes it")).map_err(Error::from)
            }
            Committed::Duplicate { .. } => {
                Err(Error::Internal("an edit has no key to be a repeat of".into()))
            }
        }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Invalid(errors) => Self::Invalid(errors),
            Refused::Stale => Self::Stale,
            Refused::NotFound => Self::NotFound,
        }
    }
}

/// A change on its way into the journal.
struct RecordEdit {
    services: Services,
    routing: Arc<Routing>,
    intent: Intent,
    origin: Origin,
    event_id: EventId,
    at: Timestamp,
    draft: IntakeDraft,
    departures: Departures,
    outcome: std::result::Result<Changed, Refused>,
}

impl RecordEdit {
    fn new(services: Services, routing: &Arc<Routing>, intent: Intent, origin: Origin) -> Self {
        let at = services.now();
        let event_id = EventId::new(at, &Clock::random_in_order());
        let mut edit = Self {
            services,
            routing: Arc::clone(routing),
            draft: IntakeDraft::new(event_id.0),
            intent,
            origin,
            event_id,
            at,
            departures: Departures::new(),
            outcome: Err(Refused::NotFound),
        };
        edit.decide(routing);
        edit
    }

    /// The module of an item as it is by now; whether there still is one.
    fn refresh_module(&mut self) -> bool {
        let (Intent::ItemUpsert { module, .. } | Intent::ItemRemoval { module, .. }) = &mut self.intent
        else {
            return true;
        };
        let now = self.routing.rules.modules.get(&module.id);
        if let Some(now) = now {
            *module = Arc::clone(now);
        }
        now.is_some()
    }

    /// The record as the transaction leaves it.
    fn changed(&self, records: &HeldRecords) -> Changed {
        let account = self.routing.account_id;
        match self.intent.address() {
            RecordAddress::Customer(key) => {
                let held = &records.customers[&(account, key)];
                let record = held.now.clone().map(|customer| Record::Customer(Box::new(customer)));
                Changed { id: held.id.0, record }
            }
            RecordAddress::Item(module, key) => {
                let held = &records.items[&(account, module, key)];
                let record = held.now.clone().map(|item| Record::Item(Box::new(item)));
                Changed { id: held.id.0, record }
            }
        }
    }
}

impl Decide for RecordEdit {
    fn account_id(&self) -> AccountId {
        self.routing.account_id
    }

    fn routing_version(&self) -> i64 {
        self.routing.version
    }

    fn decide(&mut self, routing: &Arc<Routing>) {
        self.routing = Arc::clone(routing);
        let is_possible = self.refresh_module();
        self.outcome = Err(Refused::NotFound);
        self.draft = IntakeDraft::new(self.draft.id);
        if is_possible {
            self.draft.records.push(self.intent.address());
        }
    }

    fn settle(&mut self, records: &mut HeldRecords, _: &[usize]) {
        // Slots of an earlier settlement come back first.
        self.departures.clear();
        let cause = Cause {
            account: self.routing.account_id,
            rules: &self.routing.rules,
            event_id: self.event_id,
            at: self.at,
            request_id: self.origin.request_id,
            by: self.origin.by,
            hops: Hops::default(),
        };
        let happened = carry_out(&self.intent, records, cause);
        let refused = happened.as_ref().err().cloned();
        (self.draft.events, self.draft.history) = happened.map_or_else(
            |_| (Vec::new(), Vec::new()),
            |happened| (Vec::from_iter(happened.event), Vec::from_iter(happened.history)),
        );
        let now = self.services.now();
        let (deliveries, departures) = fan_out(&self.services, &self.routing, &self.draft.events, now);
        self.draft.deliveries = deliveries;
        self.departures = departures;
        self.outcome = refused.map_or_else(|| Ok(self.changed(records)), Err);
    }

    fn draft(&self) -> &IntakeDraft {
        &self.draft
    }

    fn into_stored(self: Box<Self>) -> Box<dyn Any + Send> {
        let account = self.routing.account_id;
        Stored::new(&self.services, account, self.draft, self.departures, None);
        Box::new(self.outcome)
    }
}
