//! Looking at what happened, and doing it again.

use crate::delivery::send::{self, Message};
use crate::{Error, Result, Services};
use domain::account::Permission;
use domain::activity::{
    Count, DeliveryDetail, DeliveryFilter, EventDetail, EventFilter, EventRow, ExampleMessage, Overview,
    Page, PageRequest, Point, RecentActivity, RequestDetail, RequestFilter, RequestRow, Span, Subject,
    TestReport,
};
use domain::delivery::{Answer, Delivery, DeliveryStatus};
use domain::error::FieldErrors;
use domain::event::Event;
use domain::ids::{DeliveryId, EventId, IntegrationId, RequestId};
use domain::integration::{IntegrationState, Target};
use std::collections::HashMap;
use std::sync::Arc;
use storage::{AccountScope, StorageError};

const DAY_MS: i64 = 24 * 3_600 * 1000;
/// Failures shown on the Overview.
const RECENT_FAILURES: u16 = 8;
/// How deliveries end that may be retried in bulk.
const UNSUCCESSFUL: [DeliveryStatus; 2] = [DeliveryStatus::Failed, DeliveryStatus::Cancelled];

impl Services {
    /// One page of requests.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Unavailable`].
    pub async fn requests(
        &self,
        scope: &AccountScope,
        filter: RequestFilter,
        page: PageRequest,
    ) -> Result<Page<RequestRow>> {
        self.require(scope, Permission::ReadActivity)?;
        Ok(self.db().account(scope).requests(&filter, page).await?)
    }

    /// One request with what it carried and caused.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Unavailable`].
    pub async fn request(&self, scope: &AccountScope, id: RequestId) -> Result<RequestDetail> {
        self.require(scope, Permission::ReadActivity)?;
        Ok(self.db().account(scope).request(id).await?)
    }

    /// One page of events.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Unavailable`].
    pub async fn events(
        &self,
        scope: &AccountScope,
        filter: EventFilter,
        page: PageRequest,
    ) -> Result<Page<EventRow>> {
        self.require(scope, Permission::ReadActivity)?;
        Ok(self.db().account(scope).events(&filter, page).await?)
    }

    /// One event with its data and deliveries.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Unavailable`].
    pub async fn event(&self, scope: &AccountScope, id: EventId) -> Result<EventDetail> {
        self.require(scope, Permission::ReadActivity)?;
        Ok(self.db().account(scope).event(id).await?)
    }

    /// One page of deliveries.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Unavailable`].
    pub async fn deliveries(
        &self,
        scope: &AccountScope,
        filter: DeliveryFilter,
        page: PageRequest,
    ) -> Result<Page<Delivery>> {
        self.require(scope, Permission::ReadActivity)?;
        Ok(self.db().account(scope).deliveries(&filter, page).await?)
    }

    /// Those of `ids` that there are, at most 200.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Unavailable`].
    pub async fn deliveries_by_id(&self, scope: &AccountScope, ids: &[DeliveryId]) -> Result<Vec<Delivery>> {
        self.require(scope, Permission::ReadActivity)?;
        Ok(self.db().account(scope).deliveries_by_id(ids).await?)
    }

    /// One delivery with its attempts.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Unavailable`].
    pub async fn delivery(&self, scope: &AccountScope, id: DeliveryId) -> Result<DeliveryDetail> {
        self.require(scope, Permission::ReadActivity)?;
        Ok(self.db().account(scope).delivery(id).await?)
    }

    /// How many deliveries match, up to 10,000.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Unavailable`].
    pub async fn count_deliveries(&self, scope: &AccountScope, filter: DeliveryFilter) -> Result<Count> {
        self.require(scope, Permission::ReadActivity)?;
        Ok(self.db().account(scope).count_deliveries(&filter).await?)
    }

    /// Makes a delivery due now: same id, attempt numbers go on, its schedule starts again.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::InUse`] while it is in flight or its integration is inactive; [`Error::Forbidden`].
    pub async fn retry_delivery(&self, scope: &AccountScope, id: DeliveryId) -> Result<Delivery> {
        self.require(scope, Permission::RetryDeliveries)?;
        let account = self.db().account(scope);
        let integration = account.delivery(id).await?.delivery.integration_id;
        self.require_active(scope, integration).await?;
        match account.retry_delivery(id, self.now()).await {
            Err(StorageError::InUse) => {
                return Err(Error::InUse("it is in flight; wait for its outcome".into()));
            }
            other => other?,
        }
        self.inner.claimer.ring();
        Ok(account.delivery(id).await?.delivery)
    }

    /// How many deliveries [`Services::retry_deliveries`] would make due. It stops at 10,000.
    ///
    /// # Errors
    /// As [`Services::retry_deliveries`].
    pub async fn count_retries(&self, scope: &AccountScope, filter: DeliveryFilter) -> Result<Count> {
        self.require_retriable(scope, &filter).await?;
        Ok(self.db().account(scope).count_retries(&filter).await?)
    }

    /// The same for whoever may read deliveries; none where [`Services::retry_deliveries`] would refuse.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Unavailable`].
    pub async fn count_retryable(&self, scope: &AccountScope, filter: DeliveryFilter) -> Result<Count> {
        self.require(scope, Permission::ReadActivity)?;
        Ok(self.db().account(scope).count_retries(&filter).await?)
    }

    /// Makes every failed or cancelled delivery to an active integration that matches due now, and says how many.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::InUse`] when the filter names an inactive integration, [`Error::Unavailable`].
    pub async fn retry_deliveries(&self, scope: &AccountScope, filter: DeliveryFilter) -> Result<u64> {
        let begun = self.now();
        let account = self.db().account(scope);
        let mut retried = 0;
        for filter in self.retried(scope, filter).await? {
            loop {
                let some = account.retry_some_deliveries(&filter, begun, self.now()).await?;
                if some == 0 {
                    break;
                }
                retried += some;
                self.inner.claimer.ring();
            }
        }
        Ok(retried)
    }

    /// The points of one subject.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Unavailable`].
    pub async fn chart(&self, scope: &AccountScope, subject: Subject, span: Span) -> Result<Vec<Point>> {
        self.require(scope, Permission::ReadActivity)?;
        Ok(self.db().account(scope).chart(subject, span, self.now()).await?)
    }

    /// What was counted of each source and integration in the last 24 hours, and when last.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Unavailable`].
    pub async fn recent_activity(&self, scope: &AccountScope) -> Result<HashMap<Subject, RecentActivity>> {
        self.require(scope, Permission::ReadActivity)?;
        Ok(self.db().account(scope).recent_activity(self.now().plus_ms(-DAY_MS)).await?)
    }

    /// What the Overview page shows.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Unavailable`].
    pub async fn overview(&self, scope: &AccountScope, span: Span) -> Result<Overview> {
        self.require(scope, Permission::ReadActivity)?;
        let account = self.db().account(scope);
        let failed = DeliveryFilter { status: Some(DeliveryStatus::Failed), ..DeliveryFilter::default() };
        let pending = DeliveryFilter { status: Some(DeliveryStatus::Pending), ..DeliveryFilter::default() };
        let newest = PageRequest { limit: Some(RECENT_FAILURES), ..PageRequest::default() };
        Ok(Overview {
            span,
            requests: account.chart(Subject::AllRequests, span, self.now()).await?,
            attempts: account.chart(Subject::AllAttempts, span, self.now()).await?,
            recent_failures: account.deliveries(&failed, newest).await?.data,
            waiting: account.count_deliveries(&pending).await?,
        })
    }

    /// The message that an integration would be sent, secrets masked (K14).
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`]; [`Error::Invalid`] when the message cannot be made.
    pub async fn example(&self, scope: &AccountScope, id: IntegrationId) -> Result<ExampleMessage> {
        self.require(scope, Permission::ReadConfiguration)?;
        let target = self.target(scope, id).await?;
        let example = send::example(&target.config, scope.account_id(), self.now());
        example.map_err(|error| Error::Invalid(FieldErrors::of("body", error.to_string())))
    }

    /// Sends an example message now and tells what the receiver answered (K15). It is no delivery: nothing is stored.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Unavailable`].
    pub async fn test_integration(&self, scope: &AccountScope, id: IntegrationId) -> Result<TestReport> {
        self.require(scope, Permission::PublishEvents)?;
        let target = self.target(scope, id).await?;
        let now = self.now();
        let event = send::sample_event(EventId::new(now, &rand::random()), scope.account_id(), now);
        Ok(self.send_test(target, event).await)
    }

    /// Sends a message about `event` that is no delivery.
    pub(crate) async fn send_test(&self, target: Arc<Target>, event: Event) -> TestReport {
        let now = self.now();
        let message = Message {
            delivery_id: DeliveryId::new(now, &rand::random()),
            attempt: 1,
            account_id: event.account_id,
            event: Arc::new(event),
            target,
            now,
        };
        let exchange = self.inner.sender.send(&message).await.exchange;
        let (status_code, error) = match exchange.answer {
            Answer::Http { status, .. } => (Some(status), None),
            Answer::Error(error) => (None, Some(error)),
        };
        TestReport {
            accepted: status_code.is_some_and(|status| (200..300).contains(&status)),
            status_code,
            error,
            error_detail: exchange.detail,
            duration_ms: i32::try_from(exchange.duration.as_millis()).unwrap_or(i32::MAX),
            response_body: String::from_utf8_lossy(&exchange.body).into_owned(),
        }
    }

    async fn target(&self, scope: &AccountScope, id: IntegrationId) -> Result<Arc<Target>> {
        let routing = self.inner.routings.refresh(scope.account_id()).await?.ok_or(Error::NotFound)?;
        routing.integrations.get(&id).cloned().ok_or(Error::NotFound)
    }

    /// What a bulk retry of `filter` is about: a filter for each active integration; none where it asks for deliveries
    /// that have not ended or have succeeded.
    async fn retried(&self, scope: &AccountScope, filter: DeliveryFilter) -> Result<Vec<DeliveryFilter>> {
        self.require_retriable(scope, &filter).await?;
        if is_about_others(&filter) {
            return Ok(Vec::new());
        }
        if filter.integration_id.is_some() {
            return Ok(vec![filter]);
        }
        let integrations = self.db().account(scope).integrations().await?;
        let active = integrations.iter().filter(|integration| integration.state == IntegrationState::Active);
        Ok(active
            .map(|integration| DeliveryFilter { integration_id: Some(integration.id), ..filter.clone() })
            .collect())
    }

    /// Refuses a bulk retry of deliveries to an integration that takes none now.
    async fn require_retriable(&self, scope: &AccountScope, filter: &DeliveryFilter) -> Result<()> {
        self.require(scope, Permission::RetryDeliveries)?;
        match filter.integration_id {
            Some(integration) if !is_about_others(filter) => self.require_active(scope, integration).await,
            _ => Ok(()),
        }
    }

    async fn require_active(&self, scope: &AccountScope, integration: IntegrationId) -> Result<()> {
        match self.db().account(scope).integration(integration).await?.state {
            IntegrationState::Active => Ok(()),
            IntegrationState::Inactive => {
                Err(Error::InUse("its integration is inactive; activate it, then retry".into()))
            }
        }
    }
}

/// Whether it asks for deliveries that are never retried in bulk.
fn is_about_others(filter: &DeliveryFilter) -> bool {
    filter.status.is_some_and(|status| !UNSUCCESSFUL.contains(&status))
}
