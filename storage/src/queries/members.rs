//! The people in an account.

use crate::StorageError;
use crate::account_db::{AccountDb, Subject};
use crate::entities::{membership, user};
use domain::account::Role;
use domain::ids::UserId;
use domain::member::Member;
use domain::time::Timestamp;
use sea_orm::{ActiveValue::Set, EntityTrait};

impl AccountDb<'_> {
    /// Everybody in the account, by e-mail address.
    ///
    /// # Errors
    /// What the database says.
    pub async fn members(&self) -> Result<Vec<Member>, StorageError> {
        let rows =
            self.rows::<membership::Entity>().find_also_related(user::Entity).all(self.reader()).await?;
        let mut members = Vec::with_capacity(rows.len());
        for (membership, user) in rows {
            let user = user.ok_or(StorageError::NotFound)?;
            members.push(Member {
                user_id: UserId(user.id),
                email: user.email,
                name: user.name,
                role: role_of(&membership.role)?,
                created_at: Timestamp(membership.created_at),
            });
        }
        members.sort_by(|a, b| a.email.cmp(&b.email));
        Ok(members)
    }

    /// Lets a user into the account.
    ///
    /// # Errors
    /// [`StorageError::Taken`] when they are in it already, [`StorageError::InUse`] when there is no such user.
    pub async fn add_member(&self, user_id: UserId, role: Role, at: Timestamp) -> Result<(), StorageError> {
        let tx = self.begin(at).await?;
        let row = membership::ActiveModel {
            account_id: Set(tx.account_id().0),
            user_id: Set(user_id.0),
            role: Set(role.as_str().into()),
            created_at: Set(at.0),
        };
        membership::Entity::insert(row).exec_without_returning(&tx.tx).await?;
        tx.audit("member.added", Subject { kind: "member", id: user_id.0, name: role.as_str() }).await?;
        tx.commit().await
    }
}

/// The role of a name in the database.
pub(crate) fn role_of(name: &str) -> Result<Role, StorageError> {
    name.parse().map_err(|()| StorageError::Corrupt(format!("the unknown role {name}")))
}
