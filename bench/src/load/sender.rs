//! One of a load's connections.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use super::{LoadPlan, Shared};
use crate::{clock, connection::Connection, message::RequestTemplate};

/// An answer that takes longer than this is given up, and its connection with it.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a connection pauses after a refusal, so that a server that is down is not hammered.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(10);

/// One connection, opened again whenever it breaks.
pub(super) struct Sender {
    shared: Arc<Shared>,
    address: SocketAddr,
    templates: Vec<RequestTemplate>,
    connection: Option<Connection>,
}

impl Sender {
    /// The sender of the connection of that `index` among those of `plan`.
    pub fn new(plan: &LoadPlan, index: usize, shared: Arc<Shared>) -> Self {
        let address = plan.addresses[index % plan.addresses.len()];
        let template = |path: &String| RequestTemplate::post(address, path, plan.signer.clone());
        Self { shared, address, templates: plan.paths.iter().map(template).collect(), connection: None }
    }

    /// Sends until there is to be no more.
    pub async fn run(mut self) {
        while let Some(sequence) = self.shared.next_sequence().await {
            if !self.send(sequence).await && !self.shared.is_stopping() {
                tokio::time::sleep(PAUSE_AFTER_FAILURE).await;
            }
        }
    }

    /// Sends one body and counts what became of it; whether it was accepted.
    async fn send(&mut self, sequence: u64) -> bool {
        let was_outage = self.shared.is_outage();
        let path = usize::try_from(sequence).expect("sequences fit memory") % self.templates.len();
        let exchange =
            Self::exchange(&mut self.connection, self.address, &mut self.templates[path], sequence);
        let answer = tokio::time::timeout(ANSWER_TIMEOUT, exchange).await;
        if !matches!(answer, Ok(Ok(_))) || self.connection.as_ref().is_some_and(Connection::closes) {
            self.connection = None;
        }
        let mut counts = self.shared.counts();
        match answer {
            Ok(Ok((status, answered_after))) => {
                let is_outage = was_outage && self.shared.is_outage();
                counts.answered(sequence, status, answered_after, is_outage)
            }
            Ok(Err(_)) => {
                counts.broken += 1;
                false
            }
            Err(_) => {
                counts.unanswered += 1;
                false
            }
        }
    }

    /// Status and microseconds until the answer was complete.
    async fn exchange(
        connection: &mut Option<Connection>,
        address: SocketAddr,
        template: &mut RequestTemplate,
        sequence: u64,
    ) -> std::io::Result<(u16, u64)> {
        let connection = match connection {
            Some(connection) => connection,
            None => connection.insert(Connection::open(address).await?),
        };
        let sent_at = clock::now_micros();
        let status = connection.exchange(template.stamp(sequence, sent_at)).await?;
        Ok((status, clock::now_micros() - sent_at))
    }
}
