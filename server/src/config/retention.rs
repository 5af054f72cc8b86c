use clap::Args;
use domain::limits::DELIVERY_LIFETIME_MS;

/// A day more than a delivery may be pending: what goes by age must have come to its end before.
const LEAST_DAYS: i64 = DELIVERY_LIFETIME_MS / (24 * 3_600 * 1_000) + 1;
const MOST_DAYS: i64 = 3650;

/// How long things are kept.
#[derive(Debug, Clone, Copy, Args)]
pub struct RetentionSettings {
    /// Days that bodies of requests and data of events are kept: at least 8, because deliveries that need them are tried
    /// for up to 7 days.
    #[arg(long, env = "HOOKLOFT_KEEP_BODIES_DAYS", global = true, value_name = "DAYS", default_value_t = 30,
          value_parser = clap::value_parser!(u32).range(LEAST_DAYS..=MOST_DAYS))]
    pub keep_bodies_days: u32,
    /// Days that requests, events, deliveries and attempts are kept, and what was answered: at least 8, because
    /// deliveries are tried for up to 7 days.
    #[arg(long, env = "HOOKLOFT_KEEP_LOGS_DAYS", global = true, value_name = "DAYS", default_value_t = 90,
          value_parser = clap::value_parser!(u32).range(LEAST_DAYS..=MOST_DAYS))]
    pub keep_logs_days: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Given {
        #[command(flatten)]
        retention: RetentionSettings,
    }

    #[test]
    fn nothing_goes_while_a_delivery_may_need_it() {
        let given = |flag: &str, days: &str| Given::try_parse_from(["hookloft", flag, days]);
        for flag in ["--keep-bodies-days", "--keep-logs-days"] {
            assert!(given(flag, "7").is_err(), "{flag}");
            assert!(given(flag, "3651").is_err(), "{flag}");
        }
        let bodies = given("--keep-bodies-days", "8").map(|given| given.retention.keep_bodies_days);
        let logs = given("--keep-logs-days", "8").map(|given| given.retention.keep_logs_days);
        assert_eq!((bodies.ok(), logs.ok()), (Some(8), Some(8)));
    }
}
