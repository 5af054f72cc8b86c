//! One integration's tickets: how many it may have, how many are out, who comes next.

use super::{SlotKind, Ticket};
use domain::integration::Target;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::time::Duration;

/// Tickets an integration may have per one it may have in flight: enough to keep it busy through a commit and through a
/// claim.
const QUEUED_PER_IN_FLIGHT: u32 = 16;
/// Seconds' worth of tickets that an integration with a rate may have. Shorter than a ticket may wait, or its rate would
/// be spent on tickets that come too late.
const QUEUED_SECONDS: u32 = 20;
/// Retries have one in so many slots at most, and of those in flight while first attempts wait.
const RETRY_SHARE: u32 = 4;

pub(super) struct Lane {
    max_in_flight: u32,
    per_second: Option<u32>,
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
    pub fn new(target: &Target) -> Self {
        let mut lane = Self {
            max_in_flight: 1,
            per_second: None,
            limiter: None,
            slots: 0,
            retry_slots: 0,
            in_flight: 0,
            retries_in_flight: 0,
            is_awaited: false,
            is_slot_wanted: false,
            behind: Behind::Nothing,
            first_attempts: VecDeque::new(),
            retries: VecDeque::new(),
        };
        lane.follow(target);
        lane
    }

    /// Takes over the limits that `target` has now.
    pub fn follow(&mut self, target: &Target) {
        self.max_in_flight = target.config.max_in_flight.max(1);
        if self.per_second != target.config.per_second {
            self.per_second = target.config.per_second;
            self.limiter = self
                .per_second
                .and_then(NonZeroU32::new)
                .map(|per_second| RateLimiter::direct(Quota::per_second(per_second)));
        }
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
        let for_sends = self.max_in_flight.saturating_mul(QUEUED_PER_IN_FLIGHT);
        let for_rate =
            self.per_second.map_or(u32::MAX, |per_second| per_second.saturating_mul(QUEUED_SECONDS));
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
        if self.in_flight >= self.max_in_flight {
            return Next::Nothing;
        }
        let retry_slots = (self.max_in_flight / RETRY_SHARE).max(1);
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
