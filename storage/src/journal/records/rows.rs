use crate::StorageError;
use crate::journal::batch::Item as BatchItem;
use crate::queries::to_json;
use domain::customer::Customer;
use domain::ids::{AccountId, CustomerId, ItemId, ModuleId};
use domain::module::Item;
use domain::record::{Held, HeldRecords};
use domain::search::Term;
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

/// Rows of `customers`, a vector per column.
#[derive(Default)]
pub(in crate::journal) struct CustomerRows<'a> {
    pub account_id: Vec<Uuid>,
    pub id: Vec<Uuid>,
    pub key: Vec<&'a str>,
    pub title: Vec<String>,
    pub fields: Vec<String>,
    pub labels: Vec<String>,
    pub external_account_numbers: Vec<String>,
    pub points: Vec<i64>,
    pub spent: Vec<i64>,
    pub purchases: Vec<i64>,
    pub items: Vec<i64>,
    pub refunded: Vec<i64>,
    pub opted_in: Vec<Option<bool>>,
    pub version: Vec<i64>,
    pub created_at: Vec<i64>,
    pub updated_at: Vec<i64>,
}

/// Rows of `items`, a vector per column.
#[derive(Default)]
pub(in crate::journal) struct ItemRows<'a> {
    pub account_id: Vec<Uuid>,
    pub module_id: Vec<Uuid>,
    pub id: Vec<Uuid>,
    pub key: Vec<&'a str>,
    pub title: Vec<&'a str>,
    pub data: Vec<String>,
    pub fields: Vec<String>,
    pub version: Vec<i64>,
    pub created_at: Vec<i64>,
    pub updated_at: Vec<i64>,
}

/// Rows of `search_terms`, a vector per column.
#[derive(Default)]
pub(in crate::journal) struct TermRows {
    pub account_id: Vec<Uuid>,
    pub module_id: Vec<Uuid>,
    pub value: Vec<String>,
    pub field: Vec<String>,
    pub record_id: Vec<Uuid>,
}

/// Rows of `history`, a vector per column.
#[derive(Default)]
pub(in crate::journal) struct HistoryRows<'a> {
    pub account_id: Vec<Uuid>,
    pub record_id: Vec<Uuid>,
    pub id: Vec<Uuid>,
    pub event_type: Vec<&'a str>,
    pub request_id: Vec<Option<Uuid>>,
    pub made_by: Vec<String>,
    pub version: Vec<i64>,
    pub attributes: Vec<String>,
    pub changes: Vec<String>,
}

/// Everything that a transaction writes of the records it holds, in the order of their keys.
#[derive(Default)]
pub(in crate::journal) struct RecordRows<'a> {
    pub new_customers: CustomerRows<'a>,
    pub changed_customers: CustomerRows<'a>,
    pub new_items: ItemRows<'a>,
    pub changed_items: ItemRows<'a>,
    /// Account and id. They are deleted before another of the same key is written.
    pub gone_customers: Vec<(Uuid, Uuid)>,
    /// Account, module and id. They are deleted before another of the same key is written.
    pub gone_items: Vec<(Uuid, Uuid, Uuid)>,
    pub gone_terms: TermRows,
    pub new_terms: TermRows,
    pub history: HistoryRows<'a>,
}

impl<'a> RecordRows<'a> {
    /// What `held` became, and the history that `items` made of it.
    pub fn of(held: &'a HeldRecords, items: &'a [BatchItem]) -> Result<Self, StorageError> {
        let mut rows = Self::default();
        for ((account, _), customer) in &held.customers {
            rows.add_customer(*account, customer)?;
        }
        for ((account, module, _), item) in &held.items {
            rows.add_item(*account, *module, item)?;
        }
        let customers = held.customers.values().flat_map(|held| held.gone.iter().map(|id| id.0));
        let gone =
            customers.chain(held.items.values().flat_map(|held| held.gone.iter().map(|id| id.0))).collect();
        for item in items.iter().filter(|item| item.repeat.is_none()) {
            rows.history.add(item, &gone)?;
        }
        Ok(rows)
    }

    fn add_customer(
        &mut self,
        account: AccountId,
        held: &'a Held<CustomerId, Customer>,
    ) -> Result<(), StorageError> {
        let place = |id: CustomerId| (account.0, Uuid::nil(), id.0);
        let mut before = held.before.as_ref();
        if let (Some(stored), Some(id)) = (before, held.gone.first()) {
            self.gone_customers.push((account.0, id.0));
            self.change_terms(place(*id), stored.search_terms(), Vec::new());
            before = None;
        }
        let Some(customer) = &held.now else { return Ok(()) };
        match before {
            None => self.new_customers.add(account.0, held.id.0, customer)?,
            Some(before) if before.version == customer.version => return Ok(()),
            Some(_) => self.changed_customers.add(account.0, held.id.0, customer)?,
        }
        let before = before.map(Customer::search_terms).unwrap_or_default();
        self.change_terms(place(held.id), before, customer.search_terms());
        Ok(())
    }

    fn add_item(
        &mut self,
        account: AccountId,
        module: ModuleId,
        held: &'a Held<ItemId, Item>,
    ) -> Result<(), StorageError> {
        let place = |id: ItemId| (account.0, module.0, id.0);
        let mut before = held.before.as_ref();
        if let (Some(stored), Some(id)) = (before, held.gone.first()) {
            self.gone_items.push(place(*id));
            self.change_terms(place(*id), stored.search_terms(), Vec::new());
            before = None;
        }
        let Some(item) = &held.now else { return Ok(()) };
        match before {
            None => self.new_items.add(place(held.id), item)?,
            Some(before) if before.version == item.version => return Ok(()),
            Some(_) => self.changed_items.add(place(held.id), item)?,
        }
        let before = before.map(Item::search_terms).unwrap_or_default();
        self.change_terms(place(held.id), before, item.search_terms());
        Ok(())
    }

    fn change_terms(&mut self, place: (Uuid, Uuid, Uuid), before: Vec<Term>, now: Vec<Term>) {
        let (before, now): (BTreeSet<Term>, BTreeSet<Term>) =
            (before.into_iter().collect(), now.into_iter().collect());
        before.difference(&now).for_each(|gone| self.gone_terms.add(place, gone));
        now.difference(&before).for_each(|new| self.new_terms.add(place, new));
    }
}

impl<'a> CustomerRows<'a> {
    fn add(&mut self, account: Uuid, id: Uuid, customer: &'a Customer) -> Result<(), StorageError> {
        self.account_id.push(account);
        self.id.push(id);
        self.key.push(customer.key.as_str());
        self.title.push(customer.title());
        self.fields.push(to_json(&customer.fields)?);
        self.labels.push(to_json(&customer.labels)?);
        self.external_account_numbers.push(to_json(&customer.external_account_numbers)?);
        self.points.push(customer.points.0);
        self.spent.push(customer.totals.spent.0);
        self.purchases.push(customer.totals.purchases);
        self.items.push(customer.totals.items);
        self.refunded.push(customer.totals.refunded.0);
        self.opted_in.push(customer.opted_in);
        self.version.push(customer.version);
        self.created_at.push(customer.created_at.0);
        self.updated_at.push(customer.updated_at.0);
        Ok(())
    }
}

impl<'a> ItemRows<'a> {
    fn add(&mut self, (account, module, id): (Uuid, Uuid, Uuid), item: &'a Item) -> Result<(), StorageError> {
        self.account_id.push(account);
        self.module_id.push(module);
        self.id.push(id);
        self.key.push(item.key.as_str());
        self.title.push(&item.title);
        self.data.push(to_json(&item.data)?);
        self.fields.push(to_json(&item.fields)?);
        self.version.push(item.version);
        self.created_at.push(item.created_at.0);
        self.updated_at.push(item.updated_at.0);
        Ok(())
    }
}

impl TermRows {
    fn add(&mut self, (account, module, record): (Uuid, Uuid, Uuid), term: &Term) {
        self.account_id.push(account);
        self.module_id.push(module);
        self.value.push(term.value.clone());
        self.field.push(term.field.clone());
        self.record_id.push(record);
    }
}

impl<'a> HistoryRows<'a> {
    /// Without what happened to records that are `gone`.
    fn add(&mut self, item: &'a BatchItem, gone: &HashSet<Uuid>) -> Result<(), StorageError> {
        let history = item.decide.draft().history.iter();
        for (record, entry) in history.filter(|(record, _)| !gone.contains(record)) {
            self.account_id.push(item.decide.account_id().0);
            self.record_id.push(*record);
            self.id.push(entry.id.0);
            self.event_type.push(entry.event_type.as_str());
            self.request_id.push(entry.request_id.map(|id| id.0));
            self.made_by.push(to_json(&entry.by)?);
            self.version.push(entry.version);
            self.attributes.push(to_json(&entry.attributes)?);
            self.changes.push(to_json(&entry.changes)?);
        }
        Ok(())
    }
}
