use crate::account_db::{Subject, write_audit};
use crate::entities::{account, membership, user};
use crate::queries::accounts::to_account;
use crate::{AccountScope, Backend, Db, StorageError};
use domain::account::{Account, Actor, Role};
use domain::ids::{AccountId, UserId};
use domain::secret::SecretText;
use domain::time::Timestamp;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter,
    QuerySelect, SelectExt,
};
use std::collections::HashSet;

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Its id.
    pub id: AccountId,
    /// What people call it.
    pub name: String,
    /// The address it would like; with a number behind it when that is taken.
    pub slug: String,
    /// Who owns it.
    pub owner: Owner,
    /// Who makes it; `None` when the owner signs up.
    pub made_by: Option<Actor>,
}

/// Who is to own a new account.
#[derive(Debug, Clone)]
pub enum Owner {
    /// Somebody who can sign in already.
    Known(UserId),
    /// Somebody new.
    New {
        /// Their id.
        id: UserId,
        /// Their e-mail address, in lower case.
        email: String,
        /// What they are called.
        name: String,
        /// Argon2 hash of their password, as PHC text.
        password_hash: SecretText,
    },
}

impl Owner {
    const fn id(&self) -> UserId {
        match self {
            Self::Known(id) | Self::New { id, .. } => *id,
        }
    }
}

/// An account that was made.
#[derive(Debug, Clone)]
pub struct OwnedAccount {
    /// The account.
    pub account: Account,
    /// Its owner.
    pub owner: UserId,
    /// Whoever made it, as its owner.
    pub scope: AccountScope,
}

/// Whether there is any account. No scope: it is asked before anybody can sign up.
///
/// # Errors
/// What the database says.
pub async fn any_account_exists(db: &Db) -> Result<bool, StorageError> {
    #[expect(clippy::disallowed_methods, reason = "it is about the installation, not about an account")]
    Ok(account::Entity::find().exists(&db.reader).await?)
}

/// Makes an account with its owner. No scope: it begins to exist here.
///
/// # Errors
/// [`StorageError::Taken`] when the new owner's e-mail address is.
pub async fn create_account_with_owner(
    db: &Db,
    new: &NewAccount,
    at: Timestamp,
) -> Result<OwnedAccount, StorageError> {
    let tx = db.begin_write().await?;
    let owned = insert_account(&tx, new, at).await?;
    tx.commit().await?;
    Ok(owned)
}

/// Makes the installation's first account with its owner; `None` when there is one already, even if somebody else
/// made it just now. No scope: it begins to exist here.
///
/// # Errors
/// What the database says.
pub async fn create_first_account_with_owner(
    db: &Db,
    new: &NewAccount,
    at: Timestamp,
) -> Result<Option<OwnedAccount>, StorageError> {
    let tx = db.begin_write().await?;
    if db.backend == Backend::Postgres {
        tx.execute_unprepared("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE").await?;
    }
    #[expect(clippy::disallowed_methods, reason = "it is about the installation, not about an account")]
    if account::Entity::find().exists(&tx).await? {
        return Ok(None);
    }
    let owned = insert_account(&tx, new, at).await?;
    tx.commit().await?;
    Ok(Some(owned))
}

async fn insert_account(
    tx: &DatabaseTransaction,
    new: &NewAccount,
    at: Timestamp,
) -> Result<OwnedAccount, StorageError> {
    let row = account::Model {
        id: new.id.0,
        slug: free_slug(tx, &new.slug).await?,
        name: new.name.clone(),
        routing_version: 1,
        created_at: at.0,
    };
    account::Entity::insert(account::ActiveModel::from(row.clone()).reset_all())
        .exec_without_returning(tx)
        .await?;
    if let Owner::New { id, email, name, password_hash } = &new.owner {
        let row = user::Model {
            id: id.0,
            email: email.clone(),
            name: name.clone(),
            password_hash: password_hash.reveal().to_owned(),
            created_at: at.0,
        };
        user::Entity::insert(user::ActiveModel::from(row).reset_all()).exec_without_returning(tx).await?;
    }
    let owner = new.owner.id();
    let membership = membership::Model {
        account_id: new.id.0,
        user_id: owner.0,
        role: Role::Owner.as_str().into(),
        created_at: at.0,
    };
    let membership = membership::ActiveModel::from(membership).reset_all();
    membership::Entity::insert(membership).exec_without_returning(tx).await?;
    let actor = new.made_by.unwrap_or(Actor::User(owner));
    let subject = Subject { kind: "account", id: new.id.0, name: &new.name };
    write_audit(tx, new.id, actor, "account.created", subject, at).await?;
    Ok(OwnedAccount { account: to_account(row), owner, scope: AccountScope::new(new.id, actor, Role::Owner) })
}

/// `wanted`, or `wanted-2`, `wanted-3`, … whichever is free.
async fn free_slug(tx: &DatabaseTransaction, wanted: &str) -> Result<String, StorageError> {
    #[expect(clippy::disallowed_methods, reason = "addresses are unique in the installation")]
    let taken = account::Entity::find()
        .select_only()
        .column(account::Column::Slug)
        .filter(account::Column::Slug.starts_with(wanted))
        .into_tuple::<String>()
        .all(tx)
        .await?;
    let taken: HashSet<String> = taken.into_iter().collect();
    if !taken.contains(wanted) {
        return Ok(wanted.to_owned());
    }
    let free = (2_u32..).map(|number| format!("{wanted}-{number}")).find(|slug| !taken.contains(slug));
    free.ok_or(StorageError::Taken)
}
