//! The people in an account.

use crate::StorageError;
use crate::account_db::{AccountDb, AccountTx, Subject};
use crate::entities::{membership, user};
use domain::account::Role;
use domain::ids::UserId;
use domain::member::Member;
use domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};

impl AccountDb<'_> {
    /// Everybody in the account, by e-mail address.
    ///
    /// # Errors
    /// What the database says.
    pub async fn members(&self) -> Result<Vec<Member>, StorageError> {
        let rows =
            self.rows::<membership::Entity>().find_also_related(user::Entity).all(self.reader()).await?;
        let mut members = rows.into_iter().map(to_member).collect::<Result<Vec<_>, _>>()?;
        members.sort_by(|a, b| a.email.cmp(&b.email));
        Ok(members)
    }

    /// One member.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when they are not in the account.
    pub async fn member(&self, id: UserId) -> Result<Member, StorageError> {
        let rows = self.rows::<membership::Entity>().filter(membership::Column::UserId.eq(id.0));
        let row = rows.find_also_related(user::Entity).one(self.reader()).await?;
        to_member(row.ok_or(StorageError::NotFound)?)
    }

    /// Lets a user into the account.
    ///
    /// # Errors
    /// [`StorageError::Taken`] when they are in it already, [`StorageError::InUse`] when there is no such user.
    pub async fn add_member(&self, id: UserId, role: Role, at: Timestamp) -> Result<(), StorageError> {
        let tx = self.begin(at).await?;
        let row = membership::ActiveModel {
            account_id: Set(tx.account_id().0),
            user_id: Set(id.0),
            role: Set(role.as_str().into()),
            created_at: Set(at.0),
        };
        membership::Entity::insert(row).exec_without_returning(&tx.tx).await?;
        tx.audit("member.added", subject(id, role)).await?;
        tx.commit().await
    }

    /// Changes what a member may do, if `check` agrees to whom it is done: it gets their role as it is now.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when they are not in the account, [`StorageError::InUse`] when the account would be left
    /// without an owner, and those of `check`.
    pub async fn change_role<E: From<StorageError>>(
        &self,
        id: UserId,
        role: Role,
        at: Timestamp,
        check: impl FnOnce(Role) -> Result<(), E> + Send,
    ) -> Result<(), E> {
        let tx = self.begin(at).await?;
        let member = tx.lock_member(id).await?;
        check(member.role)?;
        if member.role == role {
            return Ok(());
        }
        member.may_stop_being_owner()?;
        let changes = tx.changes::<membership::Entity>();
        let changes = changes.col_expr(membership::Column::Role, Expr::value(role.as_str()));
        changes.filter(membership::Column::UserId.eq(id.0)).exec(&tx.tx).await.map_err(StorageError::from)?;
        tx.audit("member.role_changed", subject(id, role)).await?;
        Ok(tx.commit().await?)
    }

    /// Takes a member out of the account, if `check` agrees: it gets their role as it is now.
    ///
    /// # Errors
    /// As [`AccountDb::change_role`].
    pub async fn remove_member<E: From<StorageError>>(
        &self,
        id: UserId,
        at: Timestamp,
        check: impl FnOnce(Role) -> Result<(), E> + Send,
    ) -> Result<(), E> {
        let tx = self.begin(at).await?;
        let member = tx.lock_member(id).await?;
        check(member.role)?;
        member.may_stop_being_owner()?;
        let removals = tx.removals::<membership::Entity>();
        removals
            .filter(membership::Column::UserId.eq(id.0))
            .exec(&tx.tx)
            .await
            .map_err(StorageError::from)?;
        tx.audit("member.removed", subject(id, member.role)).await?;
        Ok(tx.commit().await?)
    }
}

/// A member whose role stays as it is until the transaction ends.
struct LockedMember {
    role: Role,
    owners: usize,
}

impl LockedMember {
    fn may_stop_being_owner(&self) -> Result<(), StorageError> {
        let is_last = self.role == Role::Owner && self.owners == 1;
        if is_last { Err(StorageError::InUse) } else { Ok(()) }
    }
}

impl AccountTx<'_> {
    /// Locks the member and all owners: of two owners who go at once, the second waits and then sees that it is the last.
    async fn lock_member(&self, id: UserId) -> Result<LockedMember, StorageError> {
        let owner = Role::Owner.as_str();
        let wanted = membership::Column::UserId.eq(id.0).or(membership::Column::Role.eq(owner));
        let rows = self.rows::<membership::Entity>().filter(wanted).order_by_asc(membership::Column::UserId);
        let rows = rows.lock_exclusive().all(&self.tx).await?;
        let member = rows.iter().find(|row| row.user_id == id.0).ok_or(StorageError::NotFound)?;
        let owners = rows.iter().filter(|row| row.role == owner).count();
        Ok(LockedMember { role: role_of(&member.role)?, owners })
    }
}

/// Audit lines name the role: the person is in the id.
const fn subject(id: UserId, role: Role) -> Subject<'static> {
    Subject { kind: "member", id: id.0, name: role.as_str() }
}

fn to_member(row: (membership::Model, Option<user::Model>)) -> Result<Member, StorageError> {
    let (membership, user) = row;
    let user = user.ok_or(StorageError::NotFound)?;
    Ok(Member {
        id: UserId(user.id),
        email: user.email,
        name: user.name,
        role: role_of(&membership.role)?,
        created_at: Timestamp(membership.created_at),
    })
}

/// The role of a name in the database.
pub(crate) fn role_of(name: &str) -> Result<Role, StorageError> {
    name.parse().map_err(|()| StorageError::Corrupt(format!("the unknown role {name}")))
}
