//! What is measured for Prometheus. No account is in a label: there may be any number of them.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

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
}
