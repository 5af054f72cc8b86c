//! The account itself.

use crate::StorageError;
use crate::account_db::{AccountDb, Subject};
use crate::entities::account::{Column, Entity, Model};
use domain::account::Account;
use domain::ids::AccountId;
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

impl AccountDb<'_> {
    /// The account.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when it was deleted meanwhile.
    pub async fn account(&self) -> Result<Account, StorageError> {
        #[expect(clippy::disallowed_methods, reason = "the account's own row is found by the scope's id")]
        let row = Entity::find().filter(Column::Id.eq(self.account_id().0)).one(self.reader()).await?;
        row.map(to_account).ok_or(StorageError::NotFound)
    }

    /// Calls the account something else. Its address stays.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when it was deleted meanwhile.
    pub async fn rename_account(&self, name: &str, at: Timestamp) -> Result<Account, StorageError> {
        let tx = self.begin(at).await?;
        #[expect(clippy::disallowed_methods, reason = "the account's own row is found by the scope's id")]
        let changes = Entity::update_many().filter(Column::Id.eq(tx.account_id().0));
        changes.col_expr(Column::Name, Expr::value(name)).exec(&tx.tx).await?;
        #[expect(clippy::disallowed_methods, reason = "the account's own row is found by the scope's id")]
        let row = Entity::find().filter(Column::Id.eq(tx.account_id().0)).one(&tx.tx).await?;
        let account = row.map(to_account).ok_or(StorageError::NotFound)?;
        tx.audit("account.renamed", Subject { kind: "account", id: account.id.0, name }).await?;
        tx.commit().await?;
        Ok(account)
    }
}

pub(crate) fn to_account(row: Model) -> Account {
    Account { id: AccountId(row.id), slug: row.slug, name: row.name, created_at: Timestamp(row.created_at) }
}
