//! Who may send what when: slots, lanes and the way to the worker.

use super::Ticket;
use super::lane::{Behind, Lane, Next};
use super::room::{Asked, MAX_TICKET_BYTES, MAX_TICKETS, State};
use crate::config::Workers;
use domain::ids::{AccountId, IntegrationId};
use domain::integration::Target;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use storage::SendingPlace;
use tokio::sync::{Notify, mpsc};
use uuid::Uuid;

/// Gives slots to deliveries and lets their tickets out within each integration's limits. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Dispatcher {
    shared: Arc<Shared>,
}

struct Shared {
    /// Whether this process sends at all.
    workers: Workers,
    /// Tells this process from others on its database.
    process: Uuid,
    state: Mutex<State>,
    out: mpsc::Sender<Ticket>,
    /// Rung when slots have come back for which deliveries wait in the database: of their integration, or room for any.
    freed: Notify,
}

/// The worker's end of the dispatcher.
pub(crate) type Tickets = mpsc::Receiver<Ticket>;

/// Room for one delivery: from its reservation until its send has ended. Comes back when dropped.
pub(crate) struct Slot {
    shared: Arc<Shared>,
    account_id: AccountId,
    integration_id: IntegrationId,
    bytes: usize,
    kind: SlotKind,
    is_in_flight: bool,
}

/// What a slot is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SlotKind {
    /// The first attempt of a delivery that is being made.
    New,
    /// The first attempt of one that waited in the database.
    FirstAttempt,
    /// Any later one.
    Retry,
}

impl Dispatcher {
    /// A dispatcher, and where its tickets come out.
    pub fn new(workers: Workers) -> (Self, Tickets) {
        let (out, tickets) = mpsc::channel(MAX_TICKETS);
        let process = Uuid::from_bytes(rand::random());
        let shared = Shared { workers, process, state: Mutex::default(), out, freed: Notify::new() };
        (Self { shared: Arc::new(shared) }, tickets)
    }

    /// Room for a delivery of `bytes` from the account to its `target`, if there is any now. A new one gets none while
    /// others of its integration wait in the database, and waits there if it gets none.
    pub fn reserve(
        &self,
        account_id: AccountId,
        target: &Target,
        bytes: usize,
        kind: SlotKind,
    ) -> Option<Slot> {
        let mut state = self.shared.sending()?;
        let has_room =
            state.room(account_id, Asked::default()) > 0 && state.bytes + bytes <= MAX_TICKET_BYTES;
        let place = state.place;
        let lane = state.lanes.entry(target.id).or_insert_with(|| Lane::new(target, place));
        lane.follow(target);
        if !has_room || lane.free(kind) == 0 {
            if kind == SlotKind::New {
                lane.leave_behind();
                return None;
            }
            lane.is_slot_wanted = true;
            state.is_room_wanted |= !has_room;
            return None;
        }
        lane.slots += 1;
        lane.retry_slots += u32::from(kind == SlotKind::Retry);
        state.tickets += 1;
        state.bytes += bytes;
        *state.accounts.entry(account_id).or_default() += 1;
        let shared = Arc::clone(&self.shared);
        Some(Slot { shared, account_id, integration_id: target.id, bytes, kind, is_in_flight: false })
    }

    /// How many deliveries to claim for the account's `target`, beside those that were `asked` for. Whoever may claim
    /// none is told by [`Dispatcher::freed`] when that changes.
    pub fn free_to_claim(&self, account_id: AccountId, target: &Target, asked: Asked) -> u32 {
        let Some(mut state) = self.shared.sending() else { return 0 };
        match state.free_to_claim(account_id, target.id, asked) {
            (room, Some(of_lane)) => room.min(of_lane),
            (room, None) => room.min(Lane::new(target, state.place).free_to_claim()),
        }
    }

    /// Notes that a new delivery to the account's integration is on disk without a slot, and says whether it may be
    /// claimed now. If not, [`Dispatcher::freed`] tells when that changes.
    pub fn leave_behind(&self, account_id: AccountId, integration: IntegrationId) -> bool {
        let Some(mut state) = self.shared.sending() else { return false };
        if let Some(lane) = state.lanes.get_mut(&integration) {
            lane.leave_behind();
        }
        let (room, of_lane) = state.free_to_claim(account_id, integration, Asked::default());
        room > 0 && of_lane != Some(0)
    }

    /// Notes what a claim left in the database of an integration.
    pub fn note_behind(&self, integration: IntegrationId, behind: Behind) {
        if let Some(lane) = self.shared.state().lanes.get_mut(&integration) {
            lane.behind = behind;
        }
    }

    /// Notes that nothing is due in the database but to these integrations.
    pub fn note_due(&self, due: &HashSet<IntegrationId>) {
        self.shared.state().lanes.retain(|integration, lane| {
            if !due.contains(integration) {
                lane.behind = Behind::Nothing;
            }
            !lane.is_idle()
        });
    }

    /// Lets the ticket out as soon as its integration's limits allow.
    pub fn dispatch(&self, ticket: Ticket) {
        let integration = ticket.target.id;
        let mut state = self.shared.state();
        match state.lanes.get_mut(&integration) {
            Some(lane) => lane.push(ticket),
            None => return tracing::error!(integration.id = %integration, "A ticket came without a slot"),
        }
        self.shared.pump(&mut state, integration);
    }

    /// Waits until a slot came back for which somebody was refused one.
    pub async fn freed(&self) {
        self.shared.freed.notified().await;
    }

    /// What this process is known by.
    pub fn process(&self) -> Uuid {
        self.shared.process
    }

    /// Divides the integrations' limits from now on as one process among several, and hands back the tickets that are no
    /// longer its own to send.
    pub fn take_place(&self, place: SendingPlace) -> Vec<Ticket> {
        let mut state = self.shared.state();
        if std::mem::replace(&mut state.place, place) == place {
            return Vec::new();
        }
        let unsent = state.lanes.values_mut().flat_map(|lane| lane.take_place(place)).collect();
        let integrations: Vec<IntegrationId> = state.lanes.keys().copied().collect();
        for integration in integrations {
            self.shared.pump(&mut state, integration);
        }
        unsent
    }

    /// Gives no more slots, and hands back the tickets that have not gone out.
    pub fn stop(&self) -> Vec<Ticket> {
        let mut state = self.shared.state();
        state.is_stopping = true;
        state.lanes.values_mut().flat_map(Lane::drain).collect()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, where slots are given at all.
    fn sending(&self) -> Option<MutexGuard<'_, State>> {
        if self.workers == Workers::Elsewhere {
            return None;
        }
        Some(self.state()).filter(|state| !state.is_stopping)
    }

    async fn pump_after(self: Arc<Self>, wait: Duration, integration: IntegrationId) {
        tokio::time::sleep(wait).await;
        let mut state = self.state();
        if let Some(lane) = state.lanes.get_mut(&integration) {
            lane.is_awaited = false;
        }
        self.pump(&mut state, integration);
    }

    fn pump(self: &Arc<Self>, state: &mut State, integration: IntegrationId) {
        let Some(lane) = state.lanes.get_mut(&integration) else { return };
        loop {
            match lane.next() {
                Next::Nothing => return,
                Next::In(wait) => {
                    if !std::mem::replace(&mut lane.is_awaited, true) {
                        tokio::spawn(Arc::clone(self).pump_after(wait, integration));
                    }
                    return;
                }
                Next::Ticket(mut ticket) => {
                    ticket.slot.is_in_flight = true;
                    // The channel has room for every ticket there can be, so this fails only when the worker is gone;
                    // the ticket's lease then runs out.
                    if let Err(error) = self.out.try_send(ticket) {
                        tracing::warn!("A ticket could not be handed to the worker");
                        let ticket = error.into_inner();
                        lane.in_flight -= 1;
                        lane.retries_in_flight -= u32::from(ticket.slot.is_retry());
                        let mut slot = ticket.slot;
                        slot.is_in_flight = false;
                        // Dropped outside the lock, which its drop takes.
                        tokio::spawn(async move { drop(slot) });
                        return;
                    }
                }
            }
        }
    }
}

impl Slot {
    pub fn is_retry(&self) -> bool {
        self.kind == SlotKind::Retry
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let shared = Arc::clone(&self.shared);
        let mut state = shared.state();
        state.leave(self.account_id);
        state.bytes -= self.bytes;
        let mut is_wanted = std::mem::take(&mut state.is_room_wanted);
        if let Some(lane) = state.lanes.get_mut(&self.integration_id) {
            lane.slots -= 1;
            lane.retry_slots -= u32::from(self.kind == SlotKind::Retry);
            if lane.is_slot_wanted && lane.free_to_claim() > 0 {
                lane.is_slot_wanted = false;
                is_wanted = true;
            }
            if self.is_in_flight {
                lane.in_flight -= 1;
                lane.retries_in_flight -= u32::from(self.kind == SlotKind::Retry);
            }
            if lane.is_idle() {
                state.lanes.remove(&self.integration_id);
            } else {
                shared.pump(&mut state, self.integration_id);
            }
        }
        if is_wanted {
            shared.freed.notify_one();
        }
    }
}
