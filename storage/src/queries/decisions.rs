//! What an account has decided about its records, all of it as of one moment.

use super::catalogue::to_definition;
use super::forms::{CUSTOMERS, to_form};
use super::lookups::to_lookup_list;
use super::modules::to_module;
use crate::StorageError;
use crate::account_db::{AccountTx, rows};
use crate::entities::{event_definition, form, lookup_list, module};
use domain::catalogue::EventDefinition;
use domain::form::StoredForm;
use domain::ids::AccountId;
use domain::lookup::LookupList;
use domain::module::Module;
use domain::record::Rules;
use sea_orm::{ColumnTrait, DatabaseTransaction, QueryFilter, QueryOrder};

/// What an account has decided about its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decisions {
    /// The events that it defines itself, in the order it began to.
    pub own_events: Vec<EventDefinition>,
    /// What its customers' form asks for.
    pub customer_form: StoredForm,
    /// Its lookup lists, by name.
    pub lookups: Vec<LookupList>,
    /// Its modules, oldest first.
    pub modules: Vec<Module>,
}

impl Decisions {
    pub(crate) async fn read(tx: &DatabaseTransaction, account: AccountId) -> Result<Self, StorageError> {
        let events = rows::<event_definition::Entity>(account)
            .order_by_asc(event_definition::Column::CreatedAt)
            .order_by_asc(event_definition::Column::EventType);
        let form = rows::<form::Entity>(account).filter(form::Column::Kind.eq(CUSTOMERS));
        let lookups = rows::<lookup_list::Entity>(account)
            .order_by_asc(lookup_list::Column::Name)
            .order_by_asc(lookup_list::Column::Id);
        let modules = rows::<module::Entity>(account).order_by_asc(module::Column::Id);
        Ok(Self {
            own_events: events.all(tx).await?.iter().map(to_definition).collect::<Result<_, _>>()?,
            customer_form: to_form(form.one(tx).await?)?,
            lookups: lookups.all(tx).await?.into_iter().map(to_lookup_list).collect::<Result<_, _>>()?,
            modules: modules.all(tx).await?.into_iter().map(to_module).collect::<Result<_, _>>()?,
        })
    }
}

impl From<Decisions> for Rules {
    fn from(decisions: Decisions) -> Self {
        let Decisions { own_events, customer_form, lookups, modules } = decisions;
        Self::new(own_events, customer_form.form, lookups, modules)
    }
}

impl AccountTx<'_> {
    pub(crate) async fn decisions(&self) -> Result<Decisions, StorageError> {
        Decisions::read(&self.tx, self.account_id()).await
    }
}
