use domain::delivery::{Attempt, DeliveryStatus};
use domain::ids::{AccountId, DeliveryId};
use domain::time::Timestamp;
use uuid::Uuid;

/// An attempt that ended, and what that makes of its delivery.
#[derive(Debug, Clone)]
pub struct Finish {
    /// The account of the delivery.
    pub account_id: AccountId,
    /// The delivery.
    pub delivery_id: DeliveryId,
    /// The lease under which the attempt was made.
    pub lease_token: Uuid,
    /// The attempt.
    pub attempt: Attempt,
    /// The answer's body as received, at most 16 KiB.
    pub response: Vec<u8>,
    /// What the delivery becomes.
    pub status: DeliveryStatus,
    /// Attempts of the present schedule, this one included.
    pub schedule_tries: i32,
    /// When it is due again, while pending.
    pub due_at: Timestamp,
    /// Why it ended without success.
    pub ended_because: Option<&'static str>,
    /// Now.
    pub finished_at: Timestamp,
}

impl Finish {
    pub(super) fn last_status_code(&self) -> Option<i16> {
        self.attempt.status_code.map(|status| i16::try_from(status).unwrap_or(i16::MAX))
    }

    pub(super) fn last_error(&self) -> Option<&'static str> {
        self.attempt.error.map(domain::delivery::SendError::as_str)
    }

    /// The answer's body, or nothing where there was none.
    pub(super) fn stored_response(&self) -> Option<&[u8]> {
        (!self.response.is_empty()).then_some(&self.response[..])
    }

    /// Whether the delivery's row has room for the attempt, so that it needs none of its own.
    pub(super) fn is_first_success(&self) -> bool {
        let Attempt { number, error, error_detail, .. } = &self.attempt;
        *number == 1 && self.status == DeliveryStatus::Succeeded && error.is_none() && error_detail.is_none()
    }

    /// When the delivery ended, if it did.
    pub(super) fn ended_at(&self) -> Option<i64> {
        (self.status != DeliveryStatus::Pending).then_some(self.finished_at.0)
    }
}
