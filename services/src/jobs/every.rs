use crate::Clock;
use apalis_cron::timezone::Utc;
use apalis_cron::{Schedule, Tick};

/// A turn at each whole multiple of so many seconds since the epoch: all processes' clocks agree on its name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Every {
    /// At least 1.
    pub seconds: u64,
}

impl Every {
    /// The first turn after `now_s`, both in seconds since the epoch.
    const fn first_after(self, now_s: u64) -> u64 {
        (now_s / self.seconds + 1) * self.seconds
    }
}

impl Schedule<Utc> for Every {
    fn next_tick(&mut self, _: &Utc) -> Option<Tick> {
        // apalis waits by the machine's clock, too.
        let now_s = u64::try_from(Clock::System.now().0 / 1000).unwrap_or_default();
        Some(Tick::new(self.first_after(now_s)))
    }
}

#[cfg(test)]
mod tests {
    use super::Every;

    #[test]
    fn turns_are_named_by_the_clock_and_not_by_the_process() {
        let turns = [(0, 600), (599, 600), (600, 1_200), (601, 1_200)];
        for (now_s, turn_s) in turns {
            assert_eq!(Every { seconds: 600 }.first_after(now_s), turn_s, "after {now_s}");
        }
    }
}
