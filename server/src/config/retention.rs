use clap::Args;

/// How long things are kept.
#[derive(Debug, Clone, Copy, Args)]
pub struct RetentionSettings {
    /// Days that bodies of requests and data of events are kept.
    #[arg(long, env = "HOOKLOFT_KEEP_BODIES_DAYS", global = true, value_name = "DAYS", default_value_t = 30,
          value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub keep_bodies_days: u32,
    /// Days that requests, events, deliveries and attempts are kept, and what was answered.
    #[arg(long, env = "HOOKLOFT_KEEP_LOGS_DAYS", global = true, value_name = "DAYS", default_value_t = 90,
          value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub keep_logs_days: u32,
}
