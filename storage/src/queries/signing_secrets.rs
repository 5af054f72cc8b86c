//! What an integration's messages are signed with: the current secret, and for a day the one before it.

use super::{SIGNING_SECRETS, integrations, unless_stale};
use crate::StorageError;
use crate::account_db::{AccountDb, AccountTx, new_uuid};
use crate::entities::signing_secret::{ActiveModel, Column, Entity};
use domain::ids::IntegrationId;
use domain::secret::SecretText;
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

/// How long a replaced secret goes on signing, or is believed, beside the new one.
pub(super) const ROTATION_MS: i64 = 24 * 3_600 * 1000;

impl AccountDb<'_> {
    /// Signs with `new` from now on, and for 24 hours also with the secret it replaces.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when the account has no such integration.
    pub async fn rotate_signing_secret(
        &self,
        id: IntegrationId,
        new: &SecretText,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let tx = self.begin_configuring(at).await?;
        let integration = unless_stale(tx.integration_row(id).await?, None)?;
        let of_integration = Column::IntegrationId.eq(id.0);
        let expired =
            tx.removals::<Entity>().filter(of_integration.clone()).filter(Column::ExpiresAt.lte(at.0));
        expired.exec(&tx.tx).await?;
        let current = tx.changes::<Entity>().filter(of_integration).filter(Column::ExpiresAt.is_null());
        current.col_expr(Column::ExpiresAt, Expr::value(at.plus_ms(ROTATION_MS).0)).exec(&tx.tx).await?;
        tx.add_signing_secret(id, new).await?;
        tx.audit("integration.signing_secret_rotated", integrations::subject(&integration)).await?;
        tx.commit().await
    }
}

impl AccountTx<'_> {
    pub(crate) async fn add_signing_secret(
        &self,
        of: IntegrationId,
        secret: &SecretText,
    ) -> Result<(), StorageError> {
        let id = new_uuid(self.at);
        let row = ActiveModel {
            id: Set(id),
            account_id: Set(self.account_id().0),
            integration_id: Set(of.0),
            secret: Set(self.seal(SIGNING_SECRETS, id, secret)),
            created_at: Set(self.at.0),
            expires_at: Set(None),
        };
        Entity::insert(row).exec_without_returning(&self.tx).await?;
        Ok(())
    }
}
