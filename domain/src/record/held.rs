use super::{RecordAddress, RecordKey};
use crate::customer::Customer;
use crate::ids::{AccountId, CustomerId, ItemId, ModuleId};
use crate::module::Item;
use std::collections::BTreeMap;

/// A record that a transaction holds.
#[derive(Debug)]
pub struct Held<Id, T> {
    /// Its id; one made for it where it is not there yet.
    pub id: Id,
    /// What it was when the transaction began; `None` where it was not there.
    pub before: Option<T>,
    /// What it is by now; `None` where it is not there.
    pub now: Option<T>,
    /// Ids of those of its key that the transaction took away, oldest first: of what was there `before`, and of those
    /// that it made and took away again.
    pub gone: Vec<Id>,
}

impl<Id, T: Clone> Held<Id, T> {
    /// A record as it is in the database.
    pub fn new(id: Id, before: Option<T>) -> Self {
        Self { id, now: before.clone(), before, gone: Vec::new() }
    }

    /// Takes it away. What has its key after that is another record, whose id is `next`.
    pub(super) fn remove(&mut self, next: Id) {
        self.gone.push(std::mem::replace(&mut self.id, next));
        self.now = None;
    }
}

/// The records that a transaction holds, so that nobody else changes them meanwhile.
#[derive(Debug, Default)]
pub struct HeldRecords {
    /// By account and key.
    pub customers: BTreeMap<(AccountId, RecordKey), Held<CustomerId, Customer>>,
    /// By account, module and key.
    pub items: BTreeMap<(AccountId, ModuleId, RecordKey), Held<ItemId, Item>>,
}

impl HeldRecords {
    /// A customer of the account.
    ///
    /// # Panics
    /// When the transaction does not hold it: whoever names no record beforehand may not change it.
    pub(super) fn customer(
        &mut self,
        account: AccountId,
        key: &RecordKey,
    ) -> &mut Held<CustomerId, Customer> {
        self.customers.get_mut(&(account, key.clone())).expect("the transaction holds what its intakes name")
    }

    /// An item of the account.
    ///
    /// # Panics
    /// When the transaction does not hold it.
    pub(super) fn item(
        &mut self,
        account: AccountId,
        module: ModuleId,
        key: &RecordKey,
    ) -> &mut Held<ItemId, Item> {
        let held = self.items.get_mut(&(account, module, key.clone()));
        held.expect("the transaction holds what its intakes name")
    }

    /// Whether it holds the record.
    #[must_use]
    pub fn holds(&self, account: AccountId, address: &RecordAddress) -> bool {
        match address {
            RecordAddress::Customer(key) => self.customers.contains_key(&(account, key.clone())),
            RecordAddress::Item(module, key) => self.items.contains_key(&(account, *module, key.clone())),
        }
    }
}
