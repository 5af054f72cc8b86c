//! Who may send what when: slots, lanes and the way to the worker.

use super::Ticket;
use super::lane::{Lane, Next};
use crate::config::Workers;
use domain::ids::{AccountId, IntegrationId};
use domain::integration::Target;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};

/// Tickets a process holds at most, over all integrations.
pub(super) const MAX_TICKETS: usize = 4_096;
/// Tickets of one account at most: however many of its receivers hang, others are sent to.
const MAX_TICKETS_OF_ACCOUNT: usize = MAX_TICKETS / 2;
/// Bytes of event data in tickets at most.
const MAX_TICKET_BYTES: usize = 32 * 1024 * 1024;

/// Gives slots to deliveries and lets their tickets out within each integration's limits. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Dispatcher {
    shared: Arc<Shared>,
}

struct Shared {
    /// Whether this process sends at all.
    workers: Workers,
    state: Mutex<State>,
    out: mpsc::Sender<Ticket>,
    /// Rung when a slot comes back for which deliveries wait outside: one of their integration, or room for any.
    freed: Notify,
}

#[derive(Default)]
struct State {
    lanes: HashMap<IntegrationId, Lane>,
    /// Tickets by account; none of those that have none.
    accounts: HashMap<AccountId, usize>,
    tickets: usize,
    bytes: usize,
    is_stopping: bool,
    /// Whether somebody was refused a slot for want of room that all share.
    is_room_wanted: bool,
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
    FirstAttempt,
    Retry,
}

impl Dispatcher {
    /// A dispatcher, and where its tickets come out.
    pub fn new(workers: Workers) -> (Self, Tickets) {
        let (out, tickets) = mpsc::channel(MAX_TICKETS);
        let shared = Shared { workers, state: Mutex::default(), out, freed: Notify::new() };
        (Self { shared: Arc::new(shared) }, tickets)
    }

    /// Room for a delivery of `bytes` from the account to its `target`, if there is any now.
    pub fn reserve(
        &self,
        account_id: AccountId,
        target: &Target,
        bytes: usize,
        kind: SlotKind,
    ) -> Option<Slot> {
        let mut state = self.shared.state();
        if self.shared.workers == Workers::Elsewhere || state.is_stopping {
            return None;
        }
        if state.room(account_id) == 0 || state.bytes + bytes > MAX_TICKET_BYTES {
            state.is_room_wanted = true;
            return None;
        }
        let lane = state.lanes.entry(target.id).or_insert_with(|| Lane::new(target));
        lane.follow(target);
        if lane.free(kind) == 0 {
            lane.is_slot_wanted = true;
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

    /// How many slots the account's `target` could be given now, should all be for retries. Whoever gets none is told by
    /// [`Dispatcher::freed`].
    pub fn free(&self, account_id: AccountId, target: &Target) -> u32 {
        let most = Lane::new(target).free(SlotKind::Retry);
        self.free_of_lane(account_id, target.id).map_or(0, |(room, lane)| room.min(lane.unwrap_or(most)))
    }

    /// Whether the account's integration could be given a slot now. Whoever is told that it could not is told again by
    /// [`Dispatcher::freed`].
    pub fn has_room(&self, account_id: AccountId, integration: IntegrationId) -> bool {
        self.free_of_lane(account_id, integration).is_some_and(|(room, lane)| room > 0 && lane != Some(0))
    }

    /// The room that all share, and the slots for retries of the integration's lane, if it has one; `None` where nothing is sent.
    fn free_of_lane(&self, account_id: AccountId, integration: IntegrationId) -> Option<(u32, Option<u32>)> {
        let mut state = self.shared.state();
        if self.shared.workers == Workers::Elsewhere || state.is_stopping {
            return None;
        }
        let room = u32::try_from(state.room(account_id)).unwrap_or(u32::MAX);
        state.is_room_wanted |= room == 0;
        let free = state.lanes.get_mut(&integration).map(|lane| {
            let free = lane.free(SlotKind::Retry);
            lane.is_slot_wanted |= free == 0;
            free
        });
        Some((room, free))
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

    /// Gives no more slots, and hands back the tickets that have not gone out.
    pub fn stop(&self) -> Vec<Ticket> {
        let mut state = self.shared.state();
        state.is_stopping = true;
        state.lanes.values_mut().flat_map(Lane::drain).collect()
    }
}

impl State {
    /// Tickets that the account may still have.
    fn room(&self, account_id: AccountId) -> usize {
        let of_account = self.accounts.get(&account_id).copied().unwrap_or_default();
        let room = MAX_TICKETS.saturating_sub(self.tickets);
        room.min(MAX_TICKETS_OF_ACCOUNT.saturating_sub(of_account))
    }

    fn leave(&mut self, account_id: AccountId) {
        self.tickets -= 1;
        if let Entry::Occupied(mut of_account) = self.accounts.entry(account_id) {
            *of_account.get_mut() -= 1;
            if *of_account.get() == 0 {
                of_account.remove();
            }
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
            is_wanted |= std::mem::take(&mut lane.is_slot_wanted);
            lane.slots -= 1;
            lane.retry_slots -= u32::from(self.kind == SlotKind::Retry);
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
