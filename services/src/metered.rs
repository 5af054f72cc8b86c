//! What is measured for Prometheus. No account is in a label: there may be any number of them.

use domain::inbound::Outcome;
use domain::retry::Verdict;
use metrics::{
    Counter, Gauge, Histogram, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge,
    histogram,
};
use std::time::Duration;

/// What is counted for each message, looked up by name once.
pub(crate) struct Metered {
    requests_accepted: Counter,
    request_seconds: Histogram,
    attempts_in_flight: Gauge,
    attempts_succeeded: Counter,
    attempts_retried: Counter,
    attempts_failed: Counter,
    attempt_seconds: Histogram,
}

/// An attempt under way, until it is dropped.
pub(crate) struct UnderWay(Gauge);

impl Metered {
    /// Handles of whoever collects metrics now.
    pub fn new() -> Self {
        let attempts = |outcome: &'static str| counter!("hookloft_attempts_total", "outcome" => outcome);
        Self {
            requests_accepted: requests(Outcome::Accepted.as_str()),
            request_seconds: histogram!("hookloft_request_seconds"),
            attempts_in_flight: gauge!("hookloft_attempts_in_flight"),
            attempts_succeeded: attempts("succeeded"),
            attempts_retried: attempts("retried"),
            attempts_failed: attempts("failed"),
            attempt_seconds: histogram!("hookloft_attempt_seconds"),
        }
    }

    /// An inbound request was answered `after` its body was complete.
    pub fn answered(&self, outcome: &'static str, after: Duration) {
        if outcome == Outcome::Accepted.as_str() {
            self.requests_accepted.increment(1);
        } else {
            requests(outcome).increment(1);
        }
        self.request_seconds.record(after.as_secs_f64());
    }

    /// An attempt begins.
    pub fn begin_attempt(&self) -> UnderWay {
        UnderWay::new(&self.attempts_in_flight)
    }

    /// An attempt had its answer `after` its begin.
    pub fn attempted(&self, verdict: Verdict, after: Duration) {
        let attempts = match verdict {
            Verdict::Succeeded => &self.attempts_succeeded,
            Verdict::RetryAt(_) => &self.attempts_retried,
            Verdict::Failed(_) => &self.attempts_failed,
        };
        attempts.increment(1);
        self.attempt_seconds.record(after.as_secs_f64());
    }
}

fn requests(outcome: &'static str) -> Counter {
    counter!("hookloft_requests_total", "outcome" => outcome)
}

impl UnderWay {
    fn new(gauge: &Gauge) -> Self {
        gauge.increment(1);
        Self(gauge.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

/// Says what each metric means. Call it once, when somebody collects them.
pub fn describe_metrics() {
    describe_counter!("hookloft_requests_total", "Inbound requests answered, by outcome");
    describe_histogram!(
        "hookloft_request_seconds",
        Unit::Seconds,
        "From an inbound request's complete body to its answer"
    );
    describe_counter!("hookloft_attempts_total", "Attempts to deliver, by what came of them");
    describe_histogram!("hookloft_attempt_seconds", Unit::Seconds, "From an attempt's begin to its answer");
    describe_gauge!(
        "hookloft_attempts_in_flight",
        "Attempts that this process has begun and that have not ended"
    );
    describe_gauge!(
        "hookloft_due_integrations",
        "Integrations of all processes that have deliveries due now"
    );
    describe_gauge!(
        "hookloft_oldest_due_seconds",
        Unit::Seconds,
        "How long the delivery that waits longest has been due"
    );
    describe_gauge!(
        "hookloft_pending_deliveries",
        "Deliveries of all processes that have not ended: due, leased by a process, or scheduled for a later attempt; \
         100001 means as many or more"
    );
    describe_histogram!(
        "hookloft_commit_seconds",
        Unit::Seconds,
        "From a transaction's begin to its commit, of those that store what arrives and what attempts came to"
    );
    describe_histogram!("hookloft_commit_intakes", "Requests and publications stored by one transaction");
    describe_histogram!("hookloft_commit_outcomes", "Attempts' outcomes stored by one transaction");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn an_attempt_that_panics_is_under_way_no_more() {
        let bits = Arc::new(AtomicU64::new(0));
        let gauge = Gauge::from_arc(Arc::clone(&bits));
        let under_way = || f64::from_bits(bits.load(Ordering::Relaxed)).to_string();
        let sending = std::thread::spawn(move || {
            let _under_way = UnderWay::new(&gauge);
            panic!("while sending");
        });
        assert!(sending.join().is_err());
        assert_eq!(under_way(), "0");
    }
}
