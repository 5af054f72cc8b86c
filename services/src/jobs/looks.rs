use apalis_core::backend::ext::poll_strategy::{PollSnapshot, PollStrategy};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// Wakes a worker for its next look into an empty queue.
///
/// apalis' own strategy of intervals makes its next timer when one has run out, and leaves it to the next poll to wait
/// for it. Where the look that follows finds the queue empty at once, nothing polls again until the worker's heartbeat.
#[derive(Debug)]
pub(super) struct Looks {
    interval: Interval,
}

impl Looks {
    /// One look each `period`.
    pub fn each(period: Duration) -> Self {
        let mut interval = interval(period);
        // The tick after one that is late is a whole period away, so that it can be waited for.
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { interval }
    }
}

impl PollStrategy for Looks {
    fn poll_drive(&mut self, cx: &mut Context<'_>, _snapshot: &PollSnapshot) -> Poll<Option<()>> {
        if self.interval.poll_tick(cx).is_pending() {
            return Poll::Pending;
        }
        while self.interval.poll_tick(cx).is_ready() {}
        Poll::Ready(Some(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::task::{Wake, Waker};
    use tokio::sync::Notify;

    struct Woken(Notify);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.notify_one();
        }
    }

    #[tokio::test]
    async fn a_look_that_found_nothing_is_followed_by_another() {
        let woken = Arc::new(Woken(Notify::new()));
        let waker = Waker::from(Arc::clone(&woken));
        let is_woken =
            async || tokio::time::timeout(Duration::from_secs(30), woken.0.notified()).await.is_ok();
        let mut looks = Looks::each(Duration::from_millis(5));
        for look in 0..3 {
            while looks.poll_drive(&mut Context::from_waker(&waker), &PollSnapshot::default()).is_pending() {
                assert!(is_woken().await, "nothing wakes for look {look}");
            }
            // Nobody polls between a look and the wake-up for the next one.
            assert!(is_woken().await, "nothing wakes after look {look}");
        }
    }
}
