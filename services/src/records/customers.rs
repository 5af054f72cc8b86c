//! Customers: finding them, what happened to them, and what members and machines say of them.

use super::edit::{Changed, Record};
use crate::{Error, Result, Services};
use domain::account::Permission;
use domain::activity::{Page, PageRequest};
use domain::customer::CustomerDraft;
use domain::ids::CustomerId;
use domain::record::{CustomerRow, HistoryEntry, Intent, RecordSearch, StoredCustomer};
use storage::AccountScope;

impl Services {
    /// One page of the customers that `search` finds, the newest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn list_customers(
        &self,
        scope: &AccountScope,
        search: &RecordSearch,
        page: PageRequest,
    ) -> Result<Page<CustomerRow>> {
        self.require(scope, Permission::ReadRecords)?;
        Ok(self.db().account(scope).customers(search, page).await?)
    }

    /// One customer.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn customer(&self, scope: &AccountScope, id: CustomerId) -> Result<StoredCustomer> {
        self.require(scope, Permission::ReadRecords)?;
        Ok(self.db().account(scope).customer(id).await?)
    }

    /// Makes a customer. Points and totals come from events alone.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Invalid`], also when a customer has the key.
    pub async fn create_customer(
        &self,
        scope: &AccountScope,
        draft: CustomerDraft,
    ) -> Result<StoredCustomer> {
        self.require(scope, Permission::EditRecords)?;
        let Some(key) = draft.key.clone() else {
            return Err(Error::invalid("key", "say what senders call this customer"));
        };
        let intent = Intent::CustomerEdit { key, draft: Box::new(draft), expected: Some(0) };
        let changed = self.change_record(scope, intent).await;
        stored(changed.map_err(|error| match error {
            Error::Stale => Error::invalid("key", "another customer has this key"),
            error => error,
        })?)
    }

    /// Changes what can be said of a customer, all of it: what the draft leaves out is emptied.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`], [`Error::Stale`] when `expected` is not its version.
    pub async fn update_customer(
        &self,
        scope: &AccountScope,
        id: CustomerId,
        expected: Option<i64>,
        draft: CustomerDraft,
    ) -> Result<StoredCustomer> {
        self.require(scope, Permission::EditRecords)?;
        let key = self.db().account(scope).key_of_customer(id).await?;
        stored(
            self.change_record(scope, Intent::CustomerEdit { key, draft: Box::new(draft), expected }).await?,
        )
    }

    /// Deletes a customer with all that is known of them: fields, points, notes, history, and what they are found by. Others
    /// are told by an event that says no more than the key. The requests and events that made the history stay in the
    /// logs as long as any, and an event that names the key later makes somebody new.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Stale`] when `expected` is not its version.
    pub async fn delete_customer(
        &self,
        scope: &AccountScope,
        id: CustomerId,
        expected: Option<i64>,
    ) -> Result<()> {
        self.require(scope, Permission::EditRecords)?;
        let key = self.db().account(scope).key_of_customer(id).await?;
        self.change_record(scope, Intent::CustomerRemoval { key, id, expected }).await.map(|_| ())
    }

    /// One page of what happened to a customer, the newest first (A25); only events of that type, or of types with that
    /// prefix if it ends in `*`.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn history_of_customer(
        &self,
        scope: &AccountScope,
        id: CustomerId,
        event_type: Option<&str>,
        page: PageRequest,
    ) -> Result<Page<HistoryEntry>> {
        self.require(scope, Permission::ReadRecords)?;
        let account = self.db().account(scope);
        account.key_of_customer(id).await?;
        Ok(account.history(id.0, event_type, page).await?)
    }
}

fn stored(changed: Changed) -> Result<StoredCustomer> {
    match changed.record {
        Some(Record::Customer(customer)) => {
            Ok(StoredCustomer { id: CustomerId(changed.id), customer: *customer })
        }
        Some(Record::Item(_)) | None => {
            Err(Error::Internal("a customer was changed into something else".into()))
        }
    }
}
