//! One integration's tickets: how many it may have, how many are out, who comes next.

use super::share::{Limits, Rate, Share};
use super::{SlotKind, Ticket};
use domain::ids::IntegrationId;
use domain::integration::Target;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::time::Duration;
use storage::SendingPlace;

/// Tickets an integration may have per one it may have in flight: enough to keep it busy through a commit and through a
/// claim.
const QUEUED_PER_IN_FLIGHT: u32 = 16;
/// A tenth of what a second may have may leave at once, so that no second has more than a tenth too much.
const BURST_SHARE: u32 = 10;
/// Seconds' worth of tickets that an integration with a rate may have. Shorter than a ticket may wait, or its rate would
/// be spent on tickets that come too late.
pub(super) const QUEUED_SECONDS: u32 = 20;
/// Retries have one in so many slots at most, and of those in flight while first attempts wait.
const RETRY_SHARE: u32 = 4;

pub(super) struct Lane {
    integration: IntegrationId,
    limits: Limits,
    place: SendingPlace,
    /// What this process may have of the limits.
    share: Share,
    limiter: Option<DefaultDirectRateLimiter>,
    /// Slots given out: reserved, queued or in flight.
    pub slots: u32,
    /// Those of them that are for retries.
    pub retry_slots: u32,
    pub in_flight: u32,
    pub retries_in_flight: u32,
    /// Whether somebody sleeps until the rate allows the next one.
    pub is_awaited: bool,
    /// Whether something in the database waits for slots of it.
    pub is_slot_wanted: bool,
    /// What is behind it.
    pub behind: Behind,
    first_attempts: VecDeque<Ticket>,
    retries: VecDeque<Ticket>,
}

/// What is due to an integration in the database and waits for a slot, as far as this process knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behind {
    /// Nothing, or no more than the next claim takes.
    Nothing,
    /// First attempts, maybe among retries: they go before those of deliveries that are made now.
    FirstAttempts,
    /// Retries as far as the last claim saw, which hold up no first attempt.
    Retries,
}

/// What a lane has to say when asked for its next ticket.
pub(super) enum Next {
    Ticket(Ticket),
    /// Its rate allows the next one then.
    In(Duration),
    /// It has none, or is full.
    Nothing,
}

impl Lane {
    pub fn new(target: &Target, place: SendingPlace) -> Self {
        let limits = limits_of(target);
        let share = limits.share(target.id, place);
        Self {
            integration: target.id,
            limits,
            place,
            share,
            limiter: share.rate.and_then(limiter),
            slots: 0,
            retry_slots: 0,
            in_flight: 0,
            retries_in_flight: 0,
            is_awaited: false,
            is_slot_wanted: false,
            behind: Behind::Nothing,
            first_attempts: VecDeque::new(),
            retries: VecDeque::new(),
        }
    }

    /// Takes over the limits that `target` has now.
    pub fn follow(&mut self, target: &Target) {
        let limits = limits_of(target);
        if self.limits != limits {
            self.limits = limits;
            self.take_share();
        }
    }

    /// Takes the share of a process at `place`. Where that is less than before, it hands out what has not gone out: it
    /// may be another process's turn.
    pub fn take_place(&mut self, place: SendingPlace) -> Vec<Ticket> {
        let before = self.share;
        self.place = place;
        self.take_share();
        let is_slower = |rate: Rate| before.rate.is_some_and(|before| before.senders < rate.senders);
        if self.share.max_in_flight >= before.max_in_flight && !self.share.rate.is_some_and(is_slower) {
            return Vec::new();
        }
        let unsent = self.drain();
        if !unsent.is_empty() {
            self.leave_behind();
        }
        unsent
    }

    fn take_share(&mut self) {
        let share = self.limits.share(self.integration, self.place);
        if self.share.rate != share.rate {
            self.limiter = share.rate.and_then(limiter);
        }
        self.share = share;
    }

    /// Slots that may still be given out for this.
    pub fn free(&self, kind: SlotKind) -> u32 {
        let free = self.max_slots().saturating_sub(self.slots);
        let of_retries = self.max_retry_slots().saturating_sub(self.retry_slots);
        match (kind, self.behind) {
            (SlotKind::New, Behind::FirstAttempts) => 0,
            (SlotKind::New, Behind::Retries) => free.saturating_sub(of_retries),
            (SlotKind::New, Behind::Nothing) | (SlotKind::FirstAttempt, _) => free,
            (SlotKind::Retry, _) => free.min(of_retries),
        }
    }

    /// Slots for what a claim may bring. A backlog gets none before half of those it may have are free, so that it is
    /// taken in batches.
    pub fn free_to_claim(&self) -> u32 {
        let (free, most) = match self.behind {
            Behind::Nothing => return self.free(SlotKind::Retry),
            Behind::FirstAttempts => (self.free(SlotKind::FirstAttempt), self.max_slots()),
            Behind::Retries => (self.free(SlotKind::Retry), self.max_retry_slots()),
        };
        if free >= most.div_ceil(2) { free } else { 0 }
    }

    /// Notes that a first attempt waits in the database.
    pub fn leave_behind(&mut self) {
        if self.behind == Behind::Nothing {
            self.behind = Behind::FirstAttempts;
        }
    }

    fn max_retry_slots(&self) -> u32 {
        (self.max_slots() / RETRY_SHARE).max(1)
    }

    fn max_slots(&self) -> u32 {
        let for_sends = self.share.max_in_flight.saturating_mul(QUEUED_PER_IN_FLIGHT);
        let for_rate = self.share.rate.map_or(u32::MAX, |rate| {
            rate.per_second.get().saturating_mul(QUEUED_SECONDS) / rate.senders.max(1)
        });
        for_sends.min(for_rate)
    }

    /// Whether nothing of it is left to remember.
    pub fn is_idle(&self) -> bool {
        self.slots == 0 && self.limiter.is_none() && self.behind == Behind::Nothing
    }

    pub fn push(&mut self, ticket: Ticket) {
        if ticket.slot.is_retry() {
            self.retries.push_back(ticket);
        } else {
            self.first_attempts.push_back(ticket);
        }
    }

    /// The next ticket that may go out now; it counts as in flight from here.
    pub fn next(&mut self) -> Next {
        // An edit may leave this process no share of what it has taken already: that goes out one at a time.
        if self.in_flight >= self.share.max_in_flight.max(1) {
            return Next::Nothing;
        }
        let retry_slots = (self.share.max_in_flight / RETRY_SHARE).max(1);
        let takes_retry = !self.retries.is_empty()
            && (self.first_attempts.is_empty() || self.retries_in_flight < retry_slots);
        if !takes_retry && self.first_attempts.is_empty() {
            return Next::Nothing;
        }
        if let Some(limiter) = &self.limiter
            && let Err(not_until) = limiter.check()
        {
            return Next::In(not_until.wait_time_from(DefaultClock::default().now()));
        }
        let queue = if takes_retry { &mut self.retries } else { &mut self.first_attempts };
        let Some(ticket) = queue.pop_front() else { return Next::Nothing };
        self.in_flight += 1;
        self.retries_in_flight += u32::from(takes_retry);
        Next::Ticket(ticket)
    }

    /// Takes out every ticket that has not gone out.
    pub fn drain(&mut self) -> Vec<Ticket> {
        self.first_attempts.drain(..).chain(self.retries.drain(..)).collect()
    }
}

fn limits_of(target: &Target) -> Limits {
    Limits {
        max_in_flight: target.config.max_in_flight.max(1),
        per_second: target.config.per_second.and_then(NonZeroU32::new),
    }
}

fn limiter(rate: Rate) -> Option<DefaultDirectRateLimiter> {
    quota(rate).map(RateLimiter::direct)
}

/// One at a time in its period. `None` for a rate that is no limit.
fn quota(rate: Rate) -> Option<Quota> {
    let burst = NonZeroU32::new(rate.per_second.get() / BURST_SHARE / rate.senders.max(1));
    let period = Duration::from_secs(rate.senders.into()) / rate.per_second.get();
    Some(Quota::with_period(period)?.allow_burst(burst.unwrap_or(NonZeroU32::MIN)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;

    #[test]
    fn after_a_pause_no_second_has_more_than_a_tenth_too_much() {
        for (per_second, at_once) in [(1, 1), (7, 1), (20, 2), (50, 5), (1000, 100)] {
            let clock = FakeRelativeClock::default();
            let per_second_of_all = NonZeroU32::new(per_second).expect("some");
            let quota = quota(Rate { per_second: per_second_of_all, senders: 1 }).expect("a quota");
            let limiter = RateLimiter::direct_with_clock(quota, clock.clone());
            clock.advance(Duration::from_secs(60));
            let let_out = || std::iter::from_fn(|| limiter.check().ok()).count();
            assert_eq!(let_out(), at_once, "{per_second}");
            let mut in_a_second = at_once;
            for _ in 0..999 {
                clock.advance(Duration::from_millis(1));
                in_a_second += let_out();
            }
            let most = usize::try_from(per_second).expect("few") + at_once;
            assert!((most - at_once..=most).contains(&in_a_second), "{per_second}: {in_a_second}");
        }
    }

    #[test]
    fn processes_that_share_a_rate_take_turns_longer_than_a_second() {
        let clock = FakeRelativeClock::default();
        let quota = quota(Rate { per_second: NonZeroU32::MIN, senders: 3 }).expect("a quota");
        let limiter = RateLimiter::direct_with_clock(quota, clock.clone());
        assert!(limiter.check().is_ok());
        clock.advance(Duration::from_millis(2_999));
        assert!(limiter.check().is_err());
        clock.advance(Duration::from_millis(1));
        assert!(limiter.check().is_ok());
    }
}
