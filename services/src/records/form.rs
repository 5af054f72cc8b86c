//! The customers' form.

use super::check_lookups;
use crate::{Result, Services};
use domain::account::Permission;
use domain::customer::check_form;
use domain::form::{Form, StoredForm};
use storage::{AccountScope, Decisions};

impl Services {
    /// What is asked of customers.
    ///
    /// # Errors
    /// [`Error::Forbidden`](crate::Error::Forbidden).
    pub async fn customer_form(&self, scope: &AccountScope) -> Result<StoredForm> {
        self.require(scope, Permission::ReadConfiguration)?;
        Ok(self.db().account(scope).customer_form().await?)
    }

    /// Changes what is asked of customers. What is known of them stays, also where no field asks for it any more.
    ///
    /// # Errors
    /// [`Error::Forbidden`](crate::Error::Forbidden), [`Error::Invalid`](crate::Error::Invalid), also when the account
    /// does not have the lookup list of a field, [`Error::Stale`](crate::Error::Stale) when `expected` is not its version.
    pub async fn set_customer_form(
        &self,
        scope: &AccountScope,
        expected: Option<i64>,
        form: Form,
    ) -> Result<StoredForm> {
        self.require(scope, Permission::EditCatalogue)?;
        check_form(&form)?;
        let check = |decisions: &Decisions| {
            let sections = decisions.customer_form.form.sections.iter().enumerate();
            let fields = sections.flat_map(|(place, section)| {
                let at = move |field| format!("sections.{place}.fields.{field}.type");
                section.fields.iter().enumerate().map(move |(index, field)| (at(index), field.field_type))
            });
            check_lookups(fields, &decisions.lookups)
        };
        let stored = self.db().account(scope).set_customer_form(expected, form, self.now(), check).await?;
        self.inner.routing_changed(scope.account_id());
        Ok(stored)
    }
}
