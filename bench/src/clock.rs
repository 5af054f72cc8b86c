//! One clock for senders and receivers, which live in one process.

use std::{
    sync::LazyLock,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

static ANCHOR: LazyLock<(Instant, u64)> = LazyLock::new(|| {
    #[expect(clippy::disallowed_methods, reason = "the bench measures real time and has no services::Clock")]
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
    (Instant::now(), u64::try_from(since_epoch.as_micros()).expect("microseconds fit until the year 586,912"))
});

/// Microseconds since the Unix epoch, monotonic within this process.
pub fn now_micros() -> u64 {
    let (start, base) = *ANCHOR;
    base + u64::try_from(start.elapsed().as_micros()).expect("the bench does not run for ages")
}
