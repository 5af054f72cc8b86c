//! What a process may send of what an integration may have: processes that share a database divide it, so that the
//! limits are those of the installation.

use super::lane::QUEUED_SECONDS;
use crate::config::Workers;
use crate::{Result, Services};
use domain::ids::IntegrationId;
use std::num::NonZeroU32;
use std::time::Duration;
use storage::SendingPlace;

/// A process that was not seen for so long sends no more.
const LOST_AFTER_MS: i64 = 15_000;
/// How long the end of a process waits for the database to note it.
const END_WITHIN: Duration = Duration::from_secs(2);

/// An integration's limits, as they are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    pub max_in_flight: u32,
    pub per_second: Option<NonZeroU32>,
}

/// A process's part of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    /// 0 leaves the integration to other processes.
    pub max_in_flight: u32,
    pub rate: Option<Rate>,
}

/// Messages a second, divided by so many processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    pub per_second: NonZeroU32,
    pub senders: u32,
}

impl Limits {
    /// The part of the process at `place`. No more processes send to an integration than each can have one message in
    /// flight, and one in the time that tickets may wait. Which ones differs from integration to integration.
    pub fn share(self, integration: IntegrationId, place: SendingPlace) -> Share {
        let count = place.count.max(1);
        let for_rate = self.per_second.map_or(u32::MAX, |rate| rate.get().saturating_mul(QUEUED_SECONDS));
        let senders = count.min(self.max_in_flight).min(for_rate);
        let (_, random) = integration.0.as_u64_pair();
        let turn = (random % u64::from(count) + u64::from(place.index)) % u64::from(count);
        let more = u64::from(self.max_in_flight % senders);
        let max_in_flight = match turn < u64::from(senders) {
            true => self.max_in_flight / senders + u32::from(turn < more),
            false => 0,
        };
        Share { max_in_flight, rate: self.per_second.map(|per_second| Rate { per_second, senders }) }
    }
}

/// Says that this process sends, and takes the share that is its own among all that do. What it has too much of is given
/// back.
pub(super) async fn renew(services: &Services) -> Result<()> {
    if services.inner.config.workers == Workers::Elsewhere {
        return Ok(());
    }
    let (now, dispatcher) = (services.now(), &services.inner.dispatcher);
    let lost_before = now.plus_ms(-LOST_AFTER_MS);
    let place = services.db().note_sending(dispatcher.process(), now, lost_before).await?;
    let unsent = dispatcher.take_place(place);
    if !unsent.is_empty() {
        super::give_back(services, unsent).await;
        services.inner.claimer.ring();
    }
    Ok(())
}

/// Says that this process sends no more.
pub(super) async fn end(services: &Services) {
    if services.inner.config.workers == Workers::Elsewhere {
        return;
    }
    let noted = services.db().note_not_sending(services.inner.dispatcher.process());
    if !matches!(tokio::time::timeout(END_WITHIN, noted).await, Ok(Ok(()))) {
        tracing::warn!(
            "Other processes take this one to send for a while: the database did not note its end"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn shares(max_in_flight: u32, per_second: Option<u32>, integration: u128, count: u32) -> Vec<Share> {
        let limits = Limits { max_in_flight, per_second: per_second.and_then(NonZeroU32::new) };
        let integration = IntegrationId(Uuid::from_u128(integration));
        (0..count).map(|index| limits.share(integration, SendingPlace { index, count })).collect()
    }

    #[test]
    fn shares_come_to_the_limits() {
        for (max_in_flight, per_second, count) in [
            (1, None, 1),
            (32, Some(5), 1),
            (1, Some(100), 3),
            (32, Some(7), 3),
            (512, Some(1), 40),
            (5, None, 8),
        ] {
            for integration in [0, 1, 7, u128::MAX] {
                let shares = shares(max_in_flight, per_second, integration, count);
                let senders: Vec<_> = shares.iter().filter(|share| share.max_in_flight > 0).collect();
                let in_flight: u32 = senders.iter().map(|share| share.max_in_flight).sum();
                assert_eq!(in_flight, max_in_flight, "{shares:?}");
                for share in &senders {
                    let rate = share.rate.map(|rate| (rate.per_second.get(), rate.senders as usize));
                    assert_eq!(rate, per_second.map(|per_second| (per_second, senders.len())));
                }
            }
        }
    }

    #[test]
    fn a_process_alone_has_all_of_it() {
        let per_second = NonZeroU32::new(9).expect("some");
        let all = Share { max_in_flight: 32, rate: Some(Rate { per_second, senders: 1 }) };
        assert_eq!(shares(32, Some(9), 77, 1), [all]);
    }

    #[test]
    fn integrations_with_one_message_in_flight_are_spread_over_processes() {
        let sender = |integration| shares(1, None, integration, 2)[0].max_in_flight;
        assert_eq!([sender(1), sender(2)].iter().sum::<u32>(), 1);
    }
}
