//! Who is let in when too much comes: bytes under way, requests a second of a source, rows of refusals a minute.

use domain::ids::{AccountId, SourceId};
use domain::limits::REFUSALS_LOGGED_PER_MINUTE;
use domain::source::RoutedSource;
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use moka::sync::Cache;
use std::num::NonZeroU32;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes of bodies in memory, from the first one read to their commit, in all.
const MAX_BYTES_UNDER_WAY: usize = 64 * 1024 * 1024;
/// Sources whose rate is remembered.
const MAX_SOURCES: u64 = 10_000;

/// Counters of what is under way. One per process.
pub(crate) struct Admission {
    bytes: Arc<Semaphore>,
    sources: Cache<(SourceId, u32), Arc<DefaultDirectRateLimiter>>,
    refusals: DefaultKeyedRateLimiter<AccountId>,
}

/// A body's part of the memory that all bodies share. Comes back when dropped.
#[derive(Debug)]
pub struct BodyRoom {
    bytes: Arc<Semaphore>,
    held: Option<OwnedSemaphorePermit>,
}

impl BodyRoom {
    /// Room in a memory that no other body shares.
    #[must_use]
    pub fn unshared() -> Self {
        Self { bytes: Arc::new(Semaphore::new(MAX_BYTES_UNDER_WAY)), held: None }
    }

    /// Sees to it that at least `bytes` are held; whether there was room for them. What is held stays so if there was not.
    #[must_use]
    pub fn grow_to(&mut self, bytes: usize) -> bool {
        let Some(missing) = bytes.checked_sub(self.held()).filter(|missing| *missing > 0) else {
            return true;
        };
        let more = u32::try_from(missing).ok();
        match more.and_then(|more| Arc::clone(&self.bytes).try_acquire_many_owned(more).ok()) {
            Some(more) => {
                match &mut self.held {
                    Some(held) => held.merge(more),
                    held @ None => *held = Some(more),
                }
                true
            }
            None => false,
        }
    }

    /// Gives back what is held beyond `bytes`.
    pub fn shrink_to(&mut self, bytes: usize) {
        let surplus = self.held().saturating_sub(bytes);
        drop(self.held.as_mut().and_then(|held| held.split(surplus)));
    }

    fn held(&self) -> usize {
        self.held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits)
    }
}

impl Admission {
    pub fn new() -> Self {
        // Half of them at once and half over the minute, so that no minute has more.
        let per_minute = NonZeroU32::new(REFUSALS_LOGGED_PER_MINUTE / 2).unwrap_or(NonZeroU32::MIN);
        Self {
            bytes: Arc::new(Semaphore::new(MAX_BYTES_UNDER_WAY)),
            sources: Cache::new(MAX_SOURCES),
            refusals: RateLimiter::keyed(Quota::per_minute(per_minute)),
        }
    }

    /// Room for `bytes`, if there is any.
    pub fn room(&self, bytes: usize) -> Option<BodyRoom> {
        let mut room = self.no_room();
        room.grow_to(bytes).then_some(room)
    }

    /// Room for nothing yet.
    pub fn no_room(&self) -> BodyRoom {
        BodyRoom { bytes: Arc::clone(&self.bytes), held: None }
    }

    /// Whether the source's own rate allows one more request now.
    pub fn may_take(&self, source: &RoutedSource) -> bool {
        let Some(per_second) = source.config.per_second.and_then(NonZeroU32::new) else { return true };
        let limiter = self.sources.get_with((source.id, per_second.get()), || {
            Arc::new(RateLimiter::direct(Quota::per_second(per_second)))
        });
        limiter.check().is_ok()
    }

    /// Whether one more refusal of this account becomes a row this minute.
    pub fn may_log_refusal(&self, account: AccountId) -> bool {
        self.refusals.check_key(&account).is_ok()
    }

    /// Forgets accounts that have been quiet.
    pub fn forget_quiet(&self) {
        self.refusals.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_share_their_room_and_give_it_back() {
        let admission = Admission::new();
        let mut half = admission.room(MAX_BYTES_UNDER_WAY / 2).expect("nothing is held yet");
        let mut other = admission.no_room();
        assert!(other.grow_to(MAX_BYTES_UNDER_WAY / 2));
        assert!(other.grow_to(1), "so much is held already");
        assert!(!other.grow_to(MAX_BYTES_UNDER_WAY / 2 + 1), "the rest is the other half's");
        assert!(admission.room(1).is_none());
        half.shrink_to(MAX_BYTES_UNDER_WAY / 2 - 10);
        assert!(admission.room(11).is_none());
        assert!(admission.room(10).is_some());
        drop((half, other));
        assert!(admission.room(MAX_BYTES_UNDER_WAY).is_some());
        assert!(admission.room(MAX_BYTES_UNDER_WAY + 1).is_none());
    }
}
