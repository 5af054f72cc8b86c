//! How often somebody may try to sign in as one person.

use crate::{Error, Result};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest, Sha256};
use std::num::NonZeroU32;

/// Tries at once.
const BURST: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
/// After those, tries per minute.
const PER_MINUTE: NonZeroU32 = NonZeroU32::new(6).expect("not zero");
/// Forget who has not tried lately when more addresses than this are remembered.
const REMEMBERED: usize = 10_000;

/// Counts tries per e-mail address, known or not, in this process.
pub(super) struct SignInThrottle(DefaultKeyedRateLimiter<[u8; 32]>);

impl SignInThrottle {
    pub(super) fn new() -> Self {
        Self(RateLimiter::keyed(Quota::per_minute(PER_MINUTE).allow_burst(BURST)))
    }

    /// # Errors
    /// [`Error::TooManyAttempts`].
    pub(super) fn check(&self, email: &str) -> Result<()> {
        if self.0.len() > REMEMBERED {
            self.0.retain_recent();
        }
        let key: [u8; 32] = Sha256::digest(email.as_bytes()).into();
        self.0.check_key(&key).map_err(|not_until| {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            Error::TooManyAttempts { retry_after_s: wait.as_secs() + 1 }
        })
    }
}
