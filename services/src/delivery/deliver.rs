//! One attempt: send, judge, write down.

use super::Ticket;
use super::send::{Message, SendReport};
use crate::Services;
use crate::outbound_http::Exchange;
use domain::activity::{Subject, Success};
use domain::delivery::{Answer, Attempt, DeliveryStatus, SendError};
use domain::ids::{AccountId, AttemptId};
use domain::integration::Target;
use domain::retry::{AttemptFacts, FailReason, Verdict};
use domain::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use storage::Finish;

/// Makes the attempt that `ticket` stands for and commits its outcome. A ticket whose lease is nearly over is dropped:
/// the delivery becomes due again by itself.
pub(super) async fn deliver(services: &Services, ticket: Ticket) {
    let started_at = services.now();
    if !ticket.can_begin(started_at) {
        tracing::info!(delivery.id = %ticket.delivery_id, "A ticket waited too long and is given up");
        return;
    }
    let under_way = services.inner.metered.begin_attempt();
    let sent = send(services, &ticket, started_at).await;
    drop(under_way);
    let exchange = match sent {
        Some(report) => report.exchange,
        None => Exchange::failed(
            SendError::InvalidRequest,
            "the event's data is no longer kept".into(),
            Duration::ZERO,
        ),
    };
    let ended_at = services.now();
    let verdict = judge(&ticket, &exchange.answer, ended_at);
    services.inner.metered.attempted(verdict, exchange.duration);
    log(&ticket, &exchange, verdict);
    let duration_ms = i64::try_from(exchange.duration.as_millis()).unwrap_or(i64::MAX);
    let success = if verdict == Verdict::Succeeded { Success::Yes } else { Success::No };
    let account = ticket.account_id;
    services.inner.tallies.add(account, Subject::AllAttempts, ended_at, success, duration_ms);
    services.inner.tallies.add(
        account,
        Subject::Integration(ticket.target.id),
        ended_at,
        success,
        duration_ms,
    );
    let finish = finish(&ticket, exchange, verdict, started_at, ended_at);
    let target = Arc::clone(&ticket.target);
    // The integration's next message may go out while this outcome is committed.
    drop(ticket);
    let journal = &services.inner.journal;
    match verdict {
        Verdict::Succeeded => journal.finish_soon(finish).await,
        Verdict::RetryAt(at) => {
            journal.finish(finish).await;
            services.inner.claimer.due_at(at);
        }
        Verdict::Failed(FailReason::Gone) => {
            journal.finish(finish).await;
            disable_gone_integration(services, account, &target).await;
        }
        Verdict::Failed(_) => journal.finish_soon(finish).await,
    }
}

/// A receiver that answers 410 wants no more (D6): its integration goes off and what waits for it is cancelled, unless
/// the integration was given another URL meanwhile.
async fn disable_gone_integration(services: &Services, account: AccountId, target: &Target) {
    let integration = target.id;
    let scope = storage::unscoped::scope_of_engine(account);
    let db = services.db().account(&scope);
    let now = services.now();
    let disabled = async {
        let reason = "The receiver answered 410 Gone.";
        if !db.disable_integration(integration, &target.config.target_url, reason, now).await? {
            return Ok(None);
        }
        services.inner.routing_changed(account);
        db.cancel_waiting_deliveries(integration, "integration_inactive", now).await.map(Some)
    };
    match disabled.await {
        Ok(Some(cancelled)) => {
            tracing::warn!(integration.id = %integration, cancelled, "An integration was disabled by 410")
        }
        Ok(None) => {
            tracing::debug!(integration.id = %integration, "A 410 came late: its integration is off or sends elsewhere")
        }
        Err(error) => {
            tracing::error!(%error, integration.id = %integration, "Disabling an integration failed")
        }
    }
}

async fn send(services: &Services, ticket: &Ticket, now: Timestamp) -> Option<SendReport> {
    let message = Message {
        delivery_id: ticket.delivery_id,
        attempt: ticket.attempts + 1,
        event: ticket.event.clone()?,
        account_id: ticket.account_id,
        target: ticket.target.clone(),
        now,
    };
    Some(services.inner.sender.send(&message).await)
}

fn judge(ticket: &Ticket, answer: &Answer, now: Timestamp) -> Verdict {
    let facts = AttemptFacts {
        number: ticket.attempts + 1,
        tries_in_schedule: ticket.schedule_tries + 1,
        created_at: ticket.delivery_id.timestamp(),
        schedule_started_at: ticket.schedule_started_at,
        now,
        answer,
    };
    ticket.target.config.retry.verdict(&facts, rand::random())
}

fn finish(
    ticket: &Ticket,
    exchange: Exchange,
    verdict: Verdict,
    started_at: Timestamp,
    now: Timestamp,
) -> Finish {
    let (status, due_at, ended_because) = match verdict {
        Verdict::Succeeded => (DeliveryStatus::Succeeded, now, None),
        Verdict::RetryAt(at) => (DeliveryStatus::Pending, at, None),
        Verdict::Failed(reason) => (DeliveryStatus::Failed, now, Some(reason.as_str())),
    };
    let (status_code, error) = match exchange.answer {
        Answer::Http { status, .. } => (Some(status), None),
        Answer::Error(error) => (None, Some(error)),
    };
    Finish {
        account_id: ticket.account_id,
        delivery_id: ticket.delivery_id,
        lease_token: ticket.lease_token,
        attempt: Attempt {
            id: AttemptId::new(now, &rand::random()),
            number: ticket.attempts + 1,
            started_at,
            duration_ms: i32::try_from(exchange.duration.as_millis()).unwrap_or(i32::MAX),
            status_code,
            error,
            error_detail: exchange.detail,
            response_body: None,
            response_truncated: exchange.truncated,
        },
        response: exchange.body,
        status,
        schedule_tries: ticket.schedule_tries + 1,
        due_at,
        ended_because,
        finished_at: now,
    }
}

fn log(ticket: &Ticket, exchange: &Exchange, verdict: Verdict) {
    let attempt = ticket.attempts + 1;
    let duration_ms = exchange.duration.as_millis();
    if verdict == Verdict::Succeeded {
        tracing::debug!(delivery.id = %ticket.delivery_id, attempt.number = attempt, duration_ms, "Delivered");
    } else {
        tracing::info!(
            delivery.id = %ticket.delivery_id,
            account.id = %ticket.account_id,
            integration.id = %ticket.target.id,
            attempt.number = attempt,
            attempt.answer = ?exchange.answer,
            delivery.verdict = ?verdict,
            duration_ms,
            "An attempt failed"
        );
    }
}
