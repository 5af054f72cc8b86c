//! Keys of the REST API.

use super::members::role_of;
use crate::StorageError;
use crate::account_db::{AccountDb, Subject};
use crate::entities::api_key::{ActiveModel, Column, Entity, Model};
use domain::account::ApiKey;
use domain::ids::ApiKeyId;
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

impl AccountDb<'_> {
    /// Every key, revoked ones too, newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>, StorageError> {
        let rows = self.rows::<Entity>().order_by_desc(Column::Id).all(self.reader()).await?;
        rows.into_iter().map(to_api_key).collect()
    }

    /// Keeps a new key by the SHA-256 of it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn create_api_key(
        &self,
        key: &ApiKey,
        hash: [u8; 32],
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let tx = self.begin(at).await?;
        let row = to_row(key, tx.account_id(), hash);
        let subject = Subject { kind: "api_key", id: key.id.0, name: &key.name };
        Entity::insert(ActiveModel::from(row).reset_all()).exec_without_returning(&tx.tx).await?;
        tx.audit("api_key.created", subject).await?;
        tx.commit().await
    }

    /// Ends a key, now and for good; nothing happens when it is revoked already.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when the account has none of this id.
    pub async fn revoke_api_key(&self, id: ApiKeyId, at: Timestamp) -> Result<(), StorageError> {
        let tx = self.begin(at).await?;
        let row = tx.rows::<Entity>().filter(Column::Id.eq(id.0)).one(&tx.tx).await?;
        let row = row.ok_or(StorageError::NotFound)?;
        if row.revoked_at.is_some() {
            return Ok(());
        }
        let changes = tx.changes::<Entity>().col_expr(Column::RevokedAt, Expr::value(at.0));
        changes.filter(Column::Id.eq(id.0)).exec(&tx.tx).await?;
        tx.audit("api_key.revoked", Subject { kind: "api_key", id: row.id, name: &row.name }).await?;
        tx.commit().await
    }

    /// Notes that a key was used.
    ///
    /// # Errors
    /// What the database says.
    pub async fn touch_api_key(&self, id: ApiKeyId, at: Timestamp) -> Result<(), StorageError> {
        let tx = self.begin(at).await?;
        let changes = tx.changes::<Entity>().col_expr(Column::LastUsedAt, Expr::value(at.0));
        changes.filter(Column::Id.eq(id.0)).exec(&tx.tx).await?;
        tx.commit().await
    }
}

/// The row that keeps `key`.
pub(crate) fn to_row(key: &ApiKey, account_id: domain::ids::AccountId, hash: [u8; 32]) -> Model {
    Model {
        id: key.id.0,
        account_id: account_id.0,
        name: key.name.clone(),
        role: key.role.as_str().into(),
        prefix: key.prefix.clone(),
        key_hash: hash.to_vec(),
        created_at: key.created_at.0,
        last_used_at: None,
        revoked_at: None,
    }
}

fn to_api_key(row: Model) -> Result<ApiKey, StorageError> {
    Ok(ApiKey {
        id: ApiKeyId(row.id),
        role: role_of(&row.role)?,
        name: row.name,
        prefix: row.prefix,
        created_at: Timestamp(row.created_at),
        last_used_at: row.last_used_at.map(Timestamp),
        revoked_at: row.revoked_at.map(Timestamp),
    })
}
