//! Notes: texts that members and machines leave on customers.

use crate::{Clock, Result, Services};
use domain::account::Permission;
use domain::activity::{Page, PageRequest};
use domain::customer::{Note, NoteDraft};
use domain::ids::{CustomerId, NoteId};
use storage::AccountScope;

impl Services {
    /// One page of the notes on a customer, newest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`](crate::Error::Forbidden), [`Error::NotFound`](crate::Error::NotFound).
    pub async fn notes(&self, scope: &AccountScope, id: CustomerId, page: PageRequest) -> Result<Page<Note>> {
        self.require(scope, Permission::ReadRecords)?;
        let account = self.db().account(scope);
        account.key_of_customer(id).await?;
        Ok(account.notes(id, page).await?)
    }

    /// Leaves a note on a customer.
    ///
    /// # Errors
    /// [`Error::Forbidden`](crate::Error::Forbidden), [`Error::NotFound`](crate::Error::NotFound),
    /// [`Error::Invalid`](crate::Error::Invalid).
    pub async fn add_note(&self, scope: &AccountScope, id: CustomerId, draft: NoteDraft) -> Result<Note> {
        self.require(scope, Permission::EditRecords)?;
        draft.check()?;
        let now = self.now();
        let note = Note {
            id: NoteId::new(now, &Clock::random()),
            text: draft.text,
            by: scope.actor().into(),
            created_at: now,
        };
        self.db().account(scope).add_note(id, &note).await?;
        Ok(note)
    }

    /// Takes a note away, whoever left it.
    ///
    /// # Errors
    /// [`Error::Forbidden`](crate::Error::Forbidden), [`Error::NotFound`](crate::Error::NotFound).
    pub async fn delete_note(&self, scope: &AccountScope, id: CustomerId, note: NoteId) -> Result<()> {
        self.require(scope, Permission::EditRecords)?;
        Ok(self.db().account(scope).delete_note(id, note, self.now()).await?)
    }
}
