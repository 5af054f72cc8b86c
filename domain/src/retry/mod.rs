//! When a delivery is tried again.

use crate::delivery::{Answer, SendError};
use crate::error::FieldErrors;
use crate::limits::DELIVERY_LIFETIME_MS;
use crate::time::Timestamp;
use chrono::DateTime;
use serde::{Deserialize, Serialize};

/// Standard Webhooks, "Deliverability and reliability".
const STANDARD_DELAYS_MS: [i64; 9] =
    [5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000];
const FIVE_MINUTES_DELAYS_MS: [i64; 7] = [5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000];
const FIVE_MINUTES_MS: i64 = 300_000;
/// The longest a receiver can put a try off by `Retry-After`.
const MAX_RETRY_AFTER_MS: i64 = 24 * 3_600 * 1000;
/// Most of its delay that a try of `standard` is late, so that failed deliveries do not come back all at once.
const JITTER: f64 = 0.2;
const MAX_CUSTOM_DELAYS: usize = 20;

/// When an integration's deliveries are tried again: `"standard"`, `"five_minutes"`, `"none"` or `{"custom": [5, 60]}`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RetryPolicy {
    /// Standard Webhooks: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h, each plus 0-20 % (D6).
    #[default]
    Standard,
    /// Within 300 s of the first attempt, for 400, 408, 429, 500-511 and network errors only (D5).
    FiveMinutes,
    /// Never.
    None,
    /// Delays in seconds, at most 20 within 7 days.
    Custom(Vec<u32>),
}

/// What becomes of a delivery after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It succeeded.
    Succeeded,
    /// It is tried again then.
    RetryAt(Timestamp),
    /// It failed.
    Failed(FailReason),
}

/// Why a delivery is not tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailReason {
    /// Every try of its policy was made.
    AttemptsExhausted,
    /// The receiver's answer says that trying again is no use.
    RefusedForGood,
    /// The next try would be after its policy's window or its 7 days, or could not be made before.
    OutOfTime,
    /// The receiver answered 410: the integration is switched off, too.
    Gone,
}

impl FailReason {
    /// Its name in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AttemptsExhausted => "attempts_exhausted",
            Self::RefusedForGood => "refused_for_good",
            Self::OutOfTime => "out_of_time",
            Self::Gone => "gone",
        }
    }
}

/// An attempt that just ended.
#[derive(Debug, Clone, Copy)]
pub struct AttemptFacts<'a> {
    /// 1 is the delivery's first; goes on after a manual retry.
    pub number: i32,
    /// 1 is the first since the delivery was made or last retried by hand: the schedule restarts then.
    pub tries_in_schedule: i32,
    /// When the delivery was made.
    pub created_at: Timestamp,
    /// When the first try of this schedule began.
    pub schedule_started_at: Timestamp,
    /// When the attempt ended; delays count from here.
    pub now: Timestamp,
    /// How it ended.
    pub answer: &'a Answer,
}

impl RetryPolicy {
    /// What becomes of a delivery after `attempt`. `jitter` in 0.0..1.0 spreads the tries of `standard` by 0-20 %.
    ///
    /// 2xx alone is success, and 410 is the end under every policy. After 429 and 503 the next try is not before what
    /// the receiver asked for by `Retry-After`, of which at most 24 h count. A try is never early, never after the
    /// delivery's 7 days and, under `five_minutes`, never after 300 s.
    #[must_use]
    pub fn verdict(&self, attempt: &AttemptFacts<'_>, jitter: f64) -> Verdict {
        match attempt.answer {
            Answer::Http { status: 200..=299, .. } => return Verdict::Succeeded,
            Answer::Http { status: 410, .. } => return Verdict::Failed(FailReason::Gone),
            answer if !self.retries(answer) => return Verdict::Failed(FailReason::RefusedForGood),
            _ => {}
        }
        let Some(delay) = self.delay_after(attempt.tries_in_schedule) else {
            return Verdict::Failed(FailReason::AttemptsExhausted);
        };
        let own = if *self == Self::Standard { with_jitter(delay, jitter) } else { delay };
        let next = attempt.now.plus_ms(own.max(asked_for(attempt.answer)));
        let is_late = next > attempt.created_at.plus_ms(DELIVERY_LIFETIME_MS)
            || *self == Self::FiveMinutes && next > attempt.schedule_started_at.plus_ms(FIVE_MINUTES_MS);
        if is_late { Verdict::Failed(FailReason::OutOfTime) } else { Verdict::RetryAt(next) }
    }

    /// The delays between tries, in milliseconds and without jitter; one try more than delays is made.
    #[must_use]
    pub fn delays_ms(&self) -> Vec<i64> {
        (1..).map_while(|tries| self.delay_after(tries)).collect()
    }

    /// Notes under `field` when a custom list has no or more than 20 delays, or they last more than 7 days together.
    pub fn check(&self, field: &str, errors: &mut FieldErrors) {
        let Self::Custom(delays) = self else { return };
        if !(1..=MAX_CUSTOM_DELAYS).contains(&delays.len()) {
            errors.add(field, format!("give 1 to {MAX_CUSTOM_DELAYS} delays, in seconds"));
        } else if self.delays_ms().iter().sum::<i64>() > DELIVERY_LIFETIME_MS {
            errors.add(field, "the delays together last at most 7 days (604,800 seconds)");
        }
    }

    /// Whether another try after `answer`, which is no success, is of use. Only `five_minutes` thinks it may not be.
    fn retries(&self, answer: &Answer) -> bool {
        if *self != Self::FiveMinutes {
            return true;
        }
        match answer {
            Answer::Http { status, .. } => matches!(status, 400 | 408 | 429 | 500..=511),
            Answer::Error(error) => !matches!(error, SendError::BlockedAddress | SendError::InvalidRequest),
        }
    }

    fn delay_after(&self, tries: i32) -> Option<i64> {
        let place = usize::try_from(tries).ok()?.checked_sub(1)?;
        match self {
            Self::Standard => STANDARD_DELAYS_MS.get(place).copied(),
            Self::FiveMinutes => FIVE_MINUTES_DELAYS_MS.get(place).copied(),
            Self::None => None,
            Self::Custom(delays) => delays.get(place).map(|seconds| i64::from(*seconds) * 1000),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "at most a day in milliseconds"
)]
fn with_jitter(delay_ms: i64, jitter: f64) -> i64 {
    let part = if jitter.is_finite() { jitter.clamp(0.0, 1.0) } else { 0.0 };
    delay_ms + (delay_ms as f64 * JITTER * part) as i64
}

/// What the receiver asked to be given, where its status gives it a say.
fn asked_for(answer: &Answer) -> i64 {
    match answer {
        Answer::Http { status: 429 | 503, retry_after_ms: Some(millis) } => (*millis).min(MAX_RETRY_AFTER_MS),
        _ => 0,
    }
}

/// Whether a try that is due `now` comes too late to be made: its delivery's 7 days are over. The first try of a schedule
/// that somebody started by hand after them is made nonetheless.
#[must_use]
pub fn is_out_of_time(
    created_at: Timestamp,
    schedule_started_at: Timestamp,
    schedule_tries: i32,
    now: Timestamp,
) -> bool {
    let end = created_at.plus_ms(DELIVERY_LIFETIME_MS);
    now > end && (schedule_tries > 0 || schedule_started_at <= end)
}

/// Reads a `Retry-After` header: seconds, or an HTTP date (RFC 9110, sections 10.2.3 and 5.6.7; not its two obsolete
/// forms). Milliseconds from `now`, 0 for the past.
#[must_use]
pub fn parse_retry_after(value: &str, now: Timestamp) -> Option<i64> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.parse::<i64>().unwrap_or(i64::MAX).saturating_mul(1000));
    }
    let at = DateTime::parse_from_rfc2822(value).ok()?;
    Some(Timestamp(at.timestamp_millis()).since_ms(now).max(0))
}

#[cfg(test)]
mod tests;
