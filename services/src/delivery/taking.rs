//! What a claim took, what it left, and what it gives back.

use super::SlotKind;
use super::lane::Behind;
use crate::{Result, Services};
use domain::ids::{AccountId, DeliveryId};
use domain::time::Timestamp;
use storage::{Claimed, Want};
use uuid::Uuid;

/// What a claim got of one integration.
pub(super) struct Taking {
    asked: u32,
    found: u32,
    has_first_attempts: bool,
    are_all_placed: bool,
}

impl Taking {
    pub fn of(want: &Want) -> Self {
        Self { asked: u32::from(want.limit), found: 0, has_first_attempts: false, are_all_placed: true }
    }

    pub fn add(&mut self, kind: SlotKind, is_placed: bool) {
        self.found += 1;
        self.has_first_attempts |= kind != SlotKind::Retry;
        self.are_all_placed &= is_placed;
    }

    /// Whether it found less than it asked for.
    pub fn is_short(&self) -> bool {
        self.found < self.asked
    }

    /// What is still in the database, judged by what came of it.
    pub fn leaves(&self) -> Behind {
        match self {
            Self { are_all_placed: true, .. } if self.is_short() => Behind::Nothing,
            Self { has_first_attempts: true, .. } => Behind::FirstAttempts,
            Self { .. } => Behind::Retries,
        }
    }
}

/// Whose, which, and under what token.
type Lease = (AccountId, DeliveryId, Uuid);

/// What was claimed and has to be given back.
#[derive(Default)]
pub(super) struct Unplaced {
    retries: Vec<Lease>,
    first_attempts: Vec<Lease>,
    /// When the oldest of the first attempts began to wait.
    since: Option<Timestamp>,
}

impl Unplaced {
    pub fn add(&mut self, lease: Lease, kind: SlotKind, since: Timestamp) {
        if kind == SlotKind::Retry {
            self.retries.push(lease);
        } else {
            self.first_attempts.push(lease);
            self.since = Some(self.since.map_or(since, |oldest| oldest.min(since)));
        }
    }

    /// Makes first attempts due as of their begin, so that they keep their place, and retries now, as they would stand in
    /// the way of first attempts.
    pub async fn release(self, services: &Services, now: Timestamp) -> Result<()> {
        if let Some(since) = self.since {
            services.db().release(&self.first_attempts, since).await?;
        }
        if !self.retries.is_empty() {
            services.db().release(&self.retries, now).await?;
        }
        Ok(())
    }
}

pub(super) const fn lease_of(delivery: &Claimed) -> Lease {
    (delivery.account_id, delivery.id, delivery.lease_token)
}

pub(super) const fn kind_of(delivery: &Claimed) -> SlotKind {
    if delivery.attempts == 0 { SlotKind::FirstAttempt } else { SlotKind::Retry }
}
