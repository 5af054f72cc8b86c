//! Who is let in when too much comes: bytes under way, requests a second of a source, rows of refusals a minute.

use domain::ids::{AccountId, SourceId};
use domain::limits::REFUSALS_LOGGED_PER_MINUTE;
use domain::source::RoutedSource;
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use moka::sync::Cache;
use std::num::NonZeroU32;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bodies between their arrival and their commit, in all.
const MAX_BYTES_UNDER_WAY: usize = 64 * 1024 * 1024;
/// Sources whose rate is remembered.
const MAX_SOURCES: u64 = 10_000;

/// Counters of what is under way. One per process.
pub(crate) struct Admission {
    bytes: Arc<Semaphore>,
    sources: Cache<(SourceId, u32), Arc<DefaultDirectRateLimiter>>,
    refusals: DefaultKeyedRateLimiter<AccountId>,
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

    /// Room for `bytes` until the permit is dropped, if there is any.
    pub fn room(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let bytes = u32::try_from(bytes).ok()?;
        Arc::clone(&self.bytes).try_acquire_many_owned(bytes).ok()
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
