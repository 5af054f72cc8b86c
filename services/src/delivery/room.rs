//! The room that all deliveries of a process share.

use super::lane::Lane;
use domain::ids::{AccountId, IntegrationId};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use storage::SendingPlace;

/// Tickets a process holds at most, over all integrations.
pub(super) const MAX_TICKETS: usize = 8_192;
/// Tickets of one account at most: however many of its receivers hang, others are sent to.
const MAX_TICKETS_OF_ACCOUNT: usize = MAX_TICKETS / 2;
/// Bytes of event data in tickets at most.
pub(super) const MAX_TICKET_BYTES: usize = 32 * 1024 * 1024;
/// What a claimed delivery is taken to have of them while there is no ticket to go by.
const UNKNOWN_BYTES: usize = 256 * 1024;

/// What has been given out, and to whom.
#[derive(Default)]
pub(super) struct State {
    pub lanes: HashMap<IntegrationId, Lane>,
    /// Tickets by account; none of those that have none.
    pub accounts: HashMap<AccountId, usize>,
    pub tickets: usize,
    pub bytes: usize,
    pub is_stopping: bool,
    /// Where this process stands among those that send.
    pub place: SendingPlace,
    /// Whether something in the database waits for room that all share.
    pub is_room_wanted: bool,
}

/// Deliveries that a claim is to bring, and that have no slots yet.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Asked {
    pub in_all: u32,
    pub of_account: u32,
}

impl State {
    /// Tickets that the account may still have, beside those that were `asked` for.
    pub fn room(&self, account_id: AccountId, asked: Asked) -> u32 {
        let left = |most: usize, taken: usize, asked: u32| {
            u32::try_from(most.saturating_sub(taken)).unwrap_or(u32::MAX).saturating_sub(asked)
        };
        let of_account = self.accounts.get(&account_id).copied().unwrap_or_default();
        left(MAX_TICKETS, self.tickets, asked.in_all).min(left(
            MAX_TICKETS_OF_ACCOUNT,
            of_account,
            asked.of_account,
        ))
    }

    /// Tickets for which there are bytes, if they are like those that are there.
    fn room_for_bytes(&self, asked: Asked) -> u32 {
        let bytes_each = self.bytes.checked_div(self.tickets).unwrap_or(UNKNOWN_BYTES).max(1);
        let tickets = MAX_TICKET_BYTES.saturating_sub(self.bytes) / bytes_each;
        u32::try_from(tickets).unwrap_or(u32::MAX).saturating_sub(asked.in_all)
    }

    /// Deliveries to claim: by the room that all share, and by the integration's lane, if it has one. Where that is
    /// none, it is remembered that some are wanted.
    pub fn free_to_claim(
        &mut self,
        account_id: AccountId,
        integration: IntegrationId,
        asked: Asked,
    ) -> (u32, Option<u32>) {
        let room = self.room(account_id, asked).min(self.room_for_bytes(asked));
        self.is_room_wanted |= room == 0;
        let of_lane = self.lanes.get_mut(&integration).map(|lane| {
            let free = lane.free_to_claim();
            lane.is_slot_wanted |= free == 0;
            free
        });
        (room, of_lane)
    }

    pub fn leave(&mut self, account_id: AccountId) {
        self.tickets -= 1;
        if let Entry::Occupied(mut of_account) = self.accounts.entry(account_id) {
            *of_account.get_mut() -= 1;
            if *of_account.get() == 0 {
                of_account.remove();
            }
        }
    }
}
