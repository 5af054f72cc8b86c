//! Lookup lists: numbers and what they stand for (T29).

use crate::{Clock, Error, Result, Services};
use domain::account::Permission;
use domain::ids::LookupListId;
use domain::lookup::{LookupList, LookupListDraft};
use storage::{AccountScope, Decisions};

/// Most lookup lists of an account: all of them are in memory while its requests are processed.
const MAX_LISTS: usize = 200;

impl Services {
    /// Every lookup list, by name.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn lookup_lists(&self, scope: &AccountScope) -> Result<Vec<LookupList>> {
        self.require(scope, Permission::ReadConfiguration)?;
        Ok(self.db().account(scope).lookup_lists().await?)
    }

    /// One lookup list.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn lookup_list(&self, scope: &AccountScope, id: LookupListId) -> Result<LookupList> {
        self.require(scope, Permission::ReadConfiguration)?;
        Ok(self.db().account(scope).lookup_list(id).await?)
    }

    /// Makes a lookup list.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Invalid`], also when the account has 200.
    pub async fn create_lookup_list(
        &self,
        scope: &AccountScope,
        draft: LookupListDraft,
    ) -> Result<LookupList> {
        self.require(scope, Permission::EditCatalogue)?;
        draft.check()?;
        let now = self.now();
        let id = LookupListId::new(now, &Clock::random());
        let check = |decisions: &Decisions| {
            let is_full = decisions.lookups.len() >= MAX_LISTS;
            let refusal = || Error::invalid("name", &format!("use at most {MAX_LISTS} lookup lists"));
            if is_full { Err(refusal()) } else { Ok(()) }
        };
        let list = self.db().account(scope).create_lookup_list(id, &draft, now, check).await?;
        self.inner.routing_changed(scope.account_id());
        Ok(list)
    }

    /// Changes a lookup list. Records that have a number which is no longer in it keep it.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Invalid`], [`Error::Stale`] when `expected` is not its version.
    pub async fn update_lookup_list(
        &self,
        scope: &AccountScope,
        id: LookupListId,
        expected: Option<i64>,
        draft: LookupListDraft,
    ) -> Result<LookupList> {
        self.require(scope, Permission::EditCatalogue)?;
        draft.check()?;
        let list = self.db().account(scope).update_lookup_list(id, expected, &draft, self.now()).await?;
        self.inner.routing_changed(scope.account_id());
        Ok(list)
    }

    /// Deletes a lookup list.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::InUse`] while a field chooses from it.
    pub async fn delete_lookup_list(&self, scope: &AccountScope, id: LookupListId) -> Result<()> {
        self.require(scope, Permission::EditCatalogue)?;
        let check = |decisions: &Decisions| match user_of(id, decisions) {
            Some(user) => Err(Error::InUse(format!("{user} still chooses from it"))),
            None => Ok(()),
        };
        self.db().account(scope).delete_lookup_list(id, self.now(), check).await?;
        self.inner.routing_changed(scope.account_id());
        Ok(())
    }
}

/// What chooses from the list, in words for a person.
fn user_of(id: LookupListId, decisions: &Decisions) -> Option<String> {
    let form = decisions
        .customer_form
        .form
        .fields()
        .map(|field| (field.field_type, format!("the field `{}` of the customers' form", field.label)));
    let events = decisions.own_events.iter().flat_map(|event| {
        let attributes = event.attributes.iter();
        attributes.map(|attribute| {
            (
                attribute.field_type,
                format!("the attribute `{}` of the event `{}`", attribute.label, event.name),
            )
        })
    });
    let modules = decisions.modules.iter().flat_map(|module| {
        let fields = module.config.fields.iter();
        fields.map(|field| {
            (field.field_type, format!("the field `{}` of the module `{}`", field.label, module.config.name))
        })
    });
    let mut all = form.chain(events).chain(modules);
    all.find(|(field_type, _)| field_type.lookup_list() == Some(id)).map(|(_, user)| user)
}
